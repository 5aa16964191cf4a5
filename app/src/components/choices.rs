//! Tick boxes and lists to choose from.

use leptos::prelude::*;

use super::field::{described_by, field_label, invalid, message, problem_at, problem_of};
use super::form::Within;
use super::icon;
use super::live::says;
use crate::state::State;
use crate::text::label;
use crate::view::{Views, view};

/// One of several things to tick.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Value in the form.
    pub value: String,
    /// Name.
    pub label: String,
    /// A line of help, or why it can't be ticked.
    pub help: String,
    /// Ticked at first.
    pub ticked: bool,
    /// It can't be changed.
    pub locked: bool,
    /// Where it can hold, to choose from once it is ticked, as the field `at[value]`; nothing where
    /// that is not asked.
    pub places: Options,
}

/// Several things to tick, as a list in the form.
#[component]
pub fn Choices(
    /// Name of the list; the first choice carries it as its id, so that messages lead to it.
    name: &'static str,
    /// Other names under which the server tells problems of the list.
    #[prop(optional)]
    also: Vec<&'static str>,
    /// What they are.
    legend: &'static str,
    /// The legend is said elsewhere already.
    #[prop(optional)]
    legend_hidden: bool,
    /// A line of help.
    #[prop(optional)]
    help: Option<&'static str>,
    /// Classes of the row: `row groups`, `row stores`.
    #[prop(default = "row")]
    class: &'static str,
    /// What there is to tick.
    choices: Vec<Choice>,
) -> AnyView {
    let state = State::here();
    let form: Within = expect_context();
    let problem = problem_of(std::iter::once(name).chain(also).collect());
    let key = format!("{name}[]");
    let picked = state.picked(form, &key);
    let first = choices
        .iter()
        .position(|choice| !choice.locked)
        .unwrap_or(0);
    let boxes = choices.into_iter().enumerate().map(|(at, choice)| {
        let ticked = picked.as_ref().map_or(choice.ticked, |values| values.contains(&choice.value));
        let place = (!choice.places.is_empty()).then(|| {
            let name = format!("at[{}]", choice.value);
            let chosen = state.typed(form, &name).unwrap_or_default();
            where_it_holds(name, choice.label.clone(), choice.places, &chosen)
        });
        let tick = view! {
            <label class="choice">
                <input
                    type="checkbox"
                    id=(at == first).then_some(name)
                    name=key.clone()
                    value=choice.value
                    checked=ticked
                    disabled=choice.locked
                    aria-invalid=says(move || at == first && problem.with(Option::is_some))
                />
                " "
                <span>{choice.label}</span>
                {(!choice.help.is_empty()).then(|| view! { <span class="help">{choice.help}</span> })}
            </label>
        };
        match place {
            Some(place) => view! { <div class="placed">{tick} {place}</div> },
            None => tick,
        }
    });
    view! {
        <fieldset class="field" aria-describedby=described_by(name, help.is_some(), problem, None)>
            <legend class=if legend_hidden { "sr-only" } else { "" }>{legend}</legend>
            {help.map(|help| view! { <p class="help" id=format!("{name}-help")>{help}</p> })}
            {message(format!("{name}-error"), problem)}
            <div class=class>{boxes.views()}</div>
        </fieldset>
    }
}

/// Where a choice holds. The style sheet hides it while the choice is not ticked.
fn where_it_holds(name: String, what: String, places: Options, chosen: &str) -> AnyView {
    let problem = problem_at(name.clone());
    let error = format!("{name}-error");
    let id = error.clone();
    let told = Signal::derive(move || problem.with(Option::is_some).then(|| error.clone()));
    view! {
        <div class="where">
            <label for=name.clone()>{label::WHERE}<span class="sr-only">" "{what}</span></label>
            {message(id, problem)}
            <span class="select">
                <select id=name.clone() name=name aria-describedby=told aria-invalid=invalid(problem)>
                    {option_list(places, chosen)}
                </select>
                {icon("chevron-down")}
            </span>
        </div>
    }
}

/// A list to choose one from: values with their names.
pub type Options = Vec<(String, String)>;

/// A list to choose one from, with a label above.
#[component]
pub fn Select(
    /// Name of the field, and its id.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// What there is to choose.
    options: Options,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: String,
    /// A line of help.
    #[prop(optional)]
    help: Option<&'static str>,
    /// It may stay as it is.
    #[prop(optional)]
    optional: bool,
) -> AnyView {
    let state = State::here();
    let form: Within = expect_context();
    let problem = problem_of(vec![name]);
    let chosen = state.typed(form, name).unwrap_or(value);
    view! {
        <div class="field">
            {field_label(name, label, optional)}
            {help.map(|help| view! { <p class="help" id=format!("{name}-help")>{help}</p> })}
            {message(format!("{name}-error"), problem)}
            <span class="select">
                <select
                    id=name
                    name=name
                    aria-describedby=described_by(name, help.is_some(), problem, None)
                    aria-invalid=invalid(problem)
                >
                    {option_list(options, &chosen)}
                </select>
                {icon("chevron-down")}
            </span>
        </div>
    }
}

/// A list to choose one from, whose label stands elsewhere; its name is its id.
#[must_use]
pub fn select(name: String, options: Options, chosen: &str) -> AnyView {
    view! {
        <span class="select">
            <select id=name.clone() name=name>{option_list(options, chosen)}</select>
            {icon("chevron-down")}
        </span>
    }
}

/// The options of a list, one of them chosen.
#[must_use]
pub fn option_list(options: Options, chosen: &str) -> impl IntoView + use<> {
    let chosen = chosen.to_owned();
    options
        .into_iter()
        .map(move |(value, name)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{name}</option> }
        })
        .views()
}
