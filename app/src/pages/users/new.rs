//! New user: one form, which sends the invitation.
//!
//! Where a group holds is asked of each that is ticked, be it the only one: the style sheet alone
//! decides what is seen, so it is the same without script.

use std::sync::Arc;

use access::{Level, Module};
use domain::users::{InviteUser, NewUserView};
use leptos::prelude::*;

use super::api::NewUser;
use super::{LIST, group_choice, wheres};
use crate::components::choices::{Choice, Choices, select};
use crate::components::field::Field;
use crate::components::form::{Check, Form, Within};
use crate::components::icon;
use crate::components::page::{PageTitle, crumbs};
use crate::load::{load_plain, show};
use crate::state::State;
use crate::text::label;
use crate::view::{Views, view};
use crate::wire::Fields;

/// The page for a new person.
#[component]
pub fn NewUserPage() -> AnyView {
    show(load_plain::<NewUser>(), new_view)
}

fn new_view(view: NewUserView) -> AnyView {
    let NewUserView {
        groups,
        stores,
        levels,
    } = view;
    let one_store = stores.is_empty();
    let only_one = stores.len() == 1;
    let wheres = wheres(&stores);
    let stores: Vec<Choice> = stores
        .into_iter()
        .map(|store| Choice {
            value: store.id.to_string(),
            label: store.name,
            // Where there is nothing to choose, it is chosen.
            ticked: only_one,
            ..Choice::default()
        })
        .collect();
    let groups: Vec<Choice> = groups
        .into_iter()
        .map(|group| group_choice(group, &wheres))
        .collect();
    view! {
        <PageTitle text=label::NEW_USER/>
        <div class="page narrow">
            {crumbs(vec![(label::USERS, LIST)], label::NEW.to_owned())}
            <header class="page-head">
                <div class="title"><h1>{label::NEW_USER}</h1></div>
                <p class="sub">{label::NEW_USER_HELP}</p>
            </header>
            <Form action="/api/users/invite" check=check(one_store)>
                <div class="row">
                    <Field name="first_name" label=label::FIRST_NAME/>
                    <Field name="last_name" label=label::LAST_NAME/>
                </div>
                <Field name="email" label=label::EMAIL kind="email" help=label::THEIR_SIGN_IN_NAME/>
                <Choices name="groups" legend=label::GROUPS help=label::GROUPS_HELP class="row groups" choices=groups/>
                {(!one_store).then(|| view! {
                    <Choices name="stores" legend=label::STORES help=label::STORES_HELP class="row stores" choices=stores/>
                })}
                {per_module(levels.clone())}
                <div class="actions">
                    <button class="button primary" type="submit">{label::SAVE_AND_INVITE}</button>
                    " "
                    <a class="button ghost" href=LIST>{label::CANCEL}</a>
                </div>
            </Form>
        </div>
    }
}

/// Levels for this one person, where they are not to be as the groups say.
fn per_module(levels: Vec<(Module, Vec<Level>)>) -> AnyView {
    let state = State::here();
    let form: Within = expect_context();
    let name = |module: Module| format!("level[{}]", module.key());
    let typed = |module: Module| state.typed(form, &name(module)).unwrap_or_default();
    let reason = state.typed(form, "reason").unwrap_or_default();
    let open = !reason.is_empty() || levels.iter().any(|(module, _)| !typed(*module).is_empty());
    let pickers = levels
        .into_iter()
        .filter(|(_, offered)| !offered.is_empty())
        .map(|(module, offered)| {
            let as_groups_say = (String::new(), label::AS_GROUPS_SAY.to_owned());
            let offered = offered
                .into_iter()
                .map(|level| (level.key().to_owned(), level.label().to_owned()));
            let options = std::iter::once(as_groups_say).chain(offered).collect();
            let (name, chosen) = (name(module), typed(module));
            view! {
                <div class="field">
                    <label for=name.clone()>{module.label()}</label>
                    {select(name, options, &chosen)}
                </div>
            }
        });
    view! {
        <details class="disclosure" open=open>
            <summary>
                {icon("chevron-right")} " " {label::PERMISSIONS_PER_MODULE} " "
                <span class="optional quiet">{label::OPTIONAL}</span>
            </summary>
            <p class="small muted">{label::LEVELS_HELP}</p>
            <div class="row groups">{pickers.views()}</div>
            <Field name="reason" label=label::REASON optional=true/>
        </details>
    }
}

fn check(one_store: bool) -> Check {
    Arc::new(move |fields: &Fields| {
        let form = InviteUser {
            first_name: fields.one("first_name"),
            last_name: fields.one("last_name"),
            email: fields.one("email"),
            groups: fields.list("groups"),
            at: fields.map("at"),
            stores: fields.list("stores"),
            reason: fields.one("reason"),
            ..InviteUser::default()
        };
        form.check(one_store).err().unwrap_or_default()
    })
}
