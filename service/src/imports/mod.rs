//! Importing people from a file (product §3): a dry run that checks every line and writes nobody,
//! then all of them at once or none.
//!
//! The lines of a dry run are kept for a day, sealed, for whoever made it. Applying it judges them
//! anew, and the access rules decide about each person again under the lock that every change of
//! rights takes.

mod export;
mod file;
mod invite;
mod judge;
mod nearly;
mod people_sql;
mod sql;

use std::collections::HashSet;

use access::actions::{ApplyImport, CheckImport, Import, ViewImport};
use access::guards::may_see_person;
use access::{Action, Caller, Denied, ImportId, Person, UserId};
use domain::form::is_email;
use domain::imports::{Column, FileProblem, ImportLine, ImportRun, ImportView, LineProblem};
use domain::page::{Count, Page};
use domain::{AppError, Done, ProblemCode, Toast};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::AnyConnection;

pub use self::export::{Say, export};
use self::file::Line;
use self::judge::{Holders, Judge, Meaning, Verdict, cut, words};
use crate::audit;
use crate::crypto::{Place, Purpose};
use crate::db::fold::{fold, fold_email};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::outbox;
use crate::people;
use crate::tx::{Change, Imports, Object, Tx};
use crate::visitor::Staff;

/// Lines on a page.
const PAGE: u32 = 50;
/// Dry runs of one person that are kept beside each other.
const KEPT: i64 = 5;
/// How long a dry run is kept.
const KEPT_MS: i64 = 24 * 60 * 60_000;
/// Longest name of a file that is kept, in characters.
const NAME_MAX: usize = 100;
/// Lines that are judged before others get their turn.
const IN_A_ROW: usize = 100;

/// A line as it is kept.
#[derive(Serialize, Deserialize)]
struct Row {
    line: Line,
    problems: Vec<LineProblem>,
    /// What it stood for when nothing was wrong with it.
    meaning: Option<Meaning>,
}

/// Whether somebody may import at all; asked before their file is read.
///
/// # Errors
/// The refusal.
pub async fn may_check(kh: &Keyholder, staff: &Staff) -> Result<(), Failure> {
    kh.sees::<CheckImport>(staff, &()).await
}

/// The dry run: reads a file, judges every line, and keeps what was found.
///
/// # Errors
/// Why the file can't be taken as a whole, beside its field.
pub async fn check(
    kh: &Keyholder,
    staff: &Staff,
    file_name: &str,
    bytes: &[u8],
) -> Result<Done, Failure> {
    let grant = kh.may::<CheckImport>(staff, &()).await?;
    if bytes.is_empty() && file_name.is_empty() {
        return Err(file_problem(FileProblem::Missing));
    }
    let lines = file::read(bytes, staff.one_store()).map_err(file_problem)?;
    let verdicts = judge(kh, staff, &lines.iter().collect::<Vec<_>>()).await?;
    if let Some(denied) = verdicts.iter().find_map(|verdict| verdict.denied.as_ref()) {
        audit::record_refusal(kh, staff, CheckImport::OPERATION.name, denied, None).await?;
    }
    let id = ImportId(kh.new_id());
    let name = plain_name(file_name);
    let found = lines.into_iter().zip(verdicts).map(|(line, verdict)| Row {
        line,
        meaning: verdict.meaning(),
        problems: verdict.problems,
    });
    let (wrong, rows) = sealed(kh, id, found.collect())?;
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let new = sql::New {
        id,
        by: caller.person.id,
        file: &name,
        total: rows.len(),
        wrong,
        now: tx.now(),
    };
    sql::insert(&mut tx.write::<Imports>(), &new).await?;
    sql::replace_rows(&mut tx.write::<Imports>(), id, &rows).await?;
    for old in sql::beyond_newest(tx.read(), caller.person.id, KEPT).await? {
        sql::forget_run(&mut tx.write::<Imports>(), old).await?;
    }
    tx.commit(
        Change::of(Object::import(id, &name))
            .after(&json!({ "lines": rows.len(), "wrong": wrong })),
    )
    .await?;
    Ok(Done::quiet().go(address(id)))
}

/// The page of the import: the form, or a dry run and what became of it. `page` is a number.
///
/// # Errors
/// Not found for somebody else's dry run, like for one that is not there.
pub async fn view(
    kh: &Keyholder,
    staff: &Staff,
    run: &str,
    only_wrong: bool,
    page: &str,
) -> Result<ImportView, Failure> {
    kh.meets::<ViewImport>(staff).await?;
    let one_store = staff.one_store();
    if run.is_empty() {
        return Ok(ImportView {
            one_store,
            run: None,
        });
    }
    let run = known::<ViewImport>(kh, staff, run).await?;
    kh.sees::<ViewImport>(staff, &run.by).await?;
    let mut conn = kh.reader().acquire().await?;
    let mails = if run.applied {
        Some(outbox::of_import(&mut conn, run.id).await?)
    } else {
        None
    };
    let lines = match (run.applied, only_wrong) {
        (true, _) => 0,
        (false, true) => run.wrong,
        (false, false) => run.total,
    };
    let wanted: u32 = page.parse().unwrap_or(1);
    let past = wanted.saturating_sub(1).saturating_mul(PAGE);
    let (number, past) = if past < lines {
        (wanted.max(1), past)
    } else {
        (1, 0)
    };
    let rows = sql::page(&mut conn, run.id, only_wrong, past, PAGE)
        .await?
        .into_iter()
        .map(|row| Ok(shown(staff, opened(kh, run.id, &row)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok(ImportView {
        one_store,
        run: Some(ImportRun {
            id: run.id.to_string(),
            file: run.file,
            lines: run.total,
            wrong: run.wrong,
            only_wrong,
            page: Page {
                rows,
                first: past + 1,
                total: Count::capped(lines),
                previous: (number > 1).then(|| (number - 1).to_string()),
                next: (past + PAGE < lines).then(|| (number + 1).to_string()),
            },
            mails,
        }),
    })
}

/// Invites everybody of a dry run, or nobody. Once it is applied, a second time does nothing.
///
/// # Errors
/// The rule that stands against it, or that a line can't be imported any more.
pub async fn apply(kh: &Keyholder, staff: &Staff, run: &str) -> Result<Done, Failure> {
    kh.meets::<ApplyImport>(staff).await?;
    let run = known::<ApplyImport>(kh, staff, run).await?;
    let import = |people| Import { by: run.by, people };
    kh.sees::<ApplyImport>(staff, &import(Vec::new())).await?;
    let rows = {
        let mut conn = kh.reader().acquire().await?;
        let rows = sql::rows(&mut conn, run.id).await?;
        let rows = rows.iter().map(|row| opened(kh, run.id, row));
        rows.collect::<Result<Vec<_>, Failure>>()?
    };
    if run.applied || rows.is_empty() {
        // Applied already, as by a button that was pressed twice.
        return Ok(Done::quiet().go(address(run.id)));
    }
    let people = ready(kh, staff, run.id, &rows).await?;
    let lines: Vec<&Line> = rows.iter().map(|row| &row.line).collect();
    let grant = kh
        .may::<ApplyImport>(staff, &import(people.clone()))
        .await?;
    let (mut tx, _, Import { people, .. }) = Tx::begin(kh, staff, grant, import(people)).await?;
    if !sql::set_applied(&mut tx.write::<Imports>(), run.id).await? {
        drop(tx);
        return Ok(Done::quiet().go(address(run.id)));
    }
    // Asked again under the lock: somebody may have been invited meanwhile.
    if !sql::holders(tx.read(), &addresses(&lines))
        .await?
        .is_empty()
    {
        drop(tx);
        ready(kh, staff, run.id, &rows).await?;
        return Err(AppError::Conflict.into());
    }
    sql::forget_rows(&mut tx.write::<Imports>(), run.id).await?;
    invite::all(kh, &mut tx, staff, &run, &lines, &people).await?;
    let invited = json!({ "people": people.len() });
    tx.commit(Change::of(Object::import(run.id, &run.file)).after(&invited))
        .await?;
    let people = u32::try_from(people.len()).unwrap_or(u32::MAX);
    Ok(Done::say(Toast::Imported { people }).go(address(run.id)))
}

/// Forgets what is older than a day.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    sql::forget(kh.writer(), kh.now().plus_millis(-KEPT_MS)).await
}

/// Where a dry run is shown.
fn address(id: ImportId) -> String {
    format!("/settings/users/import?run={id}")
}

fn file_problem(why: FileProblem) -> Failure {
    Failure::field("file", ProblemCode::File { why })
}

/// A dry run by the id as it came in.
async fn known<A: Action>(kh: &Keyholder, staff: &Staff, id: &str) -> Result<sql::Run, Failure> {
    if let Ok(id) = id.parse() {
        let mut conn = kh.reader().acquire().await?;
        if let Some(run) = sql::find(&mut conn, id).await? {
            return Ok(run);
        }
    }
    Err(kh.refuse(staff, A::OPERATION.name, Denied::Hidden).await)
}

/// Judges the lines at this moment.
async fn judge(kh: &Keyholder, staff: &Staff, lines: &[&Line]) -> Result<Vec<Verdict>, Failure> {
    let mut conn = kh.reader().acquire().await?;
    let groups = people::groups(&mut conn).await?;
    let holders = holders(&mut conn, &staff.caller, lines).await?;
    drop(conn);
    let mut judge = Judge::new(staff, &groups, &holders);
    let mut verdicts = Vec::with_capacity(lines.len());
    for some in lines.chunks(IN_A_ROW) {
        verdicts.extend(some.iter().map(|line| judge.judge(line, kh.new_user_id())));
        tokio::task::yield_now().await;
    }
    Ok(verdicts)
}

/// Everybody of the lines, when all of them can be imported at this moment. When one can't, what
/// was found is kept for the page, unless it is what is known of the lines already.
async fn ready(
    kh: &Keyholder,
    staff: &Staff,
    run: ImportId,
    rows: &[Row],
) -> Result<Vec<Person>, Failure> {
    let lines: Vec<&Line> = rows.iter().map(|row| &row.line).collect();
    let mut verdicts = judge(kh, staff, &lines).await?;
    for (verdict, row) in verdicts.iter_mut().zip(rows) {
        if let Some(meaning) = &row.meaning {
            verdict.hold_to(meaning);
        }
    }
    if verdicts.iter().all(|verdict| verdict.problems.is_empty()) {
        return Ok(verdicts
            .into_iter()
            .filter_map(|verdict| verdict.person)
            .collect());
    }
    let denied = verdicts
        .iter_mut()
        .find_map(|verdict| verdict.denied.take());
    let found = verdicts.iter().map(|verdict| &verdict.problems);
    if !found.eq(rows.iter().map(|row| &row.problems)) {
        let found = rows.iter().zip(verdicts).map(|(row, verdict)| Row {
            line: row.line.clone(),
            problems: verdict.problems,
            meaning: row.meaning.clone(),
        });
        keep(kh, staff, run, found.collect()).await?;
    }
    if let Some(denied) = denied {
        return Err(kh.refuse(staff, ApplyImport::OPERATION.name, denied).await);
    }
    let why = FileProblem::Changed;
    Err(Failure::field("lines", ProblemCode::File { why }))
}

/// Keeps what was found about the lines of a dry run that is not applied yet.
async fn keep(
    kh: &Keyholder,
    staff: &Staff,
    run: ImportId,
    found: Vec<Row>,
) -> Result<(), Failure> {
    let (wrong, rows) = sealed(kh, run, found)?;
    let grant = kh.may::<CheckImport>(staff, &()).await?;
    let (mut tx, ..) = Tx::begin(kh, staff, grant, ()).await?;
    let Some(found) = sql::find(tx.read(), run).await?.filter(|run| !run.applied) else {
        return Ok(());
    };
    sql::set_wrong(&mut tx.write::<Imports>(), run, wrong).await?;
    sql::replace_rows(&mut tx.write::<Imports>(), run, &rows).await?;
    let checked = json!({ "lines": rows.len(), "wrong": wrong });
    tx.commit(Change::of(Object::import(run, &found.file)).after(&checked))
        .await
}

/// The addresses of the lines as they are compared, each once.
fn addresses(lines: &[&Line]) -> Vec<String> {
    let emails: HashSet<String> = lines
        .iter()
        .map(|line| line.cell(Column::Email))
        .filter(|email| is_email(email))
        .map(fold_email)
        .collect();
    emails.into_iter().collect()
}

/// Whose addresses are taken, and whether the importer may know by whom.
async fn holders(
    conn: &mut AnyConnection,
    caller: &Caller,
    lines: &[&Line],
) -> Result<Holders, Failure> {
    let found = sql::holders(conn, &addresses(lines)).await?;
    let ids: Vec<UserId> = found.iter().map(|(_, id)| *id).collect();
    let known: HashSet<UserId> = people::several(conn, &ids)
        .await?
        .into_iter()
        .filter(|person| may_see_person(caller, person).is_ok())
        .map(|person| person.id)
        .collect();
    Ok(found
        .into_iter()
        .map(|(email, id)| (email, known.contains(&id)))
        .collect())
}

/// The lines as they are kept, and how many of them are wrong.
fn sealed(
    kh: &Keyholder,
    import: ImportId,
    rows: Vec<Row>,
) -> Result<(usize, Vec<sql::NewRow>), Failure> {
    let rows = (1..)
        .zip(rows)
        .map(|(n, found)| {
            let body = serde_json::to_vec(&found)?;
            let row = place(import, n);
            Ok(sql::NewRow {
                n,
                wrong: !found.problems.is_empty(),
                body_sealed: kh.crypto().seal(Purpose::IMPORT, at(&row), &body),
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok((rows.iter().filter(|row| row.wrong).count(), rows))
}

/// A line as it was kept.
fn opened(kh: &Keyholder, import: ImportId, row: &sql::Stored) -> Result<Row, Failure> {
    let place = place(import, row.n);
    let body = kh
        .crypto()
        .open(Purpose::IMPORT, at(&place), &row.body_sealed)
        .map_err(|error| Failure::Internal(Box::new(error)))?;
    Ok(serde_json::from_slice(&body)?)
}

fn place(import: ImportId, n: i64) -> String {
    format!("{import}:{n}")
}

const fn at(row: &str) -> Place<'_> {
    Place {
        table: "import_rows",
        column: "body_sealed",
        row,
    }
}

/// A line as it is shown: of its stores the codes, where the importer may know them.
fn shown(staff: &Staff, row: Row) -> ImportLine {
    let Row { line, problems, .. } = row;
    let cell = |column| cut(line.cell(column));
    let code = |word: &str| {
        let folded = fold(word);
        let store = staff.own_stores().find(|store| fold(&store.name) == folded);
        store.map_or_else(|| cut(word), |store| store.code.clone())
    };
    ImportLine {
        line: line.number,
        first_name: cell(Column::FirstName),
        last_name: cell(Column::LastName),
        email: cell(Column::Email),
        groups: cut(&words(line.cell(Column::Groups))
            .collect::<Vec<_>>()
            .join(", ")),
        stores: words(line.cell(Column::Stores))
            .take(STORES_SHOWN)
            .map(code)
            .collect(),
        problems,
    }
}

/// Stores of a line that are shown.
const STORES_SHOWN: usize = 20;

/// The name of a file without its folders, on one line, and not too long.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_MAX)
        .collect();
    let name = name.trim();
    if name.is_empty() {
        "import.csv".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_file_is_called_by_its_own_name() {
        for (sent, kept) in [
            ("new-starters.csv", "new-starters.csv"),
            ("C:\\Users\\theo\\starters.csv", "starters.csv"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nb\0.csv", "ab.csv"),
            ("  ", "import.csv"),
            ("", "import.csv"),
        ] {
            assert_eq!(plain_name(sent), kept, "{sent:?}");
        }
        assert_eq!(plain_name(&"x".repeat(5_000)).len(), 100);
    }
}
