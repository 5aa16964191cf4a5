//! The one form: a plain post that works before and without script, and stays on the page after.
//!
//! Without script the browser posts to the server function's address and is sent back here
//! (architecture.md, "Faces"). In the hydrated page the same post goes out by fetch: what was
//! typed stays, the answer is shown where the form stands. There is one code path for all forms,
//! not one for each.

use std::sync::Arc;
use std::time::Duration;

use domain::{AppError, Flash, Problems};
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, FocusEvent, FormData, HtmlButtonElement, HtmlElement, HtmlFormElement,
    HtmlInputElement, SubmitEvent,
};

use super::summary::Summary;
use crate::dom;
use crate::respond;
use crate::state::State;
use crate::view::view;
use crate::wire::read;
use crate::wire::{self, Done, Fields};

/// Fields that hold a secret: passwords and codes.
const SECRET: &str = "input[autocomplete$=password],input[autocomplete=one-time-code],#recovery";
/// How long a page stands still after a field is left, for a press that leads elsewhere.
const PRESS: Duration = Duration::from_millis(250);

/// Checks a form's fields as they are left, with the same functions as the server. What is sent
/// is checked by the server alone, which knows more and so tells everything at once.
pub type Check = Arc<dyn Fn(&Fields) -> Problems + Send + Sync>;

/// The form that a field stands in.
#[derive(Clone, Copy, Debug)]
pub struct Within {
    /// Where it posts to.
    pub form: &'static str,
    /// Where what was typed is posted to once the question before it is answered; the same place
    /// for a form that asks nothing.
    pub saved_by: &'static str,
}

impl Within {
    /// A form that asks nothing before it saves.
    #[must_use]
    pub const fn alone(form: &'static str) -> Self {
        Self {
            form,
            saved_by: form,
        }
    }

    /// Whether what came back was typed into this form.
    #[must_use]
    pub fn was_posted(self, came_back: &Flash) -> bool {
        came_back.form == self.form || came_back.form == self.saved_by
    }
}

/// A form that posts to a server function.
#[component]
pub fn Form(
    /// Address of the server function.
    action: &'static str,
    /// Address of the server function that saves it, when its own only checks it and asks first.
    #[prop(optional)]
    saved_by: Option<&'static str>,
    /// Id, for buttons that stand elsewhere.
    #[prop(optional, into)]
    id: Option<String>,
    /// Classes.
    #[prop(default = "form")]
    class: &'static str,
    /// It sends a file, to a route that takes one.
    #[prop(optional)]
    upload: bool,
    /// It is a popover.
    #[prop(optional)]
    popover: bool,
    /// It has no room to say why it was refused: the page says it.
    #[prop(optional)]
    quiet: bool,
    /// Checks its fields as they are left, once it was refused.
    #[prop(optional)]
    check: Option<Check>,
    /// Where it leads when the server names no other place; the page it stands on without.
    #[prop(optional, into)]
    back: Option<String>,
    /// Fields and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let state = State::here();
    let way_back = back.clone().unwrap_or_else(respond::address);
    let on_submit = move |event: SubmitEvent| submit(state, action, back.clone(), &event);
    // A file is not looked into for the way back, so that stands in the address.
    let (address, way_back) = if upload {
        let query = Fields::body(&[(wire::RETURN, &way_back)]);
        (format!("{action}?{query}"), None)
    } else {
        (action.to_owned(), Some(way_back))
    };
    let on_leave = move |event: FocusEvent| {
        if let Some(check) = &check {
            check_again(state, action, Arc::clone(check), &event);
        }
    };
    let owner = Owner::new();
    let inside = owner.with(|| {
        provide_context(Within {
            form: action,
            saved_by: saved_by.unwrap_or(action),
        });
        children.map(|children| children())
    });
    let inside = OwnedView::new_with_owner(inside, owner);
    view! {
        <form
            id=id
            class=class
            method="post"
            action=address
            enctype=upload.then_some("multipart/form-data")
            novalidate=true
            popover=popover.then_some("auto")
            on:submit=on_submit
            on:focusout=on_leave
        >
            {way_back.map(|back| view! { <Hidden name=wire::RETURN value=back/> })}
            {(!quiet).then(|| view! { <Summary forms=vec![action]/> })}
            {inside}
        </form>
    }
}

/// A field of a form that nobody sees.
#[component]
pub fn Hidden(
    /// Name.
    name: &'static str,
    /// Value.
    #[prop(into)]
    value: String,
) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }
}

fn submit(state: State, action: &'static str, back: Option<String>, event: &SubmitEvent) {
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let button = event.submitter();
    let body = form.as_ref().and_then(|form| body(form, button.as_ref()));
    let (Some(form), Some(body)) = (form, body) else {
        // The browser posts it in its own way then.
        return;
    };
    event.prevent_default();
    if form.has_attribute("data-sending") {
        return;
    }
    mark_sending(&form, button.as_ref(), true);
    let posted = posted(action, &body);
    let body = files(&form).unwrap_or_else(|| JsValue::from_str(&body));
    spawn_local(async move {
        let answer = wire::post_any(action, body).await;
        mark_sending(&form, button.as_ref(), false);
        match answer.and_then(|json| read::from_text::<Done>(&json).ok_or(AppError::BadRequest)) {
            Ok(done) => {
                dom::close_popover(&form);
                state.finish(posted, done, back);
            }
            Err(error) => {
                forget(&form);
                state.refuse(posted, error);
            }
        }
    });
}

/// What was typed, without secrets, as the server keeps it for a page without script.
fn posted(action: &'static str, body: &str) -> Flash {
    let mut fields = Fields::parse(body).0;
    fields.retain(|(name, _)| wire::may_keep(action, name));
    Flash {
        form: action.to_owned(),
        fields,
        ..Flash::default()
    }
}

/// Passwords and codes do not stay in a form that was refused; nor do files, which are chosen anew
/// once they are put right: a browser reads none again that changed since.
fn forget(form: &HtmlFormElement) {
    for secret in dom::all(form, SECRET) {
        if let Ok(secret) = secret.dyn_into::<HtmlInputElement>() {
            secret.set_value("");
        }
    }
}

/// What the browser would post, the pressed button's value included.
#[must_use]
pub fn body(form: &HtmlFormElement, button: Option<&HtmlElement>) -> Option<String> {
    let params = dom::form_data(form)?;
    if let Some(button) = button.and_then(|button| button.dyn_ref::<HtmlButtonElement>())
        && !button.name().is_empty()
    {
        params.append(&button.name(), &button.value());
    }
    Some(params.to_string().into())
}

/// What the browser would post of a form that sends files.
fn files(form: &HtmlFormElement) -> Option<JsValue> {
    if form.enctype() != "multipart/form-data" {
        return None;
    }
    FormData::new_with_form(form).ok().map(JsValue::from)
}

/// While a form is on its way its button says so, and it is not sent twice.
fn mark_sending(form: &HtmlFormElement, button: Option<&HtmlElement>, sending: bool) {
    // Setting an attribute fails for no name of ours.
    if sending {
        _ = form.set_attribute("data-sending", "");
        _ = button.map(|button| button.set_attribute("aria-busy", "true"));
    } else {
        _ = form.remove_attribute("data-sending");
        _ = button.map(|button| button.remove_attribute("aria-busy"));
    }
}

/// Once a form was refused, each field is checked again when it is left.
fn check_again(state: State, action: &'static str, check: Check, event: &FocusEvent) {
    if state.focusing.get_value() {
        return;
    }
    let form = dom::closest(event, "form").and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let field = event
        .target()
        .and_then(|field| field.dyn_into::<Element>().ok());
    let (Some(form), Some(name)) = (form, field.and_then(|field| field.get_attribute("name")))
    else {
        return;
    };
    if problems(state, action).is_none() {
        return;
    }
    let before = state.refusals.get_untracked();
    let correct = move || {
        let Some(mut problems) = problems(state, action) else {
            return;
        };
        // Refused anew meanwhile, perhaps for what only the server knows: that stands.
        if state.refusals.get_untracked() != before {
            return;
        }
        let Some(body) = body(&form, None) else {
            return;
        };
        let name = name.trim_end_matches("[]");
        let now = check(&Fields::parse(&body));
        problems.0.retain(|problem| problem.field != name);
        problems
            .0
            .extend(now.0.into_iter().filter(|problem| problem.field == name));
        state.correct(problems);
    };
    after_press(correct);
}

/// Does what moves the page a moment later, and not while something is pressed: else the press
/// misses what it was aimed at.
fn after_press(what: impl FnOnce() + 'static) {
    let once_still = move || {
        if dom::any(":active") {
            after_press(what);
        } else {
            what();
        }
    };
    set_timeout(once_still, PRESS);
}

/// What a form was refused for, if it was.
fn problems(state: State, action: &'static str) -> Option<Problems> {
    state
        .trouble
        .with_untracked(|trouble| match &trouble.error {
            Some(AppError::Invalid(problems)) if trouble.form == action => Some(problems.clone()),
            _ => None,
        })
}
