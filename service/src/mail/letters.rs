//! The mails, one function each (product §9).

use access::Instant;

use super::Message;
use super::letter::{Letter, Part};
use crate::time::zoned;

/// What an invitation says.
#[derive(Clone, Copy)]
pub struct Invite<'a> {
    /// Name of the business.
    pub business: &'a str,
    /// Who invites.
    pub inviter: &'a str,
    /// First name of the invited.
    pub first_name: &'a str,
    /// Display name of the invited.
    pub to_name: &'a str,
    /// Address of the invited, under which they will sign in.
    pub to: &'a str,
    /// Their groups, and where they hold them, in one line: `Crew at Heathrow T5`.
    pub groups: &'a str,
    /// The link.
    pub link: &'a str,
    /// When the link is over.
    pub expires: Instant,
    /// The business's time zone.
    pub time_zone: &'a str,
}

/// The invitation (product §3).
#[must_use]
pub fn invite(facts: &Invite<'_>) -> Message {
    let Invite {
        business,
        inviter,
        groups,
        to,
        ..
    } = *facts;
    let subject = format!("{inviter} invited you to {business}");
    let role = if groups.is_empty() {
        String::new()
    } else {
        format!(" as {groups}")
    };
    Letter {
        business,
        to_name: facts.to_name,
        to,
        first_name: facts.first_name,
        parts: vec![
            Part::Say(format!("{subject}{role}. Set a password to start.")),
            Part::Act {
                label: "Set a password",
                link: facts.link.to_owned(),
            },
            Part::Say(format!("Your sign-in name is {to}.")),
            Part::Note(format!(
                "The link works once and ends {}. After that, ask {inviter} for a new invite.",
                moment(facts.expires, facts.time_zone)
            )),
            Part::Note(
                "You did not expect this? Then leave it: nothing happens unless the link is used."
                    .to_owned(),
            ),
        ],
        subject,
    }
    .into_message()
}

/// A point in time within a sentence: `on 28 November 2026 at 09:41`. Never *today*: a mail is read
/// on another day, or delivered on one.
pub(super) fn moment(at: Instant, time_zone: &str) -> String {
    let at = zoned(at, time_zone);
    at.strftime("on %-d %B %Y at %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    fn invitation() -> Message {
        invite(&Invite {
            business: "Marlow & Finch",
            inviter: "Eleanor Marlow",
            first_name: "Callum",
            to_name: "Callum Reid",
            to: "callum.reid@marlowfinch.example",
            groups: "Crew at Heathrow T5",
            link: "https://keys.marlowfinch.example/accept-invite/q83vEjRWeJA",
            expires: NOW.plus_millis(8 * 24 * 60 * 60_000),
            time_zone: "Europe/London",
        })
    }

    #[test]
    fn the_invitation_as_text() {
        insta::assert_snapshot!(invitation().text);
    }

    #[test]
    fn the_invitation_as_html() {
        insta::assert_snapshot!(invitation().html);
    }

    #[test]
    fn the_invitation_names_its_receiver_and_its_sender() {
        let message = invitation();
        assert_eq!(
            message.subject,
            "Eleanor Marlow invited you to Marlow & Finch"
        );
        assert_eq!(message.from_name, "Marlow & Finch");
        assert_eq!(message.to_name, "Callum Reid");
        assert_eq!(message.to, "callum.reid@marlowfinch.example");
    }

    #[test]
    fn a_moment_is_written_out_whatever_day_it_is_by_the_clocks_of_the_business() {
        let after = |hours: i64| NOW.plus_millis(hours * 60 * 60_000);
        let london = |hours| moment(after(hours), "Europe/London");
        assert_eq!(london(0), "on 20 November 2026 at 09:41");
        assert_eq!(london(24), "on 21 November 2026 at 09:41");
        assert_eq!(london(43 * 24), "on 2 January 2027 at 09:41");
        assert_eq!(
            moment(after(14), "Europe/Paris"),
            "on 21 November 2026 at 00:41"
        );
    }
}
