//! The mails about a change of address (product §9): the link to the new one, and what the old one
//! is told.

use access::Instant;

use super::Message;
use super::letter::Part;
use super::notices::{Addressee, place};

/// The link that confirms a new address, for that address. `by` asked for it; nothing where it was
/// the person.
#[must_use]
pub fn email_link(to: &Addressee<'_>, by: Option<&str>, link: &str, expires: Instant) -> Message {
    let Addressee {
        business, email, ..
    } = *to;
    let who = by.unwrap_or("You");
    to.letter(
        format!("Confirm your new email for {business}"),
        vec![
            Part::Say(format!(
                "{who} asked to use {email} for signing in to {business}."
            )),
            Part::Act {
                label: "Confirm this email",
                link: link.to_owned(),
            },
            Part::Note(format!(
                "The link works once and ends {}. Until it is used, the email you have now signs \
                 you in.",
                to.moment(expires)
            )),
            Part::Note(
                "You did not expect this? Then leave it: nothing changes unless the link is used."
                    .to_owned(),
            ),
        ],
    )
}

/// Another address that was asked for, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The new address.
    pub email: &'a str,
    /// Who asked for it; nothing where it was the person.
    pub by: Option<&'a str>,
    /// Browser and system of the person; empty when unknown.
    pub device: &'a str,
    /// Their address on the network.
    pub ip: &'a str,
    /// When.
    pub at: Instant,
}

/// That another address was asked for, for the one that still signs in.
#[must_use]
pub fn email_asked(to: &Addressee<'_>, asked: &Asked<'_>, profile: &str) -> Message {
    let business = to.business;
    let at = to.moment(asked.at);
    let who = match asked.by {
        Some(by) => format!("{by} asked {at}"),
        None => format!("Somebody asked {at}, {},", place(asked.device, asked.ip)),
    };
    to.letter(
        format!("Your email for {business} is to change"),
        vec![
            Part::Say(format!(
                "{who} to change the email of your account at {business} from {} to {}.",
                to.email, asked.email
            )),
            Part::Say(
                "Nothing changes before it is confirmed from the new one. Is it right? Then there \
                 is nothing to do here."
                    .to_owned(),
            ),
            Part::Say(
                "If not, withdraw it on your profile, change your password, and tell an admin."
                    .to_owned(),
            ),
            Part::Act {
                label: "My profile",
                link: profile.to_owned(),
            },
        ],
    )
}

/// That another address signs in from now on, for the one that did.
#[must_use]
pub fn email_changed(
    to: &Addressee<'_>,
    new: &str,
    device: &str,
    ip: &str,
    at: Instant,
) -> Message {
    let business = to.business;
    to.letter(
        format!("Your email for {business} was changed"),
        vec![
            Part::Say(format!(
                "The email of your account at {business} was changed from {} to {new}. It was \
                 confirmed {}, {}.",
                to.email,
                to.moment(at),
                place(device, ip)
            )),
            Part::Say(
                "From now on you sign in with the new one, and nothing more comes here.".to_owned(),
            ),
            Part::Say(
                "Was it you? Then there is nothing to do. If not, tell an admin at once."
                    .to_owned(),
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    fn to(email: &str) -> Addressee<'_> {
        Addressee {
            business: "Marlow & Finch",
            first_name: "Sofia",
            name: "Sofia Lindqvist",
            email,
            time_zone: "Europe/London",
        }
    }

    fn all() -> [(&'static str, Message); 5] {
        let (old, new) = ("sofia@marlowfinch.example", "sofia@lindqvist.example");
        let link = "https://keys.marlowfinch.example/confirm-email/q83vEjRWeJA";
        let profile = "https://keys.marlowfinch.example/profile";
        let asked = |by| Asked {
            email: new,
            by,
            device: "Chrome on Windows",
            ip: "198.51.100.17",
            at: NOW,
        };
        let by = Some("Eleanor Marlow");
        [
            ("email_link", email_link(&to(new), None, link, NOW)),
            ("email_link_by_admin", email_link(&to(new), by, link, NOW)),
            ("email_asked", email_asked(&to(old), &asked(None), profile)),
            (
                "email_asked_by_admin",
                email_asked(&to(old), &asked(by), profile),
            ),
            (
                "email_changed",
                email_changed(&to(old), new, "Chrome on Windows", "198.51.100.17", NOW),
            ),
        ]
    }

    #[test]
    fn the_mails_as_text() {
        for (name, message) in all() {
            insta::assert_snapshot!(format!("{name}_text"), message.text);
        }
    }

    #[test]
    fn the_mails_as_html() {
        for (name, message) in all() {
            insta::assert_snapshot!(format!("{name}_html"), message.html);
        }
    }

    #[test]
    fn r30_the_link_goes_to_the_new_address_and_to_no_other() {
        for (name, message) in all() {
            let to_new = message.to == "sofia@lindqvist.example";
            assert_eq!(to_new, name.starts_with("email_link"), "{name}");
            assert_eq!(message.text.contains("/confirm-email/"), to_new, "{name}");
        }
    }
}
