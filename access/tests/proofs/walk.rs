//! A random walk of many editors (security r56): whatever they do to each other, one after the
//! other, they never hold together more than they held before, and a Super Admin remains.

use crate::model::{
    Held, Place, beyond, exception, held, if_active_and_without_denials, together, user,
};
use crate::random::{a_permission, permissions};
use crate::world::{Edit, Group, What, World};
use access::{BUILT_IN, Effect, Instant, Permission, PermissionSet, Person, Standing, UserId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::ops::Range;

const STORES: u128 = 3;

/// Everybody's rights at one moment.
struct Rights {
    held: BTreeMap<UserId, Held>,
    /// If active and without denials.
    would: BTreeMap<UserId, Held>,
}

impl Rights {
    fn of(world: &World) -> Self {
        let map = |judge: fn(&Person) -> Person| {
            world
                .people
                .iter()
                .map(|p| (p.id, held(&judge(p), &world.stores, world.now)))
                .collect()
        };
        Self {
            held: map(Person::clone),
            would: map(if_active_and_without_denials),
        }
    }

    fn all(rights: &BTreeMap<UserId, Held>, whose: impl Fn(UserId) -> bool) -> Held {
        rights
            .iter()
            .filter(|&(&id, _)| whose(id))
            .fold(Held::new(), |all, (_, held)| together(&all, held))
    }
}

/// What was held, told of a store that has been created since: its creator has there what they
/// would have had in a new store of theirs, the others what they would have seen (product §2.4,
/// "the one exception").
fn with_new_stores(held: &Held, before: &World, after: &World, created: bool) -> Held {
    let mut told = held.clone();
    let place = if created {
        Place::OwnNewStore
    } else {
        Place::OthersNewStore
    };
    for &store in &after.stores {
        if !before.stores.contains(&store)
            && let Some(&there) = held.get(&place)
        {
            told.insert(Place::In(store), there);
        }
    }
    told
}

/// One edit, done by `actor`: nobody holds more than they or the actor held before, and the only
/// ones whose rights differ are others who held nothing that the actor lacked (product §2.4).
fn the_actor_stayed_within_bounds(
    actor: UserId,
    (before, was): (&World, &Rights),
    (after, is): (&World, &Rights),
) -> Result<(), TestCaseError> {
    let held_by_actor = with_new_stores(&was.held[&actor], before, after, true);
    let nothing = Held::new();
    for person in &after.people {
        let id = person.id;
        let told = |then: &BTreeMap<UserId, Held>| {
            let own = then.get(&id).unwrap_or(&nothing);
            with_new_stores(own, before, after, id == actor)
        };
        let (held, would) = (told(&was.held), told(&was.would));
        for (now, then) in [(&is.held[&id], &held), (&is.would[&id], &would)] {
            let gained = beyond(now, &together(then, &held_by_actor));
            prop_assert!(gained.is_empty(), "{id} gained {gained:?} by {actor}");
        }
        if is.held[&id] != held || is.would[&id] != would {
            prop_assert_ne!(id, actor, "nobody changes their own rights");
            let above = beyond(&would, &held_by_actor);
            prop_assert!(above.is_empty(), "{actor} changed {id}, who held {above:?}");
        }
    }
    Ok(())
}

fn a_super_admin_remains(world: &World) -> bool {
    world.people.iter().any(|p| {
        let Standing {
            accepted,
            active,
            ends_at,
        } = p.standing;
        p.memberships.iter().any(|m| m.super_admin) && accepted && active && ends_at.is_none()
    })
}

/// Walks, and holds every step against what must not happen. Returns how often each kind of edit
/// was permitted.
fn walk(
    mut world: World,
    edits: &[Edit],
    may_edit: impl Fn(UserId) -> bool,
) -> Result<BTreeMap<String, usize>, TestCaseError> {
    let mut permitted = BTreeMap::new();
    let mut was = Rights::of(&world);
    let at_first = Rights::all(&was.would, &may_edit);
    let (first_stores, first_world) = (world.stores.clone(), world.clone());
    for edit in edits {
        if !may_edit(world.people[edit.by % world.people.len()].id) {
            continue;
        }
        let before = world.clone();
        let Some(actor) = world.apply(edit) else {
            continue;
        };
        *permitted.entry(edit.what.name()).or_default() += 1;
        let is = Rights::of(&world);
        prop_assert!(a_super_admin_remains(&world), "after {edit:?}");
        if matches!(edit.what, What::Wait(_)) {
            // The clock ends denials, too; without them, nobody has more than before.
            for (id, would) in &is.would {
                prop_assert!(beyond(would, &was.would[id]).is_empty());
            }
        } else {
            the_actor_stayed_within_bounds(actor, (&before, &was), (&world, &is))?;
        }

        // All editors together, against the beginning of the walk.
        let mut bound = with_new_stores(&at_first, &first_world, &world, true);
        let seen = with_new_stores(&at_first, &first_world, &world, false);
        bound = together(&bound, &seen);
        let now = Rights::all(&is.held, &may_edit);
        let gained = beyond(&now, &bound);
        prop_assert!(
            gained.is_empty(),
            "together they gained {gained:?} by {edit:?}"
        );
        was = is;
    }
    prop_assert!(first_stores.len() <= world.stores.len());
    Ok(permitted)
}

/// Super Admin, Admin, Sales, and two of the business's own.
fn groups() -> impl Strategy<Value = Vec<Group>> {
    (permissions(), permissions()).prop_map(|(one, other)| {
        let built_in = |at: usize| BUILT_IN[at].permissions;
        vec![
            World::group(0, PermissionSet::ALL),
            World::group(1, built_in(4)),
            World::group(2, built_in(1)),
            World::group(3, one),
            World::group(4, other),
        ]
    })
}

/// What of one person is left to chance: memberships (group, and one store or all), stores,
/// overrides (and whether an allow ends), and whether they work.
type Chance = (
    Vec<(usize, Option<usize>)>,
    u8,
    Vec<(Permission, Effect, bool)>,
    bool,
);

fn chance() -> impl Strategy<Value = Chance> {
    let group = prop_oneof![4 => Just(1_usize), 2 => 2..5_usize];
    let at = prop_oneof![3 => Just(None), 1 => (0..3_usize).prop_map(Some)];
    let stores = prop_oneof![2 => Just(0b111_u8), 1 => 0..8_u8];
    let extra = (a_permission(), effect(), prop::bool::weighted(0.2));
    (
        vec((group, at), 1..3),
        stores,
        vec(extra, 0..3),
        prop::bool::weighted(0.85),
    )
}

/// Some people, of whom the first manages groups, an owner, and as many more Super Admins as asked.
fn a_world(super_admins: usize, others: Range<usize>) -> impl Strategy<Value = World> {
    (groups(), vec(chance(), others)).prop_map(move |(groups, others)| {
        let mut world = World::new(groups, Vec::new(), STORES);
        for (at, (memberships, mask, overrides, works)) in others.into_iter().enumerate() {
            let first = at == 0;
            let mut person = Person {
                id: user(10 + at as u128),
                standing: Standing {
                    accepted: works || first,
                    ..Standing::WORKING
                },
                memberships: memberships
                    .into_iter()
                    .map(|(group, at)| world.membership(group, at.filter(|_| !first)))
                    .collect(),
                overrides: overrides
                    .into_iter()
                    .map(|(permission, effect, ends)| {
                        // An allow may end; a denial that does would give by the clock.
                        let ends = ends && effect == Effect::Allow;
                        let until = ends.then(|| Instant(world.now.0 + 50));
                        exception(permission, effect, until)
                    })
                    .collect(),
                stores: world.chosen_stores(if first { 0b111 } else { mask }),
            };
            if first {
                person.overrides = vec![exception(Permission::SettingsGroups, Effect::Allow, None)];
            }
            world.senders.insert(person.id, user(10));
            world.people.push(person);
        }
        for at in 0..=super_admins {
            world.people.push(Person {
                id: user(at as u128),
                standing: Standing::WORKING,
                memberships: vec![world.membership(0, None)],
                overrides: Vec::new(),
                stores: Vec::new(),
            });
        }
        world
    })
}

fn effect() -> impl Strategy<Value = Effect> {
    select(vec![Effect::Allow, Effect::Deny])
}

fn an_edit() -> impl Strategy<Value = Edit> {
    let group = || 0..6_usize;
    let at = || prop_oneof![2 => Just(None), 1 => (0..4_usize).prop_map(Some)];
    let stores = || prop_oneof![1 => Just(0b111_u8), 2 => 0..16_u8];
    let lasts = || prop_oneof![2 => Just(None), 1 => (1..100_i64).prop_map(Some)];
    let exception = proptest::option::of((a_permission(), effect()));
    let what = prop_oneof![
        4 => (group(), at(), stores(), exception).prop_map(
            |(group, at, stores, exception)| What::Invite { group, at, stores, exception }
        ),
        4 => Just(What::Resend),
        4 => Just(What::Accept),
        4 => (group(), at()).prop_map(|(group, at)| What::AddGroup { group, at }),
        2 => (0..3_usize).prop_map(What::DropGroup),
        4 => stores().prop_map(What::SetStores),
        4 => (a_permission(), effect(), lasts()).prop_map(|(permission, effect, lasts)| {
            What::Override { permission, effect, lasts }
        }),
        2 => Just(What::ClearOverrides),
        2 => Just(What::Deactivate),
        4 => Just(What::Reactivate),
        4 => lasts().prop_map(What::LastDay),
        4 => (group(), a_permission())
            .prop_map(|(group, permission)| What::Toggle { group, permission }),
        2 => group().prop_map(What::Reset),
        2 => (group(), a_permission()).prop_map(|(group, with)| What::Duplicate { group, with }),
        2 => (group(), group()).prop_map(|(group, to)| What::Delete { group, to }),
        1 => Just(What::CreateStore),
        1 => (1..60_i64).prop_map(What::Wait),
    ];
    // The first one manages groups: most of what is permitted is theirs.
    let by = prop_oneof![1 => Just(0_usize), 2 => 0..10_usize];
    (by, 0..10_usize, what).prop_map(|(by, on, what)| Edit { by, on, what })
}

/// The edits that make and unmake Super Admins.
fn a_promotion_or_demotion() -> impl Strategy<Value = Edit> {
    let what = prop_oneof![
        Just(What::Deactivate),
        Just(What::Reactivate),
        proptest::option::of(1..100_i64).prop_map(What::LastDay),
        Just(What::DropGroup(0)),
        Just(What::AddGroup { group: 0, at: None }),
        Just(What::AddGroup { group: 1, at: None }),
        (1..60_i64).prop_map(What::Wait),
    ];
    (0..10_usize, 0..10_usize, what).prop_map(|(by, on, what)| Edit { by, on, what })
}

/// The owner only looks on: what the others do among themselves.
fn all_but_the_owner(id: UserId) -> bool {
    id != user(0)
}

fn everybody(_: UserId) -> bool {
    true
}

/// A walk is many edits, each held against the model: a quarter as many as of the rest.
fn a_quarter() -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: config.cases.div_ceil(4),
        ..config
    }
}

proptest! {
    #![proptest_config(a_quarter())]

    #[test]
    fn r56_editors_never_enlarge_what_they_held_together(
        world in a_world(0, 3..6),
        edits in vec(an_edit(), 1..60),
    ) {
        walk(world, &edits, all_but_the_owner)?;
    }

    #[test]
    fn r56_whoever_edits_a_super_admin_who_can_work_remains(
        world in a_world(1, 3..6),
        edits in vec(an_edit(), 1..60),
    ) {
        walk(world, &edits, everybody)?;
    }

    #[test]
    fn r56_super_admins_who_demote_each_other_leave_one_who_can_work(
        world in a_world(1, 0..2),
        edits in vec(a_promotion_or_demotion(), 1..60),
    ) {
        walk(world, &edits, everybody)?;
    }
}

/// The walks prove nothing if every step is refused.
#[test]
fn the_walks_get_somewhere_by_every_kind_of_edit() {
    let kinds = "Invite Resend Accept AddGroup DropGroup SetStores Override ClearOverrides \
                 Deactivate Reactivate LastDay Toggle Reset Duplicate Delete CreateStore Wait";
    let mut runner = TestRunner::deterministic();
    for (super_admins, whose) in [
        (0, all_but_the_owner as fn(UserId) -> bool),
        (1, everybody as fn(UserId) -> bool),
    ] {
        let strategy = (a_world(super_admins, 3..6), vec(an_edit(), 60));
        let mut permitted: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..40 {
            let tree = strategy.new_tree(&mut runner).expect("values are made");
            let (world, edits) = tree.current();
            for (kind, count) in walk(world, &edits, whose).expect("the walk holds") {
                *permitted.entry(kind).or_default() += count;
            }
        }
        for kind in kinds.split(' ') {
            assert!(
                permitted.get(kind).is_some_and(|&count| count >= 3),
                "too few of {kind} were permitted: {permitted:?}"
            );
        }
    }
}
