//! How many sessions somebody may have, and how long one lives.

use domain::security::SecurityView;
use leptos::prelude::*;

use crate::components::field::{described_by, field_label, invalid, message, problem_of};
use crate::components::form::Within;
use crate::state::State;
use crate::text::label;
use crate::view::view;

/// Name of the field that says that there is one session a person.
pub(super) const SINGLE: &str = "single";
/// Name of the field of the idle limit.
pub(super) const IDLE: &str = "idle";
/// Name of the field of the absolute limit.
pub(super) const ABSOLUTE: &str = "absolute";

/// The part of the form.
pub(super) fn sessions(view: &SecurityView) -> impl FnOnce() -> AnyView + use<> {
    let view = view.clone();
    move || {
        let form: Within = expect_context();
        let typed = State::here().posted(form);
        // A box that is not ticked is not posted at all.
        let single = typed.map_or(view.one_session, |typed| !typed.one(SINGLE).is_empty());
        let locked = !view.may_edit;
        let idle = view.idle_minutes.to_string();
        let absolute = view.absolute_hours.to_string();
        view! {
            <fieldset class="stack tight">
                <legend><h2>{label::SESSIONS}</h2></legend>
                <label class="choice">
                    <input
                        class="switch"
                        type="checkbox"
                        role="switch"
                        name=SINGLE
                        value="on"
                        checked=single
                        disabled=locked
                    />
                    " "
                    <span>{label::ONE_SESSION}</span>
                    " "
                    <span class="help">{label::ONE_SESSION_HELP}</span>
                </label>
                <div class="row limits">
                    {limit(IDLE, label::SIGN_OUT_IDLE, idle, ("idle-unit", label::MINUTES), locked)}
                    {limit(ABSOLUTE, label::SIGN_OUT_ANYWAY, absolute, ("absolute-unit", label::HOURS), locked)}
                </div>
                <p class="small muted">{label::AT_MOST_30_DAYS}</p>
            </fieldset>
        }
    }
}

/// A number with its unit, the unit by id and word.
fn limit(
    name: &'static str,
    label: &'static str,
    value: String,
    (unit_id, unit): (&'static str, &'static str),
    locked: bool,
) -> AnyView {
    let problem = problem_of(vec![name]);
    let value = State::here().typed(expect_context(), name).unwrap_or(value);
    view! {
        <div class="field">
            {field_label(name, label, false)}
            {message(format!("{name}-error"), problem)}
            <span class="affix w-8">
                <input
                    id=name
                    name=name
                    inputmode="numeric"
                    autocomplete="off"
                    value=value
                    required=true
                    disabled=locked
                    aria-describedby=described_by(name, false, problem, Some(unit_id))
                    aria-invalid=invalid(problem)
                />
                " "
                <span class="unit" id=unit_id>{unit}</span>
            </span>
        </div>
    }
}
