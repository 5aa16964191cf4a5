//! What all mails look like. A letter is said once and rendered twice, so that text and HTML never
//! differ in what they say.

use std::fmt::Write as _;

use super::{Message, one_line};

/// A mail before it is rendered. Whatever stands in it may come from people: every string becomes
/// one line, and is escaped for HTML.
pub(super) struct Letter<'a> {
    /// The business in whose name it comes.
    pub business: &'a str,
    /// Display name of the receiver.
    pub to_name: &'a str,
    /// Address of the receiver.
    pub to: &'a str,
    /// Name to greet with.
    pub first_name: &'a str,
    /// Subject line.
    pub subject: String,
    /// What it says, in order.
    pub parts: Vec<Part>,
}

/// A part of a letter.
pub(super) enum Part {
    /// A paragraph.
    Say(String),
    /// The one thing to do: a button, in text a link on a line of its own.
    Act {
        /// What the button does.
        label: &'static str,
        /// Where it leads.
        link: String,
    },
    /// A paragraph that matters less.
    Note(String),
}

/// The design's light colours (tokens.css) as the hexadecimal numbers that mail programs know.
mod colour {
    pub(super) const CANVAS: &str = "#f4f2ef";
    pub(super) const SURFACE: &str = "#fefdfc";
    pub(super) const LINE: &str = "#e3e0db";
    pub(super) const TEXT: &str = "#24201a";
    pub(super) const TEXT_2: &str = "#534e47";
    pub(super) const TEXT_3: &str = "#69645d";
    pub(super) const ACCENT: &str = "#006171";
    pub(super) const ON_ACCENT: &str = "#fafefe";
}
use colour::{ACCENT, CANVAS, LINE, ON_ACCENT, SURFACE, TEXT, TEXT_2, TEXT_3};

impl Letter<'_> {
    /// Renders it.
    pub(super) fn into_message(self) -> Message {
        let link = self.parts.iter().find_map(|part| match part {
            Part::Act { link, .. } => Some(link.clone()),
            Part::Say(_) | Part::Note(_) => None,
        });
        Message {
            from_name: one_line(self.business),
            to_name: one_line(self.to_name),
            to: self.to.to_owned(),
            subject: one_line(&self.subject),
            text: self.text(),
            html: self.html(),
            link,
        }
    }

    fn greeting(&self) -> String {
        format!("Hello {},", one_line(self.first_name))
    }

    fn signature(&self) -> String {
        format!("Sent by Keyholder for {}.", one_line(self.business))
    }

    fn text(&self) -> String {
        let mut text = self.greeting() + "\n\n";
        for part in &self.parts {
            match part {
                Part::Say(words) | Part::Note(words) => text += &one_line(words),
                Part::Act { label, link } => {
                    text += label;
                    text += ":\n";
                    text += &one_line(link);
                }
            }
            text += "\n\n";
        }
        // A line of two dashes and a space: what follows is the signature (RFC 3676 §4.3).
        text + "-- \n" + &self.signature() + "\n"
    }

    /// Tables and inline styles: mail programs know little else.
    fn html(&self) -> String {
        let mut body = paragraph(TEXT, 16, &self.greeting());
        for part in &self.parts {
            body += &match part {
                Part::Say(words) => paragraph(TEXT, 16, words),
                Part::Note(words) => paragraph(TEXT_2, 14, words),
                Part::Act { label, link } => button(label, link),
            };
        }
        let (subject, business) = (escape(&self.subject), escape(self.business));
        let signature = escape(&self.signature());
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{subject}</title>
</head>
<body style="margin:0;padding:0;background:{CANVAS}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:{CANVAS};font-family:Figtree,'Segoe UI',Helvetica,Arial,sans-serif">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px;text-align:left">
<tr><td style="padding:0 4px 12px;font-size:16px;line-height:24px;font-weight:600;color:{TEXT}">{business}</td></tr>
<tr><td style="padding:28px 28px 12px;background:{SURFACE};border:1px solid {LINE};border-radius:10px">
{body}</td></tr>
<tr><td style="padding:16px 4px 0;font-size:13px;line-height:20px;color:{TEXT_3}">{signature}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"#
        )
    }
}

fn paragraph(colour: &str, size: u8, words: &str) -> String {
    let (words, height) = (escape(words), size + 8);
    format!(
        "<p style=\"margin:0 0 16px;font-size:{size}px;line-height:{height}px;color:{colour}\">{words}</p>\n"
    )
}

/// The button, and below it the address itself for programs that show no buttons.
fn button(label: &str, link: &str) -> String {
    let (label, link) = (escape(label), escape(link));
    format!(
        r#"<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px">
<tr><td style="background:{ACCENT};border-radius:6px">
<a href="{link}" style="display:inline-block;padding:11px 20px;font-size:16px;line-height:22px;font-weight:600;color:{ON_ACCENT};text-decoration:none">{label}</a>
</td></tr>
</table>
<p style="margin:0 0 16px;font-size:13px;line-height:20px;color:{TEXT_3};word-break:break-all">{link}</p>
"#
    )
}

/// One line, with nothing in it that HTML reads as anything but text, inside or outside quotes.
fn escape(words: &str) -> String {
    one_line(words)
        .chars()
        .fold(String::with_capacity(words.len()), |mut html, c| {
            match c {
                '&' | '<' | '>' | '"' | '\'' => {
                    write!(html, "&#{};", u32::from(c)).expect("writing to a String never fails");
                }
                _ => html.push(c),
            }
            html
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(business: &str, name: &str, words: &str) -> Message {
        Letter {
            business,
            to_name: name,
            to: "dana@shop.example",
            first_name: name,
            subject: format!("From {business}"),
            parts: vec![
                Part::Say(words.to_owned()),
                Part::Act {
                    label: "Go",
                    link: "https://keys.example/x?a=1&b=2".to_owned(),
                },
                Part::Note(words.to_owned()),
            ],
        }
        .into_message()
    }

    #[test]
    fn r49_what_people_typed_stays_text_in_the_html() {
        let html = letter(
            "<script>alert(1)</script>",
            "\" onload='x'",
            "<img src=x> & co",
        )
        .html;
        for live in ["<script", "<img", "\" onload", "'x'"] {
            assert!(!html.contains(live), "{live} in {html}");
        }
        assert!(html.contains("&#60;img src=x&#62; &#38; co"));
    }

    #[test]
    fn r25_a_line_break_in_a_name_begins_no_new_line() {
        let message = letter(
            "Finch\r\nBcc: x@y.example",
            "Da\nna",
            "a\u{2028}b\u{202e}c\u{0}d",
        );
        assert_eq!(message.subject, "From Finch  Bcc: x@y.example");
        assert_eq!(message.to_name, "Da na");
        assert!(message.text.contains("\na b c d\n"));
        assert!(message.text.starts_with("Hello Da na,\n"));
    }

    #[test]
    fn text_and_html_name_the_same_link_and_the_text_has_it_on_a_line_of_its_own() {
        let message = letter("Finch", "Dana", "Hello");
        let link = message.link.unwrap();
        assert!(message.text.lines().any(|line| line == link));
        assert!(
            message
                .html
                .contains("href=\"https://keys.example/x?a=1&#38;b=2\"")
        );
    }

    #[test]
    fn no_line_is_longer_than_a_mail_may_have() {
        let name = "\u{1f511}".repeat(80);
        let message = letter(&name, &name, &name);
        // RFC 5322 §2.1.1: 998 characters; here in bytes, which is stricter.
        for line in message.text.lines().chain(message.html.lines()) {
            assert!(line.len() <= 998, "{line}");
        }
    }
}
