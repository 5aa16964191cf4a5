//! The whole document around the app, as the server sends it.

use domain::shell::Theme;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use service::Visitor;

use crate::App;

/// The font of most texts; the other half of it is loaded where its letters occur.
const FONT: &str = "/fonts/figtree-latin-wght-normal.woff2";

/// Addresses of what the build made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The script that loads the app.
    pub js: String,
    /// The app.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

/// The whole document.
pub fn document(assets: &Assets) -> impl IntoView + use<> {
    let nonce = use_nonce();
    let door = at_a_door();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/mark.svg" type="image/svg+xml"/>
                <link rel="preload" href=FONT r#as="font" r#type="font/woff2" crossorigin=""/>
                <link rel="stylesheet" href=assets.css.clone()/>
                <script nonce=nonce>{start(assets, door)}</script>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Starts the app: loads its two files side by side, and lets it take over when the document is
/// whole. At a door it waits until the page has all it needs to be used, so that signing in never
/// waits for it. Not by `<link rel=preload>`, of which browsers without script complain.
fn start(assets: &Assets, door: bool) -> String {
    let Assets { js, wasm, .. } = assets;
    let event = if door { "load" } else { "DOMContentLoaded" };
    let ready = format!("const ready=new Promise(r=>addEventListener({event:?},r));");
    let load = format!(
        "{{const file=fetch({wasm:?});import({js:?}).then(async m=>{{\
         await m.default({{module_or_path:file}});await ready;m.hydrate()}})}}"
    );
    if door {
        format!("{ready}ready.then(()=>{load})")
    } else {
        ready + &load
    }
}

/// Whether the page is one before sign-in.
fn at_a_door() -> bool {
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    let path = url.as_ref().map_or("", |url| url.path());
    path.starts_with("/sign-in")
        || path.starts_with("/setup/")
        || path.starts_with("/accept-invite/")
}

/// The chosen theme, if it is not the device's.
fn theme() -> Option<&'static str> {
    match use_context::<Visitor>() {
        Some(Visitor::Staff(staff)) if staff.me.theme != Theme::System => {
            Some(staff.me.theme.key())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_a_door_the_app_waits_for_the_page() {
        let assets = Assets {
            js: "/pkg/k.js".into(),
            wasm: "/pkg/k.wasm".into(),
            css: "/pkg/k.css".into(),
        };
        let (at_door, inside) = (start(&assets, true), start(&assets, false));
        assert!(
            at_door.contains("addEventListener(\"load\",r)"),
            "{at_door}"
        );
        assert!(at_door.ends_with("m.hydrate()})})"), "{at_door}");
        assert!(
            inside.contains("addEventListener(\"DOMContentLoaded\",r)"),
            "{inside}"
        );
        assert!(
            inside.contains("{const file=fetch(\"/pkg/k.wasm\");import(\"/pkg/k.js\")"),
            "{inside}"
        );
    }
}
