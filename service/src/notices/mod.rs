//! Mails to a person about their own account (product §9): written to the outbox in the
//! transaction that causes them.

mod sql;

use access::{Instant, UserId};

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::mail::{self, Addressee, FactorNews, Message};
use crate::outbox;
use crate::time::when;
use crate::tx::{Guarded, Mail, Tx, Writes};
use crate::visitor::Client;

/// What is told.
#[derive(Clone, Debug)]
pub(crate) enum Notice<'a> {
    /// The link to a new password.
    Reset {
        /// The link.
        link: String,
        /// When it is over.
        expires: Instant,
    },
    /// The password was changed.
    PasswordChanged {
        /// From where.
        client: &'a Client,
    },
    /// Somebody signed in from a device and place not seen before.
    NewDevice {
        /// From where.
        client: &'a Client,
    },
    /// Something happened to the second factor.
    Factor {
        /// What.
        news: FactorNews<'a>,
        /// From where.
        client: &'a Client,
    },
}

impl Notice<'_> {
    /// The word in the outbox.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Reset { .. } => "reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::NewDevice { .. } => "new_device",
            Self::Factor { news, .. } => news.kind(),
        }
    }
}

/// Writes the mail; `reference` is what it belongs to, if it goes out only while that stands.
pub(crate) async fn tell<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    person: UserId,
    notice: &Notice<'_>,
    reference: Option<&str>,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Mail>,
{
    let now = tx.now();
    let to = sql::addressee(tx.read(), person).await?;
    let message = message(kh, &to, notice, now);
    let kind = notice.kind();
    let write = &mut tx.write::<Mail>();
    outbox::enqueue(kh, write, kind, Some(person), reference, &message).await?;
    tx.wake_mail();
    Ok(())
}

fn message(kh: &Keyholder, to: &sql::To, notice: &Notice<'_>, now: Instant) -> Message {
    let addressee = Addressee {
        business: &to.business,
        first_name: &to.first_name,
        name: &to.name,
        email: &to.email,
    };
    let forgot = format!("{}/forgot-password", kh.public_url());
    let at = |at| when(at, now, &to.time_zone);
    match notice {
        Notice::Reset { link, expires } => mail::reset(&addressee, link, &at(*expires)),
        Notice::PasswordChanged { client } => {
            mail::password_changed(&addressee, &client.device(), &client.ip, &at(now), &forgot)
        }
        Notice::NewDevice { client } => {
            mail::new_device(&addressee, &client.device(), &client.ip, &at(now), &forgot)
        }
        Notice::Factor { news, client } => {
            let profile = format!("{}/profile", kh.public_url());
            mail::factor_notice(&addressee, *news, &client.device(), &at(now), &profile)
        }
    }
}
