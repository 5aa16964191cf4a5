//! What the rules cost: one check, evaluating a heavy person, explaining one cell (issue
//! Foundation, 3). `make bench` runs it.

use access::actions::DeactivateUser;
use access::{
    BUILT_IN, Caller, Effect, GroupId, Instant, Membership, Override, Permission, Person, Reach,
    SessionRef, Standing, StoreId, UserId, Uuid, evaluate, explain,
};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const NOW: Instant = Instant(1_000);

fn stores() -> Vec<StoreId> {
    (1..=20)
        .map(|id| StoreId(Uuid::from_u128(id << 80 | id)))
        .collect()
}

fn membership(group: usize, reach: Reach) -> Membership {
    Membership {
        group: GroupId(Uuid::from_u128(group as u128)),
        name: BUILT_IN[group].name.to_owned(),
        super_admin: false,
        permissions: BUILT_IN[group].permissions,
        reach,
    }
}

/// 5 memberships, 20 stores, 20 overrides.
fn heavy() -> Person {
    let stores = stores();
    Person {
        id: UserId(Uuid::from_u128(1)),
        standing: Standing::WORKING,
        memberships: vec![
            membership(0, Reach::AllTheirStores),
            membership(1, Reach::AllTheirStores),
            membership(2, Reach::Store(stores[3])),
            membership(3, Reach::Store(stores[17])),
            membership(4, Reach::AllTheirStores),
        ],
        overrides: Permission::ALL
            .into_iter()
            .step_by(2)
            .enumerate()
            .map(|(at, permission)| Override {
                permission,
                effect: if at % 3 == 0 {
                    Effect::Deny
                } else {
                    Effect::Allow
                },
                author: UserId(Uuid::from_u128(2)),
                author_name: "Theo Finch".to_owned(),
                reason: "Covers Marcus over the year end".to_owned(),
                at: Instant(0),
                until: (at % 4 == 0).then_some(Instant(2_000)),
            })
            .collect(),
        stores,
    }
}

fn rules(criterion: &mut Criterion) {
    let (person, stores) = (heavy(), stores());
    let effective = evaluate(&person, &stores, NOW);
    let here = stores[13];

    criterion.bench_function("one check", |bench| {
        bench.iter(|| black_box(&effective).holds(black_box(Permission::InvoicesVoid), here));
    });
    criterion.bench_function("evaluate a heavy person", |bench| {
        bench.iter(|| evaluate(black_box(&person), black_box(&stores), NOW));
    });
    criterion.bench_function("explain one cell", |bench| {
        bench.iter(|| {
            explain(
                black_box(&person),
                black_box(&stores),
                Permission::JobsReopen,
                Some(here),
                NOW,
            )
        });
    });

    let mut admin = heavy();
    admin.overrides.clear();
    let caller = Caller::new(admin, stores, SessionRef::nil(), NOW);
    let mut target = heavy();
    target.id = UserId(Uuid::from_u128(9));
    target.overrides.clear();
    criterion.bench_function("a grant to act on a heavy person", |bench| {
        bench.iter(|| black_box(&caller).may::<DeactivateUser>(black_box(&target)));
    });
}

criterion_group!(benches, rules);
criterion_main!(benches);
