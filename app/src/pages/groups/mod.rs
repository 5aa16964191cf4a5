//! Settings → Permission groups: the list, and the editor of one.

pub mod api;
pub mod editor;
mod form;
mod ticks;

use access::{Level, Module, RowLevel, level_of};
use domain::groups::{GroupListView, GroupRow};
use leptos::prelude::*;

use self::api::ListGroups;
use crate::components::badge::badge;
use crate::components::icon;
use crate::components::page::PageTitle;
use crate::load::{load_plain, show};
use crate::text;
use crate::text::label;
use crate::view::{Views, view};

/// The list's address.
const LIST: &str = "/settings/groups";

/// The list of groups.
#[component]
pub fn GroupsPage() -> AnyView {
    show(load_plain::<ListGroups>(), list_view)
}

fn list_view(view: GroupListView) -> AnyView {
    let count = view.rows.len();
    let add = view.may_edit.then(|| {
        view! { <a class="button primary" href="/settings/groups/new">{icon("plus")} " " {label::NEW}</a> }
    });
    let modules =
        Module::ALL.map(|module| view! { <th scope="col" data-p="2">{module.label()}</th> });
    view! {
        <PageTitle text=label::PERMISSION_GROUPS/>
        <div class="page">
            <header class="page-head">
                <div class="title"><h1>{label::PERMISSION_GROUPS}</h1> " " <span class="count">{count}</span></div>
                <div class="actions">{add}</div>
                <p class="sub">{label::PERMISSION_GROUPS_HELP}</p>
            </header>
            <section class="panel" aria-label=label::PERMISSION_GROUPS>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{label::NAME}</th>
                            {modules.views()}
                            <th scope="col" class="num">{label::PEOPLE}</th>
                        </tr>
                    </thead>
                    <tbody>{view.rows.into_iter().map(row).views()}</tbody>
                </table>
            </section>
        </div>
    }
}

fn row(group: GroupRow) -> AnyView {
    let levels = Module::ALL.map(|module| {
        let level = level_of(module, group.permissions);
        let quiet = level == RowLevel::Preset(Level::None);
        view! { <td data-p="2" class=quiet.then_some("muted")>{level.label()}</td> }
    });
    let mark = if group.locked {
        Some(badge(Some("outline"), Some("lock"), label::LOCKED))
    } else if group.built_in {
        Some(badge(Some("outline"), None, label::BUILT_IN))
    } else {
        None
    };
    view! {
        <tr>
            <td>
                <a class="row-link" href=format!("{LIST}/{}", group.id)>{group.name}</a>
                " "
                {mark}
                <br/>
                <small class="muted">{group.summary}</small>
            </td>
            {levels.views()}
            <td class="num">{text::count(group.people)}</td>
        </tr>
    }
}
