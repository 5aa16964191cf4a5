//! Pictures of people (product §3): decoded, cut to a square and written anew, never served as they
//! were sent. Kept in the database; whoever may see the person, or their name in the log, sees them.

mod picture;
mod sql;

use access::UserId;
use access::actions::{RemoveAvatar, RemoveOwnAvatar, SetAvatar, SetOwnAvatar, ViewAvatar};
use domain::avatars::{Fit, PictureProblem};
use domain::{AppError, Done, ProblemCode, Toast};
use serde_json::json;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::tx::{Avatars, Change, Guarded, Object, Tx, Users, Writes};
use crate::users;
use crate::visitor::Staff;

pub use picture::{Picture, SIDE};

/// A picture as somebody sent it.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// Key of how it becomes a square.
    pub fit: &'a str,
    /// Name of the file; empty where none was chosen.
    pub name: &'a str,
    /// The file.
    pub content: &'a [u8],
}

/// Whether somebody may send a picture of themselves at all.
///
/// # Errors
/// The refusal.
pub async fn may_set_own(kh: &Keyholder, staff: &Staff) -> Result<(), Failure> {
    kh.sees::<SetOwnAvatar>(staff, &()).await
}

/// Whether somebody may send pictures of others at all; of whom, [`set`] asks.
///
/// # Errors
/// The refusal.
pub async fn may_set(kh: &Keyholder, staff: &Staff) -> Result<(), Failure> {
    kh.meets::<SetAvatar>(staff).await
}

/// Makes a sent picture one's own.
///
/// # Errors
/// Why it can't be taken, beside its field.
pub async fn set_own(kh: &Keyholder, staff: &Staff, sent: Sent<'_>) -> Result<Done, Failure> {
    let grant = kh.may::<SetOwnAvatar>(staff, &()).await?;
    let picture = made(kh, sent).await?;
    let (tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    keep(tx, caller.person.id, &staff.me.name, &picture).await
}

/// Makes a sent picture somebody's.
///
/// # Errors
/// The rule that stands against it; why it can't be taken.
pub async fn set(kh: &Keyholder, staff: &Staff, id: &str, sent: Sent<'_>) -> Result<Done, Failure> {
    // Who may not act on the person is told so before their file is worked on.
    let (tx, ..) = users::open::<SetAvatar>(kh, staff, id).await?;
    drop(tx);
    let picture = made(kh, sent).await?;
    let (tx, person, facts) = users::open::<SetAvatar>(kh, staff, id).await?;
    keep(tx, person.id, &facts.name, &picture).await
}

/// Takes one's own picture away; the initials show again.
///
/// # Errors
/// When there is none.
pub async fn remove_own(kh: &Keyholder, staff: &Staff) -> Result<Done, Failure> {
    let grant = kh.may::<RemoveOwnAvatar>(staff, &()).await?;
    let (tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    take_away(tx, caller.person.id, &staff.me.name).await
}

/// Takes somebody's picture away.
///
/// # Errors
/// The rule that stands against it; when there is none.
pub async fn remove(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (tx, person, facts) = users::open::<RemoveAvatar>(kh, staff, id).await?;
    take_away(tx, person.id, &facts.name).await
}

/// The picture at an address: of this person, and of this version.
///
/// # Errors
/// Not found for one that is not there, or of somebody who is not theirs to know.
pub async fn file(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    version: &str,
) -> Result<Picture, Failure> {
    let id: UserId = id.parse().map_err(|_| AppError::NotFound)?;
    let version: i64 = version.parse().map_err(|_| AppError::NotFound)?;
    let mut conn = kh.reader().acquire().await?;
    let person = people::load(&mut conn, id).await?;
    drop(conn);
    let person = person.ok_or(AppError::NotFound)?;
    kh.sees::<ViewAvatar>(staff, &person).await?;
    let mut conn = kh.reader().acquire().await?;
    Ok(sql::picture(&mut conn, id, version)
        .await?
        .ok_or(AppError::NotFound)?)
}

/// Reads, cuts and writes it anew, off the async threads, and only a few at once.
async fn made(kh: &Keyholder, sent: Sent<'_>) -> Result<Picture, Failure> {
    let fit = Fit::from_key(sent.fit).ok_or(AppError::BadRequest)?;
    if sent.content.is_empty() {
        return Err(problem(PictureProblem::Missing));
    }
    let content = sent.content.to_vec();
    let _place = kh.picture_place().await;
    let made = tokio::task::spawn_blocking(move || picture::make(&content, fit));
    match made.await {
        Ok(made) => made.map_err(problem),
        // A picture that makes a decoder stumble is no picture; the panic itself is logged.
        Err(_) => Err(problem(PictureProblem::Broken)),
    }
}

fn problem(why: PictureProblem) -> Failure {
    Failure::field("file", ProblemCode::Picture { why })
}

async fn keep<A>(
    mut tx: Tx<A>,
    person: UserId,
    name: &str,
    picture: &Picture,
) -> Result<Done, Failure>
where
    A: Guarded + Writes<Avatars> + Writes<Users>,
{
    let had = sql::shown(tx.read(), person).await?;
    let version = sql::put(&mut tx.write::<Avatars>(), person, picture).await?;
    sql::show(&mut tx.write::<Users>(), person, version).await?;
    tx.commit(
        Change::of(Object::user(person, name))
            .before(&json!({ "picture": had }))
            .after(&json!({ "picture": version })),
    )
    .await?;
    Ok(Done::say(Toast::PictureSaved))
}

async fn take_away<A>(mut tx: Tx<A>, person: UserId, name: &str) -> Result<Done, Failure>
where
    A: Guarded + Writes<Avatars> + Writes<Users>,
{
    let had = sql::shown(tx.read(), person).await?;
    let had = had.ok_or(AppError::Conflict)?;
    sql::clear(&mut tx.write::<Avatars>(), person).await?;
    sql::show(&mut tx.write::<Users>(), person, 0).await?;
    tx.commit(
        Change::of(Object::user(person, name))
            .before(&json!({ "picture": had }))
            .after(&json!({ "picture": null })),
    )
    .await?;
    Ok(Done::say(Toast::PictureRemoved))
}
