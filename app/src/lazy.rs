//! Pages whose code the browser loads when it first shows one of their part (ADR 6). The server
//! has all of it.

use std::future::{Future, pending};
use std::pin::Pin;

use leptos::prelude::*;
use leptos_router::hooks::use_url;
use leptos_router::{ChooseView, MatchInterface, RouteDefs};

use crate::dom;
use crate::routes::routes;

#[doc(hidden)]
pub use leptos::wasm_split::SplitLoaderError as NotLoaded;

/// What comes when it has been loaded, if it can be.
type Loading<T> = Pin<Box<dyn Future<Output = Result<T, NotLoaded>>>>;

/// A page of a part of the app, whose pages share one file of code. Made by `lazy!`.
#[derive(Clone, Copy)]
pub struct Lazy {
    #[cfg_attr(
        not(feature = "ssr"),
        expect(dead_code, reason = "the server asks which files a page needs")
    )]
    part: &'static str,
    load: fn() -> Loading<()>,
    show: fn() -> Loading<AnyView>,
}

/// A page, by its path below `pages`, as a [`Lazy`] of a part.
macro_rules! lazy {
    ($part:ident, $($page:ident)::+) => {{
        #[leptos::wasm_split::wasm_split(
            $part,
            wasm_split_path = ::leptos::wasm_split,
            fallible,
            preload(load)
        )]
        fn page() -> Result<AnyView, $crate::lazy::NotLoaded> {
            Ok($crate::pages$(::$page)+().into_any())
        }
        $crate::lazy::Lazy::new(stringify!($part), || Box::pin(load()), || Box::pin(page()))
    }};
}
pub(crate) use lazy;

impl Lazy {
    #[doc(hidden)]
    pub(crate) const fn new(
        part: &'static str,
        load: fn() -> Loading<()>,
        show: fn() -> Loading<AnyView>,
    ) -> Self {
        Self { part, load, show }
    }
}

impl ChooseView for Lazy {
    async fn choose(self) -> AnyView {
        match (self.show)().await {
            Ok(page) => page,
            // It has been loaded before this.
            Err(_) => pending().await,
        }
    }

    async fn preload(&self) {
        #[cfg(feature = "ssr")]
        if let Some(Shown(parts)) = use_context() {
            parts.update_value(|parts: &mut Vec<_>| parts.push(self.part));
        }
        if (self.load)().await.is_ok() {
            return;
        }
        // The server has another version by now, or can't be reached. There is an owner, unless the
        // page that stands has yet to be taken over.
        if Owner::current().is_some() {
            let to = use_url().get_untracked();
            let query = Some(to.search()).filter(|query| !query.is_empty());
            let query = query.map_or_else(String::new, |query| format!("?{query}"));
            dom::leave(&(to.path().to_owned() + &query));
        }
        pending::<()>().await;
    }
}

/// Parts whose pages are at an address.
#[cfg(feature = "ssr")]
#[derive(Clone)]
struct Shown(StoredValue<Vec<&'static str>>);

/// The parts whose pages are at an address.
#[cfg(feature = "ssr")]
pub(crate) fn parts(path: &str) -> Vec<&'static str> {
    let parts = StoredValue::default();
    provide_context(Shown(parts));
    // The server has nothing to wait for.
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    _ = Box::pin(ready(path)).as_mut().poll(&mut cx);
    parts.get_value()
}

/// Loads the code of the page at an address. Without it there is nothing that could take the page
/// over, so it stays as it is when the code can't be loaded: it works without script.
pub async fn ready(path: &str) {
    if let Some(found) = RouteDefs::new(routes()).match_route(path) {
        load(found).await;
    }
}

fn load<M: MatchInterface + 'static>(found: M) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        let (view, below) = found.into_view_and_child();
        view.preload().await;
        if let Some(below) = below {
            load(below).await;
        }
    })
}
