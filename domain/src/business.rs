//! Settings → Business: the name, and what bills need.

use serde::{Deserialize, Serialize};

use crate::currency;
use crate::form::{NAME_MAX, ProblemCode, Problems};

/// Longest address on a bill, in characters.
pub const LEGAL_ADDRESS_MAX: usize = 300;
/// Longest number of a register, in characters.
pub const REGISTER_MAX: usize = 40;
/// Highest tax rate, in hundredths of a percent.
pub const TAX_MAX: i64 = 10_000;
/// Longest time to pay, in days.
pub const PAYMENT_DAYS_MAX: i64 = 365;

/// Settings → Business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessView {
    /// Name and time zone.
    pub form: BusinessForm,
    /// Counts up with each change of them, so that two editors at once are noticed.
    pub revision: i64,
    /// The person may change them.
    pub may_edit: bool,
    /// Time zones to choose from, the likely ones first; empty for who may not change it.
    pub zones: Vec<String>,
    /// The billing part.
    pub billing: BillingForm,
    /// Counts up with each change of it.
    pub billing_revision: i64,
    /// The person may change it.
    pub may_bill: bool,
    /// Codes of currencies to choose from; empty for who may not change it.
    pub currencies: Vec<String>,
}

/// What can be written about the business itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessForm {
    /// Name.
    pub name: String,
    /// IANA time zone, such as Europe/London.
    pub time_zone: String,
}

impl BusinessForm {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.name("name", &self.name);
        problems.into_result()
    }
}

/// What can be written into the billing part, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingForm {
    /// Code of a currency (ISO 4217).
    pub currency: String,
    /// Percent, with up to two digits behind the point: `20`, `17.5`.
    pub tax_rate: String,
    /// Days until an invoice is due.
    pub payment_days: String,
    /// Name on bills, where it is another than the business's.
    pub legal_name: String,
    /// Address on bills, of several lines.
    pub legal_address: String,
    /// Number in the register of companies.
    pub company_number: String,
    /// Number for the tax on sales.
    pub tax_number: String,
}

/// The billing part, understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    /// Code of a currency (ISO 4217).
    pub currency: String,
    /// Hundredths of a percent.
    pub tax_rate: i64,
    /// Days until an invoice is due.
    pub payment_days: i64,
    /// Name on bills, or empty.
    pub legal_name: String,
    /// Address on bills, lines apart by `\n`, or empty.
    pub legal_address: String,
    /// Number in the register of companies, or empty.
    pub company_number: String,
    /// Number for the tax on sales, or empty.
    pub tax_number: String,
}

impl BillingForm {
    /// Checks and understands what was typed.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<Billing, Problems> {
        let mut problems = Problems::none();
        let currency = currency::of_code(self.currency.trim());
        if currency.is_none() {
            problems.add("currency", ProblemCode::NotOffered);
        }
        let tax_rate = hundredths(&self.tax_rate).filter(|rate| *rate <= TAX_MAX);
        if tax_rate.is_none() {
            problems.add("tax_rate", ProblemCode::Percent);
        }
        let payment_days = whole(&self.payment_days).filter(|days| *days <= PAYMENT_DAYS_MAX);
        if payment_days.is_none() {
            let max = PAYMENT_DAYS_MAX;
            problems.add("payment_days", ProblemCode::Days { max });
        }
        problems.line("legal_name", &self.legal_name, NAME_MAX);
        let legal_address = lines(&self.legal_address);
        problems.text("legal_address", &legal_address, LEGAL_ADDRESS_MAX);
        problems.line("company_number", &self.company_number, REGISTER_MAX);
        problems.line("tax_number", &self.tax_number, REGISTER_MAX);
        match (currency, tax_rate, payment_days) {
            (Some(currency), Some(tax_rate), Some(payment_days)) if problems.is_empty() => {
                Ok(Billing {
                    currency: currency.code.to_owned(),
                    tax_rate,
                    payment_days,
                    legal_name: self.legal_name.trim().to_owned(),
                    legal_address,
                    company_number: self.company_number.trim().to_owned(),
                    tax_number: self.tax_number.trim().to_owned(),
                })
            }
            _ => Err(problems),
        }
    }
}

impl Billing {
    /// As it is typed.
    #[must_use]
    pub fn form(&self) -> BillingForm {
        BillingForm {
            currency: self.currency.clone(),
            tax_rate: percent(self.tax_rate),
            payment_days: self.payment_days.to_string(),
            legal_name: self.legal_name.clone(),
            legal_address: self.legal_address.clone(),
            company_number: self.company_number.clone(),
            tax_number: self.tax_number.clone(),
        }
    }
}

/// Lines as they are kept: without spaces at their ends, and no empty ones around them.
fn lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    lines.join("\n")
}

/// A whole number that is not negative.
fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Percent in hundredths: `17.5` or `17,5` is 1750.
fn hundredths(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (whole_part, rest) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    if !(1..=2).contains(&rest.len()) || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(whole(whole_part)? * 100 + rest)
}

/// Hundredths of a percent as they are typed: 1750 is `17.5`.
#[must_use]
pub fn percent(hundredths: i64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    if rest == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{rest:02}");
    text.trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(tax_rate: &str, payment_days: &str) -> BillingForm {
        BillingForm {
            currency: "GBP".to_owned(),
            tax_rate: tax_rate.to_owned(),
            payment_days: payment_days.to_owned(),
            ..BillingForm::default()
        }
    }

    #[test]
    fn a_tax_rate_is_read_to_the_hundredth_and_written_as_people_do() {
        for (text, hundredths, again) in [
            ("0", 0, "0"),
            ("20", 2_000, "20"),
            (" 17.5 ", 1_750, "17.5"),
            ("8,25%", 825, "8.25"),
            ("100", 10_000, "100"),
            ("0.05", 5, "0.05"),
        ] {
            let billing = typed(text, "14").check().expect(text);
            assert_eq!(billing.tax_rate, hundredths, "{text}");
            assert_eq!(billing.form().tax_rate, again);
        }
        for wrong in [
            "", "-1", "100.01", "1e2", "5.555", "5.", ".5", "٥", "a lot", "9999999",
        ] {
            let problems = typed(wrong, "14").check().expect_err(wrong);
            assert_eq!(
                problems.of("tax_rate"),
                Some(&ProblemCode::Percent),
                "{wrong}"
            );
        }
    }

    #[test]
    fn days_to_pay_are_a_whole_number_up_to_a_year() {
        for (text, days) in [("0", 0), ("30", 30), ("365", 365)] {
            assert_eq!(typed("0", text).check().expect(text).payment_days, days);
        }
        for wrong in ["", "366", "-1", "1.5", "two weeks"] {
            let problems = typed("0", wrong).check().expect_err(wrong);
            assert!(problems.of("payment_days").is_some(), "{wrong}");
        }
    }

    #[test]
    fn an_address_on_bills_has_lines_and_nothing_else_that_does_not_print() {
        let with = |address: &str| BillingForm {
            legal_address: address.to_owned(),
            ..typed("0", "14")
        };
        let billing = with(" 14 Milsom Street \r\nBath\r\n ")
            .check()
            .expect("good");
        assert_eq!(billing.legal_address, "14 Milsom Street\nBath");
        let long = "x".repeat(LEGAL_ADDRESS_MAX + 1);
        for wrong in ["a\u{0}b", "a\tb\u{7}", &long] {
            assert!(with(wrong).check().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_currency_is_one_of_the_list() {
        for wrong in ["", "gbp", "XTS", "Pounds"] {
            let form = BillingForm {
                currency: wrong.to_owned(),
                ..typed("0", "14")
            };
            let problems = form.check().expect_err(wrong);
            assert_eq!(problems.of("currency"), Some(&ProblemCode::NotOffered));
        }
    }
}
