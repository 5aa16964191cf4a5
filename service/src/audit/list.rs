//! The list of entries, with its filters; and the trail of one person.

use access::actions::{
    ApplyImport, CreateGroup, CreateOwner, DeactivateUser, DeleteGroup, DuplicateGroup, EndAccess,
    InviteUser, ListAudit, ReactivateUser, SetAccess, SetLastDay, UpdateGroup, WithdrawInvite,
};
use access::{Action, Instant, OPERATIONS, Permission, Person, UserId, Visible};
use domain::audit::{
    AuditDetail, AuditEntries, AuditQuery, AuditRow, AuditView, ObjectKind, Outcome, Span,
};
use domain::shell::StoreChoice;
use jiff::civil::Date;
use sqlx::AnyConnection;

use super::list_sql::{self, Found, Object, Page, Want};
use super::people::{self, Meant};
use super::search::{LONGEST, SHORTEST, typed};
use super::{chain, difference};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::time::{date_at, midnight, when};
use crate::visitor::Staff;

/// Entries on a page.
const PAGE: usize = 50;
/// Entries of changes of access that are shown elsewhere.
const LATEST: usize = 3;
/// What changes who may do what.
const OF_ACCESS: [&str; 13] = [
    InviteUser::OPERATION.name,
    WithdrawInvite::OPERATION.name,
    ApplyImport::OPERATION.name,
    SetAccess::OPERATION.name,
    SetLastDay::OPERATION.name,
    EndAccess::OPERATION.name,
    DeactivateUser::OPERATION.name,
    ReactivateUser::OPERATION.name,
    CreateGroup::OPERATION.name,
    UpdateGroup::OPERATION.name,
    DuplicateGroup::OPERATION.name,
    DeleteGroup::OPERATION.name,
    CreateOwner::OPERATION.name,
];
/// How much of an entry's link in the chain is shown, in characters.
const MAC_SHOWN: usize = 8;

/// The log, as the filters want it.
///
/// # Errors
/// When they may not see it.
pub async fn list(kh: &Keyholder, staff: &Staff, query: AuditQuery) -> Result<AuditView, Failure> {
    kh.sees::<ListAudit>(staff, &()).await?;
    let visible = staff.caller.visible(Permission::SettingsAudit, None)?;
    let now = kh.now();
    let mut conn = kh.reader().acquire().await?;
    let filters = Filters::read(&mut conn, staff, query, now).await?;
    let mut page = Page::default();
    if let Some(want) = filters.want(PAGE + 1) {
        page = list_sql::page(&mut conn, kh.db().dialect(), &visible, &want).await?;
    }
    let number = filters.query.entry.parse().ok();
    let entries = shown(&mut conn, staff, &visible, page, number, now).await?;
    let object = match filters.object() {
        Object::One(id) => Some(object_name(&mut conn, &visible, &entries, id).await?),
        _ => None,
    };
    let check = chain::last(&mut conn, now, &staff.business.time_zone).await?;
    Ok(AuditView {
        entries,
        stores: stores(staff),
        whom: filters.meant.whom(),
        object,
        short: filters.short,
        check,
        query: filters.query,
    })
}

/// The newest changes of who may do what.
pub(crate) async fn latest_of_access(
    conn: &mut AnyConnection,
    staff: &Staff,
    visible: &Visible,
    now: Instant,
) -> Result<Vec<AuditRow>, Failure> {
    let found = list_sql::latest(conn, visible, &OF_ACCESS, LATEST).await?;
    Ok(found.iter().map(|found| row(staff, found, now)).collect())
}

/// What a person did and what was done to them; older ones before a number.
pub(crate) async fn trail(
    kh: &Keyholder,
    staff: &Staff,
    visible: &Visible,
    person: &Person,
    before: &str,
    entry: &str,
) -> Result<AuditEntries, Failure> {
    let mut conn = kh.reader().acquire().await?;
    let own = [person.id];
    let id = person.id.to_string();
    let base = Want {
        below: before.parse().unwrap_or(i64::MAX),
        limit: PAGE + 1,
        ..Want::default()
    };
    let by = Want {
        actors: Some(&own),
        ..base.clone()
    };
    let on = Want {
        object: Object::One(&id),
        ..base
    };
    let dialect = kh.db().dialect();
    let mut page = list_sql::page(&mut conn, dialect, visible, &by).await?;
    let more = list_sql::page(&mut conn, dialect, visible, &on).await?;
    page.rows.extend(more.rows);
    page.rows.sort_by_key(|found| std::cmp::Reverse(found.seq));
    page.rows.dedup_by_key(|found| found.seq);
    page.rows.truncate(PAGE + 1);
    let number = entry.parse().ok();
    let mut entries = shown(&mut conn, staff, visible, page, number, kh.now()).await?;
    // Only their own trail opens here.
    entries.open = entries
        .open
        .filter(|open| open.row.who_id == Some(person.id) || open.row.object_id == id);
    Ok(entries)
}

/// The filters as they were understood.
pub(super) struct Filters {
    pub query: AuditQuery,
    pub meant: Meant,
    /// Too little was typed to be looked for.
    pub short: bool,
    search: String,
    dates: (Option<Instant>, Option<Instant>),
}

impl Filters {
    /// Reads them; what is unknown is left out, so that the page shows what was really asked.
    pub(super) async fn read(
        conn: &mut AnyConnection,
        staff: &Staff,
        mut query: AuditQuery,
        now: Instant,
    ) -> Result<Self, Failure> {
        let plain = |text: &str| -> String {
            let visible = text.chars().filter(|c| !c.is_control());
            visible.take(LONGEST).collect()
        };
        query.q = plain(&query.q);
        query.person = plain(&query.person);
        let known = |known: bool, word: &mut String| {
            if !known {
                word.clear();
            }
        };
        let action = &query.action;
        let named = OPERATIONS.iter().chain(access::actions::ALL);
        known(
            named.into_iter().any(|one| one.name == action),
            &mut query.action,
        );
        let store = staff
            .stores
            .iter()
            .find(|store| store.id.to_string() == query.store);
        known(store.is_some(), &mut query.store);
        known(
            ObjectKind::from_key(&query.object).is_some()
                || uuid::Uuid::try_parse(&query.object).is_ok(),
            &mut query.object,
        );
        known(
            Outcome::from_key(&query.result).is_some(),
            &mut query.result,
        );
        for number in [&mut query.before, &mut query.entry] {
            let is_number = number.parse::<i64>().is_ok();
            known(is_number, number);
        }
        let dates = dates(&mut query, now, &staff.business.time_zone);
        let meant = people::meant(conn, query.person.trim()).await?;
        let search = typed(&query.q);
        let letters = search.chars().count();
        let short = (1..SHORTEST).contains(&letters);
        Ok(Self {
            search: if short { String::new() } else { search },
            query,
            meant,
            short,
            dates,
        })
    }

    fn object(&self) -> Object<'_> {
        match (
            self.query.object.as_str(),
            ObjectKind::from_key(&self.query.object),
        ) {
            ("", _) => Object::Any,
            (_, Some(kind)) => Object::Kind(kind),
            (id, None) => Object::One(id),
        }
    }

    /// What to look for; nothing when nobody is meant.
    pub(super) fn want(&self, limit: usize) -> Option<Want<'_>> {
        let actors = match &self.meant {
            Meant::Anybody => None,
            Meant::These(people) => Some(people.ids()),
            Meant::Nobody | Meant::TooMany => return None,
        };
        Some(Want {
            search: &self.search,
            actors,
            action: &self.query.action,
            store: &self.query.store,
            object: self.object(),
            outcome: Outcome::from_key(&self.query.result),
            since: self.dates.0,
            until: self.dates.1,
            below: self.query.before.parse().unwrap_or(i64::MAX),
            limit,
        })
    }
}

/// The moments that the dates mean, in the business's time zone; dates that are none are left out.
fn dates(query: &mut AuditQuery, now: Instant, zone: &str) -> (Option<Instant>, Option<Instant>) {
    let today = date_at(now, zone);
    let since = |days: i64| (Some(midnight(today, -days, zone)), None);
    let span = Span::from_key(&query.date);
    let day = |word: &mut String| {
        let day = word.parse::<Date>().ok();
        *word = match day {
            Some(day) if span == Some(Span::Between) => day.to_string(),
            _ => String::new(),
        };
        day.filter(|_| !word.is_empty())
    };
    let (first, last) = (day(&mut query.from), day(&mut query.to));
    match span {
        None => {
            query.date.clear();
            (None, None)
        }
        Some(Span::Today) => since(0),
        Some(Span::Week) => since(6),
        Some(Span::Month) => since(29),
        Some(Span::Between) => {
            let (first, last) = match (first, last) {
                (Some(first), Some(last)) if last < first => (Some(last), Some(first)),
                days => days,
            };
            (
                first.map(|day| midnight(day, 0, zone)),
                last.map(|day| midnight(day, 1, zone)),
            )
        }
    }
}

fn stores(staff: &Staff) -> Vec<StoreChoice> {
    if staff.one_store() {
        return Vec::new();
    }
    let stores = staff.stores.iter().map(|store| StoreChoice {
        id: store.id,
        name: store.name.clone(),
        code: store.code.clone(),
    });
    stores.collect()
}

/// The name that the one thing has that is filtered by: as its newest entry says.
async fn object_name(
    conn: &mut AnyConnection,
    visible: &Visible,
    entries: &AuditEntries,
    id: &str,
) -> Result<String, Failure> {
    if let Some(row) = entries.rows.first() {
        return Ok(row.object.clone());
    }
    let newest = list_sql::newest_of(conn, visible, id).await?;
    Ok(newest.unwrap_or_default())
}

/// A page as it is shown: one row more than fits tells that there are older ones.
async fn shown(
    conn: &mut AnyConnection,
    staff: &Staff,
    visible: &Visible,
    mut page: Page,
    open: Option<i64>,
    now: Instant,
) -> Result<AuditEntries, Failure> {
    let more = page.rows.len() > PAGE;
    page.rows.truncate(PAGE);
    let reached = if more { None } else { page.reached };
    let open = match open {
        None => None,
        Some(seq) => match page.rows.iter().find(|found| found.seq == seq) {
            Some(found) => Some(detail(conn, staff, found, now).await?),
            None => match list_sql::one(conn, visible, seq).await? {
                Some(found) => Some(detail(conn, staff, &found, now).await?),
                None => None,
            },
        },
    };
    let older = match (more, page.rows.last(), reached) {
        (true, Some(last), _) => Some(last.seq),
        (_, _, reached) => reached,
    };
    let reached = match reached {
        Some(seq) => list_sql::moment(conn, visible, seq)
            .await?
            .map(|at| when(at, now, &staff.business.time_zone)),
        None => None,
    };
    let rows = page.rows.iter().map(|found| row(staff, found, now));
    Ok(AuditEntries {
        rows: rows.collect(),
        older,
        reached,
        open,
    })
}

fn row(staff: &Staff, found: &Found, now: Instant) -> AuditRow {
    let entry = &found.entry;
    let store = entry.store_id.parse().ok().filter(|_| !staff.one_store());
    AuditRow {
        seq: found.seq,
        when: when(Instant(entry.at), now, &staff.business.time_zone),
        who: entry.actor_name.clone(),
        who_id: entry.actor_id.parse::<UserId>().ok(),
        action: entry.action.clone(),
        outcome: Outcome::from_key(&entry.result).unwrap_or(Outcome::Refused),
        object_kind: entry.object_kind.clone(),
        object_id: entry.object_id.clone(),
        object: entry.object_name.clone(),
        store: store.and_then(|id| staff.store_name(id).map(str::to_owned)),
        ip: entry.ip.clone(),
        reason: entry.reason.clone(),
    }
}

async fn detail(
    conn: &mut AnyConnection,
    staff: &Staff,
    found: &Found,
    now: Instant,
) -> Result<AuditDetail, Failure> {
    let entry = &found.entry;
    let names = difference::names(conn, &[entry]).await?;
    Ok(AuditDetail {
        row: row(staff, found, now),
        changes: difference::of(entry, &names, now, &staff.business.time_zone),
        device: entry.device.clone(),
        mac: found.mac.chars().take(MAC_SHOWN).collect(),
    })
}
