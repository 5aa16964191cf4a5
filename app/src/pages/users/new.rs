//! New user: one form, which sends the invitation.

use std::sync::Arc;

use domain::users::{InviteUser, NewUserView};
use leptos::prelude::*;

use super::api::NewUser;
use super::{LIST, group_choice};
use crate::components::choices::{Choice, Choices};
use crate::components::field::Field;
use crate::components::form::{Check, Form};
use crate::components::page::{PageTitle, crumbs};
use crate::load::{load_plain, show};
use crate::text::label;
use crate::wire::Fields;

/// The page for a new person.
#[component]
pub fn NewUserPage() -> AnyView {
    show(load_plain::<NewUser>(), new_view)
}

fn new_view(view: NewUserView) -> AnyView {
    let NewUserView { groups, stores } = view;
    let one_store = stores.is_empty();
    let only_one = stores.len() == 1;
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
    let groups: Vec<Choice> = groups.into_iter().map(group_choice).collect();
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
                <div class="actions">
                    <button class="button primary" type="submit">{label::SAVE_AND_INVITE}</button>
                    " "
                    <a class="button ghost" href=LIST>{label::CANCEL}</a>
                </div>
            </Form>
        </div>
    }
    .into_any()
}

fn check(one_store: bool) -> Check {
    Arc::new(move |fields: &Fields| {
        let form = InviteUser {
            first_name: fields.one("first_name"),
            last_name: fields.one("last_name"),
            email: fields.one("email"),
            groups: fields.list("groups"),
            stores: fields.list("stores"),
        };
        form.check(one_store).err().unwrap_or_default()
    })
}
