//! Settings → Security: whom the business asks for a second factor, and how long sessions live
//! (product §6, §7).

mod sql;

use std::collections::{BTreeMap, BTreeSet};

use access::actions::{UpdateSecurity, ViewSecurity};
use access::{
    ADMIN, Action as _, FactorDemand, GroupId, Instant, OF_ADMINS, Permission, PermissionSet,
    Person, TwoFactorPolicy, UserId, evaluate,
};
use domain::page::Count;
use domain::security::{Enrolment, MINUTES_OF_HOUR, SecurityForm, SecurityView};
use domain::{AppError, Done, Toast};
use serde_json::{Map, Value};
use sqlx::AnyConnection;

use self::sql::Kept;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people::{self, Group};
use crate::sessions;
use crate::tx::{Change, Object, Sessions, Settings, Tx};
use crate::visitor::Staff;

/// Where counting people stops on a page that only mentions how many they are.
const COUNTED: u32 = 1_000;

/// How many people are looked at one by one to count admins. A business with more is told *500+*;
/// counting all of them would make the page slow for a number that nobody reads to the last digit.
const LOOKED_AT: usize = 500;

/// The page.
///
/// # Errors
/// When they may not see it.
pub async fn view(kh: &Keyholder, staff: &Staff) -> Result<SecurityView, Failure> {
    kh.sees::<ViewSecurity>(staff, &()).await?;
    let mut conn = kh.reader().acquire().await?;
    let now = kh.now();
    let kept = sql::kept(&mut conn).await?;
    let (admins, admins_in) = admins(kh, staff, &mut conn).await?;
    let listed = staff.caller.visible(Permission::SettingsUsers, None);
    Ok(SecurityView {
        policy: kept.policy,
        everyone: Enrolment {
            people: Count::capped(sql::active(&mut conn, now, Count::CAP + 1, false).await?),
            missing: Count::capped(sql::active(&mut conn, now, Count::CAP + 1, true).await?),
        },
        admins,
        admins_in,
        one_session: kept.one_session,
        idle_minutes: kept.idle_minutes,
        absolute_hours: kept.absolute_minutes.div_ceil(MINUTES_OF_HOUR),
        may_edit: staff.caller.meets(UpdateSecurity::OPERATION.needs).is_ok(),
        may_list: listed.is_ok_and(|visible| visible.whole_business()),
        revision: kept.revision,
    })
}

/// How many people work here without a second factor.
pub(crate) async fn without_factor(
    conn: &mut AnyConnection,
    now: Instant,
) -> Result<Count, Failure> {
    let n = sql::active(conn, now, COUNTED + 1, true).await?;
    Ok(Count {
        n: n.min(COUNTED),
        more: n > COUNTED,
    })
}

/// Whom [`TwoFactorPolicy::Admins`] concerns. The database finds who may be one, by the groups and
/// overrides that can make one; the rule itself decides. Also the group that shows just those who
/// have no second factor, where there is one.
async fn admins(
    kh: &Keyholder,
    staff: &Staff,
    conn: &mut AnyConnection,
) -> Result<(Enrolment, Option<GroupId>), Failure> {
    let now = kh.now();
    let groups = people::groups(conn).await?;
    let mut found = BTreeMap::new();
    let mut without: Vec<(GroupId, BTreeSet<UserId>)> = Vec::new();
    let mut more = false;
    let limit = i64::try_from(LOOKED_AT + 1).unwrap_or(i64::MAX);
    for group in groups.iter().filter(|group| makes_admins(group)) {
        let members = sql::members(conn, group.id, now, limit).await?;
        more |= members.len() > LOOKED_AT;
        let missing = members.iter().filter(|(_, enrolled)| !enrolled);
        without.push((group.id, missing.map(|(id, _)| *id).collect()));
        found.extend(members);
    }
    let allowed = sql::allowed(conn, OF_ADMINS, now, limit).await?;
    more |= allowed.len() > LOOKED_AT;
    found.extend(allowed);
    let ids: Vec<UserId> = found.keys().copied().take(LOOKED_AT).collect();
    more |= found.len() > LOOKED_AT;
    let admin = groups.iter().find(|group| is_admin(group)).map(|g| g.id);
    let concerned = |person: &Person| {
        let demand = FactorDemand {
            policy: TwoFactorPolicy::Admins,
            in_admin: person
                .memberships
                .iter()
                .any(|membership| Some(membership.group) == admin),
        };
        demand.asks(&evaluate(person, &staff.caller.all_stores, now))
    };
    let (mut people, mut missing) = (0, BTreeSet::new());
    for person in people::several(conn, &ids).await? {
        if concerned(&person) {
            people += 1;
            if found.get(&person.id) == Some(&false) {
                missing.insert(person.id);
            }
        }
    }
    let enrolment = Enrolment {
        people: Count { n: people, more },
        missing: Count {
            n: u32::try_from(missing.len()).unwrap_or(u32::MAX),
            more,
        },
    };
    let group = without
        .into_iter()
        .find(|(_, members)| !more && *members == missing);
    Ok((enrolment, group.map(|(id, _)| id)))
}

fn is_admin(group: &Group) -> bool {
    group.built_in.as_deref() == Some(ADMIN)
}

/// Whether some member of the group may be an admin by it.
fn makes_admins(group: &Group) -> bool {
    let listed = PermissionSet::from_iter(OF_ADMINS);
    group.super_admin || is_admin(group) || !group.permissions.intersect(listed).is_empty()
}

/// Saves what the business asks of sign-ins and sessions. It holds from everybody's next request on
/// (req. 37, 42, 44). Going over to one session a person keeps the newest of each, in the same
/// transaction (product §7).
///
/// # Errors
/// The permission that is missing, what is to be put right, a word that is no policy, or that
/// somebody changed the same meanwhile.
pub async fn update(kh: &Keyholder, staff: &Staff, form: SecurityForm) -> Result<Done, Failure> {
    let grant = kh.may::<UpdateSecurity>(staff, &()).await?;
    let policy = TwoFactorPolicy::from_key(&form.require).ok_or(AppError::BadRequest)?;
    let limits = form.check()?;
    let after = Kept {
        policy,
        one_session: form.single,
        idle_minutes: limits.idle_minutes,
        absolute_minutes: limits.absolute_minutes,
        revision: form.revision,
    };
    let (mut tx, _, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let now = tx.now();
    let before = sql::kept(tx.read()).await?;
    // Before any session is looked at: a sign-in under way holds this row until its own is there.
    if !sql::save(&mut tx.write::<Settings>(), &after).await? {
        return Err(AppError::Conflict.into());
    }
    let (was, mut is) = differences(&before, &after)?;
    if after.one_session && !before.one_session {
        let ms = |minutes: u32| i64::from(minutes) * 60_000;
        let (idle, absolute) = (ms(after.idle_minutes), ms(after.absolute_minutes));
        let write = &mut tx.write::<Sessions>();
        let ended = sessions::end_older(write, idle, absolute, now).await?;
        is.insert("sessions_ended".to_owned(), ended.into());
    }
    tx.commit(
        Change::of(Object::business(&staff.business.name))
            .before(&was)
            .after(&is),
    )
    .await?;
    Ok(Done::say(Toast::SecuritySaved))
}

/// Settings as the log has them.
type Fields = Map<String, Value>;

/// What differs, as it was and as it is: the log need not repeat the rest each time.
fn differences(before: &Kept, after: &Kept) -> Result<(Fields, Fields), Failure> {
    let fields = |kept: &Kept| -> Result<Fields, Failure> {
        match serde_json::to_value(kept)? {
            Value::Object(fields) => Ok(fields),
            _ => Err(Failure::inconsistent("settings are no object")),
        }
    };
    let (mut was, mut is) = (fields(before)?, fields(after)?);
    let same: Vec<String> = was
        .iter()
        .filter(|(name, value)| is.get(*name) == Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    for name in same {
        was.remove(&name);
        is.remove(&name);
    }
    Ok((was, is))
}
