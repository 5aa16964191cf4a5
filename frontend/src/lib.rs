//! What the browser loads.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered.
#[wasm_bindgen]
pub async fn hydrate() {
    // In a release the browser's own trace has to do: the names would be a good part of the size.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    app::lazy::ready(&app::dom::path()).await;
    leptos::mount::hydrate_body(app::App);
}
