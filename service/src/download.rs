//! Files that are made while they are sent, so that a hundred thousand rows need no more memory
//! than a few hundred.

use std::sync::Arc;

use access::Action;
use async_trait::async_trait;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::sessions;
use crate::time::day;
use crate::visitor::Staff;

/// A file for somebody to keep.
pub struct Download {
    /// Its name, with the day in it: `users-2026-11-20.csv`.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// What is in it.
    pub pieces: Box<dyn Pieces>,
}

/// The content of a file, piece by piece.
#[async_trait]
pub trait Pieces: Send {
    /// The next piece; `None` after the last one. Each asks [`still`] anew before it reads.
    ///
    /// # Errors
    /// When the person may no longer have it, or the database does not answer. What was sent
    /// before is then all there is, and the transfer breaks off.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure>;
}

impl Download {
    /// Comma-separated values, named after what is in them and the day, in the business's time zone.
    pub(crate) fn new(
        kh: &Keyholder,
        staff: &Staff,
        what: &str,
        pieces: impl Pieces + 'static,
    ) -> Self {
        let day = day(kh.now(), &staff.business.time_zone);
        Self {
            name: format!("{what}-{day}.csv"),
            kind: "text/csv; charset=utf-8",
            pieces: Box::new(pieces),
        }
    }

    /// A short text.
    pub(crate) fn text(name: &str, text: String) -> Self {
        Self {
            name: format!("{name}.txt"),
            kind: "text/plain; charset=utf-8",
            pieces: Box::new(Whole(Some(text))),
        }
    }
}

/// A file in one piece.
struct Whole(Option<String>);

#[async_trait]
impl Pieces for Whole {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.0.take().map(String::into_bytes))
    }
}

/// The person who asked, as they stand at this moment, if they still may: before each piece of a
/// file, so that a right lost meanwhile is lost for the rest of it (req. 44).
///
/// # Errors
/// When their session is over or the right is gone.
pub(crate) async fn still<A: Action>(
    kh: &Keyholder,
    staff: &Staff,
    target: &A::Target,
) -> Result<Arc<Staff>, Failure> {
    let staff = sessions::again(kh, staff).await?;
    staff.caller.may::<A>(target).map(drop)?;
    Ok(staff)
}
