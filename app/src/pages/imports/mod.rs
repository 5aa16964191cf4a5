//! Settings → Users → Import CSV: a file is sent, its lines are checked, everybody is invited.

pub mod api;
mod check;
mod progress;

use domain::imports::{HEADER, HEADER_ONE_STORE, ImportRun, ImportView};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::api::ViewImport;
use crate::components::field::FileField;
use crate::components::form::Form;
use crate::components::icon;
use crate::components::page::{PageTitle, crumbs};
use crate::load::{load_at, show};
use crate::state::State;
use crate::text::label;
use crate::view::{Views, view};
use crate::wire;

/// The page's address.
const HERE: &str = "/settings/users/import";
/// The list that it belongs to.
const LIST: &str = "/settings/users";
/// Where the file is sent to.
const CHECK: &str = "/api/imports/check";
/// Where everybody is invited.
const APPLY: &str = "/api/imports/apply";
/// An empty file to fill in.
const TEMPLATE: &str = "/import-template.csv";
const TEMPLATE_ONE_STORE: &str = "/import-template-one-store.csv";
/// The lines as a file, with what is to be put right.
const FILE: &str = "/exports/import.csv";

/// The page of the import, in whichever step it is.
#[component]
pub fn ImportPage() -> AnyView {
    let state = State::here();
    let params = use_query_map();
    let again = progress::Again::new();
    // What was refused was checked again first, so that the lines say why.
    let refused = move || {
        state
            .trouble
            .with(|trouble| trouble.form == APPLY && trouble.error.is_some())
    };
    let import = load_at::<ViewImport>(
        move || {
            let get = |name| params.with(|params| params.get(name).unwrap_or_default());
            vec![
                ("run", get("run")),
                ("lines", get("lines")),
                ("page", get("page")),
            ]
        },
        move || format!("{} {}", again.moment(), refused()),
    );
    show(import, move |ImportView { one_store, run }| match run {
        None => upload(one_store),
        Some(run) => match run.mails.clone() {
            None => check::lines(run, one_store),
            Some(mails) => progress::progress(&run, &mails, again),
        },
    })
}

/// The address of a dry run.
fn address(run: &ImportRun, only_wrong: bool, page: &str) -> String {
    let lines = if only_wrong {
        domain::imports::ONLY_WRONG
    } else {
        ""
    };
    wire::address(HERE, &[("run", &run.id), ("lines", lines), ("page", page)])
}

/// What stands above each step.
fn head(step: usize) -> AnyView {
    let steps = [label::STEP_UPLOAD, label::STEP_CHECK, label::STEP_IMPORT];
    let steps = (1..).zip(steps).map(|(number, name)| {
        let state = (number < step).then_some("done");
        let current = (number == step).then_some("step");
        view! { <li data-state=state aria-current=current>{format!("{number}. {name}")}</li> }
    });
    view! {
        <PageTitle text=label::IMPORT_USERS/>
        {crumbs(vec![(label::USERS, LIST)], label::IMPORT_CSV.to_owned())}
        <header class="page-head">
            <div class="title"><h1>{label::IMPORT_USERS}</h1></div>
        </header>
        <ol class="steps" aria-label=label::STEPS>{steps.views()}</ol>
    }
}

/// The first step: the file is chosen and sent. With one store nothing of stores is asked.
fn upload(one_store: bool) -> AnyView {
    let (columns, groups_help, template) = if one_store {
        (
            HEADER_ONE_STORE,
            label::CSV_GROUPS_ONE_STORE_HELP,
            TEMPLATE_ONE_STORE,
        )
    } else {
        (HEADER, label::CSV_GROUPS_HELP, TEMPLATE)
    };
    let stores = (!one_store).then(|| {
        view! {
            <dt>{label::STORES}</dt>
            <dd>{label::CSV_STORES_HELP}</dd>
        }
    });
    view! {
        <div class="page narrow">
            {head(1)}
            <Form action=CHECK upload=true>
                <FileField name="file" label=label::CSV_FILE help=label::CSV_FILE_HELP accept=".csv,text/csv"/>
                <dl class="facts">
                    <dt>{label::FIRST_LINE}</dt>
                    <dd><code>{columns}</code></dd>
                    <dt>{label::GROUPS}</dt>
                    <dd>{groups_help}</dd>
                    {stores}
                </dl>
                <div class="actions">
                    <button class="button primary" type="submit">{icon("upload")} " " {label::UPLOAD_AND_CHECK}</button>
                    " "
                    <a class="button ghost" href=LIST>{label::CANCEL}</a>
                    <a class="push small" href=template rel="external" download="">
                        {label::CSV_TEMPLATE}
                    </a>
                </div>
            </Form>
        </div>
    }
}
