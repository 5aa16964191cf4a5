//! Product §2.5, *Why*. That every verdict is what evaluation says is held against random people
//! in `tests/evaluation.rs`.

use super::*;
use crate::sample::{
    AIRPORT, ALL_STORES, BATH, BEFORE, LATER, NOW, OXFORD, exception, group, person, set,
};
use Permission::{
    InvoicesView, InvoicesVoidPayment, JobsReopen, JobsView, QuotesDelete, QuotesSend,
    SettingsAudit, StoresViewAll,
};

fn why(person: &Person, permission: Permission, store: Option<StoreId>) -> Explanation {
    explain(person, &ALL_STORES, permission, store, NOW)
}

fn verdict_of(person: &Person, permission: Permission, store: Option<StoreId>) -> Verdict {
    why(person, permission, store).verdict
}

/// Sofia of the design's screen: Sales in all her stores, Operations at Oxford.
fn sofia() -> Person {
    person(1, &[BATH, OXFORD])
        .with("sales")
        .with_at("operations", OXFORD)
        .deny(QuotesDelete)
        .allow(InvoicesVoidPayment)
        .until(LATER)
}

#[test]
fn a_cell_says_where_its_answer_comes_from() {
    let sofia = sofia();
    for (permission, store, expected) in [
        (QuotesSend, None, Verdict::Allowed),
        (QuotesSend, Some(OXFORD), Verdict::Allowed),
        (JobsReopen, None, Verdict::AllowedInSome(vec![OXFORD])),
        (JobsReopen, Some(OXFORD), Verdict::Allowed),
        (JobsReopen, Some(BATH), Verdict::NotGiven),
        (JobsReopen, Some(AIRPORT), Verdict::NotTheirStore),
        (Permission::InvoicesIssue, None, Verdict::NotGiven),
        (QuotesDelete, None, Verdict::DeniedByOverride),
        (QuotesDelete, Some(BATH), Verdict::DeniedByOverride),
        (QuotesDelete, Some(AIRPORT), Verdict::NotTheirStore),
        (InvoicesVoidPayment, None, Verdict::AllowedByOverride),
        (InvoicesVoidPayment, Some(BATH), Verdict::AllowedByOverride),
        (InvoicesVoidPayment, Some(AIRPORT), Verdict::NotTheirStore),
        (SettingsAudit, None, Verdict::NotGiven),
        (SettingsAudit, Some(AIRPORT), Verdict::NotGiven),
    ] {
        assert_eq!(
            verdict_of(&sofia, permission, store),
            expected,
            "{permission} {store:?}"
        );
    }
}

#[test]
fn the_trail_tells_groups_then_overrides_then_stores() {
    let explanation = why(&sofia(), InvoicesVoidPayment, None);
    let exception = exception(InvoicesVoidPayment, Effect::Allow);
    assert_eq!(
        explanation.trail,
        [
            Step::Group {
                group: group("sales", Reach::AllTheirStores).group,
                name: "Sales".to_owned(),
                reach: Reach::AllTheirStores,
                includes: false,
                gives: false,
            },
            Step::Group {
                group: group("operations", Reach::Store(OXFORD)).group,
                name: "Operations".to_owned(),
                reach: Reach::Store(OXFORD),
                includes: false,
                gives: false,
            },
            Step::Override {
                effect: Effect::Allow,
                author: exception.author,
                author_name: "Theo Finch".to_owned(),
                reason: "Covers Marcus".to_owned(),
                at: BEFORE,
                until: Some(LATER),
                ended: false,
            },
            Step::Stores {
                theirs: vec![BATH, OXFORD],
                not_theirs: vec![AIRPORT],
            },
        ]
    );
    let json = serde_json::to_string(&explanation).unwrap();
    assert_eq!(
        serde_json::from_str::<Explanation>(&json).unwrap(),
        explanation
    );
}

fn gives(explanation: &Explanation) -> Vec<(bool, bool)> {
    explanation
        .trail
        .iter()
        .filter_map(|step| match step {
            Step::Group {
                includes, gives, ..
            } => Some((*includes, *gives)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_group_for_one_store_gives_there_only_and_nothing_of_business_scope() {
    let manager = person(1, &[BATH, OXFORD])
        .with_at("admin", BATH)
        .with_at("admin", AIRPORT);
    let in_store = |store| gives(&why(&manager, JobsReopen, store));
    assert_eq!(in_store(Some(BATH)), [(true, true), (true, false)]);
    assert_eq!(in_store(Some(OXFORD)), [(true, false), (true, false)]);
    assert_eq!(
        in_store(None),
        [(true, true), (true, false)],
        "the airport is not theirs"
    );
    assert_eq!(
        gives(&why(&manager, SettingsAudit, Some(BATH))),
        [(true, false), (true, false)]
    );
}

#[test]
fn an_ended_override_is_told_but_decides_nothing() {
    let dana = person(1, &[BATH]).with("sales").deny(QuotesSend).until(NOW);
    let explanation = why(&dana, QuotesSend, None);
    assert_eq!(explanation.verdict, Verdict::Allowed);
    assert!(
        explanation
            .trail
            .iter()
            .any(|step| matches!(step, Step::Override { ended: true, .. }))
    );
}

#[test]
fn of_an_allow_and_a_deny_the_deny_is_the_reason() {
    for dana in [
        person(1, &[BATH])
            .with("crew")
            .allow(JobsView)
            .deny(JobsView),
        person(1, &[BATH])
            .with("crew")
            .deny(JobsView)
            .allow(JobsView),
    ] {
        assert_eq!(verdict_of(&dana, JobsView, None), Verdict::DeniedByOverride);
    }
}

#[test]
fn an_override_that_changes_nothing_still_shows() {
    let dana = person(1, &[BATH])
        .with("sales")
        .allow(QuotesSend)
        .deny(JobsReopen);
    assert_eq!(
        verdict_of(&dana, QuotesSend, None),
        Verdict::AllowedByOverride
    );
    assert_eq!(
        verdict_of(&dana, JobsReopen, None),
        Verdict::DeniedByOverride
    );
    assert!(verdict_of(&dana, QuotesSend, None).is_override());
}

#[test]
fn who_holds_nothing_is_told_why_and_what_would_be() {
    let base = person(1, &[BATH]).with("sales");
    let mut inactive = base.clone();
    inactive.standing.active = false;
    inactive.standing.accepted = false;
    let mut over = base.clone();
    over.standing.ends_at = Some(NOW);
    let mut invited = base.clone();
    invited.standing.accepted = false;
    let mut no_group = base;
    no_group.memberships.clear();
    for (person, reason) in [
        (&inactive, Nothing::Inactive),
        (&over, Nothing::LastDayOver),
        (&invited, Nothing::NotAccepted),
        (&no_group, Nothing::NoGroup),
    ] {
        for store in [None, Some(BATH), Some(AIRPORT)] {
            let explanation = why(person, QuotesSend, store);
            assert_eq!(explanation.verdict, Verdict::Nothing(reason));
            assert!(!explanation.verdict.is_allowed());
            assert_eq!(explanation.trail[0], Step::Nothing(reason));
        }
    }
    assert_eq!(gives(&why(&invited, QuotesSend, None)), [(true, true)]);
}

#[test]
fn a_super_admin_may_because_they_are_one() {
    let owner = person(1, &[]).with("super_admin").deny(JobsView);
    let explanation = why(&owner, JobsView, None);
    assert_eq!(explanation.verdict, Verdict::Allowed);
    assert!(matches!(
        &explanation.trail[..],
        [
            Step::SuperAdmin { name, .. },
            Step::Override { effect: Effect::Deny, .. },
            Step::Stores { theirs, not_theirs },
        ] if name == "Super Admin" && theirs == &ALL_STORES && not_theirs.is_empty()
    ));
    assert_eq!(
        verdict_of(&owner, JobsView, Some(AIRPORT)),
        Verdict::Allowed
    );
    let unknown = Some(crate::sample::UNKNOWN);
    assert_eq!(
        verdict_of(&owner, JobsView, unknown),
        Verdict::NotTheirStore
    );
    assert_eq!(verdict_of(&owner, SettingsAudit, unknown), Verdict::Allowed);
}

#[test]
fn what_view_all_leaves_in_other_stores_is_said_to_come_from_it() {
    let dana = person(1, &[BATH])
        .with("sales")
        .allow(StoresViewAll)
        .deny(JobsView);
    let there = |permission| why(&dana, permission, Some(OXFORD));
    assert_eq!(there(InvoicesView).verdict, Verdict::Allowed);
    assert_eq!(there(InvoicesView).trail.last(), Some(&Step::ViewAll));
    assert_eq!(there(JobsView).verdict, Verdict::DeniedByOverride);
    assert_eq!(there(QuotesSend).verdict, Verdict::NotTheirStore);
    assert_ne!(there(JobsView).trail.last(), Some(&Step::ViewAll));
    assert_ne!(
        why(&dana, InvoicesView, Some(BATH)).trail.last(),
        Some(&Step::ViewAll)
    );
    // Asked of all stores at once, too; and not of what it leaves nothing of.
    assert_eq!(
        why(&dana, InvoicesView, None).trail.last(),
        Some(&Step::ViewAll)
    );
    assert_ne!(
        why(&dana, JobsView, None).trail.last(),
        Some(&Step::ViewAll)
    );
    assert_ne!(
        why(&dana, QuotesSend, None).trail.last(),
        Some(&Step::ViewAll)
    );
    let no_jobs = person(2, &[BATH]).holding(set([StoresViewAll]), Reach::AllTheirStores);
    assert_eq!(
        verdict_of(&no_jobs, JobsView, Some(OXFORD)),
        Verdict::NotGiven
    );
}

#[test]
fn who_has_no_store_is_told_so() {
    let auditor = person(1, &[]).with("admin");
    assert_eq!(
        verdict_of(&auditor, JobsReopen, None),
        Verdict::NotTheirStore
    );
    assert_eq!(verdict_of(&auditor, SettingsAudit, None), Verdict::Allowed);
}
