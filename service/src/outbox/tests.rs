mod real;

use std::collections::BTreeSet;
use std::sync::Arc;

use access::{Instant, MailId};
use domain::mail::{MailKind, MailState};

use super::*;
use crate::clock::{Clock as _, FixedClock};
use crate::crypto::SecretKey;
use crate::hashing::HashParams;
use crate::keyholder::{Config, Parts};
use crate::mail::{MailError, Mailer, MemoryMailer, Sending};
use crate::random::{SeededRandomness, SystemRandomness};

const START: Instant = Instant(1_795_253_400_000);

/// An installation on a database of its own.
struct Office {
    kh: Keyholder,
    clock: Arc<FixedClock>,
    folder: std::path::PathBuf,
}

impl Office {
    async fn new(mailer: Arc<dyn Mailer>) -> Self {
        let name = format!("keyholder-outbox-{:016x}", SystemRandomness.below(u64::MAX));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        let clock = Arc::new(FixedClock::at(START));
        let rng = Arc::new(SeededRandomness::new(1));
        let config = Config {
            database_url: crate::db::sqlite_url(&folder.join("db")),
            data_dir: folder.clone(),
            public_url: "https://keys.example".to_owned(),
            mail_from: "keys@shop.example".to_owned(),
        };
        let key = SecretKey::generate(&*rng);
        let hashing = HashParams::cheap();
        let parts = Parts {
            clock: clock.clone(),
            rng,
            mailer,
            hashing,
        };
        Self {
            kh: Keyholder::open(config, key, parts).await.unwrap(),
            clock,
            folder,
        }
    }

    async fn write(&self, reference: &str) {
        let mut tx = self.kh.db().begin().await.unwrap();
        put(
            &self.kh,
            &mut tx,
            MailKind::NewDevice,
            None,
            Some(reference),
            &message(reference),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    async fn state(&self, reference: &str) -> Option<MailState> {
        let mut conn = self.kh.reader().acquire().await.unwrap();
        state_of(&mut conn, reference).await.unwrap()
    }

    async fn run(&self) -> usize {
        run_due(&self.kh).await.unwrap()
    }

    /// How many bodies there are, and whether one of them can be read in the database.
    async fn bodies(&self) -> (usize, bool) {
        let bodies: Vec<String> =
            sqlx::query_scalar("SELECT body_sealed FROM outbox WHERE body_sealed IS NOT NULL")
                .fetch_all(self.kh.writer())
                .await
                .unwrap();
        let readable = |body: &String| body.contains("canary") || body.contains("dana");
        (bodies.len(), bodies.iter().any(readable))
    }

    async fn close(self) {
        self.kh.close().await;
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

fn message(reference: &str) -> Message {
    Message {
        from_name: "Finch".to_owned(),
        to_name: "Dana".to_owned(),
        to: "dana@shop.example".to_owned(),
        subject: format!("About {reference}"),
        text: "https://keys.example/accept-invite/canary".to_owned(),
        html: "<p>canary</p>".to_owned(),
        link: None,
    }
}

fn refusal(permanent: bool) -> MailError {
    MailError {
        trouble: MailTrouble::Refused,
        said: "no such mailbox".to_owned(),
        permanent,
    }
}

#[tokio::test]
async fn r21_a_mail_waits_sealed_and_its_body_is_erased_once_it_is_sent() {
    let mailer = Arc::new(MemoryMailer::default());
    let office = Office::new(mailer.clone()).await;
    assert_eq!(office.state("1").await, None);
    office.write("1").await;
    assert_eq!(office.state("1").await, Some(MailState::Queued));
    assert_eq!(office.bodies().await, (1, false));
    assert_eq!(office.run().await, 1);
    assert_eq!(mailer.sent().len(), 1);
    assert_eq!(mailer.sent()[0].to, "dana@shop.example");
    assert_eq!(office.state("1").await, Some(MailState::Sent));
    assert_eq!(office.bodies().await, (0, false));
    assert_eq!(office.run().await, 0);
    office.close().await;
}

#[tokio::test]
async fn a_mail_that_its_transaction_did_not_commit_is_never_sent() {
    let office = Office::new(Arc::new(MemoryMailer::default())).await;
    let mut tx = office.kh.db().begin().await.unwrap();
    put(
        &office.kh,
        &mut tx,
        MailKind::NewDevice,
        None,
        Some("1"),
        &message("1"),
    )
    .await
    .unwrap();
    drop(tx);
    assert_eq!(office.run().await, 0);
    assert_eq!(office.state("1").await, None);
    office.close().await;
}

#[tokio::test]
async fn a_dead_mail_server_loses_nothing() {
    let mailer = Arc::new(MemoryMailer::default());
    let office = Office::new(mailer.clone()).await;
    mailer.refuse(Some(refusal(false)));
    office.write("1").await;
    office.write("2").await;
    let retrying = MailState::Retrying {
        trouble: MailTrouble::Refused,
        said: "no such mailbox".to_owned(),
    };
    for _ in 0..40 {
        assert_eq!(office.run().await, 2);
        assert_eq!(office.run().await, 0, "not before its time");
        assert_eq!(office.state("1").await, Some(retrying.clone()));
        office.clock.advance(LONGEST_WAIT * 5 / 4);
    }
    mailer.refuse(None);
    assert_eq!(office.run().await, 2);
    let subjects: Vec<String> = mailer.sent().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects.len(), 2);
    assert_eq!(office.state("1").await, Some(MailState::Sent));
    office.close().await;
}

#[tokio::test]
async fn a_mail_that_nobody_takes_is_given_up_after_three_days_and_its_body_erased() {
    let mailer = Arc::new(MemoryMailer::default());
    let office = Office::new(mailer.clone()).await;
    mailer.refuse(Some(refusal(false)));
    office.write("1").await;
    let failed = Some(MailState::Failed {
        trouble: MailTrouble::Refused,
        said: "no such mailbox".to_owned(),
    });
    while office.state("1").await != failed {
        assert_eq!(office.bodies().await.0, 1);
        office.run().await;
        office.clock.advance(Duration::from_mins(10));
    }
    let days = Duration::from_millis(u64::try_from(office.clock.now().0 - START.0).unwrap())
        .as_secs()
        / 86_400;
    assert!((3..5).contains(&days), "{days}");
    assert_eq!(office.bodies().await.0, 0);
    mailer.refuse(None);
    office.clock.advance(LONGEST_WAIT * 100);
    assert_eq!(office.run().await, 0);
    office.close().await;
}

#[tokio::test]
async fn a_final_refusal_is_not_tried_again() {
    let mailer = Arc::new(MemoryMailer::default());
    let office = Office::new(mailer.clone()).await;
    mailer.refuse(Some(refusal(true)));
    office.write("1").await;
    assert_eq!(office.run().await, 1);
    let failed = MailState::Failed {
        trouble: MailTrouble::Refused,
        said: "no such mailbox".to_owned(),
    };
    assert_eq!(office.state("1").await, Some(failed));
    assert_eq!(office.bodies().await.0, 0);
    office.close().await;
}

#[tokio::test]
async fn a_mail_is_claimed_once_and_claimed_anew_when_its_worker_died() {
    let office = Office::new(Arc::new(MemoryMailer::default())).await;
    office.write("1").await;
    let claim = |now, lease| sql::claim(office.kh.writer(), now, lease);
    let lease = later(START, LEASE);
    let first = claim(START, lease).await.unwrap().unwrap();
    assert_eq!(first.tries, 1);
    assert!(claim(START, lease).await.unwrap().is_none());
    assert!(claim(Instant(lease.0 - 1), lease).await.unwrap().is_none());
    let second_lease = later(lease, LEASE);
    let second = claim(lease, second_lease).await.unwrap().unwrap();
    assert_eq!((second.id.clone(), second.tries), (first.id.clone(), 2));
    // The first worker was only slow: what it finds out late about failing changes nothing,
    sql::put_off(office.kh.writer(), &first.id, lease, "late", START)
        .await
        .unwrap();
    sql::gave_up(office.kh.writer(), &first.id, lease, "late", START)
        .await
        .unwrap();
    assert_eq!(office.state("1").await, Some(MailState::Queued));
    assert!(claim(lease, second_lease).await.unwrap().is_none());
    // but that it was sent counts.
    sql::sent(office.kh.writer(), &first.id, lease)
        .await
        .unwrap();
    sql::put_off(office.kh.writer(), &first.id, second_lease, "late", START)
        .await
        .unwrap();
    assert_eq!(office.state("1").await, Some(MailState::Sent));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_workers_send_each_mail_once() {
    let mailer = Arc::new(MemoryMailer::default());
    let office = Office::new(mailer.clone()).await;
    for n in 0..20 {
        office.write(&n.to_string()).await;
    }
    let workers = (0..4).map(|_| run_due(&office.kh));
    let tried: usize = futures::future::try_join_all(workers)
        .await
        .unwrap()
        .into_iter()
        .sum();
    let subjects: BTreeSet<String> = mailer.sent().into_iter().map(|mail| mail.subject).collect();
    assert_eq!((tried, mailer.sent().len(), subjects.len()), (20, 20, 20));
    office.close().await;
}

#[tokio::test]
async fn a_body_moved_to_another_mail_is_not_sent() {
    let mailer = Arc::new(MemoryMailer::default());
    let office = Office::new(mailer.clone()).await;
    office.write("1").await;
    sqlx::query("UPDATE outbox SET id = $1")
        .bind(MailId::nil().to_string())
        .execute(office.kh.writer())
        .await
        .unwrap();
    assert_eq!(office.run().await, 1);
    assert!(mailer.sent().is_empty());
    assert!(matches!(
        office.state("1").await,
        Some(MailState::Failed { .. })
    ));
    office.close().await;
}

/// A mail server that takes the connection and says nothing.
struct Silent;

impl Mailer for Silent {
    fn send<'a>(&'a self, _: Outgoing<'a>) -> Sending<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_sends_when_it_is_woken_and_stops_when_it_is_told() {
    let mailer = Arc::new(MemoryMailer::default());
    let office = Office::new(mailer.clone()).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = tokio::spawn(work(office.kh.clone(), async move {
        let _ = stopped.await;
    }));
    office.write("1").await;
    office.kh.mail_waiting().notify_one();
    while mailer.sent().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(()).unwrap();
    worker.await.unwrap();
    office.close().await;
}

#[tokio::test]
async fn a_silent_mail_server_holds_up_neither_the_next_mail_nor_the_shutdown() {
    let office = Office::new(Arc::new(Silent)).await;
    office.write("1").await;
    office.write("2").await;
    let moment = Duration::from_millis(20);
    let pace = Pace {
        sending: moment,
        ..PACE
    };
    assert!(send_next(&office.kh, pace).await.unwrap());
    let slow = MailState::Retrying {
        trouble: MailTrouble::Slow,
        said: String::new(),
    };
    assert_eq!(office.state("1").await, Some(slow));
    let pace = Pace {
        grace: moment,
        ..PACE
    };
    let stopped = work_at(pace, &office.kh, tokio::time::sleep(moment));
    tokio::time::timeout(Duration::from_secs(10), stopped)
        .await
        .unwrap();
    assert_eq!(office.state("2").await, Some(MailState::Queued));
    office.close().await;
}

#[test]
fn waits_double_up_to_an_hour_and_spread() {
    let rng = SeededRandomness::new(1);
    for (tries, seconds) in [
        (1, 30),
        (2, 60),
        (3, 120),
        (7, 1_920),
        (8, 3_600),
        (79, 3_600),
    ] {
        let least = Duration::from_secs(seconds);
        let waits: Vec<Duration> = (0..20).map(|_| wait(tries, &rng)).collect();
        assert!(
            waits
                .iter()
                .all(|&wait| least <= wait && wait < least * 5 / 4),
            "{waits:?}"
        );
        assert!(waits.iter().any(|&wait| wait != waits[0]));
    }
}
