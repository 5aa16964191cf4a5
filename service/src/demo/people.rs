//! The 30 people of the sample business, and names for as many more as are asked for.

/// A membership: key of the group, and the store it is for, if only one.
pub(super) type In = (&'static str, Option<&'static str>);

/// Where somebody of the sample stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Works; last signed in so many minutes ago.
    Works(i64),
    /// Was invited so many days ago.
    Invited(i64),
    /// Has left.
    Left,
}

/// Somebody of the sample.
pub(super) struct Sample {
    pub first: &'static str,
    pub last: &'static str,
    pub mailbox: &'static str,
    pub groups: &'static [In],
    /// Codes of their stores.
    pub stores: &'static [&'static str],
    pub standing: Standing,
    /// Key of the group for which this person's password is printed.
    pub login: Option<&'static str>,
}

/// Code, name and address of the four stores.
pub(super) const STORES: [(&str, &str, &str); 4] = [
    ("MRL", "Marlow", "14 High Street, Marlow SL7 1AW"),
    ("BTH", "Bath", "3 Milsom Place, Bath BA1 1BZ"),
    ("OXF", "Oxford", "27 Turl Street, Oxford OX1 3DQ"),
    (
        "LHR",
        "Heathrow T5",
        "Terminal 5 Departures, Hounslow TW6 2GA",
    ),
];

/// Key of the one group that the business made itself.
pub(super) const COUNTER_STAFF: &str = "counter_staff";

const ALL: &[&str] = &["MRL", "BTH", "OXF", "LHR"];

const fn works(
    first: &'static str,
    last: &'static str,
    mailbox: &'static str,
    groups: &'static [In],
    stores: &'static [&'static str],
    ago: i64,
) -> Sample {
    Sample {
        first,
        last,
        mailbox,
        groups,
        stores,
        standing: Standing::Works(ago),
        login: None,
    }
}

const fn login(sample: Sample, group: &'static str) -> Sample {
    Sample {
        login: Some(group),
        ..sample
    }
}

const CREW: &[In] = &[("crew", None)];
const SALES: &[In] = &[("sales", None)];
const BILLING: &[In] = &[("billing", None)];
const OPERATIONS: &[In] = &[("operations", None)];
const COUNTER: &[In] = &[(COUNTER_STAFF, None)];

/// The 30, ten of them in Sales.
pub(super) const SAMPLE: [Sample; 30] = [
    login(
        works(
            "Eleanor",
            "Marlow",
            "eleanor",
            &[("super_admin", None)],
            ALL,
            12,
        ),
        "super_admin",
    ),
    login(
        works("Theo", "Finch", "theo", &[("admin", None)], ALL, 9),
        "admin",
    ),
    works(
        "Sofia",
        "Lindqvist",
        "sofia",
        &[("sales", None), ("operations", Some("OXF"))],
        &["BTH", "OXF"],
        21,
    ),
    works(
        "Giulia",
        "Bianchi",
        "giulia",
        &[("sales", None), ("billing", None)],
        &["MRL", "BTH"],
        940,
    ),
    works(
        "Priya",
        "Raman",
        "priya",
        &[("operations", Some("LHR")), ("sales", Some("MRL"))],
        &["MRL", "LHR"],
        12,
    ),
    login(
        works("Mei-Ling", "Chua", "meiling", SALES, &["OXF"], 4320),
        "sales",
    ),
    works("Ben", "Hartley", "ben", SALES, &["MRL", "BTH"], 35),
    works("Zara", "Nasser", "zara", SALES, &["BTH"], 1530),
    works("Leo", "Martin", "leo", SALES, &["MRL"], 61),
    works("Ada", "Fox", "ada", SALES, &["OXF"], 2880),
    works("Ruth", "Amoah", "ruth", SALES, &["LHR"], 44),
    works("Ivan", "Petrov", "ivan", SALES, &["LHR"], 1700),
    login(
        works("Daniel", "Okafor", "daniel", CREW, &["MRL"], 53),
        "crew",
    ),
    Sample {
        first: "Callum",
        last: "Reid",
        mailbox: "callum.reid",
        groups: CREW,
        stores: &["LHR"],
        standing: Standing::Invited(2),
        login: None,
    },
    works("Sam", "Ellery", "sam", CREW, &["BTH"], 66),
    works("Kofi", "Mensah", "kofi", CREW, &["OXF"], 1490),
    works("Lucía", "Ortega", "lucia", CREW, &["LHR"], 72),
    Sample {
        first: "Owen",
        last: "Pryce",
        mailbox: "owen",
        groups: CREW,
        stores: &["MRL"],
        standing: Standing::Invited(9),
        login: None,
    },
    works("Aisha", "Rahman", "aisha", COUNTER, &["BTH"], 26),
    login(
        works("Hannah", "Whitcombe", "hannah", COUNTER, &["BTH"], 23),
        COUNTER_STAFF,
    ),
    works("Grace", "Liu", "grace", COUNTER, &["MRL"], 1410),
    works("Inês", "Duarte", "ines", COUNTER, &["OXF"], 39),
    login(
        works("Marcus", "Oyelaran", "marcus", BILLING, ALL, 950),
        "billing",
    ),
    Sample {
        first: "Nadia",
        last: "Haddad",
        mailbox: "nadia",
        groups: BILLING,
        stores: &["BTH"],
        standing: Standing::Left,
        login: None,
    },
    works("Helen", "Aldous", "helen", BILLING, &["LHR"], 88),
    login(
        works("Jonas", "Weber", "jonas", OPERATIONS, &["OXF"], 44),
        "operations",
    ),
    works("Chidi", "Okoro", "okoro", OPERATIONS, &["LHR"], 1455),
    works(
        "Petra",
        "Nováková",
        "petra",
        OPERATIONS,
        &["MRL", "BTH"],
        57,
    ),
    works(
        "Yusuf",
        "Demir",
        "yusuf",
        &[("crew", None), ("operations", Some("BTH"))],
        &["BTH", "OXF"],
        101,
    ),
    works(
        "Maeve",
        "Doyle",
        "maeve",
        &[("crew", None), (COUNTER_STAFF, Some("LHR"))],
        &["OXF", "LHR"],
        1520,
    ),
];

/// First names of people beyond the 30.
const FIRST: [&str; 40] = [
    "Alma", "Amir", "Anouk", "Arjun", "Beatriz", "Bruno", "Carys", "Cem", "Clara", "Dara", "Davor",
    "Elif", "Emeka", "Esther", "Farah", "Felix", "Freya", "Goran", "Hana", "Hugo", "Ilse", "Imran",
    "Jana", "Joao", "Kaito", "Lena", "Linh", "Mateo", "Mira", "Nia", "Noor", "Oskar", "Paula",
    "Ravi", "Rosa", "Samir", "Tess", "Uma", "Viktor", "Wren",
];

/// Last names of people beyond the 30.
const LAST: [&str; 50] = [
    "Abara",
    "Acheson",
    "Barlow",
    "Beck",
    "Caruso",
    "Castellan",
    "Dahl",
    "Delgado",
    "Eriksen",
    "Farrow",
    "Fontaine",
    "Garner",
    "Grieve",
    "Halloran",
    "Hoang",
    "Ibarra",
    "Ivers",
    "Jansen",
    "Kaur",
    "Keane",
    "Kovac",
    "Lachance",
    "Lindgren",
    "Madaki",
    "Marchetti",
    "Moreau",
    "Nakamura",
    "Nilsen",
    "Obi",
    "Olsson",
    "Pereira",
    "Quill",
    "Rasmussen",
    "Rivers",
    "Sato",
    "Silva",
    "Stone",
    "Tanaka",
    "Thorne",
    "Umar",
    "Valente",
    "Varga",
    "Wallis",
    "Weir",
    "Xu",
    "Yilmaz",
    "Young",
    "Zammit",
    "Zeller",
    "Zhou",
];

/// First name, last name and mailbox of the n-th person beyond the 30.
pub(super) fn more(n: usize) -> (&'static str, String, String) {
    let first = FIRST[n % FIRST.len()];
    let last = LAST[(n / FIRST.len()) % LAST.len()];
    let round = n / (FIRST.len() * LAST.len());
    // Past two thousand people names repeat; a second last name keeps them apart on the page.
    let last = if round == 0 {
        last.to_owned()
    } else {
        format!("{last}-{}", LAST[(round * 7 + n) % LAST.len()])
    };
    (first, last, format!("{}.{n}", first.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_thirty_people_ten_of_them_in_sales() {
        let in_sales = SAMPLE
            .iter()
            .filter(|sample| sample.groups.iter().any(|(group, _)| *group == "sales"))
            .count();
        assert_eq!((SAMPLE.len(), in_sales), (30, 10));
    }
}
