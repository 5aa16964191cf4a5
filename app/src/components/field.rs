//! A field: label above, help under it, error under the help, control last.

use domain::ProblemCode;
use domain::second_factor::CODE_DIGITS;
use leptos::prelude::*;

use super::form::Within;
use super::icon;
use super::live::{live, says};
use crate::dom;
use crate::state::State;
use crate::text;
use crate::text::{label, phrase};
use crate::view::view;

/// What is wrong with a field of the form that it stands in.
///
/// # Panics
/// Outside a form, where no field is.
#[must_use]
pub fn problem_of(names: Vec<&'static str>) -> Signal<Option<ProblemCode>> {
    let state = State::here();
    let form: Within = expect_context();
    Signal::derive(move || {
        state.trouble.with(|trouble| match &trouble.error {
            Some(domain::AppError::Invalid(problems)) if form.was_posted(trouble) => {
                names.iter().find_map(|name| problems.of(name)).cloned()
            }
            _ => None,
        })
    })
}

/// What is wrong with a field whose name no other form has.
#[must_use]
pub fn problem_at(name: String) -> Signal<Option<ProblemCode>> {
    let state = State::here();
    Signal::derive(move || {
        state.trouble.with(|trouble| match &trouble.error {
            Some(domain::AppError::Invalid(problems)) => problems.of(&name).cloned(),
            _ => None,
        })
    })
}

/// A message beside a field.
#[must_use]
pub fn message(id: String, problem: Signal<Option<ProblemCode>>) -> AnyView {
    live(move || {
        let problem = problem.get()?;
        Some(view! {
            <p class="error" id=id.clone()>{icon("circle-alert")} " " <span>{sentence(&problem)}</span></p>
        })
    })
}

/// Whether a field is marked as wrong.
#[must_use]
pub fn invalid(problem: Signal<Option<ProblemCode>>) -> Signal<Option<&'static str>> {
    says(move || problem.with(Option::is_some))
}

/// The sentence, with a link where there is somewhere to go.
fn sentence(code: &ProblemCode) -> AnyView {
    let said = text::problem(code);
    let ProblemCode::EmailTaken {
        user,
        name,
        deactivated,
    } = code
    else {
        return said.into_any();
    };
    let (who, then) = if *deactivated {
        (phrase::deactivated_person(name), label::CAN_BE_REACTIVATED)
    } else {
        (name.clone(), label::IS_HERE)
    };
    view! { {said}". "<a href=format!("/settings/users/{user}")>{who}</a>" "{then} }
}

/// Ids of what describes a control: its help, its error, and more.
pub fn described_by(
    name: &'static str,
    help: bool,
    problem: Signal<Option<ProblemCode>>,
    more: Option<&'static str>,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let help = help.then(|| format!("{name}-help"));
        let error = problem
            .with(Option::is_some)
            .then(|| format!("{name}-error"));
        let ids: Vec<String> = help
            .into_iter()
            .chain(error)
            .chain(more.map(str::to_owned))
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    })
}

/// A label, marked when nothing needs to be filled in.
#[must_use]
pub fn field_label(name: &'static str, label: &'static str, optional: bool) -> AnyView {
    let mark = optional.then(|| view! { " "<span class="optional">{label::OPTIONAL}</span> });
    view! { <label for=name>{label}{mark}</label> }
}

/// One line to fill in.
#[component]
pub fn Field(
    /// Name of the field, and its id.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// A line of help.
    #[prop(optional)]
    help: Option<&'static str>,
    /// It may stay empty.
    #[prop(optional)]
    optional: bool,
    /// `autocomplete` of the input.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// It has the focus when the page is loaded and nothing is wrong.
    #[prop(optional)]
    first: bool,
    /// It can't be changed.
    #[prop(optional)]
    locked: bool,
) -> AnyView {
    let state = State::here();
    let form: Within = expect_context();
    let problem = problem_of(vec![name]);
    let value = state.typed(form, name).unwrap_or(value);
    let first =
        first && cfg!(feature = "ssr") && state.trouble.with_untracked(|t| t.error.is_none());
    view! {
        <div class="field">
            {field_label(name, label, optional)}
            {help.map(|help| view! { <p class="help" id=format!("{name}-help")>{help}</p> })}
            {message(format!("{name}-error"), problem)}
            <input
                class="input"
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autofocus=first
                required=!optional
                disabled=locked
                aria-describedby=described_by(name, help.is_some(), problem, None)
                aria-invalid=invalid(problem)
            />
        </div>
    }
}

/// Several lines to fill in, or to leave empty.
#[component]
pub fn Lines(
    /// Name of the field, and its id.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// It can't be changed.
    #[prop(optional)]
    locked: bool,
) -> AnyView {
    let form: Within = expect_context();
    let problem = problem_of(vec![name]);
    let value = State::here().typed(form, name).unwrap_or(value);
    view! {
        <div class="field">
            {field_label(name, label, true)}
            {message(format!("{name}-error"), problem)}
            <textarea
                class="input"
                id=name
                name=name
                rows="3"
                disabled=locked
                aria-describedby=described_by(name, false, problem, None)
                aria-invalid=invalid(problem)
            >
                {value}
            </textarea>
        </div>
    }
}

/// A file to choose.
#[component]
pub fn FileField(
    /// Name of the field, and its id.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// A line of help.
    help: &'static str,
    /// Kinds of files that are offered first.
    accept: &'static str,
) -> AnyView {
    let problem = problem_of(vec![name]);
    view! {
        <div class="field">
            {field_label(name, label, false)}
            <p class="help" id=format!("{name}-help")>{help}</p>
            {message(format!("{name}-error"), problem)}
            <input
                class="input"
                id=name
                name=name
                type="file"
                accept=accept
                required=true
                aria-describedby=described_by(name, true, problem, None)
                aria-invalid=invalid(problem)
            />
        </div>
    }
}

/// The six digits that an authenticator app shows, with or without the space that some put between
/// them.
#[component]
pub fn CodeField(
    /// Label.
    label: &'static str,
    /// Its last digit sends the form, which asks for nothing else.
    #[prop(optional)]
    sends: bool,
) -> AnyView {
    const NAME: &str = "code";
    let state = State::here();
    let problem = problem_of(vec![NAME]);
    let first = cfg!(feature = "ssr") && state.trouble.with_untracked(|t| t.error.is_none());
    let typed = move |event: leptos::ev::Event| {
        if sends && is_whole(&event_target_value(&event)) {
            dom::submit(&event);
        }
    };
    view! {
        <div class="field">
            {field_label(NAME, label, false)}
            {message(format!("{NAME}-error"), problem)}
            <input
                class="input code-input"
                id=NAME
                name=NAME
                inputmode="numeric"
                autocomplete="one-time-code"
                required=true
                autofocus=first
                aria-describedby=described_by(NAME, false, problem, None)
                aria-invalid=invalid(problem)
                on:input=typed
            />
        </div>
    }
}

/// Whether all digits of a code are there.
fn is_whole(typed: &str) -> bool {
    let digits = typed.bytes().filter(|byte| *byte != b' ');
    digits.clone().all(|byte| byte.is_ascii_digit()) && digits.count() == CODE_DIGITS
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_code_is_whole_with_its_sixth_digit() {
        for whole in ["123456", "123 456", " 123456 "] {
            assert!(is_whole(whole), "{whole}");
        }
        for other in ["", "12345", "12345x", "1234567", "7QKM-2"] {
            assert!(!is_whole(other), "{other}");
        }
    }
}
