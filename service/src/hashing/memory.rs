//! The memory that Argon2 fills, 19 MiB a hash. Taken anew from the system each time it costs a
//! quarter of the time again, since each page is given and cleared by itself. So one hash hands it
//! to the next while others wait, and it is given back as soon as nobody does: a server where
//! nobody signs in holds none of it.

use std::sync::{Mutex, PoisonError};

use argon2::Block;

/// Memory that waits for the next hash.
#[derive(Default)]
pub(super) struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    /// Lends so many blocks, whatever is in them.
    pub(super) fn lend<T>(&self, blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let waiting = self.all().pop();
        let mut lent = waiting.unwrap_or_default();
        if lent.len() < blocks {
            // Not grown, which would copy what nobody needs.
            lent = vec![Block::default(); blocks];
        }
        let done = work(&mut lent[..blocks]);
        self.all().push(lent);
        done
    }

    /// Gives back to the system what waits.
    pub(super) fn give_back(&self) {
        let waiting = std::mem::take(&mut *self.all());
        drop(waiting);
    }

    /// How many hashes could take memory that waits.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.all().len()
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        // What a thread left that broke is memory like any other.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
