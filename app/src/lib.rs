//! The pages of Keyholder: components and server functions, for the server that renders them
//! (feature `ssr`) and the browser that takes them over (feature `hydrate`).
//!
//! Every page shows its data in the HTML and every form works without script. What a person may
//! do is not decided here: a server function takes one of three doors ([`doors`]) and calls
//! `service`, which decides.

pub mod components;
#[cfg(feature = "ssr")]
pub mod document;
pub mod dom;
#[cfg(feature = "ssr")]
pub mod doors;
pub mod draft;
#[cfg(feature = "ssr")]
pub mod fault;
pub mod lazy;
pub mod load;
pub mod pages;
pub mod respond;
pub mod routes;
pub mod state;
pub mod text;
mod view;
pub mod wire;

use std::fmt;
use std::str::FromStr;

use domain::{AppError, Flash};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::Router;

use crate::components::toasts::Toasts;
use crate::routes::Pages;
use crate::state::State;
use crate::view::view;
use crate::wire::read;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let Handed(flash) = SharedValue::new_str(handed).into_inner();
    let routing = RwSignal::new(false);
    view! {
        <Router set_is_routing=routing>
            {
                State::provide(flash, routing);
                view! { <Pages/> <Toasts/> }
            }
        </Router>
    }
}

/// What the server kept from the form that led here; read once, then handed to the browser.
struct Handed(Flash);

fn handed() -> Handed {
    Handed(use_context::<Option<Flash>>().flatten().unwrap_or_default())
}

impl fmt::Display for Handed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Handed {
    type Err = ();

    fn from_str(json: &str) -> Result<Self, ()> {
        read::from_text(json).map(Self).ok_or(())
    }
}

/// Why a file that somebody asked for is refused: told by the page that stands in its place. Read
/// once, then handed to the browser.
#[derive(Clone, Debug)]
pub struct Refused(pub AppError);

impl Refused {
    /// What the server says of this address; that there is nothing, if it says nothing.
    pub(crate) fn here() -> AppError {
        let Self(error) =
            SharedValue::new_str(|| use_context().unwrap_or(Self(AppError::NotFound))).into_inner();
        error
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Refused {
    type Err = ();

    fn from_str(json: &str) -> Result<Self, ()> {
        read::from_text(json).map(Self).ok_or(())
    }
}
