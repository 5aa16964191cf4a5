//! What the whole app shares while a page is open.

use std::sync::Arc;
use std::time::Duration;

use domain::done::Notice;
use domain::form::PASSWORD_AGAIN;
use domain::{AppError, Flash, ProblemCode, Problems};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::components::form::Within;
use crate::dom;
use crate::text;
use crate::text::label;
use crate::wire::{Done, Fields};

/// How long a notice stays (design "Forms and errors").
const NOTICE_STAYS: Duration = Duration::from_secs(8);
/// How long one stays on after the pointer or the focus has left it.
const NOTICE_LINGERS: Duration = Duration::from_secs(2);

/// Before what was done.
const DONE: &str = "check";
/// Before what was refused.
const REFUSED: &str = "circle-alert";

/// A notice on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The sign before it.
    pub sign: &'static str,
    /// What it says.
    pub notice: Notice,
}

/// What the whole app shares while a page is open. Cheap to copy.
#[derive(Clone, Copy)]
pub struct State {
    /// The form that was refused last, with what was typed, and why; nothing when none was. Without
    /// a reason, what was typed waits for the answer to a question. Before the browser takes over,
    /// this is the flash that the server kept (product §12).
    pub trouble: RwSignal<Flash>,
    /// Counts the refusals: what is looked at a moment later asks whether another came meanwhile.
    pub refusals: RwSignal<u32>,
    /// The notice on the screen; a new one takes its place.
    pub notice: RwSignal<Option<Shown>>,
    /// Number of the newest notice.
    notices: StoredValue<u32>,
    /// The app itself is moving the focus: nobody leaves a field by that.
    pub focusing: StoredValue<bool>,
    /// Counts the changes made from this page; what is shown is loaded again at each.
    pub changes: RwSignal<u32>,
    /// Another page is being loaded; the old one still stands.
    pub routing: RwSignal<bool>,
    /// The browser has taken over.
    pub hydrated: RwSignal<bool>,
    navigate: StoredValue<Navigate>,
}

type Navigate = Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>;

impl State {
    /// Starts with what the server handed over. Called once, inside the router.
    pub fn provide(mut flash: Flash, routing: RwSignal<bool>) {
        let notice = flash.toast.take();
        let notice = notice.map(|notice| Shown { sign: DONE, notice });
        let state = Self {
            notice: RwSignal::new(notice),
            trouble: RwSignal::new(flash),
            notices: StoredValue::new(0),
            refusals: RwSignal::new(0),
            focusing: StoredValue::new(false),
            changes: RwSignal::new(0),
            routing,
            hydrated: RwSignal::new(false),
            navigate: StoredValue::new(Arc::new(use_navigate())),
        };
        provide_context(state);
        Effect::new(move |_| state.take_over());
    }

    /// The app's state.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Runs once, as soon as the browser has taken over.
    fn take_over(self) {
        self.hydrated.set(true);
        dom::mark_hydrated();
        if self.notice.with_untracked(Option::is_some) {
            self.let_go_later(self.notices.get_value(), NOTICE_STAYS);
        }
        if let Some(text) = dom::take_notice() {
            self.say(text);
        }
    }

    /// Says for a while what was done.
    pub fn say(self, text: String) {
        self.show(DONE, Notice { text, undo: None });
    }

    /// Shows a notice for a while.
    fn show(self, sign: &'static str, notice: Notice) {
        // Never one of before: the time of a notice that was put away must not take this one away.
        self.notices.update_value(|number| *number += 1);
        let number = self.notices.get_value();
        self.notice.set(Some(Shown { sign, notice }));
        self.let_go_later(number, NOTICE_STAYS);
    }

    /// Takes the notice away.
    pub fn dismiss(self) {
        self.notice.set(None);
    }

    /// A notice stays while it is hovered or focused.
    fn let_go_later(self, number: u32, after: Duration) {
        set_timeout(
            move || {
                if dom::any(".toasts:hover, .toasts:focus-within") {
                    self.let_go_later(number, NOTICE_LINGERS);
                } else if self.notices.get_value() == number {
                    self.dismiss();
                }
            },
            after,
        );
    }

    /// Goes to a page of this site without loading it whole.
    pub fn go(self, to: &str, options: NavigateOptions) {
        self.navigate.with_value(|navigate| navigate(to, options));
    }

    /// Shows that a form was refused, and brings the person to the reason. What was typed into it
    /// is kept, as the server does for a page without script.
    pub fn refuse(self, posted: Flash, error: AppError) {
        let elsewhere = match &error {
            AppError::SignedOut { .. } => {
                dom::leave_notice(label::NOT_SAVED_SIGN_IN);
                Some(text::sign_in_path(&dom::here()))
            }
            AppError::Due(due) => Some(text::due_path(*due, &dom::here())),
            _ => None,
        };
        if let Some(page) = elsewhere {
            dom::leave(&page);
            return;
        }
        let focused = match &error {
            AppError::PasswordAgain => PASSWORD_AGAIN,
            // A code that was wrong is gone from its field, and is typed anew; beside a password that
            // is gone too, that comes first.
            AppError::Invalid(problems) if !dom::any("#password") => match problems.0.as_slice() {
                [only] if only.code == ProblemCode::CodeWrong => "code",
                [only] if only.code == ProblemCode::RecoveryWrong => "recovery",
                _ => "problem",
            },
            _ => "problem",
        };
        let title = text::refused(&error).title;
        self.refusals.update(|count| *count += 1);
        self.trouble.set(Flash {
            error: Some(error),
            ..posted
        });
        request_animation_frame(move || {
            self.focusing.set_value(true);
            let told = dom::focus(focused) || dom::focus("problem");
            self.focusing.set_value(false);
            if !told {
                // The button of a notice goes along to pages that have no place to tell of it.
                let undo = None;
                self.show(REFUSED, Notice { text: title, undo });
            }
        });
    }

    /// Puts other problems in the place of those a form was refused for.
    pub fn correct(self, problems: Problems) {
        self.trouble.update(|trouble| {
            trouble.error = (!problems.is_empty()).then_some(AppError::Invalid(problems));
        });
    }

    /// Shows that a form went through, and where it leads: as the server says, else to the form's
    /// own way back, else nowhere. One that is only checked so far is kept for the page that asks.
    pub fn finish(self, posted: Flash, done: Done, back: Option<String>) {
        let here = dom::here();
        let to = done.go.or(back).unwrap_or_else(|| here.clone());
        if done.reload {
            if let Some(notice) = done.toast {
                dom::leave_notice(&notice.text);
            }
            dom::leave(&to);
            return;
        }
        let same_page = to.split('?').next() == here.split('?').next();
        if done.keep {
            self.trouble.set(posted);
        } else if same_page {
            self.trouble.set(Flash::default());
        } else {
            // What was typed goes with its page, which still stands and may need it.
            self.trouble.update(|trouble| trouble.error = None);
        }
        if let Some(notice) = done.toast {
            self.show(DONE, notice);
        }
        if to != here {
            self.go(
                &to,
                NavigateOptions {
                    scroll: !same_page,
                    ..NavigateOptions::default()
                },
            );
        }
        if same_page && !done.keep {
            self.changes.update(|count| *count += 1);
        }
    }

    /// What was typed into a form that came back, if it did come back.
    #[must_use]
    pub fn posted(self, form: Within) -> Option<Fields> {
        self.trouble.with_untracked(|trouble| {
            (form.was_posted(trouble) && !trouble.fields.is_empty())
                .then(|| Fields(trouble.fields.clone()))
        })
    }

    /// The value that was typed into a field of a form that came back, if it did come back.
    #[must_use]
    pub fn typed(self, form: Within, name: &str) -> Option<String> {
        self.trouble.with_untracked(|trouble| {
            let typed = || trouble.fields.iter().find(|(key, _)| key == name);
            form.was_posted(trouble)
                .then(typed)
                .flatten()
                .map(|(_, value)| value.clone())
        })
    }

    /// The values that were picked in a list of a form that came back, if it did come back.
    /// `name` is the field's, brackets and all.
    #[must_use]
    pub fn picked(self, form: Within, name: &str) -> Option<Vec<String>> {
        self.trouble.with_untracked(|trouble| {
            (form.was_posted(trouble) && !trouble.fields.is_empty()).then(|| {
                let values = trouble.fields.iter().filter(|(key, _)| key == name);
                values.map(|(_, value)| value.clone()).collect()
            })
        })
    }
}
