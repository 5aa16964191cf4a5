//! Targets of changes, read again under the write lock, so that a change is decided on what is.

use access::{Person, StoreId, StoreStanding, UserId};
use sqlx::AnyConnection;

use crate::failure::Failure;
use crate::people::{self, Group};
use crate::second_factor;
use crate::stores;

/// A target that can be read again under the write lock.
pub trait Reload: Sized {
    /// The same target as it stands now; `None` when it is gone.
    fn reload(
        self,
        conn: &mut AnyConnection,
    ) -> impl Future<Output = Result<Option<Self>, Failure>> + Send;
}

impl Reload for () {
    async fn reload(self, _: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        Ok(Some(()))
    }
}

impl Reload for access::actions::OwnFactor {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let demand = second_factor::sql::demand(conn, self.person).await?;
        Ok(Some(Self { demand, ..self }))
    }
}

impl Reload for access::actions::SessionOf {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let person = people::load(conn, self.person.id).await?;
        Ok(person.map(|person| Self { person, ..self }))
    }
}

/// Whose a session is, nothing changes.
impl Reload for access::actions::OwnSession {
    async fn reload(self, _: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        Ok(Some(self))
    }
}

impl Reload for StoreStanding {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        stores::sql::standing(conn, self.store).await
    }
}

impl Reload for Option<StoreStanding> {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        match self {
            Some(chosen) => Ok(chosen.reload(conn).await?.map(Some)),
            None => Ok(Some(None)),
        }
    }
}

impl Reload for StoreId {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        Ok(people::all_stores(conn)
            .await?
            .contains(&self)
            .then_some(self))
    }
}

/// A person who is there is read again; one who is only about to be keeps their shape, and what
/// their groups give is read again.
impl Reload for Person {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        match people::load(conn, self.id).await? {
            Some(person) => Ok(Some(person)),
            None => refresh_groups(self, conn).await,
        }
    }
}

/// People who are there, by their ids; `None` when one of them is gone.
impl Reload for Vec<Person> {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let ids: Vec<UserId> = self.iter().map(|person| person.id).collect();
        let people = people::several(conn, &ids).await?;
        Ok((people.len() == ids.len()).then_some(people))
    }
}

impl Reload for access::actions::AccessChange {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let Some(before) = people::load(conn, self.before.id).await? else {
            return Ok(None);
        };
        // Overrides as they were worked out: had others come between, so had another revision.
        let after = Person {
            standing: before.standing,
            ..self.after
        };
        let after = refresh_groups(after, conn).await?;
        Ok(after.map(|after| Self { before, after }))
    }
}

impl Reload for access::actions::LastDayChange {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let person = people::load(conn, self.person.id).await?;
        Ok(person.map(|person| Self { person, ..self }))
    }
}

/// Whoever is invited by an import is only about to be there.
impl Reload for access::actions::Import {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let groups = people::groups(conn).await?;
        let by = self.by;
        let people: Option<Vec<Person>> = self
            .people
            .into_iter()
            .map(|person| with_groups(person, &groups))
            .collect();
        Ok(people.map(|people| Self { by, people }))
    }
}

/// The person with what their groups give at this moment; `None` when a group is gone.
async fn refresh_groups(
    person: Person,
    conn: &mut AnyConnection,
) -> Result<Option<Person>, Failure> {
    Ok(with_groups(person, &people::groups(conn).await?))
}

fn with_groups(mut person: Person, groups: &[Group]) -> Option<Person> {
    for membership in &mut person.memberships {
        let group = groups.iter().find(|group| group.id == membership.group)?;
        *membership = group.membership(membership.reach);
    }
    Some(person)
}
