//! The audit log: one entry for every change, in the same transaction, chained, append-only
//! (product §8).

use std::collections::BTreeSet;

use domain::stores::StoreForm;
use domain::users::UserDetails;
use service::audit::{Verdict, verify};
use service::db::Dialect;
use service::testing::Fixture;
use service::{Keyholder, profile, sessions, stores, users};

use crate::support::{
    Entry, Snapshot, access_form, at_once, entries_after, fact, id_of, newest_entry, number,
    try_accept, try_sign_in, write,
};

on_both! {
    r58_every_change_has_exactly_one_entry_with_what_was_and_what_is,
    r59_the_chain_of_a_business_at_work_is_whole,
    r59_an_edited_entry_is_found_by_its_number,
    r59_a_deleted_entry_is_found_by_its_number,
    r59_an_inserted_entry_is_found_by_its_number,
    r59_swapped_entries_and_a_changed_head_are_found,
    r59_the_log_is_append_only,
    people_are_never_deleted,
    r59_entries_written_at_once_make_one_chain,
}

/// Does something, and answers its one entry.
async fn one<T, F>(fixture: &Fixture, action: &str, act: impl Future<Output = Result<T, F>>) -> Entry
where
    F: std::fmt::Debug,
{
    let newest = newest_entry(&fixture.kh).await;
    if let Err(failure) = act.await {
        panic!("{action}: {failure:?}");
    }
    let mut entries = entries_after(&fixture.kh, newest).await;
    assert_eq!(entries.len(), 1, "{action}: {entries:?}");
    let entry = entries.remove(0);
    assert_eq!((entry.action.as_str(), entry.result.as_str()), (action, "done"));
    entry
}

async fn r58_every_change_has_exactly_one_entry_with_what_was_and_what_is(fixture: Fixture) {
    let owner = fixture.found().await;
    let kh = &fixture.kh;
    let ada = fixture.staff(&owner).await;
    let mut seen = BTreeSet::new();
    let mut check = |entry: Entry, object: &str, before: &str, after: &str| {
        assert_eq!(entry.object, object, "{entry:?}");
        assert_eq!(entry.before, before, "{entry:?}");
        assert_eq!(entry.after, after, "{entry:?}");
        seen.insert(entry.action);
    };
    let set_up = entries_after(kh, 0).await.remove(0);
    check(
        set_up,
        "Ada's Hire",
        "",
        r#"{"name":"Ada's Hire","owner":"Ada Owner","sample":false}"#,
    );
    let bath = StoreForm {
        name: "Bath".to_owned(),
        code: "BTH".to_owned(),
        time_zone: "UTC".to_owned(),
        ..StoreForm::default()
    };
    let shape = |form: &StoreForm| serde_json::to_value(form).expect("serialises").to_string();
    let made = one(&fixture, "store.create", stores::create(kh, &ada, bath.clone())).await;
    check(made, "Bath", "", &shape(&bath));
    let ada = fixture.staff(&owner).await;
    let id = ada.stores.iter().find(|store| store.name == "Bath").expect("made").id.to_string();
    let city = StoreForm { name: "Bath City".to_owned(), ..bath.clone() };
    let saved = one(&fixture, "store.update", stores::update(kh, &ada, &id, 1, city.clone())).await;
    check(saved, "Bath City", &shape(&bath), &shape(&city));
    let ada = fixture.staff(&owner).await;
    let switched = one(&fixture, "store.switch", stores::switch(kh, &ada, &id)).await;
    check(switched, "Bath City", "", "");
    let themed = one(&fixture, "profile.set_theme", profile::set_theme(kh, &ada, "dark")).await;
    check(themed, "Ada Owner", r#"{"theme":"system"}"#, r#"{"theme":"dark"}"#);

    let form = fixture.invitation(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let invited = one(&fixture, "user.invite", users::invite(kh, &ada, form)).await;
    check(
        invited,
        "Dana Tester",
        "",
        r#"{"email":"dana@shop.example","groups":"Crew","name":"Dana Tester","stores":"Downtown"}"#,
    );
    let dana = id_of(&fixture, "Dana").await;
    let resent = one(&fixture, "user.resend_invite", users::resend_invite(kh, &ada, &dana)).await;
    check(resent, "Dana Tester", "", "");
    let (invited, active, out) =
        (r#"{"state":"invited"}"#, r#"{"state":"active"}"#, r#"{"state":"deactivated"}"#);
    let withdrawn =
        one(&fixture, "user.withdraw_invite", users::withdraw_invite(kh, &ada, &dana)).await;
    check(withdrawn, "Dana Tester", invited, out);
    let again = one(&fixture, "user.reactivate", users::reactivate(kh, &ada, &dana)).await;
    check(again, "Dana Tester", out, invited);
    let token = fixture.last_link().await;
    let newest = newest_entry(kh).await;
    let browser = try_accept(&fixture, &token).await.expect("accepts");
    let mut entries = entries_after(kh, newest).await;
    assert_eq!(entries.len(), 2, "{entries:?}");
    check(entries.remove(1), "Dana Tester", "", r#"{"sessions_ended":0,"stage":"full"}"#);
    assert_eq!(entries[0].actor, "Dana Tester");
    check(entries.remove(0), "Dana Tester", invited, active);

    let access = access_form(&fixture, &ada, "Dana", &["Sales@Downtown"], &["Downtown", "Airport"]).await;
    let given = one(&fixture, "user.set_access", users::set_access(kh, &ada, access)).await;
    check(
        given,
        "Dana Tester",
        r#"{"groups":"Crew","stores":"Downtown"}"#,
        r#"{"groups":"Sales at Downtown","stores":"Airport, Downtown"}"#,
    );
    let revision = fact(&fixture, "Dana", "revision").await.parse().expect("a number");
    let details = UserDetails {
        first_name: "Dana".to_owned(),
        last_name: "Scully".to_owned(),
        display_name: String::new(),
        phone: "1".to_owned(),
    };
    let saved =
        one(&fixture, "user.update", users::update(kh, &ada, &dana, revision, details)).await;
    check(
        saved,
        "Dana Scully",
        r#"{"display_name":"","first_name":"Dana","last_name":"Tester","phone":""}"#,
        r#"{"display_name":"","first_name":"Dana","last_name":"Scully","phone":"1"}"#,
    );
    let visitor = fixture.visitor(&browser).await;
    let left = one(&fixture, "session.sign_out", sessions::sign_out(kh, &browser, &visitor)).await;
    check(left, "Dana Scully", "", "");
    let came = try_sign_in(kh, &fixture, "dana@shop.example", service::testing::PASSWORD);
    let came = one(&fixture, "session.sign_in", came).await;
    check(came, "Dana Scully", "", r#"{"sessions_ended":0,"stage":"full"}"#);
    let ended = one(&fixture, "user.deactivate", users::deactivate(kh, &ada, &dana)).await;
    check(ended, "Dana Scully", active, r#"{"sessions_ended":1,"state":"deactivated"}"#);

    // Nothing that changes something was left out; what only the system does has its own tests.
    let changes: BTreeSet<String> = access::OPERATIONS
        .iter()
        .filter(|operation| operation.kind == access::Kind::Change)
        .map(|operation| operation.name.to_owned())
        .collect();
    assert_eq!(seen, changes);
}

async fn r59_the_chain_of_a_business_at_work_is_whole(fixture: Fixture) {
    assert_eq!(verify(&fixture.kh).await.expect("verifies"), Verdict::Whole { entries: 0 });
    work(&fixture).await;
    let entries = newest_entry(&fixture.kh).await;
    assert!(entries > 10);
    assert_eq!(verify(&fixture.kh).await.expect("verifies"), Verdict::Whole { entries });
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM audit").await, entries);
    let second = fixture.second_node().await;
    assert_eq!(verify(&second).await.expect("verifies"), Verdict::Whole { entries });
}

/// A dozen entries.
async fn work(fixture: &Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    for theme in ["dark", "light", "system", "dark", "light", "system", "dark"] {
        profile::set_theme(&fixture.kh, &ada, theme).await.expect("a theme");
    }
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
}

/// Takes the triggers away, as who owns the database could.
async fn unlock(kh: &Keyholder) {
    for trigger in ["audit_is_never_changed", "audit_is_never_deleted"] {
        let on = if kh.db().dialect() == Dialect::Postgres { " ON audit" } else { "" };
        write(kh, &format!("DROP TRIGGER {trigger}{on}")).await;
    }
}

async fn r59_an_edited_entry_is_found_by_its_number(fixture: Fixture) {
    work(&fixture).await;
    let kh = &fixture.kh;
    unlock(kh).await;
    let text = [
        "actor_id", "actor_name", "action", "result", "object_kind", "object_id", "object_name",
        "store_id", "before_json", "after_json", "reason", "ip", "device", "session_ref",
        "request_id", "mac",
    ];
    let number = ["at"];
    for (seq, column) in (1..).zip(text.into_iter().chain(number)) {
        let seq = 1 + seq % 10;
        let (changed, restored) = if column == "at" {
            ("at + 1".to_owned(), "at - 1".to_owned())
        } else {
            // One character more, and one less again.
            (format!("{column} || 'x'"), format!("SUBSTR({column}, 1, LENGTH({column}) - 1)"))
        };
        write(kh, &format!("UPDATE audit SET {column} = {changed} WHERE seq = {seq}")).await;
        assert_eq!(verify(kh).await.expect("verifies"), Verdict::Broken { seq }, "{column}");
        write(kh, &format!("UPDATE audit SET {column} = {restored} WHERE seq = {seq}")).await;
        let verdict = verify(kh).await.expect("verifies");
        assert!(matches!(verdict, Verdict::Whole { .. }), "{column}: {verdict:?}");
    }
    // A text that moves from one field into its neighbour is another entry too.
    write(
        kh,
        "UPDATE audit SET actor_name = '', action = actor_name || action WHERE seq = 4",
    )
    .await;
    assert_eq!(verify(kh).await.expect("verifies"), Verdict::Broken { seq: 4 });
}

async fn r59_a_deleted_entry_is_found_by_its_number(fixture: Fixture) {
    work(&fixture).await;
    let kh = &fixture.kh;
    unlock(kh).await;
    let last = newest_entry(kh).await;
    // The last ones first, so that each time one more is missing.
    for seq in [last, 7, 6, 1] {
        write(kh, &format!("DELETE FROM audit WHERE seq = {seq}")).await;
        assert_eq!(verify(kh).await.expect("verifies"), Verdict::Broken { seq });
    }
    write(kh, "DELETE FROM audit").await;
    assert_eq!(verify(kh).await.expect("verifies"), Verdict::Broken { seq: 1 });
}

async fn r59_an_inserted_entry_is_found_by_its_number(fixture: Fixture) {
    work(&fixture).await;
    let kh = &fixture.kh;
    unlock(kh).await;
    let last = newest_entry(kh).await;
    for seq in [last + 1, last + 5, 0, -3] {
        // A copy of a true entry, with its mac.
        let copied = write(
            kh,
            &format!(
                "INSERT INTO audit SELECT {seq}, at, actor_id, actor_name, action, result, \
                   object_kind, object_id, object_name, store_id, before_json, after_json, reason, \
                   ip, device, session_ref, request_id, mac FROM audit WHERE seq = 5"
            ),
        )
        .await;
        assert_eq!(copied, 1);
        assert_eq!(verify(kh).await.expect("verifies"), Verdict::Broken { seq });
        write(kh, &format!("DELETE FROM audit WHERE seq = {seq}")).await;
        assert_eq!(verify(kh).await.expect("verifies"), Verdict::Whole { entries: last });
    }
}

async fn r59_swapped_entries_and_a_changed_head_are_found(fixture: Fixture) {
    work(&fixture).await;
    let kh = &fixture.kh;
    unlock(kh).await;
    let last = newest_entry(kh).await;
    let swap = async || {
        for (from, to) in [(5, 1_000), (6, 5), (1_000, 6)] {
            write(kh, &format!("UPDATE audit SET seq = {to} WHERE seq = {from}")).await;
        }
    };
    swap().await;
    assert_eq!(verify(kh).await.expect("verifies"), Verdict::Broken { seq: 5 });
    swap().await;
    assert_eq!(verify(kh).await.expect("verifies"), Verdict::Whole { entries: last });
    write(kh, "UPDATE audit_head SET seq = seq - 1").await;
    assert!(matches!(verify(kh).await.expect("verifies"), Verdict::Broken { .. }));
    write(kh, "UPDATE audit_head SET seq = seq + 2").await;
    assert_eq!(verify(kh).await.expect("verifies"), Verdict::Broken { seq: last + 1 });
    write(kh, "UPDATE audit_head SET seq = seq - 1, mac = mac || '0'").await;
    assert!(matches!(verify(kh).await.expect("verifies"), Verdict::Broken { .. }));
}

async fn r59_the_log_is_append_only(fixture: Fixture) {
    work(&fixture).await;
    let kh = &fixture.kh;
    let before = Snapshot::of(kh).await;
    let mut statements = vec![
        "UPDATE audit SET reason = 'better' WHERE seq = 3",
        "UPDATE audit SET seq = seq + 100",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
    ];
    if kh.db().dialect() == Dialect::Postgres {
        statements.push("TRUNCATE audit");
    }
    for statement in statements {
        let answer = sqlx::query(statement).execute(kh.writer()).await;
        let error = answer.expect_err(statement).to_string();
        assert!(error.contains("append-only"), "{error}");
    }
    assert_eq!(Snapshot::of(kh).await, before);
}

async fn people_are_never_deleted(fixture: Fixture) {
    work(&fixture).await;
    let answer = sqlx::query("DELETE FROM users").execute(fixture.kh.writer()).await;
    let error = answer.expect_err("refused").to_string();
    assert!(error.contains("never deleted"), "{error}");
}

async fn r59_entries_written_at_once_make_one_chain(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let newest = newest_entry(&fixture.kh).await;
    let acts = (0..40).map(|n| {
        let (kh, by) = (nodes[n % 2].clone(), ada.clone());
        async move {
            for theme in ["dark", "light"] {
                profile::set_theme(&kh, &by, theme).await.expect("writes");
            }
            verify(&kh).await.expect("verifies")
        }
    });
    for verdict in at_once(acts).await {
        assert!(matches!(verdict, Verdict::Whole { .. }), "while others write: {verdict:?}");
    }
    let entries = newest + 80;
    assert_eq!(verify(&fixture.kh).await.expect("verifies"), Verdict::Whole { entries });
}
