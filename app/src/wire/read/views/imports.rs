//! The views of an import.

use domain::imports::{
    Column, FileProblem, ImportLine, ImportMails, ImportRun, ImportView, LineCode, LineProblem,
};

use super::{Json, Read, member};

words!(Column, FileProblem);

objects! {
    ImportLine { line, first_name, last_name, email, groups, stores, problems }
    ImportMails { sent, waiting, failed, trouble }
    ImportRun { id, file, lines, wrong, only_wrong, page, mails }
    ImportView { one_store, run }
}

impl Read for LineProblem {
    fn read<J: Json>(json: &J) -> Option<Self> {
        Some(Self {
            column: member(json, "column")?,
            what: LineCode::read(json)?,
        })
    }
}

impl Read for LineCode {
    fn read<J: Json>(json: &J) -> Option<Self> {
        let problem: String = member(json, "problem")?;
        let name = || member(json, "name");
        let meant = || member(json, "meant");
        Some(match problem.as_str() {
            "blank" => Self::Blank,
            "too_long" => Self::TooLong {
                max: member(json, "max")?,
            },
            "unprintable" => Self::Unprintable,
            "not_address" => Self::NotAddress,
            "taken" => Self::Taken,
            "unusable" => Self::Unusable,
            "twice" => Self::Twice {
                line: member(json, "line")?,
            },
            "no_group" => Self::NoGroup {
                name: name()?,
                meant: meant()?,
            },
            "no_store" => Self::NoStore {
                name: name()?,
                meant: meant()?,
            },
            "not_theirs" => Self::NotTheirs {
                store: member(json, "store")?,
            },
            "beyond" => Self::Beyond {
                group: member(json, "group")?,
            },
            "renamed" => Self::Renamed,
            "cells" => Self::Cells {
                found: member(json, "found")?,
                expected: member(json, "expected")?,
            },
            _ => return None,
        })
    }
}
