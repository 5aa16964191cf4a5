//! Mail (product §9): what the mails say, and who carries them. Mails are written into the
//! [outbox](crate::outbox), never sent from within a request.

mod email;
mod file;
mod letter;
mod letters;
#[cfg(any(test, feature = "testing"))]
mod memory;
mod mime;
mod notices;
mod second_factor;
mod smtp;
#[cfg(test)]
pub(crate) mod smtp_server;

use std::fmt;
use std::pin::Pin;

use access::{Instant, MailId};
use domain::mail::MailTrouble;
use serde::{Deserialize, Serialize};

pub use email::{Asked, email_asked, email_changed, email_link};
pub use file::FileMailer;
pub use letters::{Invite, invite};
#[cfg(any(test, feature = "testing"))]
pub use memory::MemoryMailer;
pub use notices::{Addressee, new_device, password_changed, reset};
pub use second_factor::{FactorNews, factor_notice};
pub use smtp::{SmtpMailer, SmtpUrlError};

/// One mail to one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// In whose name it comes, where the configured sender has none: the business.
    pub from_name: String,
    /// Name of the receiver.
    pub to_name: String,
    /// Address of the receiver: one address, never a list (req. 25).
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// The mail as plain text.
    pub text: String,
    /// The mail as HTML.
    pub html: String,
    /// The link in it, if it asks for something to be done.
    pub link: Option<String>,
}

impl fmt::Debug for Message {
    /// Neither the receiver nor the text, which may hold the secret of a link.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").finish_non_exhaustive()
    }
}

/// A mail as it is handed over.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Its id in the outbox. Part of the Message-ID, so that a mail that had to be sent twice is
    /// one mail to the programs that receive it.
    pub id: MailId,
    /// The configured sender, `Name <address>` or an address.
    pub from: &'a str,
    /// When it was written.
    pub date: Instant,
    /// The mail.
    pub message: &'a Message,
}

/// Why a mail was not taken: a code, and the words of whoever did not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailError {
    /// What stood against it, for the person's page (product §9).
    pub trouble: MailTrouble,
    /// What the mail server or the machine said; may be empty.
    pub said: String,
    /// It will not be taken later either.
    pub permanent: bool,
}

impl MailError {
    /// It may go through later.
    pub(crate) fn later(trouble: MailTrouble, said: impl fmt::Display) -> Self {
        Self {
            trouble,
            said: one_line(&said.to_string()),
            permanent: false,
        }
    }

    /// It will never go through.
    pub(crate) fn never(trouble: MailTrouble, said: impl fmt::Display) -> Self {
        Self {
            permanent: true,
            ..Self::later(trouble, said)
        }
    }
}

impl fmt::Display for MailError {
    /// The code and the words, as the outbox keeps them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.trouble.key())?;
        if self.said.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.said)
    }
}

impl std::error::Error for MailError {}

/// A mail on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;

/// Carries mails.
pub trait Mailer: Send + Sync {
    /// Hands a mail over; when this is done, somebody else is responsible for it.
    fn send<'a>(&'a self, mail: Outgoing<'a>) -> Sending<'a>;
}

/// One line of visible characters: line breaks, which could begin another header (req. 25), other
/// control characters, and those that turn the direction of what follows, become spaces.
fn one_line(text: &str) -> String {
    let steering =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if steering(c) { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}
