//! What is done to several people at once, in words.

use access::Rule;
use domain::users::ManyAct;

use super::{label, plural, sessions};

/// Aloud, for the tick box of a row.
#[must_use]
pub fn select(name: &str) -> String {
    format!("{} {name}", label::SELECT)
}

/// Aloud, for the menu of a row.
#[must_use]
pub fn actions_for(name: &str) -> String {
    format!("Actions for {name}")
}

/// How many are ticked.
#[must_use]
pub fn selected(n: usize) -> String {
    format!("{n} selected")
}

/// An act on those who are ticked.
#[must_use]
pub const fn act(act: ManyAct) -> &'static str {
    match act {
        ManyAct::SignOut => label::SIGN_OUT_EVERYWHERE,
        ManyAct::Deactivate => label::DEACTIVATE,
    }
}

/// Asks before it is done to so many of those who are ticked.
#[must_use]
pub fn question(act: ManyAct, fit: usize, all: usize) -> String {
    let people = if fit == all {
        plural(fit, "person", "people")
    } else {
        format!("{fit} of {}", plural(all, "person", "people"))
    };
    match act {
        ManyAct::SignOut => format!("Sign out {people} everywhere?"),
        ManyAct::Deactivate => format!("Deactivate {people}?"),
    }
}

/// What it does.
#[must_use]
pub fn consequence(act: ManyAct, fit: usize, open: u32) -> String {
    match (act, fit) {
        (_, 0) => "It can be done to nobody who is ticked.".to_owned(),
        (ManyAct::SignOut, _) => sessions::consequence(open),
        (ManyAct::Deactivate, _) => {
            let now = match open {
                0 => "They can't sign in any more.".to_owned(),
                1 => "Their 1 session ends now, and they can't sign in any more.".to_owned(),
                n => format!("Their {n} sessions end now, and they can't sign in any more."),
            };
            format!("{now} Their names stay on everything they did.")
        }
    }
}

/// The button that does it.
#[must_use]
pub fn verb(act: ManyAct, fit: usize) -> String {
    let people = plural(fit, "person", "people");
    match act {
        ManyAct::SignOut => format!("Sign out {people}"),
        ManyAct::Deactivate => format!("Deactivate {people}"),
    }
}

/// Heads those to whom it can't be done.
#[must_use]
pub fn left_out(n: usize) -> String {
    format!("Left out: {}", plural(n, "person", "people"))
}

/// How many sessions of somebody end.
#[must_use]
pub fn open(sessions: u32) -> String {
    plural(sessions as usize, "session", "sessions")
}

/// Why it can't be done to somebody; without a rule there is nothing to do.
#[must_use]
pub fn why(act: ManyAct, because: Option<&Rule>) -> String {
    match (because, act) {
        (None, ManyAct::SignOut) => "Signed in nowhere".to_owned(),
        (None, ManyAct::Deactivate) => "Deactivated already".to_owned(),
        (Some(Rule::SelfChange), _) => "This is you".to_owned(),
        (Some(Rule::LastSuperAdmin), _) => "No Super Admin would remain".to_owned(),
        (Some(rule), _) => sessions::locked(rule),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_says_for_how_many_it_is() {
        assert_eq!(question(ManyAct::Deactivate, 3, 3), "Deactivate 3 people?");
        assert_eq!(
            question(ManyAct::SignOut, 1, 3),
            "Sign out 1 of 3 people everywhere?"
        );
        assert_eq!(verb(ManyAct::Deactivate, 1), "Deactivate 1 person");
    }

    #[test]
    fn what_it_does_is_said_before_it_is_done() {
        assert_eq!(
            consequence(ManyAct::Deactivate, 3, 5),
            "Their 5 sessions end now, and they can't sign in any more. Their names stay on \
             everything they did."
        );
        assert_eq!(
            consequence(ManyAct::SignOut, 2, 2),
            "Their 2 sessions end now. They can sign in again."
        );
        assert_eq!(
            consequence(ManyAct::SignOut, 0, 0),
            "It can be done to nobody who is ticked."
        );
    }
}
