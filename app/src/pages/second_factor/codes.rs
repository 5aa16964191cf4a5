//! Fresh recovery codes, shown until they are put away.

use domain::second_factor::TwoFactorView;
use leptos::prelude::*;

use crate::components::copy::{copy_button, print_button};
use crate::components::door::Door;
use crate::components::field::{invalid, message, problem_of};
use crate::components::form::{Form, Hidden};
use crate::components::icon;
use crate::components::page::PageTitle;
use crate::text;
use crate::text::label;
use crate::view::view;

/// The codes as a file.
const FILE: &str = "/profile/two-factor/recovery-codes.txt";

pub(super) fn codes_view(view: TwoFactorView, next: String) -> AnyView {
    let TwoFactorView {
        business,
        name,
        codes,
        ..
    } = view;
    let all = codes.join("\n");
    let codes: Vec<_> = codes
        .into_iter()
        .map(|code| view! { <li>{code}</li> })
        .collect();
    view! {
        <PageTitle text=label::SAVE_CODES/>
        <Door at=name signed_in=true foot=text::staff_only(&business) class="wide">
            <Form action="/api/two-factor/finish" class="stack loose">
                <div class="stack">
                    <ol class="steps no-print" aria-label=label::STEPS>
                        <li data-state="done">{label::STEP_KEY}</li>
                        <li aria-current="step">{label::STEP_CODES}</li>
                    </ol>
                    <div class="stack tight">
                        <h1>{label::SAVE_CODES}</h1>
                        <p class="muted">{label::SAVE_CODES_HELP}</p>
                    </div>
                </div>
                <div class="stack">
                    <ol class="secret" aria-label=label::RECOVERY_CODES>{codes}</ol>
                    <div class="actions no-print">
                        {copy_button("button", all)}
                        " "
                        <a class="button" href=FILE download>{icon("download")} " " {label::DOWNLOAD}</a>
                        " "
                        {print_button()}
                    </div>
                </div>
                <div class="stack no-print">
                    {saved()}
                    <Hidden name="next" value=next/>
                    <div class="actions">
                        <button class="button primary" type="submit">{label::CONTINUE_TO_KEYHOLDER}</button>
                    </div>
                </div>
            </Form>
        </Door>
    }
}

/// The tick without which the codes stay where they are.
fn saved() -> AnyView {
    let problem = problem_of(vec!["saved"]);
    view! {
        <div class="field">
        {message("saved-error".to_owned(), problem)}
        <label class="choice">
            <input
                type="checkbox"
                id="saved"
                name="saved"
                required=true
                aria-invalid=invalid(problem)
                aria-describedby=move || problem.get().map(|_| "saved-error")
            />
            " "
            <span>{label::CODES_SAVED}</span>
        </label>
        </div>
    }
}
