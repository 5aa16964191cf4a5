//! Help by command for people who are locked out (product §11).

use domain::users::UserDetails;
use serde_json::{Value, json};
use service::rescue::{self, Owner, Trouble};
use service::testing::{Fixture, PASSWORD};
use service::{Visitor, audit};

use crate::support::{
    MINUTE, entries_after, fact, id_of, newest_entry, number, try_accept, try_sign_in,
};

on_both! {
    a_new_owner_is_invited_by_a_link_that_works_once_and_hangs_on_no_other_owner,
    somebody_who_works_here_becomes_super_admin_at_their_next_request,
    r38_a_second_factor_is_reset_by_command_and_its_owner_is_told,
    a_lock_ends_by_command_and_what_is_no_lock_is_told,
    r27_a_link_to_a_new_password_goes_by_mail_alone,
    r58_each_command_leaves_an_entry_of_the_system,
    nobody_is_helped_before_there_is_a_business,
}

/// The owner's address.
const ADA: &str = "ada@shop.example";

fn names(first: &str, last: &str) -> UserDetails {
    UserDetails {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        ..UserDetails::default()
    }
}

/// The secret of a link that was printed.
fn token(link: &str) -> &str {
    link.rsplit('/').next().expect("a link has parts")
}

async fn a_new_owner_is_invited_by_a_link_that_works_once_and_hangs_on_no_other_owner(
    fixture: Fixture,
) {
    fixture.found().await;
    let kh = &fixture.kh;
    let none = UserDetails::default();
    let nameless = rescue::create_owner(kh, "eve@shop.example", &none).await;
    assert!(
        matches!(nameless, Err(Trouble::Nameless(_))),
        "{nameless:?}"
    );
    let unusable = rescue::create_owner(kh, "no address", &names("Eve", "New")).await;
    assert!(matches!(unusable, Err(Trouble::Unusable)), "{unusable:?}");
    let made = rescue::create_owner(kh, " Eve@shop.example ", &names("Eve", "New")).await;
    let Ok(Owner::Invited { name, link }) = made else {
        panic!("{made:?}")
    };
    assert_eq!(name, "Eve New");
    assert_eq!(
        number(kh, "SELECT COUNT(*) FROM users WHERE password IS NOT NULL").await,
        1,
        "no password is made up"
    );
    // Asked again, there is another link, and the first is dead.
    let again = rescue::create_owner(kh, "eve@shop.example", &none).await;
    let Ok(Owner::Invited { link: second, .. }) = again else {
        panic!("{again:?}")
    };
    try_accept(&fixture, token(&link))
        .await
        .expect_err("it was replaced");
    let view = service::invites::view(kh, token(&second))
        .await
        .expect("shows");
    assert_eq!(view.inviter, "Keyholder");
    // Owners who are lost for good don't take the link with them.
    let lost = "UPDATE users SET state = 'deactivated' WHERE first_name = 'Ada'";
    crate::support::write(kh, lost).await;
    let eve = try_accept(&fixture, token(&second)).await.expect("accepts");
    assert!(fixture.staff(&eve).await.caller.effective.is_super_admin());
    try_accept(&fixture, token(&second))
        .await
        .expect_err("it works once");
    assert!(fixture.mails.sent().is_empty(), "nothing is mailed");
}

async fn somebody_who_works_here_becomes_super_admin_at_their_next_request(fixture: Fixture) {
    let ada = fixture.found().await;
    let ada = fixture.staff(&ada).await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    fixture.invite(&ada, "Ben", &["Sales"], &["Airport"]).await;
    let none = UserDetails::default();
    let promote = |email: &'static str| rescue::create_owner(&fixture.kh, email, &none);
    let made = promote("dana@shop.example").await;
    assert!(matches!(made, Ok(Owner::Made { .. })), "{made:?}");
    let dana = fixture.staff(&browser).await;
    assert!(dana.caller.effective.is_super_admin());
    assert_eq!(dana.caller.person.memberships.len(), 2, "Crew stays");
    let again = promote("dana@shop.example").await;
    assert!(matches!(again, Err(Trouble::Already(_))), "{again:?}");
    let invited = promote("ben@shop.example").await;
    assert!(matches!(invited, Ok(Owner::Invited { .. })), "{invited:?}");
    let id = id_of(&fixture, "Ben").await;
    service::users::withdraw_invite(&fixture.kh, &dana, &id)
        .await
        .expect("withdraws");
    let gone = promote("ben@shop.example").await;
    assert!(matches!(gone, Err(Trouble::Deactivated(_))), "{gone:?}");
}

async fn r38_a_second_factor_is_reset_by_command_and_its_owner_is_told(fixture: Fixture) {
    let browser = fixture.found().await;
    let none = rescue::reset_two_factor(&fixture.kh, "ada@shop.example").await;
    assert!(matches!(none, Err(Trouble::NoFactor(_))), "{none:?}");
    fixture.enrol(&browser).await;
    let reset = rescue::reset_two_factor(&fixture.kh, "ada@shop.example").await;
    assert_eq!(reset.expect("resets").sessions, 1);
    assert!(matches!(
        fixture.visitor(&browser).await,
        Visitor::Nobody { ended: Some(_) }
    ));
    service::outbox::run_due(&fixture.kh).await.expect("sends");
    let mail = fixture.mails.sent().pop().expect("they are told");
    assert_eq!(mail.to, "ada@shop.example");
    assert!(mail.text.contains("looks after"), "{}", mail.text);
    // The password alone is enough now, and neither the phone nor a code is of any use.
    let browser = try_sign_in(&fixture.kh, &fixture, "ada@shop.example", PASSWORD)
        .await
        .expect("signs in");
    let visitor = fixture.visitor(&browser).await;
    assert!(matches!(visitor, Visitor::Staff(_)), "{visitor:?}");
}

async fn a_lock_ends_by_command_and_what_is_no_lock_is_told(fixture: Fixture) {
    fixture.found().await;
    let kh = &fixture.kh;
    let free = rescue::unlock(kh, ADA).await;
    assert!(matches!(free, Err(Trouble::NotLocked(_))), "{free:?}");
    for _ in 0..5 {
        try_sign_in(kh, &fixture, ADA, "wrong")
            .await
            .expect_err("wrong");
    }
    try_sign_in(kh, &fixture, ADA, PASSWORD)
        .await
        .expect_err("locked");
    assert_eq!(
        rescue::unlock(kh, "ADA@shop.example").await.expect("ends"),
        "Ada Owner"
    );
    try_sign_in(kh, &fixture, ADA, PASSWORD)
        .await
        .expect("signs in");
    let nobody = rescue::unlock(kh, "nobody@shop.example").await;
    assert!(matches!(nobody, Err(Trouble::Unknown(_))), "{nobody:?}");
    let off = "UPDATE users SET failures = 100 WHERE first_name = 'Ada'";
    crate::support::write(kh, off).await;
    let off = rescue::unlock(kh, ADA).await;
    assert!(matches!(off, Err(Trouble::PasswordOff(_))), "{off:?}");
    let off = "UPDATE users SET failures = 0, factor_failures = 100 WHERE first_name = 'Ada'";
    crate::support::write(kh, off).await;
    let off = rescue::unlock(kh, ADA).await;
    assert!(matches!(off, Err(Trouble::FactorOff(_))), "{off:?}");
}

async fn r27_a_link_to_a_new_password_goes_by_mail_alone(fixture: Fixture) {
    let ada = fixture.found().await;
    let ada = fixture.staff(&ada).await;
    fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let kh = &fixture.kh;
    let sent = rescue::send_reset(kh, "ada@shop.example").await;
    assert_eq!(sent.expect("sends"), "Ada Owner");
    let token = fixture.last_link().await;
    let view = service::passwords::reset_view(kh, &token)
        .await
        .expect("opens");
    assert_eq!(view.email, "ada@shop.example");
    let invited = rescue::send_reset(kh, "dana@shop.example").await;
    assert!(matches!(invited, Err(Trouble::Invited(_))), "{invited:?}");
    fixture.clock.advance(MINUTE * 31);
    service::passwords::reset_view(kh, &token)
        .await
        .expect_err("it lives 30 minutes");
}

async fn r58_each_command_leaves_an_entry_of_the_system(fixture: Fixture) {
    let browser = fixture.found().await;
    fixture.enrol(&browser).await;
    let kh = &fixture.kh;
    for _ in 0..5 {
        try_sign_in(kh, &fixture, ADA, "wrong")
            .await
            .expect_err("wrong");
    }
    let locked: i64 = fact(&fixture, "Ada", "locked_until")
        .await
        .parse()
        .expect("a number");
    service::tries::notes::write_down(kh).await.expect("writes");
    let newest = newest_entry(kh).await;
    rescue::unlock(kh, ADA).await.expect("unlocks");
    rescue::reset_two_factor(kh, ADA).await.expect("resets");
    rescue::send_reset(kh, ADA).await.expect("sends");
    let eve = names("Eve", "New");
    rescue::create_owner(kh, "eve@shop.example", &eve)
        .await
        .expect("invites");
    rescue::unlock(kh, "nobody@shop.example")
        .await
        .expect_err("nobody");
    let kept = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    let entries: Vec<_> = entries_after(kh, newest).await;
    let said: Vec<_> = entries
        .iter()
        .map(|entry| {
            assert_eq!(
                (entry.actor.as_str(), entry.reason.as_str()),
                ("Keyholder", "user_command")
            );
            let values = (kept(&entry.before), kept(&entry.after));
            (entry.action.as_str(), entry.object.as_str(), values)
        })
        .collect();
    let owner = json!({ "name": "Eve New", "email": "eve@shop.example", "groups": "Super Admin" });
    let off = json!({ "two_factor": false, "sessions_ended": 1 });
    let until = |at: i64| json!({ "locked_until": at });
    assert_eq!(
        said,
        [
            ("rescue.unlock", "Ada Owner", (until(locked), until(0))),
            (
                "rescue.reset_two_factor",
                "Ada Owner",
                (json!({ "two_factor": true }), off)
            ),
            ("rescue.send_reset", "Ada Owner", (Value::Null, Value::Null)),
            ("rescue.create_owner", "Eve New", (Value::Null, owner)),
        ]
    );
    let verdict = audit::verify(kh).await.expect("answers");
    assert!(
        matches!(verdict, audit::Verdict::Whole { .. }),
        "{verdict:?}"
    );
}

async fn nobody_is_helped_before_there_is_a_business(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = rescue::create_owner(kh, "eve@shop.example", &names("Eve", "New")).await;
    assert!(matches!(owner, Err(Trouble::NotSetUp)), "{owner:?}");
    let reset = rescue::send_reset(kh, "eve@shop.example").await;
    assert!(matches!(reset, Err(Trouble::NotSetUp)), "{reset:?}");
}
