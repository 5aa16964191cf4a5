//! Tab Access: groups with where they hold, stores, and the grid of what comes out of them; one
//! Save for all three, behind a question that says what it would do.

pub mod api;
mod cards;
mod cell;
mod follow;
mod known;

use access::{Module, Permission, RowLevel};
use domain::users::{AccessPreview, AccessView, CellState};
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;

use self::api::{PreviewAccess, ViewAccess};
use self::cell::Card;
use self::follow::{Changes, follow_in};
use self::known::Known;
use super::person::{id_of_address, no_question, of_query, person_page};
use super::{LIST, Tab};
use crate::components::dialog::{Asked, ask, previewed};
use crate::components::field::Field;
use crate::components::form::{Form, Hidden, Within};
use crate::components::grid::{Row, grid, level_picker};
use crate::components::icon;
use crate::components::live::live;
use crate::components::preview::person_preview;
use crate::components::summary::notice;
use crate::dom;
use crate::draft::{Draft, asks_preview, leave_without};
use crate::load::{load, load_if, show_if};
use crate::state::State;
use crate::text::{access as say, first_word, label};
use crate::view::{Views, view};
use crate::wire::Fields;

/// The tab's two forms.
const DRAFT: Draft = Draft {
    check: "/api/users/check-access",
    save: "/api/users/set-access",
    own: &["reason"],
};

/// The page's address with the grid for a store, or for all of theirs.
fn address(view: &AccessView, store: Option<access::StoreId>) -> String {
    let store = store
        .map(|store| format!("?store={store}"))
        .unwrap_or_default();
    Tab::Access.of(view.person.id) + &store
}

/// What was typed and came back, or waits for the answer to the question.
fn typed(state: State) -> Option<Fields> {
    state.trouble.with_untracked(|came_back| {
        let ours = came_back.form == DRAFT.check || came_back.form == DRAFT.save;
        (ours && !came_back.fields.is_empty()).then(|| Fields(came_back.fields.clone()))
    })
}

/// What a person may do, and why.
#[component]
pub fn UserAccessPage() -> AnyView {
    let state = State::here();
    let (id, store) = (id_of_address(), of_query("store"));
    let access = load::<ViewAccess>(move || vec![("id", id.get()), ("store", store.get())]);
    let asks = asks_preview();
    let preview = load_if::<AccessPreview>(move || DRAFT.question::<PreviewAccess>(state, asks));
    let back = move || format!("{LIST}/{}{}", id.get_untracked(), Tab::Access.path());
    view! {
        {person_page(Tab::Access, access, no_question, |view: AccessView| {
            (view.person.clone(), access_tab(view))
        })}
        {leave_without(DRAFT, asks, back)}
        {show_if(preview, move |preview| {
            let typed = DRAFT.typed(state).unwrap_or_default();
            let name = preview.as_ref().map_or(String::new(), |preview| preview.name.clone());
            let (body, verb) = previewed(preview.map(preview_body), state);
            ask(Asked {
                title: say::save_question(&name),
                text: label::ACTS_AT_NEXT_PAGE,
                verb,
                draft: DRAFT,
                typed,
                back: back(),
                body,
            })
        })}
    }
}

fn access_tab(view: AccessView) -> AnyView {
    let state = State::here();
    let typed = typed(state);
    let locked = view.person.locked_because.is_some();
    let (id, saved) = (view.person.id.to_string(), view.person.revision.to_string());
    // What was typed was typed into the access as it was then.
    let revision = typed.as_ref().map_or(saved, |typed| typed.one("revision"));
    let known = Known::of(&view, typed.as_ref());
    let changes = RwSignal::new(known.changes());
    let (groups, stores) = (cards::groups(&view), cards::stores(&view));
    let discard = address(&view, view.store);
    let grid = effective(&view, &known, typed);
    let (inside, on_input) = follow_in(known, changes);
    view! {
        <Form action=DRAFT.check saved_by=DRAFT.save class="stack">
            <Hidden name="user" value=id.clone()/>
            <Hidden name="revision" value=revision.clone()/>
            <div
                class="stack"
                node_ref=inside
                on:input=move |event| {
                    on_input(&event);
                    keep_along(state, &event);
                }
                on:keydown=cell::on_key
                on:click=move |event| keep_typed(state, &event)
            >
                <div class="row pair">{groups()} {stores()}</div>
                {grid}
            </div>
            {(!locked).then(|| save_bar(discard.clone(), changes))}
        </Form>
    }
}

/// What is different, and the way to the question.
fn save_bar(discard: String, changes: RwSignal<Changes>) -> AnyView {
    let told = live(move || {
        let Changes {
            overrides,
            groups,
            stores,
        } = changes.get();
        match say::changes(&overrides, groups, stores) {
            Some((count, what)) => view! { <strong>{count}</strong>" "{what} },
            None => label::NO_CHANGES.into_any(),
        }
    });
    view! {
        <div class="save-bar" role="status">
            <p>{told}</p>
            " "
            // Loaded anew, so that nothing typed stays.
            <a class="button ghost" href=discard rel="external">{label::DISCARD}</a>
            " "
            <button class="button primary" type="submit" id="preview">{label::PREVIEW_CHANGES}</button>
        </div>
    }
}

/// Another store is looked at: what is typed goes along. Not under the name of the check, which
/// stands for what the question is about.
fn keep_typed(state: State, event: &leptos::ev::MouseEvent) {
    if dom::closest(event, ".segmented a").is_some()
        && let Some(Fields(fields)) = follow::fields_behind(event)
    {
        state.trouble.set(domain::Flash {
            form: DRAFT.save.to_owned(),
            fields,
            ..domain::Flash::default()
        });
    }
}

/// What is typed while another store is on its way goes along too. Nothing shows it, so nobody is
/// told.
fn keep_along(state: State, event: &leptos::ev::Event) {
    let goes_along = |kept: &domain::Flash| kept.form == DRAFT.save && kept.error.is_none();
    if state.trouble.with_untracked(goes_along)
        && let Some(Fields(fields)) = follow::fields_behind(event)
    {
        state.trouble.update_untracked(|kept| kept.fields = fields);
    }
}

/// The grid with its heading, what it is for, and the legend.
fn effective(view: &AccessView, known: &Known, typed: Option<Fields>) -> AnyView {
    let first = first_word(&view.person.name).to_owned();
    let one_row = |module| row(view, known, module);
    let rows = Module::ALL.into_iter().map(Some).chain([None]).map(one_row);
    let rows: Vec<Row> = rows.collect();
    let cards = Card::all(view, known, typed, &first);
    let cells = grid(rows, &|permission: Permission| {
        cards[permission as usize].show()
    });
    let clear = (view.clearable > 0).then(|| {
        view! {
            <button class="button small" type="submit" name="clear" value="all">
                {icon("rotate-ccw")} " " {say::clear(view.clearable, view.overrides)}
            </button>
        }
    });
    let why = view
        .nothing
        .map(say::nothing)
        .or_else(|| view.super_admin.then_some(label::OVERRIDES_DO_NOT_APPLY));
    let why = why.map(|why| notice("info", why.to_owned()));
    view! {
        <section class="stack" aria-labelledby="effective">
            <div class="cluster between wide">
                <div class="cluster wide">
                    <h2 id="effective">{say::what_they_may_do(&first)}</h2>
                    " "
                    {places(view)}
                </div>
                {clear}
            </div>
            {why}
            {cells}
            {legend(view.where_they_work.is_some())}
        </section>
    }
}

/// Where the grid can be looked at: all their stores, or one.
fn places(view: &AccessView) -> Option<AnyView> {
    let link = |store: Option<access::StoreId>, name: String| {
        let current = (store == view.store).then_some("true");
        view! { <a href=address(view, store) aria-current=current>{name}</a> }
    };
    (view.places.len() > 1).then(|| {
        let stores = view
            .places
            .iter()
            .map(|place| link(Some(place.id), place.name.clone()));
        view! {
            <nav class="segmented" aria-label=label::SHOW_FOR>
                {link(None, label::ALL_THEIR_STORES.to_owned())}
                {stores.views()}
            </nav>
        }
    })
}

fn row(view: &AccessView, known: &Known, module: Option<Module>) -> Row {
    let here = |permission: Permission| permission.module() == module;
    let cells = view.cells.iter().filter(|cell| here(cell.permission));
    let overrides = cells
        .clone()
        .filter(|cell| cell::overridden(cell, view))
        .count();
    let by_store = view
        .rows
        .iter()
        .find(|row| Some(row.module) == module)
        .map(|row| say::level_by_store(&row.by_store))
        .filter(|told| !told.is_empty());
    let note = view! {
        {(overrides > 0).then(|| view! {
            <span class="badge" data-tone="override">{say::overrides(overrides)}</span>
        })}
        {by_store.map(|told| view! { <span class="small muted">{told}</span> })}
    };
    let locked = !cells.clone().any(|cell| cell.may_change);
    Row {
        module,
        note: Some(note),
        picker: module.map(|module| {
            let stored = view.rows.iter().find(|row| row.module == module);
            let stored = stored
                .and_then(|row| row.level)
                .map_or(RowLevel::Custom, RowLevel::Preset);
            let shown = known.level(module).unwrap_or(stored);
            level_picker(module, shown, locked)
        }),
    }
}

/// What the boxes mean; with one store there is no *some of them*.
fn legend(several_stores: bool) -> AnyView {
    let entries = [
        (CellState::Yes, false, label::BOX_YES),
        (CellState::No, false, label::BOX_NO),
        (CellState::Some, false, label::BOX_SOME),
        (CellState::Allowed, true, label::BOX_ALLOWED),
        (CellState::Denied, true, label::BOX_DENIED),
    ];
    let shown = |entry: &(CellState, bool, &str)| several_stores || entry.0 != CellState::Some;
    let entries = entries.into_iter().filter(shown);
    let entries = entries.map(|(state, ringed, name)| {
        let class = if ringed { "box ringed" } else { "box" };
        view! { <li><span class=class data-state=cell::drawn(state)></span> " " {name}</li> }
    });
    view! { <ul class="legend" aria-label=label::WHAT_THE_BOXES_MEAN>{entries.views()}</ul> }
}

/// The body of the question: what the change does, and the reason where one is missing.
fn preview_body(preview: AccessPreview) -> AnyView {
    let AccessPreview {
        name,
        felt,
        asks_reason,
        later,
    } = preview;
    let later = later.then(|| view! { <p class="small muted">{label::COUNTS_LATER}</p> });
    let reason = asks_reason.then(|| {
        // It stands in the dialog's form, which is made around it later.
        let owner = Owner::new();
        let field = owner.with(|| {
            provide_context(Within::alone(DRAFT.save));
            view! { <Field name="reason" label=label::REASON help=label::REASON_HELP/> }
        });
        OwnedView::new_with_owner(field, owner)
    });
    view! { {person_preview(first_word(&name), felt)} {later} {reason} }
}
