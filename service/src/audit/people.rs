//! Whom the person filter means: an id, or part of a name or address, among a hundred thousand.

use access::UserId;
use domain::audit::Whom;
use sqlx::AnyConnection;

use super::people_sql;
use crate::db::fold::fold;
use crate::failure::Failure;

/// Most people whose entries are looked at together.
const TOGETHER: usize = 20;

/// Whom the filter means.
pub(super) enum Meant {
    /// Anybody.
    Anybody,
    /// These.
    These(People),
    /// Nobody is called like that.
    Nobody,
    /// More than are looked at together.
    TooMany,
}

/// Some people.
pub(super) struct People {
    ids: Vec<UserId>,
    names: Vec<String>,
}

impl People {
    /// Their ids.
    pub(super) fn ids(&self) -> &[UserId] {
        &self.ids
    }
}

impl Meant {
    /// As the page says it.
    pub(super) fn whom(&self) -> Whom {
        match self {
            Self::Anybody => Whom::Anybody,
            Self::These(people) => Whom::These(people.names.clone()),
            Self::Nobody => Whom::Nobody,
            Self::TooMany => Whom::TooMany,
        }
    }
}

/// Whom these words mean. Who is called exactly so is meant alone, however many others' names
/// begin alike.
pub(super) async fn meant(conn: &mut AnyConnection, words: &str) -> Result<Meant, Failure> {
    if words.is_empty() {
        return Ok(Meant::Anybody);
    }
    let mut found = if let Ok(id) = words.parse::<UserId>() {
        people_sql::of_id(conn, id).await?
    } else {
        let folded = fold(words);
        let exact = people_sql::called(conn, &folded, TOGETHER + 1).await?;
        if exact.is_empty() {
            people_sql::matching(conn, &folded, TOGETHER + 1).await?
        } else {
            exact
        }
    };
    found.sort();
    found.dedup();
    if found.len() > TOGETHER {
        return Ok(Meant::TooMany);
    }
    if found.is_empty() {
        return Ok(Meant::Nobody);
    }
    let (names, ids) = found.into_iter().unzip();
    Ok(Meant::These(People { ids, names }))
}
