//! Drafts: what was typed into a form that asks before it saves (product §2.5, *Preview*).
//!
//! The editor's form posts to a function that only checks it, and is led to the same page with
//! `?preview`, where a dialog says what the change would do. The dialog's own form carries what
//! was typed to the function that saves. On the way it is kept where a refused form is kept: by
//! the server for a page without script, else in [`State`].

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::live::live;
use crate::respond;
use crate::state::State;
use crate::wire::{Askable, Question};

/// Word in the address of a page that asks before it saves.
const PREVIEW: &str = "preview";

/// The two forms that what was typed belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Draft {
    /// Address that the editor's form posts to.
    pub check: &'static str,
    /// Address that the dialog's form posts to.
    pub save: &'static str,
    /// Fields that stand in the dialog itself.
    pub own: &'static [&'static str],
}

/// Fields with their values, in their order.
pub type Typed = Vec<(String, String)>;

impl Draft {
    /// What was typed into the editor's form and waits for the answer; follows what the app knows.
    #[must_use]
    pub fn typed(self, state: State) -> Option<Typed> {
        state.trouble.with(|came_back| {
            let ours = came_back.form == self.check && came_back.error.is_none()
                || came_back.form == self.save;
            let fields = || came_back.fields.iter();
            (ours && !came_back.fields.is_empty()).then(|| {
                fields()
                    .filter(|(name, _)| !self.own.contains(&name.as_str()))
                    .cloned()
                    .collect()
            })
        })
    }

    /// What the change would do, as `F` answers it; nothing while the page does not ask.
    #[must_use]
    pub fn question<F: Askable>(self, state: State, asks: Memo<bool>) -> Option<Question> {
        let typed = asks.get().then(|| self.typed(state)).flatten()?;
        let args: Vec<(&str, &str)> = typed.iter().map(|(k, v)| (&**k, &**v)).collect();
        Some(Question::to::<F>(&args))
    }
}

/// Whether the page's address asks before it saves.
#[must_use]
pub fn asks_preview() -> Memo<bool> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(PREVIEW).is_some()))
}

/// Leads on from an address that asks with nothing to ask about, such as one that was kept.
pub fn leave_without(
    draft: Draft,
    asks: Memo<bool>,
    page: impl Fn() -> String + Send + 'static,
) -> AnyView {
    let state = State::here();
    live(move || {
        if asks.get() && draft.typed(state).is_none() {
            respond::move_on(page());
        }
    })
}

/// Whether the address asks something, so that the page behind the dialog is out of reach also
/// without script.
#[must_use]
pub fn is_asking(search: &str) -> bool {
    search.split('&').any(|word| {
        word == PREVIEW
            || word == "preview="
            || word.starts_with("confirm=")
            || word.starts_with("bulk=") && word != "bulk="
    })
}

#[cfg(test)]
mod tests {
    use super::is_asking;

    #[test]
    fn only_a_question_of_the_address_puts_the_page_out_of_reach() {
        for asking in [
            "preview",
            "store=x&preview",
            "preview=",
            "confirm=deactivate",
            "user=x&bulk=sign-out",
        ] {
            assert!(is_asking(asking), "{asking}");
        }
        for not in ["", "q=preview", "q=confirm%3D", "previews=1", "bulk="] {
            assert!(!is_asking(not), "{not}");
        }
    }
}
