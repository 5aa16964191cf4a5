//! Tab Access: groups with where they hold, and stores; one Save for both.

use access::Reach;
use domain::users::{MembershipView, UserView};
use leptos::prelude::*;

use crate::components::choices::{Choice, Choices, Options, Select};
use crate::components::form::{Form, Hidden};
use crate::text::{label, phrase};

pub(super) fn access_tab(person: &UserView) -> AnyView {
    let (id, revision) = (person.id.to_string(), person.revision.to_string());
    let locked = person.locked_because.is_some();
    let (groups, stores) = (groups(person), stores(person));
    view! {
        <Form action="/api/users/set-access" class="stack">
            <Hidden name="user" value=id.clone()/>
            <Hidden name="revision" value=revision.clone()/>
            <div class="row pair">{groups()} {stores()}</div>
            {(!locked).then(|| view! {
                <div class="actions">
                    <button class="button primary" type="submit" id="save">{label::SAVE_ACCESS}</button>
                    " "
                    <p class="small muted">{label::ACTS_AT_NEXT_PAGE}</p>
                </div>
            })}
        </Form>
    }
    .into_any()
}

/// The person's groups to keep, and one to add.
fn groups(person: &UserView) -> impl FnOnce() -> AnyView + use<> {
    let locked = person.locked_because.is_some();
    let one_store = person.store_choices.is_empty();
    let kept: Vec<Choice> = person
        .memberships
        .iter()
        .map(|held| kept(held, one_store, locked))
        .collect();
    let none = kept.is_empty();
    let to_add: Options = std::iter::once((String::new(), label::NO_GROUP_TO_ADD.to_owned()))
        .chain(
            person
                .group_choices
                .iter()
                .filter(|group| group.may_grant)
                .map(|group| (group.id.to_string(), group.name.clone())),
        )
        .collect();
    let wheres: Options = std::iter::once((String::new(), label::ALL_THEIR_STORES.to_owned()))
        .chain(
            person
                .store_choices
                .iter()
                .map(|store| (store.id.to_string(), phrase::only_at(&store.name))),
        )
        .collect();
    move || {
        view! {
            <section class="card" aria-labelledby="groups-head">
                <h2 id="groups-head">{label::GROUPS}</h2>
                {none.then(|| view! { <p class="muted">{label::NO_GROUPS}</p> })}
                <Choices
                    name="memberships"
                    also=vec!["groups"]
                    legend=label::GROUPS
                    legend_hidden=true
                    class="stack tight"
                    choices=kept
                />
                {(!locked).then(|| view! {
                    <div class="row">
                        <Select name="add_group" label=label::ADD_GROUP options=to_add optional=true/>
                        {(!one_store).then(|| view! {
                            <Select name="add_store" label=label::WHERE options=wheres/>
                        })}
                    </div>
                })}
            </section>
        }
        .into_any()
    }
}

fn kept(held: &MembershipView, one_store: bool, locked: bool) -> Choice {
    let reach = match (&held.reach, &held.store) {
        (Reach::Store(_), Some(store)) => phrase::only_at(store),
        _ if one_store => String::new(),
        _ => label::FOR_ALL_THEIR_STORES.to_owned(),
    };
    Choice {
        value: held.value(),
        label: held.name.clone(),
        help: reach,
        ticked: true,
        locked,
    }
}

/// Where the person works; nothing in a one-store business.
fn stores(person: &UserView) -> impl FnOnce() -> Option<AnyView> + use<> {
    let locked = person.locked_because.is_some();
    let stores: Vec<Choice> = person
        .store_choices
        .iter()
        .map(|store| Choice {
            value: store.id.to_string(),
            label: store.name.clone(),
            ticked: person.stores.contains(&store.id),
            locked,
            ..Choice::default()
        })
        .collect();
    move || {
        (!stores.is_empty()).then(|| {
            view! {
                <section class="card" aria-labelledby="stores-head">
                    <h2 id="stores-head">{label::STORES}</h2>
                    <Choices
                        name="stores"
                        legend=label::STORES
                        legend_hidden=true
                        help=label::STORES_HELP
                        class="row stores"
                        choices=stores
                    />
                </section>
            }
            .into_any()
        })
    }
}
