//! The sidebar: what the person may open. On a phone the same element is a popover.

use access::Module;
use domain::shell::ShellView;
use leptos::prelude::*;

use crate::components::icon;
use crate::dom;
use crate::text;
use crate::text::label;
use crate::view::{Views, view};

/// Id of the sidebar, for closing it on a phone.
pub(super) const NAV: &str = "nav";

/// Icon of a module.
#[must_use]
pub(crate) const fn module_icon(module: Module) -> &'static str {
    match module {
        Module::Customers => "contact-round",
        Module::Quotes => "file-text",
        Module::Jobs => "package-check",
        Module::Invoices => "receipt-text",
        Module::Inventory => "boxes",
        Module::Settings => "settings",
    }
}

pub(super) fn sidebar(view: &ShellView, path: Memo<String>, asking: Signal<bool>) -> AnyView {
    let modules = view.modules.iter().map(|module| {
        link(
            path,
            format!("/{}", module.key()),
            module_icon(*module),
            module.label(),
        )
    });
    let settings = view.settings.iter().map(|page| {
        let (name, href) = text::settings_page(*page);
        let sign = match page {
            domain::shell::SettingsPage::Users => "users",
            domain::shell::SettingsPage::Groups => "key-round",
            domain::shell::SettingsPage::WhoCan => "user-search",
            domain::shell::SettingsPage::Stores => "store",
            domain::shell::SettingsPage::Audit => "scroll-text",
            domain::shell::SettingsPage::Security => "shield-check",
            domain::shell::SettingsPage::Sessions => "monitor-smartphone",
            domain::shell::SettingsPage::Business => "building-2",
        };
        link(path, href.to_owned(), sign, name)
    });
    let settings = settings.views();
    view! {
        <nav class="sidebar" id=NAV popover="auto" aria-label=label::MAIN_NAV inert=asking on:click=close>
            <ul>{link(path, "/".to_owned(), "house", label::HOME)} {modules.views()}</ul>
            {(!settings.is_empty()).then(|| {
                view! {
                    <div>
                        <h2 id="nav-settings">{Module::Settings.label()}</h2>
                        <ul aria-labelledby="nav-settings">{settings}</ul>
                    </div>
                }
            })}
            <p class="foot">{text::PRODUCT}</p>
        </nav>
    }
}

fn link(path: Memo<String>, href: String, sign: &'static str, name: &'static str) -> AnyView {
    let to = href.clone();
    let current = Signal::derive(move || path.with(|path| leads_here(&to, path)).then_some("page"));
    view! { <li><a href=href aria-current=current>{icon(sign)} " " {name}</a></li> }
}

/// Whether a link of the sidebar leads to this page or to the list that it belongs to.
fn leads_here(link: &str, path: &str) -> bool {
    match path.strip_prefix(link) {
        Some("") => true,
        Some(rest) => link != "/" && rest.starts_with('/'),
        None => false,
    }
}

/// On a phone the menu closes behind a link, also one to the page that is there already.
fn close(event: leptos::ev::MouseEvent) {
    if dom::closest(&event, "a").is_some() {
        dom::close_popover_of_id(NAV);
    }
}

#[cfg(test)]
mod tests {
    use super::leads_here;

    #[test]
    fn the_link_to_a_list_is_current_on_its_records_too() {
        assert!(leads_here("/settings/users", "/settings/users"));
        assert!(leads_here("/settings/users", "/settings/users/new"));
        assert!(!leads_here("/settings/users", "/settings/users-import"));
        assert!(leads_here("/", "/"));
        assert!(!leads_here("/", "/quotes"));
    }
}
