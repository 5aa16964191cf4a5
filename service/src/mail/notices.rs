//! The mails about one's own account (product §9).

use access::Instant;

use super::Message;
use super::letter::{Letter, Part};
use super::letters::moment;

/// Whom a mail about their account goes to.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// Name of the business.
    pub business: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Display name.
    pub name: &'a str,
    /// Their verified address, and no other (req. 25).
    pub email: &'a str,
    /// The business's time zone.
    pub time_zone: &'a str,
}

impl Addressee<'_> {
    /// A point in time within a sentence of the mail.
    pub(super) fn moment(&self, at: Instant) -> String {
        moment(at, self.time_zone)
    }

    pub(super) fn letter(&self, subject: String, parts: Vec<Part>) -> Message {
        Letter {
            business: self.business,
            to_name: self.name,
            to: self.email,
            first_name: self.first_name,
            subject,
            parts,
        }
        .into_message()
    }
}

/// The link to a new password. Whoever asked for it, the mail is the same (product §5).
#[must_use]
pub fn reset(to: &Addressee<'_>, link: &str, expires: Instant) -> Message {
    let Addressee {
        business, email, ..
    } = *to;
    to.letter(
        format!("A new password for {business}"),
        vec![
            Part::Say(format!(
                "Somebody asked for a new password for your account {email} at {business}."
            )),
            new_password(link),
            Part::Note(format!(
                "The link works once and ends {}. Setting a password signs you out everywhere; \
                 your two-factor stays as it is.",
                to.moment(expires)
            )),
            Part::Note(
                "You did not expect this? Then leave it: your password stays as it is unless the \
                 link is used."
                    .to_owned(),
            ),
        ],
    )
}

/// That the password was changed.
#[must_use]
pub fn password_changed(
    to: &Addressee<'_>,
    device: &str,
    ip: &str,
    at: Instant,
    forgot: &str,
) -> Message {
    let business = to.business;
    to.letter(
        format!("Your password for {business} was changed"),
        vec![
            Part::Say(format!(
                "The password of your account {} at {business} was changed {}, {}.",
                to.email,
                to.moment(at),
                place(device, ip)
            )),
            Part::Say("Was it you? Then there is nothing to do.".to_owned()),
            Part::Say("If not, set a new one now and tell an admin.".to_owned()),
            new_password(forgot),
        ],
    )
}

/// That somebody signed in from a device and place not seen before.
#[must_use]
pub fn new_device(
    to: &Addressee<'_>,
    device: &str,
    ip: &str,
    at: Instant,
    forgot: &str,
) -> Message {
    let business = to.business;
    to.letter(
        format!("New sign-in to {business}"),
        vec![
            Part::Say(format!(
                "Your account {} at {business} was signed in to {}, {}. It was not seen from there \
                 before.",
                to.email,
                to.moment(at),
                place(device, ip)
            )),
            Part::Say("Was it you? Then there is nothing to do.".to_owned()),
            Part::Say(
                "If not, somebody knows your password: set a new one now, which signs them out, \
                 and tell an admin."
                    .to_owned(),
            ),
            new_password(forgot),
        ],
    )
}

fn new_password(link: &str) -> Part {
    Part::Act {
        label: "Set a new password",
        link: link.to_owned(),
    }
}

/// From where: `from Chrome on macOS, address 203.0.113.7`.
pub(super) fn place(device: &str, ip: &str) -> String {
    let device = if device.is_empty() {
        "an unknown device"
    } else {
        device
    };
    format!("from {device}, address {ip}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    const SOFIA: Addressee<'_> = Addressee {
        business: "Marlow & Finch",
        first_name: "Sofia",
        name: "Sofia Lindqvist",
        email: "sofia@marlowfinch.example",
        time_zone: "Europe/London",
    };
    const FORGOT: &str = "https://keys.marlowfinch.example/forgot-password";

    fn all() -> [(&'static str, Message); 3] {
        let link = "https://keys.marlowfinch.example/reset-password/q83vEjRWeJA";
        [
            ("reset", reset(&SOFIA, link, NOW)),
            (
                "password_changed",
                password_changed(&SOFIA, "Chrome on Windows", "198.51.100.17", NOW, FORGOT),
            ),
            (
                "new_device",
                new_device(&SOFIA, "", "2001:db8::7", NOW, FORGOT),
            ),
        ]
    }

    #[test]
    fn the_notices_as_text() {
        for (name, message) in all() {
            insta::assert_snapshot!(format!("{name}_text"), message.text);
        }
    }

    #[test]
    fn the_notices_as_html() {
        for (name, message) in all() {
            insta::assert_snapshot!(format!("{name}_html"), message.html);
        }
    }

    #[test]
    fn each_goes_to_the_person_in_the_name_of_the_business() {
        let subjects = all().map(|(_, message)| {
            assert_eq!(message.to, "sofia@marlowfinch.example");
            assert_eq!(message.to_name, "Sofia Lindqvist");
            assert_eq!(message.from_name, "Marlow & Finch");
            message.subject
        });
        assert_eq!(
            subjects,
            [
                "A new password for Marlow & Finch",
                "Your password for Marlow & Finch was changed",
                "New sign-in to Marlow & Finch",
            ]
        );
    }
}
