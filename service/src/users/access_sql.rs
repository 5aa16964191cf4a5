//! Statements about what people hold: their memberships, stores and overrides.

use access::{Effect, Membership, Override, Reach, StoreId, UserId};

use crate::failure::Failure;
use crate::tx::{Access, Users, Write};

/// Writes a person's memberships and stores, whole.
pub(crate) async fn set_access(
    write: &mut Write<'_, Access>,
    person: UserId,
    memberships: &[Membership],
    stores: &[StoreId],
) -> Result<(), Failure> {
    let user = person.to_string();
    for statement in [
        "DELETE FROM memberships WHERE user_id = $1",
        "DELETE FROM user_stores WHERE user_id = $1",
    ] {
        sqlx::query(statement)
            .bind(&user)
            .execute(write.conn())
            .await?;
    }
    for membership in memberships {
        let store = match membership.reach {
            Reach::AllTheirStores => String::new(),
            Reach::Store(store) => store.to_string(),
        };
        sqlx::query(
            "INSERT INTO memberships (user_id, group_id, store_id) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id, group_id, store_id) DO NOTHING",
        )
        .bind(&user)
        .bind(membership.group.to_string())
        .bind(store)
        .execute(write.conn())
        .await?;
    }
    for store in stores {
        add_store(write, person, *store).await?;
    }
    refresh_sort(write, person).await
}

/// Writes those of a person's overrides that differ from before.
pub(crate) async fn set_overrides(
    write: &mut Write<'_, Access>,
    person: UserId,
    before: &[Override],
    after: &[Override],
) -> Result<(), Failure> {
    let user = person.to_string();
    for gone in before {
        if !after.iter().any(|o| o.permission == gone.permission) {
            sqlx::query("DELETE FROM overrides WHERE user_id = $1 AND permission = $2")
                .bind(&user)
                .bind(gone.permission.key())
                .execute(write.conn())
                .await?;
        }
    }
    for new in after.iter().filter(|o| !before.contains(o)) {
        sqlx::query(
            "INSERT INTO overrides \
             (user_id, permission, effect, author_id, reason, created, until_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (user_id, permission) DO UPDATE SET effect = excluded.effect, \
               author_id = excluded.author_id, reason = excluded.reason, \
               created = excluded.created, until_at = excluded.until_at",
        )
        .bind(&user)
        .bind(new.permission.key())
        .bind(match new.effect {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
        })
        .bind(new.author.to_string())
        .bind(&new.reason)
        .bind(new.at.0)
        .bind(new.until.map_or(0, |end| end.0))
        .execute(write.conn())
        .await?;
    }
    Ok(())
}

const NEXT_REVISION: &str = "UPDATE users SET revision = revision + 1 WHERE id = $1";

/// Counts a change of a person that no form of theirs made; a form that was made before no longer
/// fits.
pub(crate) async fn count_change(
    write: &mut Write<'_, Users>,
    person: UserId,
) -> Result<(), Failure> {
    sqlx::query(NEXT_REVISION)
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Gives a person one more store; a form that was made before no longer fits.
pub(crate) async fn gain_store(
    write: &mut Write<'_, Access>,
    person: UserId,
    store: StoreId,
) -> Result<(), Failure> {
    add_store(write, person, store).await?;
    sqlx::query(NEXT_REVISION)
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    refresh_sort(write, person).await
}

async fn add_store(
    write: &mut Write<'_, Access>,
    person: UserId,
    store: StoreId,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO user_stores (user_id, store_id) VALUES ($1, $2) \
         ON CONFLICT (user_id, store_id) DO NOTHING",
    )
    .bind(person.to_string())
    .bind(store.to_string())
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes the columns by which the list sorts groups and stores.
async fn refresh_sort(write: &mut Write<'_, Access>, person: UserId) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE users SET \
           groups_sort = COALESCE((SELECT string_agg(g.name_fold, ', ' ORDER BY g.name_fold) \
             FROM memberships m JOIN permission_groups g ON g.id = m.group_id \
             WHERE m.user_id = users.id), ''), \
           stores_sort = COALESCE((SELECT string_agg(st.name_fold, ', ' ORDER BY st.name_fold) \
             FROM user_stores us JOIN stores st ON st.id = us.store_id \
             WHERE us.user_id = users.id), '') \
         WHERE id = $1",
    )
    .bind(person.to_string())
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes the column by which the list sorts stores, for everybody who works in one that has
/// another name now.
pub(crate) async fn refresh_sort_in(
    write: &mut Write<'_, Access>,
    store: StoreId,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE users SET stores_sort = COALESCE((SELECT string_agg(st.name_fold, ', ' \
             ORDER BY st.name_fold) FROM user_stores us JOIN stores st ON st.id = us.store_id \
             WHERE us.user_id = users.id), '') \
         WHERE id IN (SELECT user_id FROM user_stores WHERE store_id = $1)",
    )
    .bind(store.to_string())
    .execute(write.conn())
    .await?;
    Ok(())
}
