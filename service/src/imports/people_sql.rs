//! Statements that write many invited people at once; what each writes is what an invitation
//! writes for one.

use access::{Instant, Reach, StoreId, UserId};
use domain::users::UserDetails;
use sqlx::AssertSqlSafe;

use crate::db::fold::fold_email;
use crate::db::statement::values;
use crate::failure::Failure;
use crate::tx::{Access, Invites, Users, Write};
use crate::users::sql::Names;

/// How many people, memberships, stores or invitations one statement writes.
pub(super) const AT_ONCE: usize = 100;

/// An account to make.
pub(super) struct Account<'a> {
    pub id: UserId,
    pub details: UserDetails,
    pub email: &'a str,
    pub groups_sort: String,
    pub stores_sort: String,
}

/// What every invited person has alike, behind the columns of their own.
const ALIKE: &str = ", '', '', 'system', 'invited', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 1";

pub(super) async fn add_accounts(
    write: &mut Write<'_, Users>,
    accounts: &[Account<'_>],
    by: UserId,
    now: Instant,
) -> Result<(), Failure> {
    let statement = format!(
        "INSERT INTO users (id, first_name, last_name, name, email, created, created_by, \
           email_fold, name_sort, groups_sort, stores_sort, search, \
           display_name, phone, theme, state, default_store, last_store, ends_at, password_alone, \
           two_factor, failed, pending, pending_until, locked_until, last_sign_in, revision) \
         VALUES {}",
        values(accounts.len(), 12, ALIKE)
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for account in accounts {
        let names = Names::of(&account.details, account.email);
        query = query
            .bind(account.id.to_string())
            .bind(names.first)
            .bind(names.last)
            .bind(names.shown)
            .bind(account.email)
            .bind(now.0)
            .bind(by.to_string())
            .bind(fold_email(account.email))
            .bind(names.sort)
            .bind(&account.groups_sort)
            .bind(&account.stores_sort)
            .bind(names.search);
    }
    query.execute(write.conn()).await?;
    Ok(())
}

pub(super) async fn add_memberships(
    write: &mut Write<'_, Access>,
    memberships: &[(UserId, access::GroupId, Reach)],
) -> Result<(), Failure> {
    for some in memberships.chunks(AT_ONCE) {
        let statement = format!(
            "INSERT INTO memberships (user_id, group_id, store_id) VALUES {}",
            values(some.len(), 3, "")
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for (user, group, reach) in some {
            let store = match reach {
                Reach::AllTheirStores => String::new(),
                Reach::Store(store) => store.to_string(),
            };
            query = query
                .bind(user.to_string())
                .bind(group.to_string())
                .bind(store);
        }
        query.execute(write.conn()).await?;
    }
    Ok(())
}

pub(super) async fn add_stores(
    write: &mut Write<'_, Access>,
    stores: &[(UserId, StoreId)],
) -> Result<(), Failure> {
    for some in stores.chunks(AT_ONCE) {
        let statement = format!(
            "INSERT INTO user_stores (user_id, store_id) VALUES {}",
            values(some.len(), 2, "")
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for (user, store) in some {
            query = query.bind(user.to_string()).bind(store.to_string());
        }
        query.execute(write.conn()).await?;
    }
    Ok(())
}

/// An invitation to write.
pub(super) struct NewInvite {
    pub id: String,
    pub person: UserId,
    pub token_hash: String,
}

pub(super) async fn add_invites(
    write: &mut Write<'_, Invites>,
    invites: &[NewInvite],
    sender: UserId,
    now: Instant,
    expires: Instant,
) -> Result<(), Failure> {
    let statement = format!(
        "INSERT INTO invites (id, user_id, token_hash, sender_id, created, expires) VALUES {}",
        values(invites.len(), 6, "")
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for invite in invites {
        query = query
            .bind(&invite.id)
            .bind(invite.person.to_string())
            .bind(&invite.token_hash)
            .bind(sender.to_string())
            .bind(now.0)
            .bind(expires.0);
    }
    query.execute(write.conn()).await?;
    Ok(())
}
