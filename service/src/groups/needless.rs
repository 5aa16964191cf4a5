//! Overrides that a change of a group makes needless, and taking them away with it (design, the
//! preview of a group): an exception that nobody needs hides the day on which it is one again.

use access::actions::SetAccess;
use access::guards::may_override;
use access::{Caller, Effect, Instant, Override, PermissionSet, Person};
use serde_json::json;
use sqlx::AnyConnection;

use super::GroupChange;
use super::felt::{is_needless, with_group};
use super::members_sql as sql;
use crate::audit::store_of;
use crate::failure::Failure;
use crate::people;
use crate::tx::{Access, Change, Object, Tx, Users, Writes};
use crate::users;
use crate::visitor::Staff;

/// Of how many people the overrides are looked at.
const MOST: usize = 200;
/// A member whose overrides only allow what the group then gives them anyway.
pub(super) struct Needless {
    pub name: String,
    person: Person,
    permissions: PermissionSet,
}

/// The first members of the group whose overrides the change makes needless, in the order of the
/// list of people, as far as the caller may clear them.
pub(super) async fn needless(
    conn: &mut AnyConnection,
    caller: &Caller,
    change: &GroupChange,
    now: Instant,
) -> Result<Vec<Needless>, Failure> {
    let group = change.before.group;
    let added = change.after.permissions.minus(change.before.permissions);
    if added.is_empty() {
        return Ok(Vec::new());
    }
    let members = sql::with_allowances(conn, group, now, MOST).await?;
    let ids: Vec<_> = members.iter().map(|member| member.id).collect();
    let people = people::several(conn, &ids).await?;
    let found = members.into_iter().filter_map(|member| {
        let person = people.iter().find(|person| person.id == member.id)?;
        let after = with_group(person, &change.after);
        let is_one = |o: &&Override| {
            o.effect == Effect::Allow
                && o.counts(now)
                && added.contains(o.permission)
                && is_needless(&after, &caller.all_stores, o.permission, now)
                && may_override(caller, person, o.permission).is_ok()
        };
        let needless = person.overrides.iter().filter(is_one);
        let permissions: PermissionSet = needless.map(|o| o.permission).collect();
        (!permissions.is_empty()).then(|| Needless {
            name: member.name,
            person: person.clone(),
            permissions,
        })
    });
    Ok(found.collect())
}

/// Takes them away, each with an entry in the person's own trail.
pub(super) async fn clear<A>(
    staff: &Staff,
    tx: &mut Tx<A>,
    needless: Vec<Needless>,
) -> Result<(), Failure>
where
    A: Writes<Users> + Writes<Access>,
{
    for Needless {
        name,
        person,
        permissions,
    } in needless
    {
        let mut after = person.clone();
        after
            .overrides
            .retain(|o| !permissions.contains(o.permission));
        users::sql::count_change(&mut tx.write::<Users>(), person.id).await?;
        let write = &mut tx.write::<Access>();
        users::sql::set_overrides(write, person.id, &person.overrides, &after.overrides).await?;
        let shape = |of: &Person| json!({ "overrides": users::overrides_of(staff, of) });
        tx.also::<SetAccess>(
            &Change::of(Object::user(person.id, &name))
                .before(&shape(&person))
                .after(&shape(&after))
                .in_store(store_of(&person, &after))
                .because("group_gives_it"),
        );
    }
    Ok(())
}
