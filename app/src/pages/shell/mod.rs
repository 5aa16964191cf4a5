//! What surrounds every staff page: top bar, sidebar, and the sheet that the page stands on.

mod account;
pub mod api;
mod picker;
mod sidebar;

use std::time::Duration;

use domain::AppError;
use domain::shell::ShellView;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

pub(crate) use self::account::show_theme;
use self::account::{ACCOUNT, account};
use self::api::ViewShell;
use self::picker::{chosen_name, picker};
pub(crate) use self::sidebar::module_icon;
use self::sidebar::{NAV, sidebar};
use crate::Refused;
use crate::components::brand::mark;
use crate::components::error_page::ErrorPage;
use crate::components::form::Form;
use crate::components::icon::large_icon;
use crate::components::live::{holds, live, says};
use crate::components::summary::Summary;
use crate::dom;
use crate::draft::is_asking;
use crate::load::{load_again, show_or};
use crate::respond;
use crate::state::State;
use crate::text;
use crate::text::{label, phrase};
use crate::view::{Views, view};

/// How long the old page stays as it is while another is on its way (design "Loading").
const PATIENCE: Duration = Duration::from_millis(200);

/// Forms of the top bar, which have no room to say why they were refused.
const FORMS: [&str; 3] = [
    "/api/stores/switch",
    "/api/profile/set-theme",
    "/api/sign-out",
];

/// What surrounds every staff page. Loaded again with each page, so that a right that was lost
/// shows at the next click.
#[component]
pub fn Frame() -> AnyView {
    frame(|| view! { <Outlet/> })
}

/// The frame around an address that leads nowhere, and around a file that is refused.
#[component]
pub fn NothingHere() -> AnyView {
    let error = Refused::here();
    frame(|| view! { <ErrorPage error/> })
}

fn frame(content: impl FnOnce() -> AnyView) -> AnyView {
    let state = State::here();
    let location = use_location();
    let path = location.pathname;
    let shell = load_again::<ViewShell>(move || path.get());
    // While a question is open the rest of the page is out of reach, also without script.
    let asking = holds(move || location.search.with(|search| is_asking(search)));
    let slow = slowness(state);
    view! {
        <a class="skip-link" href="#main" on:click=skip>{text::SKIP}</a>
        <div class="shell">
            {show_or(shell, move |view| bars(&view, path, asking), bare_bar)}
            <main class="sheet" id="main" tabindex="-1" aria-busy=says(move || state.routing.get())>
                <Summary forms=FORMS.to_vec()/>
                {live(move || slow.get().then(skeleton))}
                <div hidden=holds(move || slow.get())>{content()}</div>
            </main>
        </div>
    }
}

fn bars(view: &ShellView, path: Memo<String>, asking: Signal<bool>) -> AnyView {
    let home_label = phrase::home_of(&view.business);
    let store = chosen_name(view);
    view! {
        <header class="topbar" inert=asking>
            <button class="button ghost square nav-toggle" type="button" popovertarget="nav" aria-label=label::MENU>
                {large_icon("menu")}
            </button>
            <a class="brand" href="/" aria-label=home_label>{mark()}<span>{view.business.clone()}</span></a>
            {picker(view)}
            <span class="push"></span>
            {account(view)}
            <Form action="/api/sign-out" id="sign-out" class="" quiet=true/>
            // Says the new store after a switch.
            <p class="sr-only" role="status">{store.map(|name| phrase::store_is(&name))}</p>
        </header>
        {sidebar(view, path, asking)}
    }
}

/// The top bar when nobody knows for whom; the page below says why.
fn bare_bar(error: AppError) -> AnyView {
    match error {
        AppError::SignedOut { .. } => respond::to_sign_in(),
        AppError::Due(due) => respond::to_due(due),
        _ => {}
    }
    view! {
        <header class="topbar">
            <a class="brand" href="/">{mark()}<span>{text::PRODUCT}</span></a>
        </header>
    }
}

/// Moves the focus past the navigation, which a link within the page alone does not do once the
/// router takes care of links.
fn skip(event: leptos::ev::MouseEvent) {
    if dom::focus("main") {
        event.prevent_default();
    }
}

/// Whether another page has been on its way for so long that the old one gives way to a skeleton.
/// When it has come, the focus goes to it: to the link that led there, if that stands there too, as
/// tabs do.
fn slowness(state: State) -> RwSignal<bool> {
    let slow = RwSignal::new(false);
    Effect::new(move |before: Option<Option<Leaving>>| {
        let left = before.flatten();
        if let Some(waiting) = left.as_ref().and_then(|left| left.waiting) {
            waiting.clear();
        }
        if state.routing.get() {
            let focused = left.map_or_else(dom::focused_link, |left| left.focused);
            // Now, and not when the other page is there: what is opened meanwhile stays open.
            dom::close_popover_of_id(NAV);
            dom::close_popover_of_id(ACCOUNT);
            let waiting = set_timeout_with_handle(move || slow.set(true), PATIENCE).ok();
            return Some(Leaving { focused, waiting });
        }
        slow.set(false);
        if let Some(Leaving { focused, .. }) = left {
            dom::focus_content(focused);
        }
        None
    });
    slow
}

/// A page that is being left.
struct Leaving {
    /// Id of the link that led on, if that has one.
    focused: String,
    waiting: Option<TimeoutHandle>,
}

/// A page of about the right size, without its words.
fn skeleton() -> AnyView {
    let rows = (0..6).map(|_| {
        view! { <p class="who"><span class="skeleton round"></span> <span class="skeleton"></span></p> }
    });
    view! {
        <div class="page">
            <p><span class="skeleton short"></span></p>
            <div class="stack">{rows.views()}</div>
        </div>
    }
}
