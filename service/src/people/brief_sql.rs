//! People in a row each, as far as evaluation needs them: for look-ups that go over many. Who made
//! an override and why is not told; [`super::several`] tells it of the few that are shown.

use access::{Effect, Instant, Membership, Override, Permission, Person, StoreId, UserId};
use domain::users::parse_membership;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Group;
use super::sql::{id, standing};
use crate::failure::Failure;

/// What a statement selects of `users u` for [`read`].
pub(crate) const COLUMNS: &str = "u.id, u.state, u.ends_at, \
  COALESCE((SELECT string_agg(m.group_id || '@' || m.store_id, ' ') FROM memberships m \
    WHERE m.user_id = u.id), '') AS memberships, \
  COALESCE((SELECT string_agg(us.store_id, ' ') FROM user_stores us \
    WHERE us.user_id = u.id), '') AS stores, \
  COALESCE((SELECT string_agg(o.permission || ':' || o.effect || ':' || CAST(o.until_at AS TEXT), \
    ' ') FROM overrides o WHERE o.user_id = u.id), '') AS overrides";

/// A person out of a row with [`COLUMNS`]. `groups` are all groups; a membership of one that was
/// made since is not known yet.
pub(crate) fn read(row: &AnyRow, groups: &[Group]) -> Result<Person, Failure> {
    let (memberships, stores, overrides): (&str, &str, &str) = (
        row.try_get("memberships")?,
        row.try_get("stores")?,
        row.try_get("overrides")?,
    );
    Ok(Person {
        id: id(row, "id")?,
        standing: standing(row.try_get("state")?, row.try_get("ends_at")?),
        memberships: memberships
            .split_whitespace()
            .filter_map(|word| membership(word, groups).transpose())
            .collect::<Result<_, _>>()?,
        overrides: overrides
            .split_whitespace()
            .map(exception)
            .collect::<Result<_, _>>()?,
        stores: stores
            .split_whitespace()
            .map(|word| {
                word.parse::<StoreId>()
                    .map_err(|_| Failure::inconsistent("user_stores.store_id"))
            })
            .collect::<Result<_, _>>()?,
    })
}

fn membership(word: &str, groups: &[Group]) -> Result<Option<Membership>, Failure> {
    let (group, reach) = parse_membership(word.strip_suffix('@').unwrap_or(word))
        .ok_or_else(|| Failure::inconsistent("memberships"))?;
    let group = groups.iter().find(|known| known.id == group);
    Ok(group.map(|group| group.membership(reach)))
}

fn exception(word: &str) -> Result<Override, Failure> {
    let mut parts = word.split(':');
    let permission = parts.next().and_then(Permission::from_key);
    let effect = match parts.next() {
        Some("allow") => Some(Effect::Allow),
        Some("deny") => Some(Effect::Deny),
        _ => None,
    };
    let until = parts.next().and_then(|until| until.parse().ok());
    let (Some(permission), Some(effect), Some(until)) = (permission, effect, until) else {
        return Err(Failure::inconsistent("overrides"));
    };
    Ok(Override {
        permission,
        effect,
        author: UserId::nil(),
        author_name: String::new(),
        reason: String::new(),
        at: Instant(0),
        until: (until != 0).then_some(Instant(until)),
    })
}
