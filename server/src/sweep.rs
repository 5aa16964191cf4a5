//! Clears away, now and then, what the clock has ended. Nothing waits for it: every request looks
//! at the clock itself.

use std::future::Future;
use std::time::Duration;

use domain::AppError;
use service::audit::Verdict;
use service::tries::notes;
use service::{
    Failure, Keyholder, audit, email, flash, imports, passwords, second_factor, sessions, users,
};

/// How often.
const PAUSE: Duration = Duration::from_mins(5);
/// How long after a wrong try it is written down, with those that came meanwhile: so long that
/// whoever tries again does not meet the writing.
const GATHER: Duration = Duration::from_secs(2);

/// Sweeps until told to stop.
pub async fn work(kh: Keyholder, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut rounds = tokio::time::interval(PAUSE);
    loop {
        let tried = async {
            kh.tries_noted().notified().await;
            tokio::time::sleep(GATHER).await;
        };
        tokio::select! {
            () = tried => {
                told(notes::write_down(&kh).await);
                continue;
            }
            _ = rounds.tick() => {}
            () = &mut stop => return,
        }
        told(users::sweep(&kh).await);
        told(passwords::sweep(&kh).await);
        told(notes::write_down(&kh).await);
        told(sessions::sweep(&kh).await);
        told(flash::sweep(&kh).await);
        told(imports::sweep(&kh).await);
        told(audit::sweep(&kh).await);
        told(second_factor::sweep(&kh).await);
        told(passwords::sweep(&kh).await);
        told(email::sweep(&kh).await);
    }
}

/// Looks at the chain of the audit log each night, and at the start after a day without, until
/// told to stop.
pub async fn nightly(kh: Keyholder, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        let look = async {
            match audit::chain::check_if_due(&kh).await {
                Ok(Some(Verdict::Broken { seq })) => {
                    tracing::error!(seq, "the audit log is broken");
                }
                Ok(Some(Verdict::Whole { entries })) => {
                    tracing::info!(entries, "the audit log is whole");
                }
                Ok(None) => {}
                Err(failure) => told(Err(failure)),
            }
            tokio::time::sleep(PAUSE).await;
        };
        tokio::select! {
            () = look => {}
            () = &mut stop => return,
        }
    }
}

/// What failed is tried again at the next round; the conversion logs why it did.
fn told(swept: Result<(), Failure>) {
    if let Err(failure) = swept {
        drop(AppError::from(failure));
    }
}
