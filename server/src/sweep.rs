//! Clears away, now and then, what the clock has ended. Nothing waits for it: every request looks
//! at the clock itself.

use std::future::Future;
use std::time::Duration;

use domain::AppError;
use service::{Failure, Keyholder, flash, imports, second_factor, sessions};

/// How often.
const PAUSE: Duration = Duration::from_mins(5);

/// Sweeps until told to stop.
pub async fn work(kh: Keyholder, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = &mut stop => return,
        }
        told(sessions::sweep(&kh).await);
        told(flash::sweep(&kh).await);
        told(imports::sweep(&kh).await);
        told(second_factor::sweep(&kh).await);
    }
}

/// What failed is tried again at the next round; the conversion logs why it did.
fn told(swept: Result<(), Failure>) {
    if let Err(failure) = swept {
        drop(AppError::from(failure));
    }
}
