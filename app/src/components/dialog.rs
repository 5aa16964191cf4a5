//! A dialog on top of its page. Without script the server renders it open.

use domain::AppError;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;

use super::form::Form;
use super::password::PasswordAgain;
use super::summary::{Summary, banner};
use crate::dom;
use crate::draft::{Draft, Typed};
use crate::state::State;
use crate::text::label;
use crate::view::{Views, view};
use crate::wire::KEEP_EDITING;

/// Id of the form that leads back to the editor without script.
const EDITOR: &str = "keep-editing";
/// Id of the button that saves.
const SAVE: &str = "preview-save";

/// What an answer to a preview shows, and the verb that saves; none where nothing can be saved.
#[must_use]
pub fn previewed(
    answer: Result<AnyView, AppError>,
    state: State,
) -> (AnyView, Option<&'static str>) {
    match answer {
        Ok(body) => (body, Some(label::SAVE_CHANGES)),
        // Why saving was refused is told already.
        Err(_)
            if state
                .trouble
                .with_untracked(|trouble| trouble.error.is_some()) =>
        {
            (().into_any(), None)
        }
        // It was only asked for, by no form.
        Err(error) => (banner("", &error), None),
    }
}

/// The element, and the address of the page without it.
#[derive(Clone)]
pub(super) struct Dialog {
    state: State,
    element: NodeRef<html::Dialog>,
    back: String,
}

impl Dialog {
    /// A dialog over the page at `back`.
    pub(super) fn over(back: String) -> Self {
        Self {
            state: State::here(),
            element: NodeRef::new(),
            back,
        }
    }

    /// The dialog with its forms, named and described by the elements of these ids. Escape leads
    /// to the page without it.
    pub(super) fn holding(
        self,
        name: &'static str,
        text: &'static str,
        focused: Option<&'static str>,
        inside: AnyView,
    ) -> AnyView {
        let element = self.element;
        Effect::new(move |_| {
            if let Some(dialog) = element.get() {
                // The server could only render it open; as a modal it also keeps the focus inside.
                _ = dialog.remove_attribute("open");
                _ = dialog.show_modal();
                focused.map(dom::focus);
            }
        });
        let on_cancel = move |event: leptos::ev::Event| {
            event.prevent_default();
            self.close();
        };
        view! {
            <dialog open=true node_ref=element aria-labelledby=name aria-describedby=text on:cancel=on_cancel>
                {inside}
            </dialog>
        }
    }

    /// Closes it, so that the focus returns to where it was, and leads to the page without it.
    fn close(&self) {
        if let Some(dialog) = self.element.get_untracked() {
            dialog.close();
        }
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        self.state.go(&self.back, options);
    }
}

/// What is asked before a draft is saved.
pub struct Asked {
    /// The question.
    pub title: String,
    /// When it takes effect.
    pub text: &'static str,
    /// The verb, with its object; nothing when it can't be saved.
    pub verb: Option<&'static str>,
    /// Whose forms these are.
    pub draft: Draft,
    /// What was typed.
    pub typed: Typed,
    /// The page without the question.
    pub back: String,
    /// What the change does.
    pub body: AnyView,
}

/// Says what a draft would do before it is saved. Nothing typed is lost by *Keep editing*: the
/// page behind still has it, and without script it goes back there.
#[must_use]
pub fn ask(asked: Asked) -> AnyView {
    let Asked {
        title,
        text,
        verb,
        draft,
        typed,
        back,
        body,
    } = asked;
    let hidden = |typed: &Typed| {
        let fields = typed.iter().map(|(name, value)| {
            view! { <input type="hidden" name=name.clone() value=value.clone()/> }
        });
        fields.views()
    };
    let (for_saving, for_editing) = (hidden(&typed), hidden(&typed));
    let dialog = Dialog::over(back.clone());
    let on_keep = {
        let dialog = dialog.clone();
        move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            dialog.close();
        }
    };
    let inside = view! {
        <Form action=draft.save class="dialog-card" quiet=true>
            <header>
                <h2 id="preview-title">{title}</h2>
                <p id="preview-text">{text}</p>
            </header>
            <div class="body"><Summary forms=vec![draft.save]/><PasswordAgain/>{body}</div>
            {for_saving}
            <footer>
                // Of another form, so that Enter saves.
                <button class="button" type="submit" form=EDITOR name=KEEP_EDITING value=back on:click=on_keep>
                    {label::KEEP_EDITING}
                </button>
                " "
                {verb.map(|verb| view! {
                    <button class="button primary" type="submit" id=SAVE autofocus=cfg!(feature = "ssr")>{verb}</button>
                })}
            </footer>
        </Form>
        <form method="post" action=draft.check id=EDITOR hidden=true>{for_editing}</form>
    };
    dialog.holding("preview-title", "preview-text", Some(SAVE), inside)
}
