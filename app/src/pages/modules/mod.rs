//! The desk modules, as far as they stand: honest empty pages that obey their permission.

pub mod api;

use access::Module;
use domain::AppError;
use domain::modules::ModuleView;
use leptos::prelude::*;

use self::api::{ListCustomers, ListInventory, ListInvoices, ListJobs, ListQuotes};
use crate::components::empty::empty;
use crate::components::error_page::ErrorPage;
use crate::components::page::PageTitle;
use crate::load::{load_any, show};
use crate::pages::shell::module_icon;
use crate::text;
use crate::text::{label, phrase};
use crate::view::view;
use crate::wire::Question;

/// A module's list.
#[component]
pub fn ModulePage(
    /// Which module.
    module: Module,
) -> AnyView {
    let question = match module {
        Module::Customers => Question::to::<ListCustomers>,
        Module::Quotes => Question::to::<ListQuotes>,
        Module::Jobs => Question::to::<ListJobs>,
        Module::Invoices => Question::to::<ListInvoices>,
        Module::Inventory => Question::to::<ListInventory>,
        Module::Settings => return view! { <ErrorPage error=AppError::NotFound/> },
    };
    show(load_any(move || question(&[])), module_view)
}

fn module_view(view: ModuleView) -> AnyView {
    let name = view.module.label();
    let title = match &view.store {
        Some(store) => phrase::in_store(name, store),
        None => name.to_owned(),
    };
    let (nothing, purpose) = text::module_purpose(view.module);
    let body = view! { <p>{purpose}</p> <p>{label::NOT_BUILT_YET}</p> };
    let heading = view! { <h2>{nothing}</h2> };
    view! {
        <PageTitle text=title/>
        <div class="page">
            <header class="page-head">
                <div class="title"><h1>{name}</h1></div>
                {view.store.map(|store| view! { <p class="sub">{store}</p> })}
            </header>
            <section class="panel" aria-label=name>
                {empty(module_icon(view.module), heading, body, ().into_any())}
            </section>
        </div>
    }
}
