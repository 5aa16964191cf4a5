//! Statements about people and their accounts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use access::{Instant, UserId};
use domain::users::UserDetails;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::db::flag;
use crate::db::fold::{fold, fold_email, searchable};
use crate::failure::Failure;
use crate::people::sql::{AT_ONCE, filled, id, places};
use crate::tx::{Users, Write};

pub(crate) use super::access_sql::{
    count_change, gain_store, refresh_sort_in, set_access, set_overrides,
};

static NAMES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT id, first_name, last_name FROM users WHERE id IN ({})",
        places(AT_ONCE)
    )
});

/// Names in the forms in which they are shown, sorted and searched.
pub(crate) struct Names {
    pub first: String,
    pub last: String,
    pub display: String,
    pub shown: String,
    pub sort: String,
    pub search: String,
}

impl Names {
    pub(crate) fn of(details: &UserDetails, email: &str) -> Self {
        let (first, last) = (details.first_name.trim(), details.last_name.trim());
        let display = details.display_name.trim();
        let full = format!("{first} {last}");
        let shown = if display.is_empty() {
            full.clone()
        } else {
            display.to_owned()
        };
        let all = format!("{full} {display} {email}");
        Self {
            sort: fold(&shown),
            search: searchable(&all, &[&shown, first, last, email]),
            first: first.to_owned(),
            last: last.to_owned(),
            display: display.to_owned(),
            shown,
        }
    }
}

/// The name that shows for somebody of these details.
pub(crate) fn shown_name(details: &UserDetails) -> String {
    Names::of(details, "").shown
}

/// An account to make.
pub(crate) struct New<'a> {
    pub id: UserId,
    pub details: &'a UserDetails,
    pub email: &'a str,
    /// `invited` or `active`.
    pub state: &'static str,
    /// PHC string of the first password.
    pub password: Option<&'a str>,
    pub created_by: Option<UserId>,
    pub now: Instant,
}

pub(crate) async fn insert(write: &mut Write<'_, Users>, new: &New<'_>) -> Result<(), Failure> {
    let names = Names::of(new.details, new.email);
    sqlx::query(
        "INSERT INTO users (id, first_name, last_name, display_name, name, email, phone, theme, \
           state, ends_at, password, password_alone, two_factor, failed, pending, pending_until, \
           locked_until, last_sign_in, default_store, last_store, created, created_by, revision, \
           email_fold, name_sort, groups_sort, stores_sort, search, password_set) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'system', $8, 0, $9, $10, 0, 0, 0, 0, 0, 0, '', '', \
           $11, $12, 1, $13, $14, '', '', $15, $16)",
    )
    .bind(new.id.to_string())
    .bind(&names.first)
    .bind(&names.last)
    .bind(&names.display)
    .bind(&names.shown)
    .bind(new.email.trim())
    .bind(new.details.phone.trim())
    .bind(new.state)
    .bind(new.password)
    .bind(i64::from(new.password.is_some()))
    .bind(new.now.0)
    .bind(new.created_by.map(|id| id.to_string()))
    .bind(fold_email(new.email))
    .bind(&names.sort)
    .bind(&names.search)
    .bind(new.password.map_or(0, |_| new.now.0))
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes names and phone of the given revision; `false` when somebody was quicker.
pub(crate) async fn update(
    write: &mut Write<'_, Users>,
    person: UserId,
    email: &str,
    details: &UserDetails,
    revision: i64,
) -> Result<bool, Failure> {
    let names = Names::of(details, email);
    let done = sqlx::query(
        "UPDATE users SET first_name = $3, last_name = $4, display_name = $5, name = $6, \
           phone = $7, name_sort = $8, search = $9, revision = revision + 1 \
         WHERE id = $1 AND revision = $2",
    )
    .bind(person.to_string())
    .bind(revision)
    .bind(&names.first)
    .bind(&names.last)
    .bind(&names.display)
    .bind(&names.shown)
    .bind(details.phone.trim())
    .bind(&names.sort)
    .bind(&names.search)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes another address, also where people are searched.
pub(crate) async fn set_email(
    write: &mut Write<'_, Users>,
    person: UserId,
    details: &UserDetails,
    email: &str,
) -> Result<(), Failure> {
    let names = Names::of(details, email);
    sqlx::query("UPDATE users SET email = $2, email_fold = $3, search = $4 WHERE id = $1")
        .bind(person.to_string())
        .bind(email)
        .bind(fold_email(email))
        .bind(&names.search)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Counts the revision up; `false` when it is another by now.
pub(crate) async fn take_revision(
    write: &mut Write<'_, Users>,
    person: UserId,
    revision: i64,
) -> Result<bool, Failure> {
    let done =
        sqlx::query("UPDATE users SET revision = revision + 1 WHERE id = $1 AND revision = $2")
            .bind(person.to_string())
            .bind(revision)
            .execute(write.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes the state: `invited`, `active` or `deactivated`.
pub(crate) async fn set_state(
    write: &mut Write<'_, Users>,
    person: UserId,
    state: &str,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET state = $2, revision = revision + 1 WHERE id = $1")
        .bind(person.to_string())
        .bind(state)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Writes when the last day is over; `None` for no last day.
pub(super) async fn set_last_day(
    write: &mut Write<'_, Users>,
    person: UserId,
    ends_at: Option<Instant>,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET ends_at = $2, revision = revision + 1 WHERE id = $1")
        .bind(person.to_string())
        .bind(ends_at.map_or(0, |end| end.0))
        .execute(write.conn())
        .await?;
    Ok(())
}

/// People whose last day is over and who are not deactivated yet, some hundreds at the most.
pub(super) async fn last_day_over(
    conn: &mut AnyConnection,
    now: Instant,
) -> Result<Vec<UserId>, Failure> {
    sqlx::query(
        "SELECT id FROM users WHERE ends_at > 0 AND ends_at <= $1 AND state <> 'deactivated' \
         LIMIT 500",
    )
    .bind(now.0)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| id(row, "id"))
    .collect()
}

/// Sets the first password and makes the account active.
pub(crate) async fn activate(
    write: &mut Write<'_, Users>,
    person: UserId,
    phc: &str,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE users SET state = 'active', password = $2, password_alone = 1, password_set = $3, \
           failed = 0, failures = 0, locked_until = 0, revision = revision + 1 WHERE id = $1",
    )
    .bind(person.to_string())
    .bind(phc)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_theme(
    write: &mut Write<'_, Users>,
    person: UserId,
    theme: &str,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET theme = $2 WHERE id = $1")
        .bind(person.to_string())
        .bind(theme)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// In which store a person's new sessions begin: an id, the word for all, or nothing.
pub(crate) async fn default_store(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<String, Failure> {
    Ok(
        sqlx::query_scalar("SELECT default_store FROM users WHERE id = $1")
            .bind(person.to_string())
            .fetch_one(conn)
            .await?,
    )
}

pub(crate) async fn set_default_store(
    write: &mut Write<'_, Users>,
    person: UserId,
    store: &str,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET default_store = $2 WHERE id = $1")
        .bind(person.to_string())
        .bind(store)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Whoever has an address.
pub(crate) struct Holder {
    pub id: UserId,
    pub name: String,
}

pub(crate) async fn holder_of(
    conn: &mut AnyConnection,
    email: &str,
) -> Result<Option<Holder>, Failure> {
    sqlx::query("SELECT id, name FROM users WHERE email_fold = $1")
        .bind(fold_email(email))
        .fetch_optional(conn)
        .await?
        .map(|row| {
            Ok(Holder {
                id: id(&row, "id")?,
                name: row.try_get("name")?,
            })
        })
        .transpose()
}

/// Whether somebody has an address.
pub(crate) async fn has_holder(conn: &mut AnyConnection, email: &str) -> Result<bool, Failure> {
    Ok(holder_of(conn, email).await?.is_some())
}

/// A person's own facts, beside what the access rules know.
pub(crate) struct Facts {
    pub details: UserDetails,
    pub name: String,
    pub avatar: i64,
    pub email: String,
    pub state: String,
    pub ends_at: i64,
    pub has_password: bool,
    pub locked_until: i64,
    pub last_sign_in: i64,
    pub created: i64,
    pub created_by: Option<String>,
    pub revision: i64,
    pub invite: Option<Invite>,
}

/// The invitation that waits.
pub(crate) struct Invite {
    pub id: String,
    pub created: i64,
    pub expires: i64,
}

pub(crate) async fn facts(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Option<Facts>, Failure> {
    sqlx::query(
        "SELECT u.first_name, u.last_name, u.display_name, u.phone, u.name, u.avatar, u.email, u.state, \
           u.ends_at, CASE WHEN u.password IS NULL THEN 0 ELSE 1 END AS has_password, \
           u.locked_until, u.last_sign_in, u.created, u.revision, \
           COALESCE(c.name, '') AS created_by, COALESCE(i.id, '') AS invite, \
           COALESCE(i.created, 0) AS invited, COALESCE(i.expires, 0) AS expires \
         FROM users u LEFT JOIN users c ON c.id = u.created_by \
         LEFT JOIN invites i ON i.user_id = u.id WHERE u.id = $1",
    )
    .bind(person.to_string())
    .fetch_optional(conn)
    .await?
    .map(|row| read_facts(&row))
    .transpose()
}

fn read_facts(row: &AnyRow) -> Result<Facts, Failure> {
    let created_by: String = row.try_get("created_by")?;
    let invite: String = row.try_get("invite")?;
    let invite = if invite.is_empty() {
        None
    } else {
        Some(Invite {
            id: invite,
            created: row.try_get("invited")?,
            expires: row.try_get("expires")?,
        })
    };
    Ok(Facts {
        details: UserDetails {
            first_name: row.try_get("first_name")?,
            last_name: row.try_get("last_name")?,
            display_name: row.try_get("display_name")?,
            phone: row.try_get("phone")?,
        },
        name: row.try_get("name")?,
        avatar: row.try_get("avatar")?,
        email: row.try_get("email")?,
        state: row.try_get("state")?,
        ends_at: row.try_get("ends_at")?,
        has_password: flag(row, "has_password")?,
        locked_until: row.try_get("locked_until")?,
        last_sign_in: row.try_get("last_sign_in")?,
        created: row.try_get("created")?,
        created_by: (!created_by.is_empty()).then_some(created_by),
        revision: row.try_get("revision")?,
        invite,
    })
}

/// First and last names of people.
pub(super) async fn full_names(
    conn: &mut AnyConnection,
    ids: &[UserId],
) -> Result<BTreeMap<UserId, (String, String)>, Failure> {
    let mut names = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut query = sqlx::query(AssertSqlSafe(NAMES.as_str()));
        for id in filled(some) {
            query = query.bind(id.to_string());
        }
        for row in query.fetch_all(&mut *conn).await? {
            let both = (row.try_get("first_name")?, row.try_get("last_name")?);
            names.insert(id(&row, "id")?, both);
        }
    }
    Ok(names)
}

/// Everybody in the Super Admin group, for the rule that one always remains.
pub(super) async fn super_admins(conn: &mut AnyConnection) -> Result<Vec<UserId>, Failure> {
    sqlx::query(
        "SELECT DISTINCT m.user_id FROM memberships m \
         JOIN permission_groups g ON g.id = m.group_id WHERE g.super_admin = 1",
    )
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| id(row, "user_id"))
    .collect()
}
