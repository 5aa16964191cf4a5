//! Settings → Sessions: who is signed in now, and where (product §7).

use access::actions::{EndSession, ListSessions, SessionOf};
use access::{Action, Denied, Instant, Permission, Person, Rule, UserId, Visible};
use domain::home::SignedIn;
use domain::page::Count;
use domain::sessions::{DeviceKind, SessionListQuery, SessionListView, SessionRow};
use sqlx::AnyConnection;

use super::end::count_others;
use super::facts::facts;
use super::list_sql::{self, Found, Open, Typed, Want};
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::paging::{self, Cursor};
use crate::people;
use crate::visitor::Staff;

/// Sessions on a page.
const PAGE: usize = 25;
/// Sessions that are looked at to count who is signed in.
const LOOKED_AT: i64 = 500;
/// Longest search that is looked at, in characters.
const SEARCH_MAX: usize = 80;

/// The open sessions of the people whom the one who looks may see.
///
/// # Errors
/// When they may not see people anywhere.
pub async fn list(
    kh: &Keyholder,
    staff: &Staff,
    query: SessionListQuery,
) -> Result<SessionListView, Failure> {
    kh.sees::<ListSessions>(staff, &()).await?;
    let visible = staff.caller.visible(Permission::SettingsUsers, None)?;
    let now = kh.now();
    let mut conn = kh.reader().acquire().await?;
    let query = understood(query, staff, &visible);
    let cursor = Cursor::read(&query.page).filter(|cursor| cursor.key.parse::<i64>().is_ok());
    let search = fold(query.q.trim());
    let limits = list_sql::limits(&mut conn).await?;
    let want = Want {
        open: Open { now, limits },
        typed: typed(&search),
        store: &query.store,
        device: DeviceKind::from_key(&query.device),
        visible: &visible,
        back: cursor.as_ref().is_some_and(|cursor| cursor.back),
        from: cursor
            .as_ref()
            .and_then(|cursor| Some((cursor.key.parse().ok()?, cursor.id.as_str()))),
        limit: PAGE + 1,
    };
    let way = list_sql::way(&mut conn, kh.db().dialect(), &want).await?;
    let rows = list_sql::rows(&mut conn, &want, &way).await?;
    let found = paging::Found::cut(rows, PAGE, cursor.as_ref());
    let total = match found.all() {
        Some(all) => all,
        None => count(list_sql::count(&mut conn, &want, &way).await?),
    };
    let ids: Vec<UserId> = found.rows().iter().map(|row| row.person).collect();
    let people = people::several(&mut conn, &ids).await?;
    let place = |row: &Found| (row.seen.0.to_string(), row.session.to_string());
    let others = if query.others {
        Some(count_others(&mut conn, staff, &visible, want.open).await?)
    } else {
        None
    };
    Ok(SessionListView {
        page: found.page(total, place, |row| {
            let person = people.iter().find(|person| person.id == row.person);
            shown(kh, staff, row, person)
        }),
        stores: staff.offered(&visible, query.store.parse().ok()),
        query,
        others,
    })
}

/// How many people are signed in at each of the stores that may be seen, and at all of theirs where
/// no store is chosen.
pub(crate) async fn signed_in(
    conn: &mut AnyConnection,
    staff: &Staff,
    visible: &Visible,
    now: Instant,
) -> Result<Vec<SignedIn>, Failure> {
    let limits = list_sql::limits(conn).await?;
    let open = Open { now, limits };
    let found = list_sql::by_store(conn, visible, open, LOOKED_AT + 1).await?;
    let more = found.iter().map(|at| at.sessions).sum::<i64>() > LOOKED_AT;
    let line = |id: &str, name: Option<&str>| {
        let at = found.iter().find(|at| at.store == id)?;
        Some(SignedIn {
            store: name.filter(|_| !staff.one_store()).map(str::to_owned),
            people: Count {
                n: u32::try_from(at.people).unwrap_or(u32::MAX),
                more,
            },
        })
    };
    let shown = staff.stores.iter().filter(|store| visible.shows(store.id));
    let named = shown.filter_map(|store| line(&store.id.to_string(), Some(&store.name)));
    let anywhere = staff.chosen.is_none().then(|| line("", None)).flatten();
    Ok(named.chain(anywhere).collect())
}

/// So many, as far as they are counted.
pub(super) fn count(n: usize) -> Count {
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    Count {
        n: n.min(list_sql::COUNTED),
        more: n > list_sql::COUNTED,
    }
}

/// What somebody means by what they typed: digits and what stands between them in addresses are
/// an address.
fn typed(search: &str) -> Typed<'_> {
    let of_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':');
    let tells = |c: char| c.is_ascii_digit() || c == ':';
    match search {
        "" => Typed::Nothing,
        address if address.chars().all(of_address) && address.contains(tells) => {
            Typed::Address(address)
        }
        name => Typed::Name(name),
    }
}

/// The query with unknown values left out, so that the page shows what was really asked.
fn understood(mut query: SessionListQuery, staff: &Staff, visible: &Visible) -> SessionListQuery {
    query.q = query
        .q
        .chars()
        .filter(|c| !c.is_control())
        .take(SEARCH_MAX)
        .collect();
    let store_known = staff
        .stores
        .iter()
        .any(|store| store.id.to_string() == query.store && visible.shows(store.id));
    if !store_known {
        query.store.clear();
    }
    if DeviceKind::from_key(&query.device).is_none() {
        query.device.clear();
    }
    query
}

/// A row as it is shown. Whether its session may be ended is asked of the rule that decides when
/// it is.
fn shown(kh: &Keyholder, staff: &Staff, row: Found, person: Option<&Person>) -> SessionRow {
    let decided = person.map(|person| {
        let one = SessionOf {
            session: row.session,
            person: person.clone(),
        };
        EndSession::decide(&staff.caller, &one)
    });
    let facts = facts(kh, staff, &row);
    SessionRow {
        locked_because: match decided {
            Some(Ok(())) => None,
            // It says by itself what it is.
            _ if facts.current => None,
            Some(Err(Denied::Rule(rule))) => Some(rule),
            Some(Err(_)) | None => Some(Rule::NotTheirStore),
        },
        person: row.person,
        name: row.name,
        of_person: row.of_person,
        facts,
    }
}

#[cfg(test)]
mod tests {
    use super::{Typed, typed};

    #[test]
    fn an_address_is_told_from_a_name() {
        for address in ["198.51", "203.0.113.7", "2001:db8", "::1", "7"] {
            assert!(matches!(typed(address), Typed::Address(_)), "{address}");
        }
        for name in ["ada", "dana@shop.example", "a", "o'neill", "face.b", "r2d2"] {
            assert!(matches!(typed(name), Typed::Name(_)), "{name}");
        }
        assert!(matches!(typed(""), Typed::Nothing));
    }
}
