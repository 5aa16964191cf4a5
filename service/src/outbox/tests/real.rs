//! Against a real mail server that is down, silent, or refuses.

use super::*;
use crate::mail::SmtpMailer;
use crate::mail::smtp_server::{Rules, Seal, SmtpServer};

fn smtp(port: u16) -> Arc<SmtpMailer> {
    Arc::new(SmtpMailer::new(&format!("smtp://localhost:{port}"), None).unwrap())
}

#[tokio::test]
async fn mails_wait_for_a_mail_server_that_is_down_and_go_out_when_it_is_up() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let office = Office::new(smtp(port)).await;
    office.write("1").await;
    assert_eq!(office.run().await, 1);
    let state = office.state("1").await;
    let Some(MailState::Retrying { trouble, .. }) = state else {
        panic!("{state:?}")
    };
    assert_eq!(trouble, MailTrouble::Unreachable);
    assert_eq!(office.bodies().await, (1, false), "nothing is lost");
    let server = SmtpServer::start_at(port, Rules::sealed(Seal::Never)).await;
    assert_eq!(office.run().await, 0, "not before its time");
    office.clock.advance(FIRST_WAIT * 5 / 4);
    assert_eq!(office.run().await, 1);
    assert_eq!(office.state("1").await, Some(MailState::Sent));
    assert_eq!(server.taken().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_mail_server_that_never_answers_is_left_after_its_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let office = Office::new(smtp(silent.local_addr().unwrap().port())).await;
    office.write("1").await;
    let pace = Pace {
        sending: Duration::from_millis(50),
        ..PACE
    };
    assert!(send_next(&office.kh, pace).await.unwrap());
    let slow = MailState::Retrying {
        trouble: MailTrouble::Slow,
        said: String::new(),
    };
    assert_eq!(office.state("1").await, Some(slow));
    assert_eq!(office.bodies().await, (1, false), "nothing is lost");
    office.close().await;
}

#[tokio::test]
async fn a_refused_receiver_is_given_up_and_a_full_mailbox_is_tried_again() {
    for (receiver, gives_up) in [
        ("550 5.1.1 no such user", true),
        ("452 4.2.2 mailbox full", false),
    ] {
        let rules = Rules {
            receiver,
            ..Rules::sealed(Seal::Never)
        };
        let server = SmtpServer::start(rules).await;
        let office = Office::new(smtp(server.port)).await;
        office.write("1").await;
        assert_eq!(office.run().await, 1);
        let state = office.state("1").await;
        let (
            Some(MailState::Failed { trouble, said } | MailState::Retrying { trouble, said }),
            bodies,
        ) = (state.clone(), office.bodies().await.0)
        else {
            panic!("{state:?}")
        };
        assert_eq!(trouble, MailTrouble::Refused);
        assert!(said.contains(&receiver[4..]), "{said}");
        assert_eq!(matches!(state, Some(MailState::Failed { .. })), gives_up);
        assert_eq!(bodies, usize::from(!gives_up));
        assert!(server.taken().is_empty());
        office.close().await;
    }
}
