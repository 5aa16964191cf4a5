//! Against a real server, with and without TLS.

use access::{Instant, MailId};
use domain::mail::MailTrouble;

use super::SmtpMailer;
use crate::mail::smtp_server::{Rules, Seal, SmtpServer, Taken};
use crate::mail::{MailError, Mailer as _, Message, Outgoing};

const USER: &str = "keys@shop.example";
const PASSWORD: &str = "p@ss:word/100%";
/// Both, as a URL holds them.
const LOGIN: &str = "keys%40shop.example:p%40ss%3Aword%2F100%25@";

async fn send(url: &str, authority: Option<&[u8]>) -> Result<(), MailError> {
    let message = Message {
        from_name: "Finch".to_owned(),
        to_name: "Dana".to_owned(),
        to: "dana@shop.example".to_owned(),
        subject: "Hello".to_owned(),
        text: "Hello\n".to_owned(),
        html: "<p>Hello</p>\n".to_owned(),
        link: None,
    };
    let mail = Outgoing {
        id: MailId::nil(),
        from: "keys@shop.example",
        date: Instant(0),
        message: &message,
    };
    let mailer = SmtpMailer::new(url, authority).unwrap();
    mailer.send(mail).await
}

fn taken(sealed: bool, signed_in: bool) -> Vec<Taken> {
    vec![Taken {
        sealed,
        signed_in,
        to: "RCPT TO:<dana@shop.example>".to_owned(),
    }]
}

#[tokio::test]
async fn a_mail_goes_over_starttls_and_over_tls_from_the_start() {
    for (seal, scheme, query) in [
        (Seal::Asked, "smtp", "?tls=required"),
        (Seal::Asked, "smtp", "?tls=opportunistic"),
        (Seal::Always, "smtps", ""),
    ] {
        let server = SmtpServer::start(Rules::sealed(seal)).await;
        let url = format!("{scheme}://localhost:{}{query}", server.port);
        send(&url, Some(&server.authority)).await.unwrap();
        assert_eq!(server.taken(), taken(true, false), "{url}");
    }
}

#[tokio::test]
async fn user_and_password_are_sent_as_they_were_meant() {
    for (seal, scheme, query) in [
        (Seal::Asked, "smtp", "?tls=required"),
        (Seal::Always, "smtps", ""),
    ] {
        let rules = Rules {
            login: Some((USER, PASSWORD)),
            ..Rules::sealed(seal)
        };
        let server = SmtpServer::start(rules).await;
        let url = |login: &str| format!("{scheme}://{login}localhost:{}{query}", server.port);
        send(&url(LOGIN), Some(&server.authority)).await.unwrap();
        assert_eq!(server.taken(), taken(true, true));
        // Wrong ones are ours to put right, so the mail waits; and they are repeated nowhere.
        let wrong = url("keys%40shop.example:hunter2@");
        let refused = send(&wrong, Some(&server.authority)).await.unwrap_err();
        assert_eq!(refused.trouble, MailTrouble::Refused);
        assert!(!refused.permanent, "{refused}");
        assert!(!refused.to_string().contains("hunter2"), "{refused}");
        assert!(refused.said.contains("wrong user or password"), "{refused}");
    }
}

#[tokio::test]
async fn r25_nothing_is_sent_before_tls_that_is_asked_for_and_nobody_unknown_is_trusted() {
    let open = SmtpServer::start(Rules::sealed(Seal::Never)).await;
    let url = format!("smtp://localhost:{}?tls=required", open.port);
    let refused = send(&url, Some(&open.authority)).await.unwrap_err();
    assert_eq!(refused.trouble, MailTrouble::Insecure, "{refused}");
    assert!(!refused.permanent);
    assert_eq!(open.taken(), []);

    for (seal, scheme, query) in [
        (Seal::Asked, "smtp", "?tls=required"),
        (Seal::Always, "smtps", ""),
    ] {
        let server = SmtpServer::start(Rules::sealed(seal)).await;
        let other = SmtpServer::start(Rules::sealed(seal)).await;
        let url = format!("{scheme}://localhost:{}{query}", server.port);
        for authority in [None, Some(other.authority.as_slice())] {
            let refused = send(&url, authority).await.unwrap_err();
            assert!(!refused.permanent, "{refused}");
            assert_eq!(server.taken(), []);
        }
        // A certificate is good for its name alone.
        let elsewhere = url.replace("localhost", "127.0.0.1");
        send(&elsewhere, Some(&server.authority)).await.unwrap_err();
        assert_eq!(server.taken(), []);
    }
}

#[tokio::test]
async fn opportunistic_tls_takes_a_server_without_any() {
    let server = SmtpServer::start(Rules::sealed(Seal::Never)).await;
    let url = format!("smtp://localhost:{}?tls=opportunistic", server.port);
    send(&url, None).await.unwrap();
    assert_eq!(server.taken(), taken(false, false));
}
