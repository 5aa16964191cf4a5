//! Currencies (ISO 4217), with how many digits each has behind the point: money is kept in minor
//! units (product §10).

/// A currency of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    /// Three capital letters, such as `GBP`.
    pub code: &'static str,
    /// Digits behind the point: 2 for pence or cents, 0 for yen.
    pub digits: u8,
}

/// Codes of money that people pay with, by their digits: no funds, metals or test codes.
const CODES: [(u8, &str); 3] = [
    (
        0,
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    ),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
         CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
         GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL \
         MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN \
         PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
         SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

/// All of them, by code.
#[must_use]
pub fn all() -> Vec<Currency> {
    let mut all: Vec<Currency> = CODES
        .into_iter()
        .flat_map(|(digits, codes)| codes.split(' ').map(move |code| Currency { code, digits }))
        .collect();
    all.sort_unstable_by_key(|currency| currency.code);
    all
}

/// The currency with this code.
#[must_use]
pub fn of_code(code: &str) -> Option<Currency> {
    CODES.into_iter().find_map(|(digits, codes)| {
        let code = codes.split(' ').find(|one| *one == code)?;
        Some(Currency { code, digits })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_is_three_capital_letters() {
        let all = all();
        assert!(all.windows(2).all(|pair| pair[0].code < pair[1].code));
        for currency in all {
            let letters = currency.code.bytes().all(|byte| byte.is_ascii_uppercase());
            assert!(letters && currency.code.len() == 3, "{currency:?}");
            assert_eq!(of_code(currency.code), Some(currency));
        }
    }

    #[test]
    fn a_currency_knows_its_minor_units() {
        let digits = |code| of_code(code).map(|currency| currency.digits);
        assert_eq!(digits("GBP"), Some(2));
        assert_eq!(digits("JPY"), Some(0));
        assert_eq!(digits("KWD"), Some(3));
        for unknown in ["", "gbp", "XTS", "GBP EUR", "GB"] {
            assert_eq!(digits(unknown), None, "{unknown}");
        }
    }
}
