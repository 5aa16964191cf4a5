//! Product §2.5, *Preview*.

use super::*;
use crate::sample::{ALL_STORES, BATH, NOW, OXFORD, person, set};
use crate::{Person, evaluate};
use Permission::{InvoicesView, InvoicesVoidPayment, JobsPick, JobsView, SettingsAudit};

fn change(before: &Person, after: &Person, touched: PermissionSet) -> Change {
    diff(
        before.id,
        &evaluate(before, &ALL_STORES, NOW),
        &evaluate(after, &ALL_STORES, NOW),
        touched,
    )
}

#[test]
fn who_gains_what_where() {
    let before = person(1, &[OXFORD, BATH]).with("sales");
    let after = before
        .clone()
        .allow(InvoicesVoidPayment)
        .allow(SettingsAudit);
    let change = change(&before, &after, PermissionSet::EMPTY);
    assert_eq!(change.user, before.id);
    assert_eq!(
        change.gains,
        [
            (SettingsAudit, None),
            (InvoicesVoidPayment, Some(BATH)),
            (InvoicesVoidPayment, Some(OXFORD)),
        ]
    );
    assert!(change.loses.is_empty() && change.keeps.is_empty());
    assert_eq!(change.gained(), set([InvoicesVoidPayment, SettingsAudit]));
    assert!(change.is_felt());
}

#[test]
fn who_loses_what_with_a_store_or_a_group() {
    let before = person(1, &[BATH, OXFORD]).with("crew");
    let mut after = before.clone();
    after.stores = vec![BATH];
    let moved = change(&before, &after, PermissionSet::EMPTY);
    assert!(moved.gains.is_empty());
    assert_eq!(moved.loses.len(), 8);
    assert!(moved.loses.iter().all(|&(_, store)| store == Some(OXFORD)));
    let sales = person(1, &[BATH]).with("sales");
    let demoted = change(&sales, &after, PermissionSet::EMPTY);
    assert!(demoted.gained().contains(JobsPick));
    assert!(demoted.lost().contains(InvoicesView));
    let mut gone = sales.clone();
    gone.standing.active = false;
    assert_eq!(
        change(&sales, &gone, PermissionSet::EMPTY).loses.len(),
        evaluate(&sales, &ALL_STORES, NOW).in_store(BATH).len()
    );
}

#[test]
fn who_has_it_already_is_named_too() {
    let before = person(1, &[BATH]).with("sales").with("billing");
    let after = before
        .clone()
        .holding(set([InvoicesVoidPayment]), crate::Reach::AllTheirStores);
    let change = change(&before, &after, set([InvoicesVoidPayment, JobsPick]));
    assert!(!change.is_felt());
    assert_eq!(change.keeps, [(InvoicesVoidPayment, Some(BATH))]);
    assert_eq!(change.kept(), set([InvoicesVoidPayment]));
}

#[test]
fn nobody_gains_by_a_group_what_an_override_denies() {
    let before = person(1, &[BATH]).with("sales").deny(InvoicesVoidPayment);
    let after = before.clone().with("billing");
    let gained = change(&before, &after, PermissionSet::EMPTY).gained();
    assert!(gained.contains(Permission::InvoicesVoid));
    assert!(!gained.contains(InvoicesVoidPayment));
    assert!(!gained.contains(JobsView));
}
