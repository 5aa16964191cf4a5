//! The audit log is chained and append-only (product §8).

use service::audit::{Verdict, verify};
use service::db::Dialect;
use service::testing::Fixture;
use service::{Keyholder, profile};

use crate::support::{Snapshot, at_once, newest_entry, number, write};

on_both! {
    r59_the_chain_of_a_business_at_work_is_whole,
    r59_an_edited_entry_is_found_by_its_number,
    r59_a_deleted_entry_is_found_by_its_number,
    r59_an_inserted_entry_is_found_by_its_number,
    r59_swapped_entries_and_a_changed_head_are_found,
    r59_the_log_is_append_only,
    people_are_never_deleted,
    r59_entries_written_at_once_make_one_chain,
}

async fn r59_the_chain_of_a_business_at_work_is_whole(fixture: Fixture) {
    assert_eq!(
        verify(&fixture.kh).await.expect("verifies"),
        Verdict::Whole { entries: 0 }
    );
    work(&fixture).await;
    let entries = newest_entry(&fixture.kh).await;
    assert!(entries > 10);
    assert_eq!(
        verify(&fixture.kh).await.expect("verifies"),
        Verdict::Whole { entries }
    );
    assert_eq!(
        number(&fixture.kh, "SELECT COUNT(*) FROM audit").await,
        entries
    );
    let second = fixture.second_node().await;
    assert_eq!(
        verify(&second).await.expect("verifies"),
        Verdict::Whole { entries }
    );
}

/// A dozen entries.
async fn work(fixture: &Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    for theme in ["dark", "light", "system", "dark", "light", "system", "dark"] {
        profile::set_theme(&fixture.kh, &ada, theme)
            .await
            .expect("a theme");
    }
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
}

/// Takes the triggers away, as who owns the database could.
async fn unlock(kh: &Keyholder) {
    for trigger in ["audit_is_never_changed", "audit_is_never_deleted"] {
        let on = if kh.db().dialect() == Dialect::Postgres {
            " ON audit"
        } else {
            ""
        };
        write(kh, &format!("DROP TRIGGER {trigger}{on}")).await;
    }
}

async fn r59_an_edited_entry_is_found_by_its_number(fixture: Fixture) {
    work(&fixture).await;
    let kh = &fixture.kh;
    unlock(kh).await;
    let text = [
        "actor_id",
        "actor_name",
        "action",
        "result",
        "object_kind",
        "object_id",
        "object_name",
        "store_id",
        "before_json",
        "after_json",
        "reason",
        "ip",
        "device",
        "session_ref",
        "request_id",
        "mac",
    ];
    let number = ["at"];
    for (seq, column) in (1..).zip(text.into_iter().chain(number)) {
        let seq = 1 + seq % 10;
        let (changed, restored) = if column == "at" {
            ("at + 1".to_owned(), "at - 1".to_owned())
        } else {
            // One character more, and one less again.
            (
                format!("{column} || 'x'"),
                format!("SUBSTR({column}, 1, LENGTH({column}) - 1)"),
            )
        };
        write(
            kh,
            &format!("UPDATE audit SET {column} = {changed} WHERE seq = {seq}"),
        )
        .await;
        assert_eq!(
            verify(kh).await.expect("verifies"),
            Verdict::Broken { seq },
            "{column}"
        );
        write(
            kh,
            &format!("UPDATE audit SET {column} = {restored} WHERE seq = {seq}"),
        )
        .await;
        let verdict = verify(kh).await.expect("verifies");
        assert!(
            matches!(verdict, Verdict::Whole { .. }),
            "{column}: {verdict:?}"
        );
    }
    // A text that moves from one field into its neighbour is another entry too.
    write(
        kh,
        "UPDATE audit SET actor_name = '', action = actor_name || action WHERE seq = 4",
    )
    .await;
    assert_eq!(
        verify(kh).await.expect("verifies"),
        Verdict::Broken { seq: 4 }
    );
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
    assert_eq!(
        verify(kh).await.expect("verifies"),
        Verdict::Broken { seq: 1 }
    );
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
        assert_eq!(
            verify(kh).await.expect("verifies"),
            Verdict::Whole { entries: last }
        );
    }
}

async fn r59_swapped_entries_and_a_changed_head_are_found(fixture: Fixture) {
    work(&fixture).await;
    let kh = &fixture.kh;
    unlock(kh).await;
    let last = newest_entry(kh).await;
    let swap = async || {
        for (from, to) in [(5, 1_000), (6, 5), (1_000, 6)] {
            write(
                kh,
                &format!("UPDATE audit SET seq = {to} WHERE seq = {from}"),
            )
            .await;
        }
    };
    swap().await;
    assert_eq!(
        verify(kh).await.expect("verifies"),
        Verdict::Broken { seq: 5 }
    );
    swap().await;
    assert_eq!(
        verify(kh).await.expect("verifies"),
        Verdict::Whole { entries: last }
    );
    write(kh, "UPDATE audit_head SET seq = seq - 1").await;
    assert!(matches!(
        verify(kh).await.expect("verifies"),
        Verdict::Broken { .. }
    ));
    write(kh, "UPDATE audit_head SET seq = seq + 2").await;
    assert_eq!(
        verify(kh).await.expect("verifies"),
        Verdict::Broken { seq: last + 1 }
    );
    write(kh, "UPDATE audit_head SET seq = seq - 1, mac = mac || '0'").await;
    assert!(matches!(
        verify(kh).await.expect("verifies"),
        Verdict::Broken { .. }
    ));
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
    let answer = sqlx::query("DELETE FROM users")
        .execute(fixture.kh.writer())
        .await;
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
        assert!(
            matches!(verdict, Verdict::Whole { .. }),
            "while others write: {verdict:?}"
        );
    }
    let entries = newest + 80;
    assert_eq!(
        verify(&fixture.kh).await.expect("verifies"),
        Verdict::Whole { entries }
    );
}
