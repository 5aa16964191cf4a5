//! `keyholder user …`: help for people who are locked out, owners first of all (product §11).

use domain::users::UserDetails;
use service::Keyholder;
use service::rescue::{self, Owner, Trouble};

use super::{fault, say};
use crate::cli::{NewOwner, User};
use crate::config::{MailTo, Settings};
use crate::open::{self, Stop};

/// Does what the command says, beside a server that may be running.
///
/// # Errors
/// What stands against it, as a sentence.
pub(super) async fn run(settings: &Settings, command: User) -> Result<(), Stop> {
    let kh = open::existing(settings, &settings.public_url_at(settings.listen)).await?;
    let done = execute(&kh, &settings.mail, command).await;
    kh.close().await;
    say(&done.map_err(stopped)?)
}

async fn execute(kh: &Keyholder, mail: &MailTo, command: User) -> Result<String, Trouble> {
    Ok(match command {
        User::CreateOwner(NewOwner {
            email,
            first_name,
            last_name,
        }) => {
            let details = UserDetails {
                first_name,
                last_name,
                ..UserDetails::default()
            };
            match rescue::create_owner(kh, &email, &details).await? {
                Owner::Made { name } => format!("{name} is Super Admin from now on."),
                Owner::Invited { name, link } => format!(
                    "{name} is invited as Super Admin. This link sets the password; it works once \
                     and for {} days:\n{link}",
                    domain::invites::INVITE_DAYS
                ),
            }
        }
        User::ResetTwoFactor { email } => {
            let rescue::Reset { name, sessions } = rescue::reset_two_factor(kh, &email).await?;
            format!(
                "Two-factor of {name} is reset; sessions ended: {sessions}. They are told by mail."
            )
        }
        User::Unlock { email } => {
            let name = rescue::unlock(kh, &email).await?;
            format!("{name} is unlocked.")
        }
        User::SendReset { email } => {
            let name = rescue::send_reset(kh, &email).await?;
            let way = match mail {
                MailTo::Smtp(_) => "is mailed".to_owned(),
                MailTo::Folder(folder) => format!("is written to {}", folder.display()),
            };
            format!("A link to a new password for {name} {way} by the running server.")
        }
    })
}

fn stopped(trouble: Trouble) -> Stop {
    match trouble {
        Trouble::Failed(failure) => fault(failure),
        said => Stop::Wrong(said.to_string()),
    }
}
