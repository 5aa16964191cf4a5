//! From a [`Message`] to the bytes of a mail (RFC 5322).

use std::time::{Duration, UNIX_EPOCH};

use domain::form::is_email;
use domain::mail::MailTrouble;
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

use super::{MailError, Outgoing, one_line};

/// How the two bodies are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    /// So that every mail server passes them on.
    Safe,
    /// So that a person can read them in the file as they are.
    Plain,
}

/// Builds the mail. Whatever the message holds, it goes to exactly one address, and no line of it
/// ends up among the headers (req. 25).
pub(super) fn build(mail: Outgoing<'_>, bodies: Bodies) -> Result<lettre::Message, MailError> {
    let message = mail.message;
    let mut from: Mailbox = mail
        .from
        .parse()
        .map_err(|error| MailError::later(MailTrouble::Sender, error))?;
    from.name = from.name.or_else(|| Some(one_line(&message.from_name)));
    let to = Mailbox::new(Some(one_line(&message.to_name)), receiver(&message.to)?);
    let ms = u64::try_from(mail.date.0).unwrap_or(0);
    // Nobody's holiday notice answers a mail of ours (RFC 3834 §5).
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    lettre::Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .date(UNIX_EPOCH + Duration::from_millis(ms))
        .from(from)
        .to(to)
        .subject(one_line(&message.subject))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &message.text, bodies))
                .singlepart(part(ContentType::TEXT_HTML, &message.html, bodies)),
        )
        .map_err(|error| MailError::never(MailTrouble::Shape, error))
}

fn part(kind: ContentType, text: &str, bodies: Bodies) -> SinglePart {
    let body = match bodies {
        Bodies::Safe => Body::new(text.to_owned()),
        // Letters have no lines of more than 998 bytes, which is all that this encoding asks for.
        Bodies::Plain => Body::dangerous_pre_encoded(
            text.replace('\n', "\r\n").into_bytes(),
            ContentTransferEncoding::EightBit,
        ),
    };
    SinglePart::builder().header(kind).body(body)
}

/// The receiver's address, the host in the form that every mail server knows (RFC 5890).
fn receiver(to: &str) -> Result<Address, MailError> {
    let wrong = || MailError::never(MailTrouble::Receiver, "");
    if !is_email(to) {
        return Err(wrong());
    }
    let (local, host) = to.rsplit_once('@').ok_or_else(wrong)?;
    let host = url::Host::parse(host).map_err(|_| wrong())?.to_string();
    Address::new(local, host).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Message;
    use access::{Instant, MailId};

    fn message() -> Message {
        Message {
            from_name: "Marlow & Finch".to_owned(),
            to_name: "Zoë Reid".to_owned(),
            to: "zoe@shop.example".to_owned(),
            subject: "Grüße".to_owned(),
            text: "Hello Zoë,\n\nhttps://keys.example/accept-invite/0123456789012345678901234567890123456789012\n".to_owned(),
            html: "<p>Hello Zoë</p>\n".to_owned(),
            link: None,
        }
    }

    fn built(from: &str, message: &Message, bodies: Bodies) -> Result<String, MailError> {
        let mail = Outgoing {
            id: MailId::nil(),
            from,
            date: Instant(1_795_253_400_000),
            message,
        };
        build(mail, bodies).map(|mail| String::from_utf8(mail.formatted()).unwrap())
    }

    #[test]
    fn a_mail_says_who_when_and_that_it_is_automatic() {
        let mail = built("Keys <keys@shop.example>", &message(), Bodies::Safe).unwrap();
        for line in [
            "From: Keys <keys@shop.example>",
            "Date: Sat, 21 Nov 2026 09:30:00 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000000@shop.example>",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(mail.lines().any(|have| have == line), "{line} in {mail}");
        }
        assert!(mail.is_ascii());
    }

    #[test]
    fn a_sender_without_a_name_comes_in_the_name_of_the_business() {
        let finch = Message {
            from_name: "Finch".to_owned(),
            ..message()
        };
        let mail = built("keyholder@localhost", &finch, Bodies::Safe).unwrap();
        assert!(
            mail.contains("From: Finch <keyholder@localhost>\r\n"),
            "{mail}"
        );
    }

    #[test]
    fn a_plain_body_is_readable_as_it_is() {
        let mail = built("keys@shop.example", &message(), Bodies::Plain).unwrap();
        assert!(mail.contains("Hello Zoë,\r\n\r\nhttps://keys.example/accept-invite/0123456789012345678901234567890123456789012\r\n"), "{mail}");
    }

    #[test]
    fn r25_nothing_in_a_message_becomes_a_header_or_a_second_receiver() {
        let evil = "x\r\nBcc: thief@evil.example\r\n\r\nbody";
        let injected = Message {
            from_name: evil.to_owned(),
            to_name: evil.to_owned(),
            subject: evil.to_owned(),
            ..message()
        };
        let mail = built("keys@shop.example", &injected, Bodies::Safe).unwrap();
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        let names: Vec<_> = head
            .lines()
            .filter(|l| !l.starts_with([' ', '\t']))
            .map(|l| l.split_once(':').unwrap().0)
            .collect();
        assert!(!names.contains(&"Bcc"), "{head}");
        assert_eq!(
            names.iter().filter(|name| **name == "To").count(),
            1,
            "{head}"
        );
        for to in [
            "zoe@shop.example, thief@evil.example",
            "zoe@shop.example\r\nBcc: thief@evil.example",
            "Zoë <zoe@shop.example>",
            "[\"zoe@shop.example\",\"thief@evil.example\"]",
            "",
        ] {
            let refused = built(
                "k@s.example",
                &Message {
                    to: to.to_owned(),
                    ..message()
                },
                Bodies::Safe,
            );
            assert!(refused.is_err_and(|error| error.permanent), "{to}");
        }
    }

    #[test]
    fn a_host_with_letters_beyond_ascii_is_written_as_every_server_knows_it() {
        let to = Message {
            to: "zoe@schmück.example".to_owned(),
            ..message()
        };
        let mail = built("keys@shop.example", &to, Bodies::Safe).unwrap();
        assert!(mail.contains("<zoe@xn--schmck-6ya.example>"), "{mail}");
    }
}
