//! What is shown of a session, and the sessions of one person.

use access::{StoreId, UserId};
use domain::sessions::{DeviceKind, PersonSession, SessionFacts};
use sqlx::AnyConnection;

use super::list_sql::{self, Found, Open};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::time::when;
use crate::visitor::Staff;

/// Open sessions of one person that are shown, at the most.
const OPEN: usize = 50;
/// Sessions that are over and still shown.
const ENDED: usize = 10;
/// Minutes below which it is said how many ago something was.
const HOUR: i64 = 60;

/// A session as one person may be shown it.
pub(super) fn facts(kh: &Keyholder, staff: &Staff, row: &Found) -> SessionFacts {
    let now = kh.now();
    let zone = &staff.business.time_zone;
    let minutes = (now.0 - row.seen.0) / 60_000;
    let store = row.store.parse::<StoreId>().ok();
    let current = row.session == staff.caller.session;
    SessionFacts {
        session: row.session,
        kind: DeviceKind::of(&row.device),
        device: row.device.clone(),
        ip: row.ip.clone(),
        started: when(row.started, now, zone),
        seen: when(row.seen, now, zone),
        minutes: if current {
            Some(0)
        } else {
            u32::try_from(minutes).ok().filter(|_| minutes < HOUR)
        },
        store: store.map(|id| staff.told_store(id).to_owned()),
        current,
        complete: row.complete,
    }
}

/// The sessions of somebody whom the caller may see: the open ones, and perhaps those that ended
/// last; and whether there may be several.
pub(crate) async fn of_person(
    kh: &Keyholder,
    staff: &Staff,
    conn: &mut AnyConnection,
    person: UserId,
    with_ended: bool,
) -> Result<(Vec<PersonSession>, bool), Failure> {
    let limits = list_sql::limits(conn).await?;
    let now = kh.now();
    let open = Open { now, limits };
    let mut found = list_sql::open_of(conn, person, open, OPEN).await?;
    if with_ended {
        found.extend(list_sql::ended_of(conn, person, open, ENDED).await?);
    }
    let sessions = found.iter().map(|row| PersonSession {
        facts: facts(kh, staff, row),
        ended: row.ended,
    });
    Ok((sessions.collect(), limits.one_session))
}
