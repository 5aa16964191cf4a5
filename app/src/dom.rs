//! The few things that are done to the browser's page by hand. Nothing here runs on the server.

use leptos::prelude::{document, request_animation_frame, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, HtmlFormElement};

/// Key in the session storage under which a notice survives the load of a whole page. The document's
/// script looks there, too.
const NOTICE: &str = "notice";

/// Path and query of the page.
#[must_use]
pub fn here() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Path of the page.
#[must_use]
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Loads another page whole.
pub fn leave(to: &str) {
    // A path of our own is always a valid address.
    _ = window().location().assign(to);
}

/// Puts the focus on an element. False when there is no such element.
pub fn focus(id: &str) -> bool {
    let element = document()
        .get_element_by_id(id)
        .and_then(|e| e.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// Puts the focus on an element that is about to be rendered.
pub fn focus_soon(id: &'static str) {
    request_animation_frame(move || {
        focus(id);
    });
}

/// Id of the link that has the focus, if one with an id has.
#[must_use]
pub fn focused_link() -> String {
    let focused = document().active_element();
    let link = focused.filter(|element| element.tag_name() == "A");
    link.map(|link| link.id()).unwrap_or_default()
}

/// Puts the focus on the element of an id that is about to be rendered, else on the content as a
/// whole.
pub fn focus_content(id: String) {
    request_animation_frame(move || focus_or_content(&id));
}

fn focus_or_content(id: &str) {
    _ = (!id.is_empty() && focus(id)) || focus("main");
}

/// Keeps the focus where it is while the page's content is made anew: on the element of the same
/// id, else on the content as a whole.
pub fn keep_focus() {
    let Some(focused) = document().active_element().map(|element| element.id()) else {
        return;
    };
    request_animation_frame(move || {
        if document()
            .active_element()
            .is_some_and(|element| element.tag_name() == "BODY")
        {
            focus_or_content(&focused);
        }
    });
}

/// The element a key or click came from, if it lies in one that matches.
#[must_use]
pub fn closest(event: &web_sys::Event, selector: &str) -> Option<HtmlElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok()??.dyn_into().ok()
}

/// Sends the form that an event came from as its button would, if it has one, which says then that
/// it is on its way.
pub fn submit(event: &web_sys::Event) {
    let form = closest(event, "form").and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    if let Some(form) = form {
        let buttons = all(&form, "button[type=submit]");
        // What stands on the page can be sent.
        _ = form.request_submit_with_submitter(buttons.first());
    }
}

/// What a form would send.
#[must_use]
pub fn form_data(form: &HtmlFormElement) -> Option<web_sys::UrlSearchParams> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()
}

/// Closes an element if it is an open popover.
pub fn close_popover(element: &HtmlElement) {
    if element.matches(":popover-open").unwrap_or(false) {
        // What is open can be closed.
        _ = element.hide_popover();
    }
}

/// Closes a popover.
pub fn close_popover_of_id(id: &str) {
    let popover = document().get_element_by_id(id);
    if let Some(popover) = popover.and_then(|popover| popover.dyn_into().ok()) {
        close_popover(&popover);
    }
}

/// Whether something under the pointer or with the focus matches.
#[must_use]
pub fn any(selector: &str) -> bool {
    document()
        .query_selector(selector)
        .is_ok_and(|found| found.is_some())
}

/// Hands a notice over to the page that is loaded next.
pub fn leave_notice(text: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        // Without storage the notice is not shown; the next page shows what was done anyway.
        _ = storage.set_item(NOTICE, text);
    }
}

/// The notice that the page before left, once.
#[must_use]
pub fn take_notice() -> Option<String> {
    let storage = window().session_storage().ok()??;
    let text = storage.get_item(NOTICE).ok()??;
    _ = storage.remove_item(NOTICE);
    Some(text)
}

/// Says on the document that the browser has taken over, for tests that must wait for it.
pub fn mark_hydrated() {
    if let Some(root) = document().document_element() {
        // Setting an attribute fails for no name of ours.
        _ = root.set_attribute("data-hydrated", "");
    }
}

/// Puts a text where the next paste takes it from. Whether it is there: without the right to it the
/// browser refuses.
pub async fn copy(text: String) -> bool {
    let copied = window().navigator().clipboard().write_text(&text);
    JsFuture::from(copied).await.is_ok()
}

/// Opens the browser's own question how to print.
pub fn print() {
    // Refused only while such a question is open.
    _ = window().print();
}

/// The elements within another that match, in their order.
#[must_use]
pub fn all(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into().ok())
        .collect()
}

/// Where the focus is among these.
#[must_use]
pub fn focused(among: &[HtmlElement]) -> Option<usize> {
    let focused = document().active_element()?;
    among.iter().position(|element| **element == focused)
}

/// Which of several a key leads to, up and down, to the first and the last. From outside, Down
/// leads to the first.
#[must_use]
pub fn step(key: &str, at: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (key, at) {
        ("ArrowDown", None) | ("Home", Some(_)) => Some(0),
        ("ArrowDown", Some(at)) => Some((at + 1).min(last)),
        ("ArrowUp", Some(at)) => at.checked_sub(1),
        ("End", Some(_)) => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn keys_lead_through_a_list_and_not_out_of_it() {
        assert_eq!(step("ArrowDown", None, 3), Some(0));
        assert_eq!(step("ArrowDown", Some(1), 3), Some(2));
        assert_eq!(step("ArrowDown", Some(2), 3), Some(2));
        assert_eq!(step("ArrowUp", Some(1), 3), Some(0));
        assert_eq!(step("ArrowUp", Some(0), 3), None);
        assert_eq!(step("Home", Some(2), 3), Some(0));
        assert_eq!(step("End", Some(0), 3), Some(2));
        assert_eq!(step("Home", None, 3), None);
        assert_eq!(step("ArrowDown", None, 0), None);
        assert_eq!(step("x", Some(0), 3), None);
    }
}
