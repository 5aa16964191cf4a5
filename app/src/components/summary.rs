//! What is said above a form that was refused: the summary that takes the focus and links to each
//! field (design "Forms and errors").

use domain::AppError;
use domain::form::PASSWORD_AGAIN;
use leptos::prelude::*;

use super::icon;
use super::live::live;
use crate::dom;
use crate::state::State;
use crate::text;
use crate::text::label;
use crate::view::{Views, view};

/// Says why one of these forms was refused, when one was. A form with fields has its own; a page
/// has one for its forms that are only a button.
#[component]
pub fn Summary(
    /// Addresses that the forms post to.
    forms: Vec<&'static str>,
) -> AnyView {
    let state = State::here();
    live(move || {
        state.trouble.with(|trouble| {
            let ours = forms.contains(&trouble.form.as_str());
            let error = trouble.error.as_ref().filter(|_| ours);
            error.map(|error| banner(&trouble.form, error))
        })
    })
}

/// Something to know about the page, with a sign before it.
#[must_use]
pub fn notice(sign: &'static str, text: String) -> AnyView {
    view! { <div class="banner" data-tone="info">{icon(sign)} " " <p>{text}</p></div> }
}

/// Why something was refused. Fields are called as in the form that posts to `form`.
#[must_use]
pub fn banner(form: &str, error: &AppError) -> AnyView {
    let said = text::refused(error);
    let links = match error {
        AppError::Invalid(problems) => {
            let links = problems.0.iter();
            Some(
                links
                    .map(|problem| link(problem.field.clone(), text::named_problem(form, problem)))
                    .views(),
            )
        }
        AppError::PasswordAgain => {
            let field = PASSWORD_AGAIN.to_owned();
            Some(vec![link(field, label::YOUR_PASSWORD.to_owned())])
        }
        _ => None,
    };
    let forgotten = (*error == AppError::SignInFailed).then(|| {
        view! { " "<a href="/forgot-password">{label::FORGOT_PASSWORD}</a> }
    });
    view! {
        // Without script the page is loaded with the focus here; with it, the form moves it.
        <div class="banner" data-tone="bad" role="alert" id="problem" tabindex="-1" autofocus=cfg!(feature = "ssr")>
            {icon("circle-alert")}
            <div>
                <strong>{said.title}</strong>
                {(!said.text.is_empty()).then(|| view! { <p>{said.text}{forgotten}</p> })}
                {said.incident.map(|incident| view! { <p><code>{incident}</code></p> })}
                {links.map(|links| view! { <ul>{links}</ul> })}
            </div>
        </div>
    }
}

/// Leads to the field that is to be put right.
fn link(field: String, words: String) -> AnyView {
    let href = format!("#{field}");
    let go = move |event: leptos::ev::MouseEvent| {
        if dom::focus(&field) {
            event.prevent_default();
        }
    };
    view! { <li><a href=href on:click=go>{words}</a></li> }
}
