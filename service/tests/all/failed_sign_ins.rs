//! Failed sign-ins in the audit log: what the doors note of known accounts becomes an entry once,
//! and the rest fills no log.

use service::testing::{Fixture, PASSWORD};
use service::tries;

use crate::support::{MINUTE, id_of, newest_entry, number, try_sign_in};

on_both! {
    r58_a_failed_sign_in_of_a_known_account_is_written_down_once,
    r58_tries_at_unknown_and_locked_accounts_fill_no_log,
}

/// The doors leave notes, and these become entries.
async fn noted(fixture: &Fixture) {
    tries::notes::write_down(&fixture.kh).await.expect("writes");
}

async fn r58_a_failed_sign_in_of_a_known_account_is_written_down_once(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let kh = &fixture.kh;
    let newest = newest_entry(kh).await;
    let tried = kh.now().0;
    let second = fixture.second_node().await;
    for node in [kh, &second] {
        try_sign_in(node, &fixture, "DANA@shop.example", "wrong")
            .await
            .expect_err("wrong");
    }
    assert_eq!(newest_entry(kh).await, newest, "the door writes no entry");
    fixture.clock.advance(MINUTE);
    let (one, other) = tokio::join!(
        tries::notes::write_down(kh),
        tries::notes::write_down(&second)
    );
    one.and(other).expect("writes");
    let dana = id_of(&fixture, "Dana").await;
    let sql = format!(
        "SELECT COUNT(*) FROM audit WHERE seq > {newest} AND action = 'session.fail' \
         AND result = 'refused' AND actor_id = '' AND actor_name = '' AND object_id = '{dana}' \
         AND object_name = 'Dana Tester' AND at = {tried} AND ip = '203.0.113.7' \
         AND device = 'Firefox on Linux' AND reason = 'wrong_try'"
    );
    assert_eq!(number(kh, &sql).await, 2);
    assert_eq!(newest_entry(kh).await, newest + 2, "each once");
    noted(&fixture).await;
    assert_eq!(newest_entry(kh).await, newest + 2);
    assert_eq!(number(kh, "SELECT COUNT(*) FROM failed_tries").await, 0);
}

async fn r58_tries_at_unknown_and_locked_accounts_fill_no_log(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let kh = &fixture.kh;
    let newest = newest_entry(kh).await;
    for _ in 0..9 {
        for email in ["dana@shop.example", "nobody@shop.example"] {
            try_sign_in(kh, &fixture, email, "wrong")
                .await
                .expect_err("wrong");
        }
    }
    noted(&fixture).await;
    // Four wrong tries and the lock; the others met a locked account, or none.
    assert_eq!(newest_entry(kh).await, newest + 5);
    assert_eq!(number(kh, "SELECT COUNT(*) FROM failed_tries").await, 0);
    fixture.clock.advance(MINUTE * 15);
    try_sign_in(kh, &fixture, "dana@shop.example", PASSWORD)
        .await
        .expect("the lock is over");
}
