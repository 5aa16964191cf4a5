//! Mails to a person about their own account (product §9): written to the outbox in the
//! transaction that causes them.

mod sql;

use access::{Instant, UserId};
use domain::mail::MailKind;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::mail::{self, Addressee, FactorNews, Message};
use crate::outbox;
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
    /// The link to a new address, for that address.
    EmailLink {
        /// The link.
        link: String,
        /// When it is over.
        expires: Instant,
        /// Who asked for it; nothing where it was the person.
        by: Option<&'a str>,
    },
    /// Another address was asked for.
    EmailAsked {
        /// Which.
        email: &'a str,
        /// Who asked for it; nothing where it was the person.
        by: Option<&'a str>,
        /// From where.
        client: &'a Client,
    },
    /// Another address signs in from now on; for the old one.
    EmailChanged {
        /// From where it was confirmed.
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
    /// What the outbox calls it.
    pub(crate) const fn kind(&self) -> MailKind {
        match self {
            Self::Reset { .. } => MailKind::Reset,
            Self::PasswordChanged { .. } => MailKind::PasswordChanged,
            Self::EmailLink { .. } => MailKind::EmailLink,
            Self::EmailAsked { .. } => MailKind::EmailAsked,
            Self::EmailChanged { .. } => MailKind::EmailChanged,
            Self::NewDevice { .. } => MailKind::NewDevice,
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
    let to = sql::addressee(tx.read(), person).await?;
    let at = to.email.clone();
    send(kh, tx, person, &to, &at, notice, reference).await
}

/// Writes the mail to an address that is not the person's, or not any more.
pub(crate) async fn tell_at<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    person: UserId,
    at: &str,
    notice: &Notice<'_>,
    reference: Option<&str>,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Mail>,
{
    let to = sql::addressee(tx.read(), person).await?;
    send(kh, tx, person, &to, at, notice, reference).await
}

async fn send<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    person: UserId,
    to: &sql::To,
    at: &str,
    notice: &Notice<'_>,
    reference: Option<&str>,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Mail>,
{
    let message = message(kh, to, at, notice, tx.now());
    let kind = notice.kind();
    let write = &mut tx.write::<Mail>();
    outbox::enqueue(kh, write, kind, Some(person), reference, &message).await?;
    tx.wake_mail();
    Ok(())
}

fn message(
    kh: &Keyholder,
    to: &sql::To,
    address: &str,
    notice: &Notice<'_>,
    now: Instant,
) -> Message {
    let addressee = Addressee {
        business: &to.business,
        first_name: &to.first_name,
        name: &to.name,
        email: address,
        time_zone: &to.time_zone,
    };
    let forgot = format!("{}/forgot-password", kh.public_url());
    let profile = format!("{}/profile", kh.public_url());
    match notice {
        Notice::Reset { link, expires } => mail::reset(&addressee, link, *expires),
        Notice::PasswordChanged { client } => {
            mail::password_changed(&addressee, &client.device(), &client.ip, now, &forgot)
        }
        Notice::EmailLink { link, expires, by } => {
            mail::email_link(&addressee, *by, link, *expires)
        }
        Notice::EmailAsked { email, by, client } => {
            let asked = mail::Asked {
                email,
                by: *by,
                device: &client.device(),
                ip: &client.ip,
                at: now,
            };
            mail::email_asked(&addressee, &asked, &profile)
        }
        Notice::EmailChanged { client } => {
            let device = client.device();
            mail::email_changed(&addressee, &to.email, &device, &client.ip, now)
        }
        Notice::NewDevice { client } => {
            mail::new_device(&addressee, &client.device(), &client.ip, now, &forgot)
        }
        Notice::Factor { news, client } => {
            let profile = format!("{}/profile", kh.public_url());
            mail::factor_notice(&addressee, *news, &client.device(), now, &profile)
        }
    }
}
