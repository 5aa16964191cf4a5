//! Who can do what: every person, store and permission, as a file.

use std::sync::Arc;

use access::actions::ExportAccess;
use access::guards::may_see_person;
use access::{Permission, PermissionSet, StoreId, evaluate};
use async_trait::async_trait;

use super::place;
use super::sql::{self, Candidate};
use crate::csv::Csv;
use crate::download::{Download, Pieces, still};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::visitor::Staff;

/// People read at once; each fills a row for every store of theirs.
const AT_ONCE: usize = 100;

/// What everybody may do in each store, as it is at this moment, as a file: a row for each person
/// and store, a column for each permission. People and stores that the person who asks may not see
/// are not in it.
///
/// # Errors
/// When they may not see people anywhere.
pub async fn export(kh: &Keyholder, staff: &Arc<Staff>) -> Result<Download, Failure> {
    kh.sees::<ExportAccess>(staff, &()).await?;
    let matrix = Matrix {
        kh: kh.clone(),
        staff: Arc::clone(staff),
        from: None,
        begun: false,
        over: false,
    };
    Ok(Download::new(kh, staff, "who-can-what", matrix))
}

/// The file's content.
struct Matrix {
    kh: Keyholder,
    staff: Arc<Staff>,
    /// Sort key and id of the last person written.
    from: Option<(String, String)>,
    begun: bool,
    over: bool,
}

#[async_trait]
impl Pieces for Matrix {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.over {
            return Ok(None);
        }
        self.staff = still::<ExportAccess>(&self.kh, &self.staff, &()).await?;
        let staff = &self.staff;
        let visible = staff.caller.visible(Permission::SettingsUsers, None)?;
        let people = {
            let mut conn = self.kh.reader().acquire().await?;
            let groups = people::groups(&mut conn).await?;
            let from = self
                .from
                .as_ref()
                .map(|(key, id)| (key.as_str(), id.as_str()));
            sql::everybody(&mut conn, &groups, &visible, from, AT_ONCE).await?
        };
        self.over = people.len() < AT_ONCE;
        self.from = people.last().map(place);

        let mut csv = Csv::new();
        if !self.begun {
            csv.row(head(staff))?;
            self.begun = true;
        }
        let stores: Vec<(StoreId, &str)> = staff
            .stores
            .iter()
            .filter(|store| visible.shows(store.id))
            .map(|store| (store.id, store.name.as_str()))
            .collect();
        for found in people {
            if may_see_person(&staff.caller, &found.person).is_ok() {
                rows(&mut csv, staff, &found, &stores)?;
            }
        }
        csv.into_bytes().map(Some)
    }
}

fn head(staff: &Staff) -> Vec<&'static str> {
    let store = (!staff.one_store()).then_some("store");
    let permissions = Permission::ALL.iter().map(|permission| permission.key());
    ["name", "email"]
        .into_iter()
        .chain(store)
        .chain(permissions)
        .collect()
}

/// A row for each store in which they work or see something; one without a store for who has
/// none, since what is of business scope holds nevertheless.
fn rows(
    csv: &mut Csv,
    staff: &Staff,
    found: &Candidate,
    stores: &[(StoreId, &str)],
) -> Result<(), Failure> {
    let held = evaluate(&found.person, &staff.caller.all_stores, staff.caller.now);
    let mut row = |store: &str, held: PermissionSet| {
        let who = [found.name.as_str(), found.email.as_str()].into_iter();
        let store = (!staff.one_store()).then_some(store);
        let cells = Permission::ALL
            .iter()
            .map(|&p| if held.contains(p) { "yes" } else { "" });
        csv.row(who.chain(store).chain(cells))
    };
    let mut written = false;
    for &(store, name) in stores {
        let here = held.in_store(store);
        if held.is_theirs(store) || !here.store().is_empty() {
            row(name, here)?;
            written = true;
        }
    }
    if !written {
        row("", held.business())?;
    }
    Ok(())
}
