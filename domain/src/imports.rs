//! Importing people from a CSV file (product §3).

use serde::{Deserialize, Serialize};

use crate::keys::keys;
use crate::mail::MailTrouble;
use crate::page::Page;

/// Most people in one file.
pub const MAX_LINES: usize = 5_000;
/// Most bytes of a file: 2 MiB.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The first line of a file, as our template has it.
pub const HEADER: &str = "first_name,last_name,email,groups,stores";
/// The same where there is one store, of which nothing is asked (product §4).
pub const HEADER_ONE_STORE: &str = "first_name,last_name,email,groups";

/// In the address of a dry run: the lines alone that can't be imported yet.
pub const ONLY_WRONG: &str = "wrong";

keys! {
    /// Why a file can't be imported as a whole.
    FileProblem {
        /// No file was chosen.
        Missing = "missing",
        /// More than [`MAX_BYTES`].
        TooLarge = "too_large",
        /// Not text in UTF-8.
        NotText = "not_text",
        /// The first line is not [`HEADER`].
        Header = "header",
        /// No line below the first.
        Empty = "empty",
        /// More than [`MAX_LINES`] people.
        TooMany = "too_many",
        /// When the lines were checked again, one could no longer be imported. Nobody was invited.
        Changed = "changed",
    }
}

keys! {
    /// A column of the file.
    Column {
        /// First name.
        FirstName = "first_name",
        /// Last name.
        LastName = "last_name",
        /// Sign-in address.
        Email = "email",
        /// Names of groups, by `;`, one for a single store as `Sales@Bath`.
        Groups = "groups",
        /// Names of stores, by `;`; may be absent in a one-store business.
        Stores = "stores",
    }
}

/// One thing to put right in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineProblem {
    /// Where; nowhere in particular when the line as a whole is wrong.
    pub column: Option<Column>,
    /// What is wrong there.
    #[serde(flatten)]
    pub what: LineCode,
}

/// What can be wrong with a line; the app has the sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum LineCode {
    /// Nothing stands there.
    Blank,
    /// More characters than fit.
    TooLong {
        /// How many fit.
        max: usize,
    },
    /// Control characters, which no name has.
    Unprintable,
    /// Not a whole mail address.
    NotAddress,
    /// Somebody whom the importer may see has this address already.
    Taken,
    /// The address can't be used, for a reason that is not the importer's to know (product §2.4).
    Unusable,
    /// Another line above has the same address.
    Twice {
        /// Its number in the file.
        line: u32,
    },
    /// There is no such group.
    NoGroup {
        /// As it stands in the file.
        name: String,
        /// A group that is written nearly so.
        meant: Option<String>,
    },
    /// There is no such store, or none in which the importer may manage people; the two look
    /// alike (product §2.4).
    NoStore {
        /// As it stands in the file.
        name: String,
        /// A store that is written nearly so, of those that they may give.
        meant: Option<String>,
    },
    /// A group is for a store that is not among the person's.
    NotTheirs {
        /// The store.
        store: String,
    },
    /// The group gives more than the importer may give there.
    Beyond {
        /// The group.
        group: String,
    },
    /// It stands for another group or store than when the line was shown.
    Renamed,
    /// The line has another number of cells than the first line.
    Cells {
        /// How many it has.
        found: u32,
        /// How many the first line has.
        expected: u32,
    },
}

/// A line of the file, as it is shown; long cells are cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    /// Its number in the file, the header being 1.
    pub line: u32,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Sign-in address.
    pub email: String,
    /// Groups, as they stand in the file.
    pub groups: String,
    /// Stores: the codes of those that were found, the others as they stand in the file.
    pub stores: Vec<String>,
    /// What is to be put right; nothing when the person is ready.
    pub problems: Vec<LineProblem>,
}

/// How far the mails of an import are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportMails {
    /// Handed to the mail server.
    pub sent: u32,
    /// Waiting, or to be tried again.
    pub waiting: u32,
    /// Given up.
    pub failed: u32,
    /// Why one was not taken so far, and what the mail server said of it.
    pub trouble: Option<(MailTrouble, String)>,
}

/// A dry run, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRun {
    /// Id.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// People in the file.
    pub lines: u32,
    /// How many of them can't be imported yet.
    pub wrong: u32,
    /// Only those are shown.
    pub only_wrong: bool,
    /// The lines; none once they are imported.
    pub page: Page<ImportLine>,
    /// The mails, once everybody is invited.
    pub mails: Option<ImportMails>,
}

/// Settings → Users → Import CSV.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportView {
    /// The business has one store, so that none shows.
    pub one_store: bool,
    /// The dry run that was asked for.
    pub run: Option<ImportRun>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_are_those_that_serde_writes() {
        for problem in FileProblem::ALL {
            assert_eq!(FileProblem::from_key(problem.key()), Some(problem));
            assert_eq!(
                serde_json::to_value(problem).ok(),
                Some(problem.key().into())
            );
        }
        for column in Column::ALL {
            assert_eq!(Column::from_key(column.key()), Some(column));
            assert_eq!(serde_json::to_value(column).ok(), Some(column.key().into()));
        }
    }

    #[test]
    fn the_header_is_the_columns() {
        assert_eq!(HEADER, Column::ALL.map(Column::key).join(","));
    }
}
