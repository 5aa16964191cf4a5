//! What is said of an import: about the file, its lines, and the mails.

use domain::imports::{
    Column, FileProblem, HEADER, ImportLine, ImportMails, LineCode, LineProblem, MAX_BYTES,
    MAX_LINES,
};

use super::{label, number, plural};

/// Why a file can't be taken as a whole.
#[must_use]
pub fn file(why: FileProblem) -> String {
    match why {
        FileProblem::Missing => "Choose a file".to_owned(),
        FileProblem::TooLarge => format!(
            "The file is larger than {} MB. Split it",
            MAX_BYTES / (1024 * 1024)
        ),
        FileProblem::NotText => {
            "This is not text in UTF-8. Save it as “CSV UTF-8” and upload that".to_owned()
        }
        FileProblem::Header => format!("The first line must be {HEADER}"),
        FileProblem::Empty => "There is nobody in this file".to_owned(),
        FileProblem::TooMany => format!(
            "There are more than {} people in this file. Split it",
            number(MAX_LINES)
        ),
        FileProblem::Changed => {
            "A line can't be imported any more, so nobody was invited".to_owned()
        }
    }
}

/// How many lines there are, and how many are ready.
#[must_use]
pub fn lines_ready(lines: u32, wrong: u32) -> String {
    format!(
        "{}, {} ready",
        count(lines),
        number((lines - wrong.min(lines)) as usize)
    )
}

fn count(lines: u32) -> String {
    plural(lines as usize, "line", "lines")
}

/// What the dry run came to, and what to do now.
#[must_use]
pub fn checked(lines: u32, wrong: u32, file: &str) -> (String, String) {
    if wrong == 0 {
        return (
            if lines == 1 {
                "1 line is ready".to_owned()
            } else {
                format!("All {} lines are ready", number(lines as usize))
            },
            "Nothing has been saved yet. Everybody in the file gets an invite at once.".to_owned(),
        );
    }
    (
        format!(
            "{} of {} can't be imported yet",
            number(wrong as usize),
            count(lines)
        ),
        format!(
            "Nothing has been saved. Put the lines right in {file} and upload it again, or leave \
             them out."
        ),
    )
}

/// The button that imports everybody.
#[must_use]
pub fn import_people(people: u32) -> String {
    format!("Import {}", plural(people as usize, "person", "people"))
}

/// Why that button can't be pressed.
#[must_use]
pub fn still_wrong(wrong: u32) -> String {
    let are = if wrong == 1 { "is" } else { "are" };
    format!(
        "All or nothing: {} {are} still to be put right.",
        count(wrong)
    )
}

/// The first part of the progress.
#[must_use]
pub fn lines_checked(lines: u32) -> String {
    format!("{} checked", count(lines))
}

/// The second part of it.
#[must_use]
pub fn people_invited(people: u32) -> String {
    format!("{} invited", plural(people as usize, "person", "people"))
}

/// The third.
#[must_use]
pub fn mails_sent(people: u32, mails: &ImportMails) -> String {
    let mut said = format!(
        "{} of {} sent",
        number(mails.sent as usize),
        number(people as usize)
    );
    if mails.failed > 0 {
        said.push_str(", ");
        said.push_str(&number(mails.failed as usize));
        said.push_str(" failed");
    }
    said
}

/// How the mails stand, and what to do.
#[must_use]
pub fn mails_headline(people: u32, mails: &ImportMails) -> (String, String) {
    let title = people_invited(people);
    let then = match mails {
        ImportMails {
            waiting: 1..,
            trouble: Some(_),
            ..
        } => {
            "Their mails wait for the mail server. None is lost: they go out as soon as it takes them."
        }
        ImportMails { waiting: 1.., .. } => {
            "Their mails are on their way. You can leave this page."
        }
        ImportMails { failed: 1.., .. } => {
            "Some mails were given up. The page of each person says why, and sends the invite again."
        }
        _ => "All mails are sent.",
    };
    (title, then.to_owned())
}

/// A column of the file, as its problems name it.
const fn column(column: Column) -> &'static str {
    match column {
        Column::FirstName => label::FIRST_NAME,
        Column::LastName => label::LAST_NAME,
        Column::Email => label::EMAIL,
        Column::Groups => label::GROUP,
        Column::Stores => label::STORE,
    }
}

/// What is wrong with a line: where, and the rest of the sentence.
#[must_use]
pub fn problem(line: &ImportLine, problem: &LineProblem) -> (&'static str, String) {
    let place = problem.column.map_or(label::LINE, column);
    let meant = |meant: &Option<String>| {
        meant
            .as_ref()
            .map(|meant| format!(". Did you mean {meant}?"))
            .unwrap_or_default()
    };
    let what = match &problem.what {
        LineCode::Blank => " is empty".to_owned(),
        LineCode::TooLong { max } => format!(" is longer than {max} characters"),
        LineCode::Unprintable => ": use letters, digits and signs only, on one line".to_owned(),
        LineCode::NotAddress => format!(": “{}” is not a full address", line.email),
        LineCode::Taken => ": somebody here already uses this address".to_owned(),
        LineCode::Unusable => ": this address can't be used".to_owned(),
        LineCode::Twice { line } => format!(" is already on line {}", number(*line as usize)),
        LineCode::NoGroup { name, meant: near } => {
            format!(": there is no group “{name}”{}", meant(near))
        }
        LineCode::NoStore { name, meant: near } => {
            format!(": there is no store “{name}” of yours{}", meant(near))
        }
        LineCode::NotTheirs { store } => {
            format!(": it is for {store}, which is not among the stores of the line")
        }
        LineCode::Beyond { group } => format!(": you may not give {group} in an import"),
        LineCode::Renamed => {
            ": it means another one now than when you uploaded the file. Upload it again".to_owned()
        }
        LineCode::Cells { found, expected } => format!(
            " has {} where the first line has {expected}",
            plural(*found as usize, "cell", "cells")
        ),
    };
    (place, what)
}

/// The same as one sentence, for the file that tells of it.
#[must_use]
pub fn sentence(line: &ImportLine, one: &LineProblem) -> String {
    let (place, what) = problem(line, one);
    place.to_owned() + &what
}

#[cfg(test)]
mod tests {
    use domain::mail::MailTrouble;

    use super::*;

    fn line() -> ImportLine {
        ImportLine {
            line: 5,
            first_name: String::new(),
            last_name: "Lowe".into(),
            email: "grace@marlowfinch".into(),
            groups: "Cashier".into(),
            stores: vec!["BTH".into()],
            problems: Vec::new(),
        }
    }

    fn said(place: Option<Column>, what: LineCode) -> String {
        let one = LineProblem {
            column: place,
            what,
        };
        sentence(&line(), &one)
    }

    #[test]
    fn a_problem_names_its_column_and_what_to_change() {
        for (place, what, sentence) in [
            (
                Some(Column::FirstName),
                LineCode::Blank,
                "First name is empty",
            ),
            (
                Some(Column::Email),
                LineCode::NotAddress,
                "Email: “grace@marlowfinch” is not a full address",
            ),
            (
                Some(Column::Email),
                LineCode::Twice { line: 2 },
                "Email is already on line 2",
            ),
            (
                Some(Column::Groups),
                LineCode::NoGroup {
                    name: "Cashier".into(),
                    meant: Some("Counter Staff".into()),
                },
                "Group: there is no group “Cashier”. Did you mean Counter Staff?",
            ),
            (
                Some(Column::Groups),
                LineCode::Beyond {
                    group: "Super Admin".into(),
                },
                "Group: you may not give Super Admin in an import",
            ),
            (
                Some(Column::Stores),
                LineCode::Renamed,
                "Store: it means another one now than when you uploaded the file. Upload it again",
            ),
            (
                Some(Column::Stores),
                LineCode::NoStore {
                    name: "Bth".into(),
                    meant: None,
                },
                "Store: there is no store “Bth” of yours",
            ),
            (
                None,
                LineCode::Cells {
                    found: 1,
                    expected: 5,
                },
                "Line has 1 cell where the first line has 5",
            ),
        ] {
            assert_eq!(said(place, what), sentence);
        }
    }

    #[test]
    fn a_dry_run_is_told_in_numbers() {
        assert_eq!(lines_ready(24, 5), "24 lines, 19 ready");
        let (title, then) = checked(24, 5, "new-starters.csv");
        assert_eq!(title, "5 of 24 lines can't be imported yet");
        assert!(then.contains("in new-starters.csv"));
        assert_eq!(checked(1, 0, "a.csv").0, "1 line is ready");
        assert_eq!(
            still_wrong(1),
            "All or nothing: 1 line is still to be put right."
        );
        assert_eq!(import_people(5_000), "Import 5,000 people");
    }

    #[test]
    fn mails_are_told_as_they_stand() {
        let mails = |sent, waiting, failed, trouble| ImportMails {
            sent,
            waiting,
            failed,
            trouble,
        };
        let told = |mails: ImportMails| mails_headline(24, &mails).1;
        assert_eq!(told(mails(24, 0, 0, None)), "All mails are sent.");
        assert!(told(mails(3, 21, 0, None)).contains("on their way"));
        assert!(
            told(mails(3, 21, 0, Some((MailTrouble::Refused, String::new()))))
                .contains("None is lost")
        );
        assert!(told(mails(23, 0, 1, None)).contains("given up"));
        assert_eq!(
            mails_sent(24, &mails(22, 1, 1, None)),
            "22 of 24 sent, 1 failed"
        );
    }
}
