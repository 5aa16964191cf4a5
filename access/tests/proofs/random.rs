//! Random people, of a business with four stores.

use crate::model::{exception, membership, store, super_admin, user};
use access::{
    BUILT_IN, Effect, Instant, Membership, Override, Permission, PermissionSet, Person, Reach,
    Standing, StoreId,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub(crate) const NOW: Instant = Instant(1_000);

/// The stores of the business.
pub(crate) fn all_stores() -> Vec<StoreId> {
    (1..=4).map(store).collect()
}

/// Some of the stores, and sometimes one that the business does not have, in any order.
pub(crate) fn stores() -> impl Strategy<Value = Vec<StoreId>> {
    subsequence((1..=5).map(store).collect::<Vec<_>>(), 0..=5).prop_shuffle()
}

fn a_store() -> impl Strategy<Value = StoreId> {
    (1_u128..=5).prop_map(store)
}

/// One permission; the ones that the rules name come up more often.
pub(crate) fn a_permission() -> impl Strategy<Value = Permission> {
    prop_oneof![
        2 => select(Permission::ALL.to_vec()),
        1 => select(vec![
            Permission::StoresViewAll,
            Permission::SettingsUsers,
            Permission::SettingsEdit,
            Permission::SettingsGroups,
            Permission::JobsView,
            Permission::InvoicesView,
        ]),
    ]
}

pub(crate) fn permissions() -> impl Strategy<Value = PermissionSet> {
    prop_oneof![
        select(BUILT_IN.map(|group| group.permissions).to_vec()),
        subsequence(Permission::ALL.to_vec(), 0..8).prop_map(PermissionSet::from_iter),
        proptest::collection::vec(a_permission(), 1..4).prop_map(PermissionSet::from_iter),
    ]
}

pub(crate) fn reach() -> impl Strategy<Value = Reach> {
    prop_oneof![
        3 => Just(Reach::AllTheirStores),
        2 => a_store().prop_map(Reach::Store),
    ]
}

pub(crate) fn memberships() -> impl Strategy<Value = Vec<Membership>> {
    let one = prop_oneof![
        12 => (1_u128..5, permissions(), reach())
            .prop_map(|(id, permissions, reach)| membership(id, permissions, reach)),
        1 => Just(super_admin()),
    ];
    proptest::collection::vec(one, 0..4)
}

/// Before, at and after [`NOW`], or never.
fn an_end() -> impl Strategy<Value = Option<Instant>> {
    select(vec![
        None,
        None,
        None,
        Some(Instant(NOW.0 - 1)),
        Some(NOW),
        Some(Instant(NOW.0 + 1)),
    ])
}

fn an_override() -> impl Strategy<Value = Override> {
    let effect = select(vec![Effect::Allow, Effect::Deny]);
    (a_permission(), effect, an_end())
        .prop_map(|(permission, effect, until)| exception(permission, effect, until))
}

fn standing() -> impl Strategy<Value = Standing> {
    let flag = || prop::bool::weighted(0.9);
    (flag(), flag(), an_end()).prop_map(|(accepted, active, ends_at)| Standing {
        accepted,
        active,
        ends_at,
    })
}

/// Anybody at all.
pub(crate) fn anybody(id: u128) -> impl Strategy<Value = Person> {
    (
        standing(),
        memberships(),
        proptest::collection::vec(an_override(), 0..5),
        stores(),
    )
        .prop_map(move |(standing, memberships, overrides, stores)| Person {
            id: user(id),
            standing,
            memberships,
            overrides,
            stores,
        })
}

/// Somebody who works, most often an Admin of some kind: the ones whose edits are permitted.
pub(crate) fn an_editor(id: u128) -> impl Strategy<Value = Person> {
    let admin = BUILT_IN[4].permissions;
    let group = prop_oneof![
        Just(super_admin()),
        Just(membership(1, admin, Reach::AllTheirStores)),
        Just(membership(1, PermissionSet::ALL, Reach::AllTheirStores)),
        a_store().prop_map(move |store| membership(1, admin, Reach::Store(store))),
    ];
    let all = prop_oneof![Just(all_stores()), stores()];
    (anybody(id), group, all).prop_map(|(mut person, group, stores)| {
        person.standing = Standing::WORKING;
        person.memberships.retain(|m| !m.super_admin);
        person.memberships.push(group);
        person.overrides.truncate(2);
        person.stores = stores;
        person
    })
}
