//! What a change answers, in words.

use domain::done::Notice;
use serde::{Deserialize, Serialize};

/// The answer of every server function that changes something: [`domain::Done`] in words, so that
/// the browser need not load those of every notice. The browser's form component and the server's
/// plain-form adaptor both understand it, so that a form works alike with and without script.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What to say about it.
    pub toast: Option<Notice>,
    /// Where to go; the same page again when absent. Always a path of this site.
    pub go: Option<String>,
    /// Load the next page whole, because the session or the language of the shell is another.
    pub reload: bool,
    /// Nothing is saved yet: what was typed goes along to the page that follows, which asks
    /// before it is (product §2.5, *Preview*).
    pub keep: bool,
}

#[cfg(feature = "ssr")]
impl From<domain::Done> for Done {
    fn from(done: domain::Done) -> Self {
        let undo = done.undo;
        let toast = done.toast.map(|toast| Notice {
            text: crate::text::toast(&toast),
            undo,
        });
        Self {
            toast,
            go: done.go,
            reload: done.reload,
            keep: done.keep,
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::Toast;
    use domain::done::{Undo, UndoBy};

    use super::*;

    #[test]
    fn what_was_done_is_said_in_words_and_keeps_what_takes_it_back() {
        let undo = Some(Undo::of(UndoBy::ReactivateUser, "7"));
        let toast = Toast::Deactivated {
            name: "Rhys".to_owned(),
            sessions: 1,
        };
        let done = domain::Done::say(toast).undo(undo.clone()).go("/x");
        let said = Done {
            toast: Some(Notice {
                text: "Rhys deactivated, 1 session ended".to_owned(),
                undo,
            }),
            go: Some("/x".to_owned()),
            ..Done::default()
        };
        assert_eq!(Done::from(done), said);
        assert_eq!(Done::from(domain::Done::quiet()), Done::default());
        let asks = Done::from(domain::Done::ask("/y"));
        assert!(asks.keep && asks.toast.is_none());
    }
}
