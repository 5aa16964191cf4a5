//! A password's field: shown on demand, and for a new one with a meter.

use std::time::Duration;

use domain::form::PASSWORD_AGAIN;
use domain::sign_in::PasswordStrength;
use domain::{AppError, Flash, ProblemCode};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::field::{described_by, field_label, invalid, message, problem_of};
use super::form::Within;
use super::live::live;
use crate::pages::passwords::api::CheckPassword;
use crate::state::State;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::{Answer, Question};

/// How long typing pauses before the server is asked.
const PAUSE: Duration = Duration::from_millis(300);

/// A password. Paste and password managers are never in the way (req. 6).
#[component]
pub fn Password(
    /// Name of the field, and its id.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// `autocomplete` of the input: `current-password` or `new-password`.
    autocomplete: &'static str,
    /// A line of help.
    #[prop(optional)]
    help: Option<String>,
    /// Says while typing how good it is. Holds the secret of the invitation, whose words a good
    /// password avoids, or nothing.
    #[prop(optional)]
    meter: Option<String>,
) -> AnyView {
    let state = State::here();
    let problem = problem_of(vec![name]);
    let shown = RwSignal::new(false);
    // Before anything is measured here, what the server found that refused it.
    let refused = problem
        .get_untracked()
        .filter(|problem| *problem != ProblemCode::Required)
        .map(|problem| PasswordStrength {
            score: 0,
            problem: Some(problem),
        });
    let strength = RwSignal::new(refused);
    let measured = meter.is_some();
    if measured {
        // A refusal empties the field.
        Effect::watch(
            move || state.refusals.get(),
            move |_, _, _| strength.set(None),
            false,
        );
    }
    let measure = meter.map(|token| measure(token, strength));
    let typed = move |event: leptos::ev::Event| {
        if let Some(measure) = &measure {
            measure(event_target_value(&event));
        }
    };
    let pressed = Signal::derive(move || Some(if shown.get() { "true" } else { "false" }));
    let kind = Signal::derive(move || Some(if shown.get() { "text" } else { "password" }));
    let has_help = help.is_some();
    view! {
        <div class="field">
            {field_label(name, label, false)}
            {help.map(|help| view! { <p class="help" id=format!("{name}-help")>{help}</p> })}
            {message(format!("{name}-error"), problem)}
            <span class="affix">
                <input
                    id=name
                    name=name
                    type=kind
                    autocomplete=autocomplete
                    required=true
                    aria-describedby=described_by(name, has_help, problem, measured.then_some("strength"))
                    aria-invalid=invalid(problem)
                    on:input=typed
                />
                <button
                    class="button ghost small scripted"
                    type="button"
                    aria-pressed=pressed
                    aria-controls=name
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {live(move || if shown.get() { label::HIDE } else { label::SHOW })}
                </button>
            </span>
            {measured.then(|| meter_view(strength))}
        </div>
    }
}

/// One's own password again, near the button of a form whose operation is sensitive: it shows
/// where that form was refused for want of it (product §7). The server takes it from there.
///
/// # Panics
/// Outside a form, where no field is.
#[component]
pub fn PasswordAgain() -> AnyView {
    let state = State::here();
    let form: Within = expect_context();
    let asked = Memo::new(move |_| {
        state
            .trouble
            .with(|refused| form.was_posted(refused) && wants_password(refused))
    });
    live(move || {
        asked.get().then(|| {
            view! {
                <Password
                    name=PASSWORD_AGAIN
                    label=label::YOUR_PASSWORD
                    autocomplete="current-password"
                    help=label::YOUR_PASSWORD_HELP.to_owned()
                />
            }
        })
    })
}

/// Whether a form was refused for want of the password, or for one that was not right.
fn wants_password(refused: &Flash) -> bool {
    match &refused.error {
        Some(AppError::PasswordAgain | AppError::TooMany { .. }) => true,
        Some(AppError::Invalid(problems)) => problems.of(PASSWORD_AGAIN).is_some(),
        _ => false,
    }
}

/// Asks the server how good a password is, when typing pauses. Of several answers the last
/// question's counts.
fn measure(token: String, strength: RwSignal<Option<PasswordStrength>>) -> impl Fn(String) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let asked = StoredValue::new(0_u32);
    move |password: String| {
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        asked.update_value(|asked| *asked += 1);
        if password.is_empty() {
            strength.set(None);
            return;
        }
        let number = asked.get_value();
        let token = token.clone();
        let ask = move || {
            spawn_local(async move {
                let args = [("password", password.as_str()), ("token", token.as_str())];
                let Answer(answer) = Question::to::<CheckPassword>(&args).ask().await;
                if asked.try_get_value() == Some(number) {
                    // Without an answer the meter is silent; the server checks again anyway.
                    strength.set(answer.ok().and_then(|found| found.view()));
                }
            });
        };
        waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    }
}

fn meter_view(strength: RwSignal<Option<PasswordStrength>>) -> AnyView {
    let bar = live(move || {
        strength.get().map(|found| {
            let score = if found.problem.is_some() {
                1
            } else {
                found.score
            };
            view! {
                <meter
                    min="0"
                    max="4"
                    low="1.5"
                    high="2.5"
                    optimum="4"
                    value=score.to_string()
                    aria-label=label::PASSWORD_STRENGTH
                ></meter>
            }
        })
    });
    let words = live(move || {
        strength.get().map(|found| {
            let (verdict, why) = text::strength(found.score, found.problem.as_ref());
            let class = if found.problem.is_some() || found.score < 2 {
                "danger-text"
            } else {
                ""
            };
            view! { <strong class=class>{verdict}</strong> " " {why} }
        })
    });
    view! {
        <div class="meter">
            {bar}
            <p class="small" id="strength" role="status">{words}</p>
        </div>
    }
}
