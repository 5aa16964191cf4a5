//! Who could give somebody what they lack: named on the page that says it is missing (product §11).

use access::guards::could_give;
use access::{Caller, Instant, Permission, Scope, SessionRef};
use domain::Contact;
use sqlx::AnyConnection;

use super::helpers_sql::{self, Helper};
use crate::failure::Failure;
use crate::visitor::Staff;

/// How many people are named at the most.
const NAMED: usize = 3;

/// Up to three people who could really give the missing permission: Super Admins last, since they
/// are the fewest and the busiest. The database names some who manage people where the person
/// works; the access rules decide.
pub(crate) async fn who_can_help(
    conn: &mut AnyConnection,
    staff: &Staff,
    missing: Permission,
    now: Instant,
) -> Result<Vec<Contact>, Failure> {
    let asker = &staff.caller.person;
    let store = match missing.scope() {
        Scope::Store => staff.chosen,
        Scope::Business => None,
    };
    let groups = super::groups(conn).await?;
    let mut helpers = helpers_sql::likely(conn, &groups, asker.id, now).await?;
    helpers.retain(|helper| {
        let stores = staff.caller.all_stores.clone();
        let helper = Caller::new(helper.person.clone(), stores, SessionRef::nil(), now);
        could_give(&helper, asker, missing, store)
    });
    helpers.sort_by(|a, b| place(a).cmp(&place(b)));
    helpers.dedup_by_key(|helper| helper.person.id);
    Ok(helpers
        .into_iter()
        .take(NAMED)
        .map(|helper| Contact {
            id: helper.person.id,
            name: helper.name,
            email: helper.email,
        })
        .collect())
}

fn place(helper: &Helper) -> (bool, &str, access::UserId) {
    (
        helper.person.is_super_admin(),
        &helper.name_sort,
        helper.person.id,
    )
}
