//! Work beside the requests, and the signal that ends all of it.

use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Before work that broke off begins again.
const BREATH: Duration = Duration::from_secs(1);

/// Tells whether the program was told to stop.
#[derive(Clone, Debug)]
pub struct StopSignal(watch::Receiver<bool>);

impl StopSignal {
    /// Listens for SIGTERM and SIGINT from now on.
    ///
    /// # Errors
    /// When the operating system does not let it.
    pub fn listen() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (tell, stop) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping");
            tell.send_replace(true);
        });
        Ok(Self(stop))
    }

    /// Ends when the program is told to stop.
    pub async fn told(mut self) {
        // The sender only goes after it has told.
        let _told = self.0.wait_for(|stop| *stop).await;
    }

    fn is_told(&self) -> bool {
        *self.0.borrow()
    }
}

/// Keeps work going until the program is told to stop: a panic in one round does not end it for
/// good, unnoticed, as mails that are no longer sent would be.
pub async fn keep_going<F>(name: &str, stop: StopSignal, work: impl Fn(StopSignal) -> F)
where
    F: Future<Output = ()>,
{
    while !stop.is_told() {
        // What it held is dropped; what it was writing, the database rolls back.
        if AssertUnwindSafe(work(stop.clone()))
            .catch_unwind()
            .await
            .is_err()
        {
            tracing::error!("the {name} broke off; it begins again");
            tokio::time::sleep(BREATH).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn work_that_panics_begins_again_until_it_is_told_to_stop() {
        let (tell, stop) = watch::channel(false);
        let rounds = AtomicU32::new(0);
        keep_going("test", StopSignal(stop), |stop| {
            let round = rounds.fetch_add(1, Ordering::Relaxed);
            let tell = &tell;
            async move {
                assert!(round > 0, "the first round breaks off");
                tell.send_replace(true);
                stop.told().await;
            }
        })
        .await;
        assert_eq!(rounds.load(Ordering::Relaxed), 2);
    }
}
