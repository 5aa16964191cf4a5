//! Every operation, called over HTTP by every persona on what is their own, foreign, and of all
//! stores: the table is a reviewed snapshot, and a refusal leaves nothing behind but its entry in
//! the audit log (req. 52, 53).
//!
//! After a change that is meant: `KEYHOLDER_WRITE_SNAPSHOTS=1 cargo test -p server --test http matrix`,
//! then read the difference line by line.

use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::path::Path;

use crate::browser::Answer;
use crate::personas::{Cast, PERSONAS, Persona, REACHES, Reach, applies};
use access::{Kind, Needs, OPERATIONS, Operation};
use axum::http::StatusCode;
use domain::AppError;

const WRITE: &str = "KEYHOLDER_WRITE_SNAPSHOTS";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r52_every_operation_answers_every_persona_as_the_reviewed_table_says() {
    let template = Cast::template().await;
    let mut stage = None;
    let mut table = String::from(
        "# operation × persona: own | foreign | all stores\n\
         # own: Downtown, where the persona works; foreign: Harbour, where they don't; all: every store\n",
    );
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.kind != Kind::System)
    {
        writeln!(table, "\n{} {}", operation.name, operation.path).expect("a string takes it");
        for persona in PERSONAS {
            let mut cells = Vec::new();
            for reach in REACHES {
                if applies(operation, reach) {
                    let cast = match stage.take() {
                        Some(unchanged) => unchanged,
                        None => Cast::copy(&template).await,
                    };
                    let asked = ask(&cast, operation, persona, reach).await;
                    if asked.changed || persona == Persona::Deactivated {
                        cast.world.kh.close().await;
                    } else {
                        stage = Some(cast);
                    }
                    cells.push(asked.cell);
                }
            }
            writeln!(table, "  {:<22} {}", persona.name(), cells.join(" | ")).expect("it fits");
        }
    }
    compare("matrix.txt", &table);
}

/// What came of asking.
struct Asked {
    cell: String,
    changed: bool,
}

/// Asks once, with a session of its own, and looks at what was left behind.
async fn ask(cast: &Cast, operation: &Operation, persona: Persona, reach: Reach) -> Asked {
    let mut browser = cast.browser(persona).await;
    let prepared = cast.prepared(&mut browser, operation, reach).await;
    let before = cast.world.contents().await;
    let audited = cast.world.audit_count().await;
    let answer = match operation.kind {
        Kind::Read | Kind::Change => {
            let mut fields = cast.fields(operation, reach);
            if let Some((name, id)) = &prepared {
                fields.retain(|(field, _)| field != name);
                fields.push((name.clone(), id.clone()));
            }
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (&**name, &**value))
                .collect();
            browser.call(operation.path, &fields).await
        }
        Kind::Upload => {
            let body = cast.sent(operation, reach);
            browser.send_form(operation.path, body).await
        }
        _ => browser.get(&cast.path(operation, reach)).await,
    };
    // Some go on after the answer was given.
    cast.world.kh.settled().await;
    let what = || format!("{} as {} on {reach:?}", operation.name, persona.name());
    assert!(
        !answer.status.is_server_error(),
        "{}: {}",
        what(),
        answer.text()
    );
    let may_change = matches!(operation.kind, Kind::Change | Kind::Upload);
    let changed = may_change && answer.status == StatusCode::OK;
    let after = cast.world.contents().await;
    assert!(
        changed || after == before,
        "{} left something behind",
        what()
    );
    let entries = cast.world.audit_count().await - audited;
    if changed {
        // Where there was nothing to do, nothing is written.
        assert!(entries >= 1 || after == before, "{} left no entry", what());
    } else {
        let due = entries_due(operation, answer.status);
        assert!(
            due.contains(&entries),
            "{} was answered {} and left {entries} entries, not {due:?}",
            what(),
            answer.status
        );
    }
    Asked {
        cell: cell(operation, &answer),
        changed: changed || prepared.is_some(),
    }
}

/// How many entries an answer that changed nothing leaves: one when somebody who is signed in was
/// refused, none for what is allowed or mistyped, and none for strangers (product §8).
fn entries_due(operation: &Operation, status: StatusCode) -> RangeInclusive<i64> {
    let of_ones_own = matches!(operation.needs, Needs::Anyone | Needs::Half | Needs::Staff);
    match status {
        StatusCode::FORBIDDEN => 1..=1,
        // Somebody else's looks like none, but of what is one's own there may be none.
        StatusCode::NOT_FOUND => i64::from(!of_ones_own)..=1,
        _ => 0..=0,
    }
}

/// An answer in a word or two.
fn cell(operation: &Operation, answer: &Answer) -> String {
    let status = answer.status.as_u16();
    if answer.status.is_redirection() {
        let path = answer.location().split('?').next().unwrap_or_default();
        return format!("{status} {path}");
    }
    if answer.status.is_success() || matches!(operation.kind, Kind::Page | Kind::File) {
        return status.to_string();
    }
    let why = match answer.error() {
        AppError::Forbidden { missing, .. } => missing.key().to_owned(),
        AppError::Refused(rule) => rule
            .to_string()
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned(),
        AppError::SignedOut { ended: Some(why) } => why.key().to_owned(),
        AppError::Due(due) => due.key().to_owned(),
        AppError::Invalid(problems) => problems
            .0
            .iter()
            .map(|one| one.field.as_str())
            .collect::<Vec<_>>()
            .join(","),
        AppError::NoGroup => "no_group".to_owned(),
        AppError::LinkOver => "link_over".to_owned(),
        AppError::SignInFailed => "sign_in_failed".to_owned(),
        _ => return status.to_string(),
    };
    format!("{status} {why}")
}

fn compare(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/http/snapshots")
        .join(name);
    #[expect(
        clippy::disallowed_methods,
        reason = "the switch of this test, not a setting"
    )]
    let write = std::env::var_os(WRITE).is_some();
    if write {
        std::fs::write(&path, now).expect("the snapshot can be written");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs: Vec<_> = kept
        .lines()
        .zip(now.lines())
        .filter(|(kept, now)| kept != now)
        .collect();
    assert!(
        kept == now,
        "{} differs in {} lines, first: {:#?}",
        path.display(),
        differs.len(),
        &differs[..differs.len().min(5)]
    );
}
