//! Mail through a mail server (SMTP).

use std::net::IpAddr;
use std::time::Duration;

use domain::mail::MailTrouble;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use url::Url;

use super::mime::{Bodies, build};
use super::{MailError, Mailer, Outgoing, Sending};

/// How long it may take to reach the mail server. What follows is bounded as a whole, by the outbox.
const CONNECT: Duration = Duration::from_secs(20);

/// Hands mails to the server that a URL names.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// The URL does not name a mail server. Says nothing of the URL, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail server's URL can't be used: {0}")]
pub struct SmtpUrlError(&'static str);

impl SmtpMailer {
    /// A mail server by URL, with a certificate authority that is trusted beside the public ones, as
    /// PEM, if there is one: `smtps://user:password@host:port` speaks TLS from the start (port
    /// 465), `smtp://…` changes to TLS first (STARTTLS, port 587) and sends nothing before.
    /// `smtp://…?tls=opportunistic` also takes a server that does not offer TLS, and so takes no user
    /// and password. To this machine itself (port 25) there is no TLS unless `?tls=` asks for it.
    /// Special characters in user and password are percent-encoded. Has to be called inside the
    /// Tokio runtime.
    ///
    /// # Errors
    /// When the URL names no server, or something else; when there is no certificate in the PEM.
    pub fn new(url: &str, authority: Option<&[u8]>) -> Result<Self, SmtpUrlError> {
        let url = with_tls(url)?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(|_| SmtpUrlError("user and password must be percent-encoded UTF-8"))?
            .timeout(Some(CONNECT));
        if let Some(pem) = authority {
            builder = builder.tls(trusting(&url, pem)?);
        }
        Ok(Self {
            transport: builder.build(),
        })
    }
}

/// The kind of TLS that the URL spells out, with one more authority that is trusted.
fn trusting(url: &Url, pem: &[u8]) -> Result<Tls, SmtpUrlError> {
    const NONE: SmtpUrlError = SmtpUrlError("its authority's file holds no certificate in PEM");
    let text = String::from_utf8_lossy(pem);
    let marks = ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"];
    if !marks.iter().all(|mark| text.contains(mark)) {
        return Err(NONE);
    }
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let parameters = TlsParameters::builder(host.to_owned())
        .add_root_certificate(Certificate::from_pem(pem).map_err(|_| NONE)?)
        .build()
        .map_err(|_| NONE)?;
    Ok(match (url.scheme(), url.query()) {
        ("smtps", _) => Tls::Wrapper(parameters),
        (_, Some("tls=required")) => Tls::Required(parameters),
        (_, Some(_)) => Tls::Opportunistic(parameters),
        (_, None) => Tls::None,
    })
}

/// The URL with the kind of TLS spelled out.
fn with_tls(url: &str) -> Result<Url, SmtpUrlError> {
    let mut url = Url::parse(url).map_err(|_| SmtpUrlError("it is not a URL"))?;
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or(SmtpUrlError("it names no host"))?.to_owned();
    let mut asked = None;
    for (name, value) in url.query_pairs() {
        match (&*name, &*value) {
            ("tls", "required" | "opportunistic") => asked = Some(value.into_owned()),
            _ => {
                return Err(SmtpUrlError(
                    "only ?tls=required or ?tls=opportunistic may follow",
                ));
            }
        }
    }
    match url.scheme() {
        "smtps" if asked.is_none() => {}
        "smtps" => return Err(SmtpUrlError("smtps:// is TLS already, without ?tls=")),
        "smtp"
            if asked.as_deref() == Some("opportunistic")
                && !is_this_machine(&host)
                && (!url.username().is_empty() || url.password().is_some()) =>
        {
            return Err(SmtpUrlError(
                "user and password may not leave this machine without TLS, as ?tls=opportunistic \
                 would let them",
            ));
        }
        "smtp" if asked.is_none() && !is_this_machine(&host) => url.set_query(Some("tls=required")),
        "smtp" => {}
        _ => return Err(SmtpUrlError("it must start with smtp:// or smtps://")),
    }
    Ok(url)
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: Outgoing<'a>) -> Sending<'a> {
        Box::pin(async move {
            let built = build(mail, Bodies::Safe)?;
            self.transport
                .send(built)
                .await
                .map(drop)
                .map_err(|error| refusal(&error))
        })
    }
}

/// What the error means for this mail. Only a refusal of this very mail is final: 550 to 559 speak
/// of its receiver or its content (RFC 5321 §4.2.3). Other 5xx (who are you, not like this, not
/// now) speak of us and our settings, which somebody will put right.
fn refusal(error: &Error) -> MailError {
    use std::error::Error as _;
    let trouble = kind(error);
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let code = error.status().map_or(0, u16::from);
    if error.is_permanent() && (550..560).contains(&code) {
        MailError::never(trouble, said)
    } else {
        MailError::later(trouble, said)
    }
}

fn kind(error: &Error) -> MailTrouble {
    if error.is_timeout() {
        MailTrouble::Slow
    } else if error.is_permanent() || error.is_transient() {
        MailTrouble::Refused
    } else if error.is_tls() || wants_no_tls(error) {
        MailTrouble::Insecure
    } else {
        MailTrouble::Unreachable
    }
}

/// Whether the mail server does not offer the TLS that is asked of it; the error has no kind of its
/// own for that.
fn wants_no_tls(error: &Error) -> bool {
    use std::error::Error as _;
    let said = error.source().map(ToString::to_string);
    error.is_client() && said.is_some_and(|said| said.contains("STARTTLS"))
}

#[cfg(test)]
mod real;

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};

    use access::{Instant, MailId};

    use super::*;
    use crate::mail::Message;

    fn tls(url: &str) -> Option<String> {
        with_tls(url).unwrap().query().map(str::to_owned)
    }

    #[test]
    fn mail_leaves_the_machine_only_over_tls_unless_told_otherwise() {
        assert_eq!(tls("smtp://mail.example").as_deref(), Some("tls=required"));
        assert_eq!(
            tls("smtp://u:p@10.0.0.7:2525").as_deref(),
            Some("tls=required")
        );
        let weak = tls("smtp://mail.example?tls=opportunistic");
        assert_eq!(weak.as_deref(), Some("tls=opportunistic"));
        assert_eq!(tls("smtps://u:p@mail.example"), None);
        for here in [
            "smtp://localhost:1025",
            "smtp://127.0.0.1:1025",
            "smtp://[::1]:25",
        ] {
            assert_eq!(tls(here), None, "{here}");
        }
        assert_eq!(
            tls("smtp://localhost?tls=required").as_deref(),
            Some("tls=required")
        );
    }

    #[tokio::test]
    async fn a_url_that_names_no_mail_server_is_refused_without_repeating_its_password() {
        for url in [
            "mail.example",
            "smtp://",
            "smtp:mail.example",
            "imap://u:hunter2@mail.example",
            "smtps://u:hunter2@mail.example?tls=required",
            "smtp://u:hunter2@mail.example?tls=off",
            "smtp://u:hunter2@mail.example?verify=no",
            "smtp://u:%ff@mail.example",
            "smtp://u:hunter2@mail.example?tls=opportunistic",
            "smtp://u@10.0.0.7:25?tls=opportunistic",
        ] {
            let refused = SmtpMailer::new(url, None)
                .err()
                .unwrap_or_else(|| panic!("{url} was taken"));
            assert!(!refused.to_string().contains("hunter2"), "{refused}");
        }
        for url in [
            "smtp://u:p%40ss@mail.example:587",
            "smtps://mail.example",
            "smtp://[::1]:25",
            "smtp://u:hunter2@localhost:25",
        ] {
            assert!(SmtpMailer::new(url, None).is_ok(), "{url}");
        }
        for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!\n"] {
            let refused = SmtpMailer::new("smtps://mail.example", Some(pem.as_bytes()));
            assert!(refused.is_err(), "{pem}");
        }
    }

    /// A mail server on this machine that answers the receiver's address with these words, once.
    fn server(answer: &'static str) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let heard = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut heard = Vec::new();
            let say = |words: &str| write!(&stream, "{words}\r\n").unwrap();
            say("220 test");
            while let Some(Ok(line)) = lines.next() {
                match line.split(' ').next() {
                    Some("RCPT") => say(answer),
                    Some("DATA") => {
                        say("354 go on");
                        heard.extend(lines.by_ref().map(Result::unwrap).take_while(|l| l != "."));
                        say("250 taken");
                        break;
                    }
                    _ => say("250 fine"),
                }
                heard.push(line);
            }
            heard
        });
        (url, heard)
    }

    async fn send(url: &str) -> Result<(), MailError> {
        let message = Message {
            from_name: "Finch".to_owned(),
            to_name: "Dana".to_owned(),
            to: "dana@shop.example".to_owned(),
            subject: "Hello".to_owned(),
            text: "Hello\n".to_owned(),
            html: "<p>Hello</p>\n".to_owned(),
            link: None,
        };
        let from = "keys@shop.example";
        let mail = Outgoing {
            id: MailId::nil(),
            from,
            date: Instant(0),
            message: &message,
        };
        SmtpMailer::new(url, None).unwrap().send(mail).await
    }

    #[tokio::test]
    async fn r25_a_mail_goes_to_its_one_receiver() {
        let (url, heard) = server("250 fine");
        send(&url).await.unwrap();
        let heard = heard.join().unwrap();
        let receivers: Vec<_> = heard
            .iter()
            .filter(|line| line.starts_with("RCPT"))
            .collect();
        assert_eq!(receivers, ["RCPT TO:<dana@shop.example>"]);
        assert!(
            heard.iter().any(|line| line == "Subject: Hello"),
            "{heard:?}"
        );
    }

    #[tokio::test]
    async fn a_refused_receiver_is_final_and_a_full_mailbox_or_a_refused_sender_is_not() {
        for (answer, permanent) in [
            ("550 5.1.1 no such user", true),
            ("553 5.1.3 bad address", true),
            ("452 4.2.2 mailbox full", false),
            ("530 5.7.0 sign in first", false),
            ("503 5.5.1 bad sequence", false),
        ] {
            let (url, _heard) = server(answer);
            let refused = send(&url).await.unwrap_err();
            assert_eq!(refused.permanent, permanent, "{refused}");
            assert!(
                refused.said.contains(answer.split_once(' ').unwrap().1),
                "{refused}"
            );
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_tried_again() {
        let (url, _) = server("");
        let gone = url.replace("127.0.0.1", "127.0.0.2");
        let refused = send(&gone).await.unwrap_err();
        assert!(!refused.permanent);
        assert_eq!(refused.trouble, MailTrouble::Unreachable, "{refused}");
    }
}
