//! The editor of a group, and the form of a new one.

use access::{PermissionSet, built_in};
use domain::groups::{GroupView, NewGroupView};
use domain::preview::GroupPreview;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::LIST;
use super::api::{NewGroup, PreviewGroup, ViewGroup};
use super::form::{check, fields, ticks, typed_form};
use super::ticks::{Changes, Stored};
use crate::components::badge::badge;
use crate::components::choices::{Options, Select};
use crate::components::confirm::Confirm;
use crate::components::dialog::{Asked, ask, previewed};
use crate::components::form::{Form, Hidden, Within};
use crate::components::icon;
use crate::components::live::{holds, live};
use crate::components::menu::Menu;
use crate::components::page::{PageTitle, crumbs};
use crate::components::password::PasswordAgain;
use crate::components::preview::group_preview;
use crate::components::summary::{Summary, notice};
use crate::draft::{Draft, asks_preview, leave_without};
use crate::load::{load, load_if, load_plain, show, show_afresh, show_if};
use crate::respond;
use crate::state::State;
use crate::text::{label, phrase, preview as say};
use crate::view::{Views, view};
use crate::wire::Fields;

const CREATE: &str = "/api/groups/create";
const DUPLICATE: &str = "/api/groups/duplicate";
const DELETE: &str = "/api/groups/delete";
/// Name of the field that takes away overrides which the change makes needless.
const CLEAR: &str = "clear";
/// The editor's two forms.
const DRAFT: Draft = Draft {
    check: "/api/groups/check",
    save: "/api/groups/update",
    own: &[CLEAR],
};

/// A group's page.
#[component]
pub fn GroupPage() -> AnyView {
    let state = State::here();
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let confirm = Memo::new(move |_| query.with(|query| query.get("confirm").unwrap_or_default()));
    let asks = asks_preview();
    let address = move || format!("{LIST}/{}", id.get_untracked());
    let group = load::<ViewGroup>(move || vec![("id", id.get())]);
    let preview = load_if::<GroupPreview>(move || DRAFT.question::<PreviewGroup>(state, asks));
    // Once the browser has taken over, the dialog itself keeps the rest out of reach.
    let out_of_reach = holds(move || {
        let asking = asks.get() || confirm.with(|confirm| !confirm.is_empty());
        asking && !state.hydrated.get()
    });
    view! {
        {show_afresh(group, move |found| Some(group_view(found.view()?, confirm, out_of_reach)))}
        {leave_without(DRAFT, asks, address)}
        {show_if(preview, move |preview| {
            let typed = DRAFT.typed(state).unwrap_or_default();
            let (body, verb) = previewed(preview.map(preview_body), state);
            ask(Asked {
                title: phrase::save_question(&Fields(typed.clone()).one("name")),
                text: label::ACTS_AT_NEXT_PAGE,
                verb,
                draft: DRAFT,
                typed,
                back: address(),
                body,
            })
        })}
    }
}

/// What the change does, and what can be done along with it.
fn preview_body(mut preview: GroupPreview) -> AnyView {
    let posted = State::here().posted(Within::alone(DRAFT.save));
    let clear = posted.is_none_or(|fields| !fields.one(CLEAR).is_empty());
    let names = std::mem::take(&mut preview.clearable);
    let clear = (!names.is_empty()).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name=CLEAR value="on" checked=clear/>
                " "
                <span>{say::remove_overrides(&names)}</span>
            </label>
        }
    });
    view! { {group_preview(preview)} {clear} }
}

fn group_view(view: GroupView, confirm: Memo<String>, out_of_reach: Signal<bool>) -> AnyView {
    let editable = view.may_edit && !view.locked;
    let name = view.name.clone();
    let mark = view
        .built_in
        .as_ref()
        .map(|_| badge(Some("outline"), None, label::BUILT_IN));
    let body = if editable {
        editor(&view)
    } else {
        looked_at(&view)
    };
    let question = {
        let view = view.clone();
        live(move || {
            let confirm = confirm.get();
            let question = (editable && confirm == "delete")
                .then(|| delete_question(&view))
                .flatten();
            if question.is_none() && !confirm.is_empty() {
                // The question does not fit the group as it stands now.
                respond::move_on(format!("{LIST}/{}", view.id));
            }
            question
        })
    };
    let people = phrase::people(view.people);
    let people = if view.may_list_people {
        let list = format!("/settings/users?group={}", view.id);
        view! { <a class="small" href=list>{people}</a> }
    } else {
        view! { <span class="small muted">{people}</span> }
    };
    view! {
        <PageTitle text=phrase::group_title(&name)/>
        <div class="page" inert=out_of_reach>
            {crumbs(vec![(label::GROUPS, LIST)], name.clone())}
            <header class="page-head">
                <div class="title">
                    <h1>{name}</h1>
                    " "
                    {mark}
                    " "
                    {people}
                </div>
                {view.may_edit.then(|| actions(&view))}
                <p class="sub">{view.summary.clone()}</p>
            </header>
            <Summary forms=vec![DUPLICATE]/>
            {body}
        </div>
        {question}
    }
}

/// What can be done with the group as a whole.
fn actions(view: &GroupView) -> AnyView {
    let id = view.id.to_string();
    let duplicate = {
        let (id, name) = (id.clone(), phrase::copy_of(&view.name));
        // What is not held by who makes the copy can't be given to it.
        view.permissions.is_subset(view.held).then(|| view! {
            <Form action=DUPLICATE class="" quiet=true>
                <Hidden name="id" value=id.clone()/>
                <Hidden name="name" value=name.clone()/>
                <PasswordAgain/>
                <button class="button" type="submit">{icon("copy")} " " {label::DUPLICATE}</button>
            </Form>
        })
    };
    let first = view.built_in.as_deref().and_then(built_in);
    // What is not held by who resets it can be neither given to it nor taken from it.
    let reset = first
        .map(|first| (first.permissions.differing(view.permissions), first))
        .filter(|(differing, _)| {
            !view.locked && !differing.is_empty() && differing.is_subset(view.held)
        })
        .map(|(_, first)| first)
        .map(|first| reset(view, first.permissions));
    let delete = view.built_in.is_none().then(|| {
        view! {
            <Menu label=label::MORE_ACTIONS>
                <li>
                    <a class="danger-text" href=format!("{LIST}/{id}?confirm=delete")>
                        {icon("trash-2")} " " {label::DELETE_GROUP}
                    </a>
                </li>
            </Menu>
        }
    });
    view! { <div class="actions">{duplicate} " " {reset} " " {delete}</div> }
}

/// Fills in what the group gave at first, and asks like any other change.
fn reset(view: &GroupView, first: PermissionSet) -> AnyView {
    let (id, revision) = (view.id.to_string(), view.revision.to_string());
    let (name, summary) = (view.name.clone(), view.summary.clone());
    view! {
        <Form action=DRAFT.check class="" quiet=true>
            <Hidden name="id" value=id.clone()/>
            <Hidden name="revision" value=revision.clone()/>
            <Hidden name="name" value=name.clone()/>
            <Hidden name="summary" value=summary.clone()/>
            {first.iter().map(|permission| view! { <Hidden name="permissions[]" value=permission.key()/> }).views()}
            <button class="button" type="submit">{icon("rotate-ccw")} " " {label::RESET_TO_DEFAULTS}</button>
        </Form>
    }
}

/// The group for who may not change it, or that nobody changes.
fn looked_at(view: &GroupView) -> AnyView {
    let why = if view.locked {
        label::SUPER_ADMIN_LOCKED.to_owned()
    } else {
        phrase::needs(access::Permission::SettingsGroups)
    };
    view! {
        {notice("lock", why)}
        {ticks(view.permissions, view.permissions, PermissionSet::EMPTY)}
    }
}

fn editor(view: &GroupView) -> AnyView {
    let state = State::here();
    let here = Within {
        form: DRAFT.check,
        saved_by: DRAFT.save,
    };
    let before = state.posted(here);
    // What was typed was typed into the group as it was then.
    let revision = before.as_ref().map_or_else(
        || view.revision.to_string(),
        |fields| fields.one("revision"),
    );
    let id = view.id.to_string();
    let before = before.as_ref().map(typed_form);
    let (held, stored) = (view.held, stored(view));
    let discard = format!("{LIST}/{id}");
    let changes = RwSignal::new(Changes::default());
    view! {
        <Form action=DRAFT.check saved_by=DRAFT.save class="stack" check=check()>
            <Hidden name="id" value=id.clone()/>
            <Hidden name="revision" value=revision.clone()/>
            {fields(stored.clone(), held, before.as_ref(), changes)}
            <div class="save-bar" role="status">
                <p>{live(move || told(changes.get()))}</p>
                " "
                // Loaded anew, so that nothing typed stays.
                <a class="button ghost" href=discard.clone() rel="external">{label::DISCARD}</a>
                " "
                <button class="button primary" type="submit" id="preview">{label::PREVIEW_CHANGES}</button>
            </div>
        </Form>
    }
}

fn stored(view: &GroupView) -> Stored {
    Stored {
        name: view.name.clone(),
        summary: view.summary.clone(),
        permissions: view.permissions,
    }
}

/// What is different, for the save bar.
fn told(changes: Changes) -> AnyView {
    let Changes {
        added,
        removed,
        name,
        summary,
    } = changes;
    match phrase::changes(added, removed, name, summary) {
        Some((count, what)) => view! { <strong>{count}</strong>" "{what} },
        None => label::NO_CHANGES.into_any(),
    }
}

/// Asks before a group is deleted, and where its members go.
fn delete_question(view: &GroupView) -> Option<AnyView> {
    if view.built_in.is_some() {
        return None;
    }
    let (id, revision) = (view.id.to_string(), view.revision.to_string());
    let back = format!("{LIST}/{id}");
    let others: Options = std::iter::once((String::new(), label::PICK_A_GROUP.to_owned()))
        .chain(
            view.others
                .iter()
                .map(|other| (other.id.to_string(), other.name.clone())),
        )
        .collect();
    let in_use = view.in_use;
    let text = if in_use {
        label::DELETE_GROUP_IN_USE
    } else {
        label::DELETE_GROUP_UNUSED
    };
    Some(view! {
        <Confirm
            title=phrase::delete_question(&view.name)
            text=text.to_owned()
            verb=label::DELETE_GROUP.to_owned()
            action=DELETE
            back
            asks_again=true
        >
            <Hidden name="id" value=id.clone()/>
            <Hidden name="revision" value=revision.clone()/>
            {in_use.then(|| view! { <Select name="to" label=label::MOVE_PEOPLE_TO options=others/> })}
        </Confirm>
    })
}

/// The form of a new group.
#[component]
pub fn NewGroupPage() -> AnyView {
    show(load_plain::<NewGroup>(), new_view)
}

fn new_view(view: NewGroupView) -> AnyView {
    let before = State::here().posted(Within::alone(CREATE));
    let before = before.as_ref().map(typed_form);
    let changes = RwSignal::new(Changes::default());
    view! {
        <PageTitle text=label::NEW_GROUP/>
        <div class="page">
            {crumbs(vec![(label::GROUPS, LIST)], label::NEW.to_owned())}
            <header class="page-head">
                <div class="title"><h1>{label::NEW_GROUP}</h1></div>
                <p class="sub">{label::NEW_GROUP_HELP}</p>
            </header>
            <Form action=CREATE class="stack" check=check()>
                {fields(Stored::default(), view.held, before.as_ref(), changes)}
                <PasswordAgain/>
                <div class="actions">
                    <button class="button primary" type="submit" id="save">{label::CREATE_GROUP}</button>
                    " "
                    <a class="button ghost" href=LIST>{label::CANCEL}</a>
                </div>
            </Form>
        </div>
    }
}
