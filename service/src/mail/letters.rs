//! The mails, one function each (product §9).

use domain::When;
use domain::when::Day;

use super::Message;
use super::letter::{Letter, Part};

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
    /// When the link is over, in the business's time zone.
    pub expires: &'a When,
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
                moment(facts.expires)
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

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A point in time within a sentence: `on 28 November 2026 at 09:41`.
pub(super) fn moment(when: &When) -> String {
    let day = match when.day {
        Day::Today => "today".to_owned(),
        Day::Yesterday => "yesterday".to_owned(),
        Day::Tomorrow => "tomorrow".to_owned(),
        Day::Date(year, month, day) => {
            let month = usize::try_from(month - 1)
                .ok()
                .and_then(|month| MONTHS.get(month));
            format!(
                "on {day} {} {year}",
                month.expect("a date has a month from 1 to 12")
            )
        }
    };
    format!("{day} at {}", when.time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: Day) -> When {
        When {
            day,
            time: "09:41".to_owned(),
            iso: "2026-11-28T09:41:00Z".to_owned(),
        }
    }

    fn invitation() -> Message {
        invite(&Invite {
            business: "Marlow & Finch",
            inviter: "Eleanor Marlow",
            first_name: "Callum",
            to_name: "Callum Reid",
            to: "callum.reid@marlowfinch.example",
            groups: "Crew at Heathrow T5",
            link: "https://keys.marlowfinch.example/accept-invite/q83vEjRWeJA",
            expires: &at(Day::Date(2026, 11, 28)),
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
    fn days_near_now_are_named_and_others_written_out() {
        assert_eq!(moment(&at(Day::Today)), "today at 09:41");
        assert_eq!(moment(&at(Day::Tomorrow)), "tomorrow at 09:41");
        assert_eq!(moment(&at(Day::Yesterday)), "yesterday at 09:41");
        assert_eq!(
            moment(&at(Day::Date(2027, 1, 2))),
            "on 2 January 2027 at 09:41"
        );
        assert_eq!(
            moment(&at(Day::Date(2026, 12, 31))),
            "on 31 December 2026 at 09:41"
        );
    }
}
