//! Groups with where they hold, and stores.

use access::Reach;
use domain::users::{AccessView, MembershipView};
use leptos::prelude::*;

use super::super::wheres;
use crate::components::choices::{Choice, Choices, Options, Select};
use crate::text::{access as say, label, phrase};
use crate::view::view;

/// The person's groups to keep, and one to add.
pub(super) fn groups(view: &AccessView) -> impl FnOnce() -> AnyView + use<> {
    let locked = view.person.locked_because.is_some();
    let one_store = view.store_choices.is_empty();
    let kept: Vec<Choice> = view
        .memberships
        .iter()
        .map(|held| kept(held, one_store, locked))
        .collect();
    let none = kept.is_empty();
    let to_add: Options = std::iter::once((String::new(), label::NO_GROUP_TO_ADD.to_owned()))
        .chain(
            view.group_choices
                .iter()
                .filter(|group| group.may_grant)
                .map(|group| (group.id.to_string(), group.name.clone())),
        )
        .collect();
    let wheres = wheres(&view.store_choices);
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
        ..Choice::default()
    }
}

/// Where the person works; nothing in a one-store business.
pub(super) fn stores(view: &AccessView) -> impl FnOnce() -> Option<AnyView> + use<> {
    let locked = view.person.locked_because.is_some();
    let others = view.other_stores;
    let stores: Vec<Choice> = view
        .store_choices
        .iter()
        .map(|store| Choice {
            value: store.id.to_string(),
            label: store.name.clone(),
            ticked: view.stores.contains(&store.id),
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
                    {(others > 0).then(|| view! { <p class="small muted">{say::other_stores(others)}</p> })}
                </section>
            }
        })
    }
}
