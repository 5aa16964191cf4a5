//! Mail waits in the outbox, in the transaction that caused it, until a mail server takes it
//! (product §9).

use std::time::Duration;

use access::UserId;
use domain::AppError;
use domain::mail::{MailState, MailTrouble};
use domain::users::InviteUser;
use service::mail::MailError;
use service::testing::{Fixture, PUBLIC_URL};
use service::{Staff, outbox, users};

use crate::support::{
    MINUTE, MOMENT, Snapshot, at_once, error, id_of, just_before, number, texts, write,
};

on_both! {
    r12_an_invitation_is_answered_before_the_mail_server_is_asked,
    a_refused_invitation_queues_no_mail,
    a_dead_mail_server_loses_nothing_and_its_words_show,
    a_mail_that_is_refused_for_good_shows_as_failed,
    two_workers_send_each_mail_once,
    a_worker_that_died_loses_its_lease_and_its_mail_goes_out,
    a_mails_body_is_erased_once_it_is_sent_or_given_up,
    r24_links_lead_to_the_configured_address_only,
    r25_a_mail_goes_to_the_one_stored_address,
}

async fn invite(fixture: &Fixture, by: &Staff, name: &str) {
    let form = fixture.invitation(by, name, &["Crew"], &["Downtown"]).await;
    users::invite(&fixture.kh, by, form).await.expect("invites");
}

async fn state(fixture: &Fixture, by: &Staff, name: &str) -> MailState {
    let id = id_of(fixture, name).await;
    let view = users::view(&fixture.kh, by, &id).await.expect("page");
    view.invite.expect("an invitation").mail
}

fn dead() -> MailError {
    MailError {
        trouble: MailTrouble::Unreachable,
        said: "connection refused".to_owned(),
        permanent: false,
    }
}

async fn run(fixture: &Fixture) -> usize {
    outbox::run_due(&fixture.kh)
        .await
        .expect("the outbox is worked off")
}

async fn r12_an_invitation_is_answered_before_the_mail_server_is_asked(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.mails.refuse(Some(dead()));
    invite(&fixture, &ada, "Dana").await;
    assert_eq!(state(&fixture, &ada, "Dana").await, MailState::Queued);
    fixture.mails.refuse(None);
    assert!(
        fixture.mails.sent().is_empty(),
        "the request itself sends nothing"
    );
    assert_eq!(run(&fixture).await, 1);
    assert_eq!(state(&fixture, &ada, "Dana").await, MailState::Sent);
    let sent = fixture.mails.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].text.contains("Ada Owner") && sent[0].subject.contains("Ada's Hire"));
}

async fn a_refused_invitation_queues_no_mail(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mia = fixture.join(&ada, "Mia", &["Admin"], &["Downtown"]).await;
    let mia = fixture.staff(&mia).await;
    let sent = fixture.mails.sent().len();
    let form = fixture
        .invitation(&mia, "Eve", &["Super Admin"], &["Downtown"])
        .await;
    assert!(matches!(
        error(users::invite(&fixture.kh, &mia, form).await),
        AppError::Refused(_)
    ));
    let form = fixture
        .invitation(&ada, "Mia", &["Crew"], &["Downtown"])
        .await;
    assert!(matches!(
        error(users::invite(&fixture.kh, &ada, form).await),
        AppError::Invalid(_)
    ));
    assert_eq!(run(&fixture).await, 0);
    assert_eq!(fixture.mails.sent().len(), sent);
}

async fn a_dead_mail_server_loses_nothing_and_its_words_show(fixture: Fixture) {
    let owner = fixture.found().await;
    write(
        &fixture.kh,
        "UPDATE business SET idle_minutes = 100000, absolute_minutes = 100000",
    )
    .await;
    let ada = fixture.staff(&owner).await;
    fixture.mails.refuse(Some(dead()));
    for name in ["Dana", "Erik"] {
        invite(&fixture, &ada, name).await;
    }
    let retrying = MailState::Retrying {
        trouble: MailTrouble::Unreachable,
        said: "connection refused".to_owned(),
    };
    let mut wait = Duration::from_secs(30);
    for _ in 0..6 {
        assert_eq!(run(&fixture).await, 2);
        assert_eq!(run(&fixture).await, 0, "not again at once");
        assert_eq!(state(&fixture, &ada, "Dana").await, retrying.clone());
        // Each wait is twice as long, and up to a quarter more.
        fixture.clock.advance(just_before(wait));
        assert_eq!(run(&fixture).await, 0, "not before {wait:?}");
        fixture.clock.advance(wait / 4 + MOMENT);
        wait *= 2;
    }
    fixture.mails.refuse(None);
    assert_eq!(run(&fixture).await, 2);
    assert_eq!(state(&fixture, &ada, "Dana").await, MailState::Sent);
    let mut to: Vec<String> = fixture
        .mails
        .sent()
        .into_iter()
        .map(|mail| mail.to)
        .collect();
    to.sort();
    assert_eq!(to, ["dana@shop.example", "erik@shop.example"]);
}

async fn a_mail_that_is_refused_for_good_shows_as_failed(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let said = "550 no such mailbox".to_owned();
    fixture.mails.refuse(Some(MailError {
        trouble: MailTrouble::Refused,
        said: said.clone(),
        permanent: true,
    }));
    invite(&fixture, &ada, "Dana").await;
    assert_eq!(run(&fixture).await, 1);
    assert_eq!(
        state(&fixture, &ada, "Dana").await,
        MailState::Failed {
            trouble: MailTrouble::Refused,
            said,
        }
    );
    fixture.mails.refuse(None);
    fixture.clock.advance(MINUTE * 30);
    assert_eq!(run(&fixture).await, 0);
    // Sent again, the mail is a new one.
    let ada = fixture.staff(&owner).await;
    users::resend_invite(&fixture.kh, &ada, &id_of(&fixture, "Dana").await)
        .await
        .expect("resends");
    assert_eq!(run(&fixture).await, 1);
    assert_eq!(state(&fixture, &ada, "Dana").await, MailState::Sent);
}

async fn two_workers_send_each_mail_once(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    for n in 0..20 {
        invite(&fixture, &ada, &format!("Dana{n}")).await;
    }
    let workers = (0..4).map(|n| {
        let kh = nodes[n % 2].clone();
        async move { outbox::run_due(&kh).await.expect("works") }
    });
    let tried: usize = at_once(workers).await.into_iter().sum();
    // A worker that found the mail it wanted just taken may have stopped early.
    let rest = run(&fixture).await;
    assert_eq!(tried + rest, 20);
    let mut to: Vec<String> = fixture
        .mails
        .sent()
        .into_iter()
        .map(|mail| mail.to)
        .collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), fixture.mails.sent().len()), (20, 20));
}

async fn a_worker_that_died_loses_its_lease_and_its_mail_goes_out(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    invite(&fixture, &ada, "Dana").await;
    // A worker of another node has just claimed it, and is killed.
    let until = fixture.kh.now().0 + 120_000;
    write(
        &fixture.kh,
        &format!("UPDATE outbox SET leased_until = {until}, attempts = 1"),
    )
    .await;
    assert_eq!(run(&fixture).await, 0);
    fixture.clock.advance(just_before(MINUTE * 2));
    assert_eq!(run(&fixture).await, 0);
    fixture.clock.advance(MOMENT);
    assert_eq!(run(&fixture).await, 1);
    assert_eq!(fixture.mails.sent().len(), 1);
}

async fn a_mails_body_is_erased_once_it_is_sent_or_given_up(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let bodies = "SELECT COUNT(*) FROM outbox WHERE body_sealed IS NOT NULL";
    invite(&fixture, &ada, "Dana").await;
    assert_eq!(number(&fixture.kh, bodies).await, 1);
    // Sealed: neither the receiver nor the link can be read.
    let sealed = texts(&fixture.kh, "SELECT body_sealed FROM outbox")
        .await
        .remove(0);
    run(&fixture).await;
    assert_eq!(number(&fixture.kh, bodies).await, 0);
    let link = fixture.mails.sent()[0].link.clone().expect("a link");
    assert!(!sealed.contains(&link) && !sealed.contains("dana"));
    fixture.mails.refuse(Some(MailError {
        trouble: MailTrouble::Shape,
        said: String::new(),
        permanent: true,
    }));
    invite(&fixture, &ada, "Erik").await;
    assert_eq!(number(&fixture.kh, bodies).await, 1);
    run(&fixture).await;
    assert_eq!(number(&fixture.kh, bodies).await, 0);
}

async fn r24_links_lead_to_the_configured_address_only(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    // Whatever stands in a name stays a name.
    let form = InviteUser {
        first_name: "https://evil.example/accept-invite/x".to_owned(),
        last_name: "<a href=\"https://evil.example\">here</a>".to_owned(),
        ..fixture
            .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
            .await
    };
    users::invite(&fixture.kh, &ada, form)
        .await
        .expect("invites");
    run(&fixture).await;
    let mail = fixture.mails.sent().remove(0);
    let link = mail.link.expect("a link");
    assert!(
        link.starts_with(&format!("{PUBLIC_URL}/accept-invite/")),
        "{link}"
    );
    assert!(mail.text.contains(&link));
    let targets: Vec<&str> = mail
        .html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(!targets.is_empty());
    assert!(
        targets.iter().all(|target| target.starts_with(PUBLIC_URL)),
        "{targets:?}"
    );
}

async fn r25_a_mail_goes_to_the_one_stored_address(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let form = InviteUser {
        email: "  Dana@Shop.Example ".to_owned(),
        ..fixture
            .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
            .await
    };
    users::invite(&fixture.kh, &ada, form)
        .await
        .expect("invites");
    users::resend_invite(&fixture.kh, &ada, &id_of(&fixture, "Dana").await)
        .await
        .expect("resends");
    run(&fixture).await;
    let to: Vec<String> = fixture
        .mails
        .sent()
        .into_iter()
        .map(|mail| mail.to)
        .collect();
    assert!(to.iter().all(|to| to == "Dana@Shop.Example"), "{to:?}");
    // Nothing is sent to who is not there.
    let before = Snapshot::but_for_refusals(&fixture.kh).await;
    let nobody = UserId::nil().to_string();
    let answer = users::resend_invite(&fixture.kh, &ada, &nobody).await;
    assert_eq!(error(answer), AppError::NotFound);
    let after = Snapshot::but_for_refusals(&fixture.kh).await;
    assert_eq!(before.changes(&after), [] as [&str; 0]);
}
