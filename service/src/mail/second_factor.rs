//! Notices about a second factor (product §9): whoever did not do it themselves must hear of it.

use access::Instant;
use domain::mail::MailKind;

use super::letter::Part;
use super::{Addressee, Message};

/// What happened to a person's second factor.
#[derive(Clone, Copy, Debug)]
pub enum FactorNews<'a> {
    /// It was set up.
    On,
    /// They turned it off.
    Off,
    /// New recovery codes were made.
    CodesRenewed,
    /// A recovery code signed them in.
    CodeUsed {
        /// How many are left.
        left: u32,
    },
    /// Somebody took it away, after they verified who asked.
    Reset {
        /// Display name of that somebody.
        by: &'a str,
    },
}

impl FactorNews<'_> {
    /// The kind of the mail in the outbox.
    pub(crate) const fn kind(self) -> MailKind {
        match self {
            Self::On => MailKind::TwoFactorOn,
            Self::Off => MailKind::TwoFactorOff,
            Self::CodesRenewed => MailKind::RecoveryCodesRenewed,
            Self::CodeUsed { .. } => MailKind::RecoveryCodeUsed,
            Self::Reset { .. } => MailKind::TwoFactorReset,
        }
    }
}

/// The notice; `link` leads to where the person looks after their own account. The device, in
/// words, is empty when it is unknown.
#[must_use]
pub fn factor_notice(
    to: &Addressee<'_>,
    news: FactorNews<'_>,
    device: &str,
    at: Instant,
    link: &str,
) -> Message {
    let business = to.business;
    let at = to.moment(at);
    let device = if device.is_empty() {
        String::new()
    } else {
        format!(" ({device})")
    };
    let (subject, what, then) = match news {
        FactorNews::On => (
            format!("Two-factor is on for {business}"),
            format!("Two-factor was set up for your account {at}{device}."),
            "From now on, signing in asks for a code from your authenticator app. Keep your \
             recovery codes somewhere that is not your phone."
                .to_owned(),
        ),
        FactorNews::Off => (
            format!("Two-factor is off for {business}"),
            format!("Two-factor was turned off for your account {at}{device}."),
            "Your password alone signs you in now. If it is shorter than 15 characters, the next \
             sign-in asks for a new one."
                .to_owned(),
        ),
        FactorNews::CodesRenewed => (
            format!("New recovery codes for {business}"),
            format!("New recovery codes were made for your account {at}{device}."),
            "The older ones no longer work.".to_owned(),
        ),
        FactorNews::CodeUsed { left } => (
            format!("A recovery code was used for {business}"),
            format!("Somebody signed in to your account with a recovery code {at}{device}."),
            match left {
                0 => "It was the last one: make new codes on your profile.".to_owned(),
                1 => "It is used up; 1 is left.".to_owned(),
                left => format!("It is used up; {left} are left."),
            },
        ),
        FactorNews::Reset { by } => (
            format!("Two-factor was reset for {business}"),
            format!("{by} reset two-factor for your account {at}."),
            "You were signed out everywhere. Your key and your recovery codes no longer work; set \
             two-factor up again after you sign in."
                .to_owned(),
        ),
    };
    to.letter(
        subject,
        vec![
            Part::Say(what),
            Part::Say(then),
            Part::Act {
                label: "Go to my profile",
                link: link.to_owned(),
            },
            Part::Note(
                "You know nothing of this? Then somebody else has your account in hand: change \
                 your password and tell an owner or admin now."
                    .to_owned(),
            ),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    fn notice(news: FactorNews<'_>) -> Message {
        let to = Addressee {
            business: "Marlow & Finch",
            first_name: "Callum",
            name: "Callum Reid",
            email: "callum.reid@marlowfinch.example",
            time_zone: "Europe/London",
        };
        let at = NOW.plus_millis(8 * 24 * 60 * 60_000);
        let link = "https://keys.marlowfinch.example/profile";
        factor_notice(&to, news, "Safari on iPhone", at, link)
    }

    #[test]
    fn the_notices_as_text() {
        let by = FactorNews::Reset {
            by: "Eleanor Marlow",
        };
        let all = [
            FactorNews::On,
            FactorNews::Off,
            FactorNews::CodesRenewed,
            FactorNews::CodeUsed { left: 9 },
            FactorNews::CodeUsed { left: 1 },
            FactorNews::CodeUsed { left: 0 },
            by,
        ];
        let texts = all.map(|news| {
            let Message { subject, text, .. } = notice(news);
            format!("{}: {subject}\n\n{text}", news.kind().key())
        });
        insta::assert_snapshot!(texts.join("\n----\n"));
    }

    #[test]
    fn the_notices_of_ones_own_doing_as_html() {
        for news in [
            FactorNews::On,
            FactorNews::Off,
            FactorNews::CodesRenewed,
            FactorNews::CodeUsed { left: 9 },
        ] {
            insta::assert_snapshot!(format!("{}_html", news.kind().key()), notice(news).html);
        }
    }

    #[test]
    fn the_notice_of_a_reset_as_html() {
        let by = FactorNews::Reset {
            by: "<b>Eleanor</b>",
        };
        insta::assert_snapshot!(notice(by).html);
    }
}
