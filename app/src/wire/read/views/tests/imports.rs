//! The views of an import.

use domain::imports::{
    Column, FileProblem, ImportLine, ImportMails, ImportRun, ImportView, LineCode, LineProblem,
};

use super::*;

#[test]
fn an_import() {
    for problem in FileProblem::ALL {
        reads_back(problem);
    }
    for column in Column::ALL {
        reads_back(column);
    }
    let name = || text("Cashier");
    let meant = || Some(text("Counter Staff"));
    let problems: Vec<LineProblem> = [
        LineCode::Blank,
        LineCode::TooLong { max: 80 },
        LineCode::Unprintable,
        LineCode::NotAddress,
        LineCode::Taken,
        LineCode::Unusable,
        LineCode::Twice { line: 2 },
        LineCode::NoGroup {
            name: name(),
            meant: meant(),
        },
        LineCode::NoStore {
            name: name(),
            meant: None,
        },
        LineCode::NotTheirs { store: name() },
        LineCode::Beyond { group: name() },
        LineCode::Renamed,
        LineCode::Cells {
            found: 3,
            expected: 5,
        },
    ]
    .into_iter()
    .zip([Some(Column::Groups), None].into_iter().cycle())
    .map(|(what, column)| LineProblem { column, what })
    .collect();
    for problem in problems.clone() {
        reads_back(problem);
    }
    let mails = ImportMails {
        sent: 3,
        waiting: 2,
        failed: 1,
        trouble: Some((MailTrouble::Refused, text("no such mailbox"))),
    };
    reads_back(mails.clone());
    let line = ImportLine {
        line: 2,
        first_name: text("Dana"),
        last_name: text("Reed"),
        email: "dana@shop.example".into(),
        groups: text("Sales, Crew"),
        stores: vec!["BTH".into()],
        problems,
    };
    reads_back(line.clone());
    let run = ImportRun {
        id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        file: text("new.csv"),
        lines: 24,
        wrong: 5,
        only_wrong: true,
        page: Page {
            rows: vec![line],
            first: 1,
            total: Count { n: 5, more: false },
            previous: None,
            next: Some("2".into()),
        },
        mails: Some(mails),
    };
    reads_back(run.clone());
    reads_back(ImportView {
        one_store: true,
        run: Some(run),
    });
}
