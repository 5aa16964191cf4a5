//! Home: what needs me today.

use access::actions::{ListUsers, NewUser, UnlockUser, ViewHome, ViewSecurity};
use access::{Action, Instant, Needs, Permission, Person, UserId, Visible};
use domain::audit::AuditRow;
use domain::home::{ExpiredInvite, HomeView, LatestChange, LockedOut, NoFactor, Today};
use domain::when::Day;
use sqlx::AnyConnection;

use crate::audit;
use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::people;
use crate::security;
use crate::sessions;
use crate::shell;
use crate::time::{when, zoned};
use crate::tries;
use crate::visitor::Staff;

/// Expired invitations shown at the most.
const EXPIRED: i64 = 5;

/// Puts an entry of the log into a sentence; the words are the face's.
pub type Say = fn(&AuditRow) -> String;

/// The first page after sign-in, for the chosen store or all of theirs.
///
/// # Errors
/// When the person has no group.
pub async fn view(kh: &Keyholder, staff: &Staff, say: Say) -> Result<HomeView, Failure> {
    kh.sees::<ViewHome>(staff, &()).await?;
    let now = kh.now();
    let caller = &staff.caller;
    let may = |needs: Needs| caller.meets(needs).is_ok();
    let sees_security = may(ViewSecurity::OPERATION.needs);
    let looks_after = sees_security || may(ListUsers::OPERATION.needs);
    let mut view = HomeView {
        first_name: staff.me.first_name.clone(),
        today: today(staff, now),
        may_invite: may(NewUser::OPERATION.needs),
        modules: if looks_after {
            Vec::new()
        } else {
            shell::modules(staff)
        },
        locked: Vec::new(),
        expired_invites: Vec::new(),
        waiting_invites: 0,
        no_factor: None,
        may_add_store: staff.one_store()
            && caller.effective.holds_business(Permission::SettingsEdit),
        alone: false,
        signed_in: Vec::new(),
        changes: Vec::new(),
    };
    let log = caller.visible(Permission::SettingsAudit, None);
    if !looks_after && log.is_err() {
        return Ok(view);
    }
    let mut conn = kh.reader().acquire().await?;
    if let Ok(visible) = caller.visible(Permission::SettingsUsers, staff.chosen) {
        add_people(&mut view, &mut conn, staff, &visible, now).await?;
    }
    if sees_security {
        let people = security::without_factor(&mut conn, now).await?;
        view.no_factor = (people.n > 0).then_some(NoFactor {
            people,
            policy: staff.demand.policy,
        });
    }
    if let Ok(visible) = log {
        let rows = audit::latest_of_access(&mut conn, staff, &visible, now).await?;
        let changes = rows.into_iter().map(|row| LatestChange {
            said: say(&row),
            who: row.who,
            when: row.when,
        });
        view.changes = changes.collect();
    }
    Ok(view)
}

/// What day it is, and in which store.
fn today(staff: &Staff, now: Instant) -> Today {
    let local = zoned(now, &staff.business.time_zone);
    let one_store = staff.one_store();
    let chosen = staff.chosen.filter(|_| !one_store);
    let store = chosen.and_then(|id| staff.store_name(id));
    Today {
        hour: local.hour(),
        weekday: local.weekday().to_monday_zero_offset(),
        date: Day::Date(local.year(), local.month(), local.day()),
        store: store.map(str::to_owned),
        one_store,
    }
}

/// Adds what there is about the people who may be seen.
async fn add_people(
    view: &mut HomeView,
    conn: &mut AnyConnection,
    staff: &Staff,
    visible: &Visible,
    now: Instant,
) -> Result<(), Failure> {
    let zone = &staff.business.time_zone;
    let stores = visible
        .stores()
        .iter()
        .fold(String::new(), |word, store| word + &store.to_string() + " ");
    let locked = tries::locked_out(conn, now, &stores, visible.whole_business()).await?;
    let ids: Vec<UserId> = locked.iter().map(|one| one.person).collect();
    let people = people::several(conn, &ids).await?;
    let may_unlock = |person: &Person| UnlockUser::decide(&staff.caller, person).is_ok();
    view.locked = locked
        .into_iter()
        .map(|one| LockedOut {
            user: one.person,
            name: one.name,
            tries: one.tries,
            at: when(one.at, now, zone),
            ip: one.ip,
            until: when(one.until, now, zone),
            may_unlock: people
                .iter()
                .any(|person| person.id == one.person && may_unlock(person)),
        })
        .collect();
    view.expired_invites = invites::expired(conn, now, &stores, EXPIRED)
        .await?
        .into_iter()
        .map(|invite| ExpiredInvite {
            user: invite.person,
            name: invite.name,
            expired: when(invite.expires, now, zone),
        })
        .collect();
    let waiting = invites::waiting(conn, now, &stores).await?;
    view.waiting_invites = waiting.invites;
    view.alone = waiting.alone;
    view.signed_in = sessions::signed_in(conn, staff, visible, now).await?;
    Ok(())
}
