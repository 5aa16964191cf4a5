//! The key: a picture to scan, the same to type, and the code that confirms it.

use std::sync::Arc;

use domain::form::{ProblemCode, Problems};
use domain::second_factor::{KeyView, TwoFactorView};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use super::own::{asks, back};
use crate::components::copy::copy_button;
use crate::components::door::Door;
use crate::components::field::CodeField;
use crate::components::form::{Check, Form};
use crate::components::page::PageTitle;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

/// Modules of white around a code, where the picture itself has a white border.
const QUIET: u32 = 2;

pub(super) fn key_view(view: &TwoFactorView, key: KeyView) -> AnyView {
    let business = view.business.clone();
    let asked = asks(&business, view.factor.policy, view.factor.required);
    let typed = key.typed.clone();
    let back = back(view);
    view! {
        <PageTitle text=label::SET_UP_TWO_FACTOR/>
        <Door at=view.name.clone() signed_in=true foot=text::staff_only(&business) class="wide">
            <div class="stack loose">
                <div class="stack">
                    <ol class="steps" aria-label=label::STEPS>
                        <li aria-current="step">{label::STEP_KEY}</li>
                        <li>{label::STEP_CODES}</li>
                    </ol>
                    <div class="stack tight">
                        <h1>{label::SET_UP_TWO_FACTOR}</h1>
                        <p class="muted">{asked}</p>
                    </div>
                </div>
                <div class="row">
                    <div class="stack">
                        <h2>{label::SCAN_THIS}</h2>
                        {picture(&key)}
                    </div>
                    <Form action="/api/two-factor/confirm" class="stack" check=check()>
                        <div class="stack tight">
                            <h2>{label::OR_TYPE_KEY}</h2>
                            <div class="cluster">
                                <code>{typed.clone()}</code>
                                {copy_button("button small", typed)}
                            </div>
                        </div>
                        <CodeField label=label::CODE_SHOWN_NOW/>
                        <button class="button primary block" type="submit">{label::CONFIRM}</button>
                    </Form>
                </div>
                {back}
            </div>
        </Door>
    }
}

/// The QR code. Made from a string: what is in it comes from our own server and is numbers only.
fn picture(key: &KeyView) -> InertElement {
    let (path, side) = (&key.path, key.size + 2 * QUIET);
    let name = label::QR_CODE;
    InertElement::new(format!(
        "<svg class=\"qr\" viewBox=\"-{QUIET} -{QUIET} {side} {side}\" role=\"img\" \
         aria-label=\"{name}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"></path></svg>"
    ))
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        if fields.one("code").trim().is_empty() {
            Problems::one("code", ProblemCode::Required)
        } else {
            Problems::none()
        }
    })
}
