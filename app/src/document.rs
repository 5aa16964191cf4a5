//! The whole document around the app, as the server sends it.

use std::collections::HashSet;

use access::{Kind, Needs, OPERATIONS};
use domain::shell::Theme;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use service::Visitor;

use crate::view::view;
use crate::{App, lazy};

/// The font of most texts; the other half of it is loaded where its letters occur.
const FONT: &str = "/fonts/figtree-latin-wght-normal.94062192.woff2";
/// The mark, beside a window's title.
pub const MARK: &str = "/mark.71d46e7b.svg";

/// What the build made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// Address of the folder that it lies in.
    pub folder: String,
    /// Parts of the app that have a file of code beside the main one.
    pub parts: HashSet<String>,
}

impl Assets {
    /// Address of the style sheet.
    #[must_use]
    pub fn style_sheet(&self) -> String {
        format!("{}/keyholder.css", self.folder)
    }
}

/// The whole document.
pub fn document(assets: &Assets) -> impl IntoView + use<> {
    let nonce = use_nonce();
    let path = path();
    let start = start(assets, &lazy::parts(&path), at_a_door(&path));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href=MARK r#type="image/svg+xml"/>
                <link rel="preload" href=FONT r#as="font" r#type="font/woff2" crossorigin=""/>
                <link rel="stylesheet" href=assets.style_sheet()/>
                <script nonce=nonce>{start}</script>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Starts the app: loads the script, the main code and that of the page's parts side by side. At a
/// door that waits until the page has all it needs to be used, so that signing in never waits for it.
/// Not by `<link rel=preload>`, of which browsers without script complain.
///
/// It takes the page over once somebody touches it, or has read for a while (ADR 14): until then the
/// page works without. One that is handed a notice is taken over at once, to show it.
fn start(assets: &Assets, parts: &[&str], door: bool) -> String {
    let folder = &assets.folder;
    let event = if door { "load" } else { "DOMContentLoaded" };
    let ready = format!("const ready=new Promise(r=>addEventListener({event:?},r));");
    let parts = parts.iter().filter(|part| assets.parts.contains(**part));
    // Read to the end, so that it is in the browser's cache when the script asks for it.
    let parts = parts.fold(String::new(), |parts, part| {
        parts + &format!("fetch(\"{folder}/{part}.part\").then(r=>r.arrayBuffer());")
    });
    let load = format!(
        "{{const file=fetch(\"{folder}/keyholder.wasm\");{parts}\
         import(\"{folder}/keyholder.js\").then(async m=>{{\
         await m.default({{module_or_path:file}});await ready;await touched;\
         await m.hydrate();answer()}})}}"
    );
    if door {
        format!("{TOUCHED}{PRESSED}{ready}ready.then(()=>{load})")
    } else {
        format!("{TOUCHED}{PRESSED}{ready}{load}")
    }
}

/// A promise for the first touch of the page, by pointer, key, what is filled in, or focus. The
/// focus that the page itself puts on its first field is nobody's touch. A browser may refuse to say
/// what the session holds.
const TOUCHED: &str = concat!(
    "const touched=new Promise(r=>{",
    "for(const e of[\"pointermove\",\"pointerdown\",\"keydown\",\"input\"])",
    "addEventListener(e,r,{once:true,capture:true});",
    "addEventListener(\"focusin\",e=>e.target.autofocus||r(),true);",
    "addEventListener(\"load\",()=>setTimeout(r,4000));",
    "try{if(sessionStorage.notice)r()}catch{}});",
);

/// Keeps a press on a button that only script can answer, for when it can.
const PRESSED: &str = concat!(
    "let pressed;const press=e=>pressed=e.target.closest(\"button.scripted\")??pressed;",
    "addEventListener(\"click\",press,true);",
    "const answer=()=>{removeEventListener(\"click\",press,true);pressed?.click()};",
);

/// Path of the page.
fn path() -> String {
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    url.map_or_else(String::new, |url| url.path().to_owned())
}

/// Whether the page is one before sign-in, by the table of operations: one that is open to anyone,
/// or a further step of it.
fn at_a_door(path: &str) -> bool {
    OPERATIONS.iter().any(|page| {
        let door = page.path.split('{').next().unwrap_or_default();
        page.kind == Kind::Page && page.needs == Needs::Anyone && path.starts_with(door)
    })
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
    fn at_a_door_the_app_waits_for_the_page_and_everywhere_for_a_touch() {
        let assets = Assets {
            folder: "/pkg/1".into(),
            parts: HashSet::new(),
        };
        let (at_door, inside) = (start(&assets, &[], true), start(&assets, &[], false));
        assert!(
            at_door.contains("addEventListener(\"load\",r)"),
            "{at_door}"
        );
        for start in [&at_door, &inside] {
            assert!(start.starts_with(TOUCHED), "{start}");
            let last = "await touched;await m.hydrate();answer()})}";
            assert!(start.trim_end_matches(')').ends_with(last), "{start}");
        }
        assert!(
            inside.contains("addEventListener(\"DOMContentLoaded\",r)"),
            "{inside}"
        );
        assert!(
            inside.contains("{const file=fetch(\"/pkg/1/keyholder.wasm\");import(\"/pkg/1/k"),
            "{inside}"
        );
    }

    #[test]
    fn every_page_before_sign_in_is_a_door() {
        for door in [
            "/sign-in",
            "/sign-in/second-factor",
            "/sign-in/new-password",
            "/forgot-password",
            "/reset-password/x",
            "/confirm-email/x",
            "/setup/x",
            "/accept-invite/x",
        ] {
            assert!(at_a_door(door), "{door}");
        }
        for inside in ["/", "/profile/two-factor", "/settings/users"] {
            assert!(!at_a_door(inside), "{inside}");
        }
    }

    #[test]
    fn the_code_of_the_pages_part_is_loaded_beside_the_main_one() {
        let assets = Assets {
            folder: "/pkg/1".into(),
            parts: HashSet::from(["users".to_owned()]),
        };
        let (users, other, unknown) = (
            start(&assets, &["users"], false),
            start(&assets, &[], false),
            start(&assets, &["groups"], false),
        );
        assert!(users.contains("fetch(\"/pkg/1/users.part\")"), "{users}");
        assert!(!other.contains(".part"), "{other}");
        assert!(!unknown.contains(".part"), "{unknown}");
    }
}
