//! Mail for tests: kept, or refused, as the test wants.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{MailError, Mailer, Message, Outgoing, Sending};

/// Keeps every mail it is given.
#[derive(Default)]
pub struct MemoryMailer {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sent: Vec<Message>,
    refuses: Option<MailError>,
}

impl MemoryMailer {
    /// Every mail so far, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Message> {
        self.state().sent.clone()
    }

    /// Refuses every mail from now on for this reason; `None` takes them again.
    pub fn refuse(&self, reason: Option<MailError>) {
        self.state().refuses = reason;
    }

    /// A test that panicked elsewhere leaves the mails themselves whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mailer for MemoryMailer {
    fn send<'a>(&'a self, mail: Outgoing<'a>) -> Sending<'a> {
        let mut state = self.state();
        let taken = state.refuses.clone().map_or(Ok(()), Err);
        if taken.is_ok() {
            state.sent.push(mail.message.clone());
        }
        Box::pin(std::future::ready(taken))
    }
}
