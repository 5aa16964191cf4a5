//! What lists have in common: filters that answer while one types, and rows that keys move between.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

use crate::dom;
use crate::state::State;
use crate::wire::Fields;

/// How long typing pauses before the list answers.
const PAUSE: Duration = Duration::from_millis(200);
/// Id of the filters.
pub const FILTERS: &str = "filters";
/// The tick box of a row.
pub const PICK: &str = ".pick";

/// Asks for the list that the filters say, by its address.
#[derive(Clone, Copy)]
pub struct Ask {
    state: State,
    /// The list's address for what the form holds.
    address: fn(&Fields) -> String,
    /// Names of the fields that one types into.
    typed: &'static [&'static str],
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Ask {
    /// For a form with these fields to type into.
    #[must_use]
    pub fn new(address: fn(&Fields) -> String, typed: &'static [&'static str]) -> Self {
        Self {
            state: State::here(),
            address,
            typed,
            waiting: StoredValue::new(None),
        }
    }

    /// When typing pauses.
    pub fn later(self, event: &leptos::ev::Event) {
        let Some(form) = form_of(event) else { return };
        self.forget();
        self.waiting
            .set_value(set_timeout_with_handle(move || self.go(&form), PAUSE).ok());
    }

    /// At once.
    pub fn now(self, event: &web_sys::Event) {
        let Some(form) = form_of(event) else { return };
        self.forget();
        self.go(&form);
    }

    fn forget(self) {
        if let Some(waiting) = self.waiting.get_value() {
            waiting.clear();
        }
    }

    fn go(self, form: &HtmlFormElement) {
        let Some(params) = dom::form_data(form) else {
            return;
        };
        let to = (self.address)(&Fields::parse(&String::from(params.to_string())));
        let here = dom::here();
        if to != here {
            // Going back leads to the list as it was before the search, not through its letters.
            let replace = types_on(self.typed, &here, &to);
            self.state.go(
                &to,
                NavigateOptions {
                    replace,
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        }
    }
}

fn form_of(event: &web_sys::Event) -> Option<HtmlFormElement> {
    dom::closest(event, "form")?.dyn_into().ok()
}

/// Whether one address only carries on with the search of another, letter by letter.
fn types_on(typed: &[&str], from: &str, to: &str) -> bool {
    let fields = |address: &str| Fields::parse(address.split_once('?').map_or("", |(_, q)| q));
    let (from, to) = (fields(from), fields(to));
    let is_typed = |name: &str| typed.contains(&name);
    let rest = |of: &Fields| -> Vec<(String, String)> {
        let others = of.0.iter().filter(|(name, _)| !is_typed(name));
        others.cloned().collect()
    };
    let on_both = |name: &&str| !from.one(name).is_empty() && !to.one(name).is_empty();
    let differs = |name: &&&str| from.one(name) != to.one(name);
    rest(&from) == rest(&to) && typed.iter().filter(differs).all(on_both)
}

/// When what is shown was asked for otherwise than by the filters (going back, a link), they show
/// it too.
pub fn follow_address() {
    request_animation_frame(|| {
        if dom::any(&format!("#{FILTERS} input:focus")) {
            return;
        }
        let form = document().get_element_by_id(FILTERS);
        if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
            form.reset();
        }
    });
}

/// Arrow keys move between the rows, or between their tick boxes; Space ticks one, and Enter opens
/// it, which its link does.
pub fn row_keys(event: leptos::ev::KeyboardEvent) {
    let Some(body) = dom::closest(&event, "tbody") else {
        return;
    };
    let in_picks = dom::closest(&event, PICK).is_some();
    let stops = dom::all(&body, if in_picks { PICK } else { "a.row-link" });
    let Some(at) = dom::focused(&stops) else {
        return;
    };
    if let Some(stop) = dom::step(&event.key(), Some(at), stops.len()).and_then(|to| stops.get(to))
    {
        event.prevent_default();
        // A link can always have the focus, and so can a tick box.
        _ = stop.focus();
    } else if event.key() == " " && !in_picks {
        let row = dom::closest(&event, "tr");
        let picks = row.map(|row| dom::all(&row, PICK)).unwrap_or_default();
        if let Some(pick) = picks.first() {
            event.prevent_default();
            pick.click();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::types_on;

    #[test]
    fn letters_carry_a_search_on_and_anything_else_is_a_step_of_its_own() {
        let on = |from: &str, to: &str| types_on(&["q", "person"], from, to);
        assert!(on("/list?q=s", "/list?q=so"));
        assert!(on("/list?person=d&q=s", "/list?person=da&q=s"));
        assert!(!on("/list", "/list?q=s"), "the list before the search");
        assert!(!on("/list?q=s", "/list"));
        assert!(!on("/list?q=s", "/list?q=s&person=d"));
        assert!(!on("/list?q=s", "/list?q=s&status=active"));
        assert!(!on("/list?q=s&page=2", "/list?q=so"), "the page before");
    }
}
