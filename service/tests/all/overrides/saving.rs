//! The form: reasons and days, what stays and what is cleared, two editors, odd words, and the
//! entry of the audit log.

use std::time::Duration;

use access::Permission;
use domain::users::{OverrideChoice, SetAccess};
use domain::{AppError, ProblemCode};
use service::testing::Fixture;
use service::users;

use super::{cell, choosing, deny_pick, form, may, save, view};
use crate::shop::shop;
use crate::support::{Snapshot, add_override, entries_after, error, newest_entry, number, text};

on_both! {
    a_new_override_needs_a_reason_and_one_reason_serves_for_all,
    a_day_that_is_over_or_none_at_all_is_refused_beside_its_field,
    what_is_not_named_stays_and_what_is_the_same_keeps_its_author,
    all_overrides_are_cleared_at_once,
    of_two_editors_the_second_is_told,
    r54_words_that_no_form_of_ours_has_change_nothing,
    r58_the_entry_says_which_overrides_were_there_and_which_are_now,
}

async fn a_new_override_needs_a_reason_and_one_reason_serves_for_all(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let mut form = form(&shop, &shop.ada, "Dee").await;
    for permission in ["jobs.pick", "jobs.return"] {
        form.overrides
            .insert(permission.to_owned(), "deny".to_owned());
        form.reasons.insert(permission.to_owned(), " ".to_owned());
    }
    form.reasons
        .insert("jobs.return".to_owned(), " Still learning ".to_owned());
    let preview = users::preview_access(kh, &shop.ada, form.clone())
        .await
        .expect("previews");
    assert!(preview.asks_reason);
    let before = Snapshot::of(kh).await;
    let answer = error(save(&shop, &shop.ada, form.clone()).await);
    assert_eq!(
        answer,
        AppError::Invalid(domain::Problems::one("reason", ProblemCode::Required))
    );
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
    "On trial until Easter".clone_into(&mut form.reason);
    save(&shop, &shop.ada, form).await.expect("saves");
    let reason = async |permission| {
        let cell = cell(&shop, &shop.ada, "Dee", permission).await;
        cell.exception.expect("an override").reason
    };
    assert_eq!(reason(Permission::JobsPick).await, "On trial until Easter");
    assert_eq!(reason(Permission::JobsReturn).await, "Still learning");
}

async fn a_day_that_is_over_or_none_at_all_is_refused_beside_its_field(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let before = Snapshot::of(kh).await;
    for (day, expected) in [
        ("2026-11-19", ProblemCode::DayOver),
        ("2026-11-31", ProblemCode::Day),
        ("tomorrow", ProblemCode::Day),
    ] {
        let mut form = deny_pick(&shop, &shop.ada, "Dee").await;
        form.until = [("jobs.pick".to_owned(), day.to_owned())].into();
        let problem = AppError::Invalid(domain::Problems::one("until[jobs.pick]", expected));
        let checked = users::check_access(kh, &shop.ada, form.clone()).await;
        assert_eq!(error(checked), problem, "{day}");
        assert_eq!(error(save(&shop, &shop.ada, form).await), problem, "{day}");
    }
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
}

async fn what_is_not_named_stays_and_what_is_the_same_keeps_its_author(fixture: Fixture) {
    let shop = shop(fixture).await;
    let deny = deny_pick(&shop, &shop.al, "Dee").await;
    save(&shop, &shop.al, deny).await.expect("saves");
    let overrides = "SELECT permission || effect || author_id || reason || CAST(created AS TEXT) \
                     || CAST(until_at AS TEXT) FROM overrides WHERE permission = 'jobs.pick'";
    let written = text(&shop.fixture.kh, overrides).await;
    shop.fixture.clock.advance(Duration::from_mins(1));
    // A form of groups and stores alone, and one that says of the override what it says already.
    let plain = form(&shop, &shop.ada, "Dee").await;
    save(&shop, &shop.ada, plain).await.expect("saves");
    let mut same = deny_pick(&shop, &shop.ada, "Dee").await;
    same.until = [("jobs.pick".to_owned(), String::new())].into();
    save(&shop, &shop.ada, same.clone()).await.expect("saves");
    assert_eq!(text(&shop.fixture.kh, overrides).await, written);
    // Another reason stands in the name of whoever gives it.
    same.revision += 1;
    same.reasons = [("jobs.pick".to_owned(), "Hurt her back".to_owned())].into();
    save(&shop, &shop.ada, same).await.expect("saves");
    let exception = cell(&shop, &shop.ada, "Dee", Permission::JobsPick).await;
    let exception = exception.exception.expect("an override");
    assert_eq!(exception.author, "Ada Owner");
    assert_eq!(exception.reason, "Hurt her back");
    let clear = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::AsGroupsSay,
    )
    .await;
    save(&shop, &shop.ada, clear).await.expect("saves");
    assert!(may(&shop, "Dee", Permission::JobsPick).await);
    assert_eq!(
        number(&shop.fixture.kh, "SELECT COUNT(*) FROM overrides").await,
        0
    );
}

async fn all_overrides_are_cleared_at_once(fixture: Fixture) {
    let shop = shop(fixture).await;
    let now = shop.fixture.kh.now().0;
    add_override(&shop.fixture, "Dee", "jobs.pick", "deny", 0).await;
    add_override(&shop.fixture, "Dee", "quotes.send", "allow", now + 1).await;
    add_override(&shop.fixture, "Dee", "jobs.edit", "deny", now - 1).await;
    // Al does not hold this one, so he neither clears it nor is stopped by it.
    add_override(&shop.fixture, "Dee", "settings.groups", "deny", 0).await;
    let seen = view(&shop, &shop.al, "Dee").await;
    assert_eq!((seen.overrides, seen.clearable), (3, 2));
    let clear = SetAccess {
        clear: "all".to_owned(),
        ..form(&shop, &shop.al, "Dee").await
    };
    save(&shop, &shop.al, clear).await.expect("clears");
    assert_eq!(
        text(&shop.fixture.kh, "SELECT permission FROM overrides").await,
        "settings.groups"
    );
}

async fn of_two_editors_the_second_is_told(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (ada, al) = (&shop.ada, &shop.al);
    let first = deny_pick(&shop, ada, "Dee").await;
    let second = choosing(&shop, al, "Dee", Permission::JobsEdit, OverrideChoice::Deny).await;
    save(&shop, ada, first).await.expect("the first");
    let before = Snapshot::of(&shop.fixture.kh).await;
    assert_eq!(
        error(save(&shop, al, second.clone()).await),
        AppError::Conflict
    );
    assert_eq!(
        before.changes(&Snapshot::of(&shop.fixture.kh).await),
        [] as [&str; 0]
    );
    let again = SetAccess {
        revision: second.revision + 1,
        ..second
    };
    save(&shop, al, again).await.expect("after a look");
    assert_eq!(
        number(&shop.fixture.kh, "SELECT COUNT(*) FROM overrides").await,
        2,
        "nothing of the first is lost"
    );
}

async fn r54_words_that_no_form_of_ours_has_change_nothing(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let plain = form(&shop, &shop.ada, "Dee").await;
    let before = Snapshot::of(kh).await;
    let pair = |key: &str, word: &str| [(key.to_owned(), word.to_owned())].into();
    for bad in [
        SetAccess {
            overrides: pair("jobs.fly", "deny"),
            ..plain.clone()
        },
        SetAccess {
            overrides: pair("jobs.pick", "maybe"),
            ..plain.clone()
        },
        SetAccess {
            level: pair("planes", "read"),
            ..plain.clone()
        },
        SetAccess {
            level: pair("jobs", "all"),
            ..plain.clone()
        },
        SetAccess {
            memberships: vec!["Crew".to_owned()],
            ..plain.clone()
        },
    ] {
        assert_eq!(
            error(save(&shop, &shop.ada, bad).await),
            AppError::BadRequest
        );
    }
    let long = SetAccess {
        overrides: pair("jobs.pick", "deny"),
        reasons: pair("jobs.pick", &"x".repeat(201)),
        ..plain
    };
    assert!(matches!(
        error(save(&shop, &shop.ada, long).await),
        AppError::Invalid(_)
    ));
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
}

async fn r58_the_entry_says_which_overrides_were_there_and_which_are_now(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let newest = newest_entry(kh).await;
    let mut form = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::QuotesSend,
        OverrideChoice::Allow,
    )
    .await;
    form.until = [("quotes.send".to_owned(), "2026-12-31".to_owned())].into();
    "Year end".clone_into(&mut form.reason);
    save(&shop, &shop.ada, form).await.expect("saves");
    let entries = entries_after(kh, newest).await;
    let [entry] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!(entry.action, "user.set_access");
    assert_eq!(entry.object, "Dee Tester");
    assert!(entry.before.contains(r#""overrides":[]"#), "{entry:?}");
    assert!(
        entry
            .after
            .contains("quotes.send: allow until 2026-12-31 (Covers Marcus)"),
        "{entry:?}"
    );
    assert_eq!(entry.reason, "Year end");
}
