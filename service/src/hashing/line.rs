//! Where hashes wait and run: a line, and as many threads as there are cores, each of which takes
//! one hash after the other from it. Who has done one begins the next at once: by way of the async
//! threads, a core stood idle between two of them.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use argon2::Block;
use tokio::sync::oneshot;

use super::HashError;

/// The memory that Argon2 fills, 19 MiB a hash. Taken anew from the system each time it costs a
/// quarter of the time again, since each page is given and cleared by itself. So one hash leaves it
/// to the next on its thread while somebody waits, and it is given back as soon as nobody does: a
/// server where nobody signs in holds none of it.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    /// So many blocks, whatever is in them.
    pub(super) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            // Not grown, which would copy what nobody needs.
            self.0 = vec![Block::default(); count];
        }
        &mut self.0[..count]
    }

    /// Gives it back to the system.
    fn give_back(&mut self) {
        self.0 = Vec::new();
    }

    /// Blocks that the hash before has left.
    #[cfg(test)]
    pub(super) fn left(&self) -> usize {
        self.0.len()
    }
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The line. When it is dropped, its threads end with the hash that they are at.
pub(super) struct Line(Arc<Places>);

struct Places {
    /// Hashes that are under way or wait, at the most.
    most: usize,
    taken: Mutex<Taken>,
    /// Somebody has come, or the line is closed.
    changed: Condvar,
}

struct Taken {
    waiting: VecDeque<Job>,
    under_way: usize,
    closed: bool,
}

impl Line {
    /// Hashes so many at once, while so many more wait.
    ///
    /// # Panics
    /// When the system gives no thread.
    pub(super) fn new(at_once: usize, waiting: usize) -> Self {
        let places = Arc::new(Places {
            most: at_once + waiting,
            taken: Mutex::new(Taken {
                waiting: VecDeque::new(),
                under_way: 0,
                closed: false,
            }),
            changed: Condvar::new(),
        });
        for _ in 0..at_once {
            let places = Arc::clone(&places);
            thread::Builder::new()
                .name("hash".to_owned())
                .spawn(move || places.work())
                .expect("the system gives a thread for hashing passwords");
        }
        Self(places)
    }

    /// Waits in line and works on a thread of its own. The place goes with the work, not with the
    /// request: who hangs up early does not let in another while their hash is still under way. One
    /// that nobody waits for any more when its turn comes is left out.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Memory) -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.join(Box::new(move |memory| {
            if !answer.is_closed() {
                // Who has hung up meanwhile needs no answer.
                _ = answer.send(work(memory));
            }
        }))?;
        answered
            .await
            .map_err(|_| HashError::Failed("the work broke off".to_owned()))
    }

    fn join(&self, job: Job) -> Result<(), HashError> {
        let mut taken = self.0.taken();
        if taken.under_way + taken.waiting.len() == self.0.most {
            return Err(HashError::Busy);
        }
        taken.waiting.push_back(job);
        drop(taken);
        self.0.changed.notify_one();
        Ok(())
    }

    /// How many are under way, and how many wait.
    #[cfg(test)]
    pub(super) fn places(&self) -> (usize, usize) {
        let taken = self.0.taken();
        (taken.under_way, taken.waiting.len())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.0.taken().closed = true;
        self.0.changed.notify_all();
    }
}

impl Places {
    /// What a thread does.
    fn work(&self) {
        let mut memory = Memory::default();
        while let Some(job) = self.at_once().or_else(|| {
            memory.give_back();
            self.next()
        }) {
            // Its place must come free, and the thread live on, also when it breaks; whoever waits
            // for it is told by the end of its channel.
            _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
            self.taken().under_way -= 1;
        }
    }

    /// The first in line, if somebody waits.
    fn at_once(&self) -> Option<Job> {
        self.taken().call()
    }

    /// The first in line, as soon as there is one; none once the line is closed.
    fn next(&self) -> Option<Job> {
        let mut taken = self.taken();
        loop {
            if taken.closed {
                return None;
            }
            if let Some(job) = taken.call() {
                return Some(job);
            }
            taken = self
                .changed
                .wait(taken)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Nothing that can break is done while it is held.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn call(&mut self) -> Option<Job> {
        let job = self.waiting.pop_front()?;
        self.under_way += 1;
        Some(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_the_threads_end_with_their_line() {
        let line = Line::new(2, 2);
        let places = Arc::downgrade(&line.0);
        assert_eq!(
            places.strong_count(),
            3,
            "the line's and one of each thread"
        );
        drop(line);
        while places.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
