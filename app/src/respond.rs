//! What a page tells the client beside its HTML: status and redirection. Only while a page is
//! rendered on the server; in the browser a redirection loads the other page.

use domain::Due;
use leptos::prelude::{GetUntracked, request_animation_frame};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_location;

use crate::state::State;
use crate::text;

#[cfg(feature = "ssr")]
mod server {
    use http::{HeaderValue, StatusCode, header};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    /// Sets the status of the page.
    pub fn status(code: u16) {
        if let (Some(response), Ok(code)) =
            (use_context::<ResponseOptions>(), StatusCode::from_u16(code))
        {
            response.set_status(code);
        }
    }

    /// Sends the client to another page of this site.
    pub fn redirect(to: &str) {
        if let (Some(response), Ok(to)) =
            (use_context::<ResponseOptions>(), HeaderValue::from_str(to))
        {
            response.insert_header(header::LOCATION, to);
            response.set_status(StatusCode::SEE_OTHER);
        }
    }
}

#[cfg(feature = "ssr")]
pub use server::{redirect, status};

/// Sets the status of the page.
#[cfg(not(feature = "ssr"))]
pub fn status(_code: u16) {}

/// Sends the client to another page of this site.
#[cfg(not(feature = "ssr"))]
pub fn redirect(to: &str) {
    crate::dom::leave(to);
}

/// Path and query of the page that is being rendered.
#[must_use]
pub fn address() -> String {
    let location = use_location();
    let (path, search) = (
        location.pathname.get_untracked(),
        location.search.get_untracked(),
    );
    if search.is_empty() {
        path
    } else {
        format!("{path}?{search}")
    }
}

/// Sends the client to sign in, and back here afterwards.
pub fn to_sign_in() {
    redirect(&text::sign_in_path(&address()));
}

/// Sends the client to what is still due, and back here afterwards.
pub fn to_due(due: Due) {
    redirect(&text::due_path(due, &address()));
}

/// Leads on from an address that does not fit what it shows, as if it had never been gone to.
pub fn move_on(to: String) {
    if cfg!(feature = "ssr") {
        redirect(&to);
    } else {
        let state = State::here();
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        request_animation_frame(move || state.go(&to, options));
    }
}
