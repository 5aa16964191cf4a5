//! The answer to Who can as a file.

use std::sync::Arc;

use access::actions::ExportWhoCan;
use access::{Person, Question, UserId};
use async_trait::async_trait;
use domain::users::StoresLine;
use domain::who_can::{Because, WhoCanQuery};
use std::collections::BTreeMap;

use super::sql::{self, Candidate, Want};
use super::{LookUp, place, question, told};
use crate::csv::Csv;
use crate::download::{Download, Pieces, still};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people::groups_line;
use crate::visitor::Staff;

/// People looked at at once.
const AT_ONCE: usize = 500;
/// The columns.
const COLUMNS: [&str; 7] = [
    "name",
    "email",
    "because",
    "override_by",
    "groups",
    "stores",
    "status",
];
/// Place of the column that a one-store business does not have.
const STORES: usize = 5;

/// The people who hold a permission in a store, as a file.
///
/// # Errors
/// As the page has them.
pub async fn export(
    kh: &Keyholder,
    staff: &Arc<Staff>,
    query: WhoCanQuery,
) -> Result<Download, Failure> {
    kh.meets::<ExportWhoCan>(staff).await?;
    let question = question::<ExportWhoCan>(kh, staff, &query).await?;
    kh.sees::<ExportWhoCan>(staff, &question).await?;
    let holders = Holders {
        kh: kh.clone(),
        staff: Arc::clone(staff),
        question,
        from: None,
        begun: false,
        over: false,
    };
    Ok(Download::new(kh, staff, "who-can", holders))
}

/// The file's content.
struct Holders {
    kh: Keyholder,
    staff: Arc<Staff>,
    question: Question,
    /// Sort key and id of the last person looked at.
    from: Option<(String, String)>,
    begun: bool,
    over: bool,
}

#[async_trait]
impl Pieces for Holders {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.over {
            return Ok(None);
        }
        self.staff = still::<ExportWhoCan>(&self.kh, &self.staff, &self.question).await?;
        let staff = &self.staff;
        let mut conn = self.kh.reader().acquire().await?;
        let look_up = LookUp::begin(&mut conn, staff, self.question).await?;
        let want = Want {
            working: true,
            from: self
                .from
                .as_ref()
                .map(|(key, id)| (key.as_str(), id.as_str())),
            back: false,
            limit: AT_ONCE,
        };
        let candidates = sql::candidates(&mut conn, &look_up, want).await?;
        self.over = candidates.len() < AT_ONCE;
        self.from = candidates.last().map(place);
        let holders = look_up.holders(staff, candidates);
        let people = told(&mut conn, &holders).await?;
        drop(conn);

        let mut csv = Csv::without(staff.one_store().then_some(STORES));
        if !self.begun {
            csv.row(COLUMNS)?;
            self.begun = true;
        }
        for found in holders {
            csv.row(cells(&look_up, staff, found, &people))?;
        }
        csv.into_bytes().map(Some)
    }
}

/// A row of the page as cells, an override with who made it.
fn cells(
    look_up: &LookUp,
    staff: &Staff,
    found: Candidate,
    people: &BTreeMap<UserId, Person>,
) -> [String; COLUMNS.len()] {
    let email = found.email.clone();
    let row = look_up.row(staff, found, people);
    let (because, by) = match row.because {
        Because::SuperAdmin => ("Super Admin".to_owned(), String::new()),
        Because::Override(exception) => ("Override".to_owned(), exception.by),
        Because::Groups(groups) => {
            let giving = groups
                .iter()
                .map(|g| (g.group.as_str(), g.store.as_deref()));
            (groups_line(giving), String::new())
        }
    };
    let stores = match row.stores {
        StoresLine::All(_) => {
            let names: Vec<&str> = staff
                .stores
                .iter()
                .map(|store| store.name.as_str())
                .collect();
            names.join(";")
        }
        StoresLine::These(names) => names.join(";"),
    };
    let status = if row.locked { "locked" } else { "active" };
    [
        row.name,
        email,
        because,
        by,
        row.groups,
        stores,
        status.to_owned(),
    ]
}
