//! That no secret is written where it does not belong: whatever a server leaves behind is looked
//! through, byte by byte.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use domain::second_factor::{RECOVERY_CODES, TwoFactorView};
use service::clock::{Clock as _, SystemClock};
use service::crypto::hash_token;
use service::testing::Phone;

use crate::support::{Folder, Server, cookies, sample, text};

const SMTP_PASSWORD: &str = "canary-of-the-mail-server";
const WRONG: &str = "canary of a wrong try";
/// Longest that a mail may take.
const MAIL: Duration = Duration::from_mins(1);

/// A mail server on this machine that takes every mail; its port, and what it takes.
fn mail_server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let (taken, mails) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, taken) = (stream.expect("a connection"), taken.clone());
            std::thread::spawn(move || converse(&stream, &taken));
        }
    });
    (port, mails)
}

fn converse(stream: &TcpStream, taken: &Sender<String>) -> io::Result<()> {
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    writer.write_all(b"220 here\r\n")?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let answer = match line.split_whitespace().next() {
            Some("EHLO") => "250-here\r\n250 AUTH PLAIN",
            Some("AUTH") => "235 welcome",
            Some("DATA") => {
                writer.write_all(b"354 go on\r\n")?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") && reader.read_line(&mut mail)? > 0 {}
                // The test that no longer listens is over.
                let _over = taken.send(mail);
                "250 taken"
            }
            _ => "250 fine",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes())?;
    }
}

/// The secret of a link, which stands behind `place`.
fn token(words: &str, place: &str) -> Option<String> {
    let (_, rest) = words.split_once(place)?;
    let ends = |c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c));
    rest.split(ends).next().map(ToOwned::to_owned)
}

/// The secret of a link in the next mail that has such a link.
fn mailed_token(mails: &Receiver<String>, place: &str) -> String {
    loop {
        let mail = mails.recv_timeout(MAIL).expect("the mail comes");
        // Lines that were broken for the way are whole again.
        if let Some(token) = token(&mail.replace("=\r\n", ""), place) {
            return token;
        }
    }
}

/// Name and content of every file but the one with the key: database, write-ahead log, log.
fn left_behind(folder: &Folder) -> Vec<(String, String)> {
    let files = fs::read_dir(&folder.0).expect("the folder can be read");
    files
        .map(|file| file.expect("the folder can be read").path())
        .filter(|path| path.is_file() && *path != folder.key())
        .map(|path| {
            let content = fs::read(&path).expect("the file can be read");
            (path.display().to_string(), text(&content))
        })
        .collect()
}

#[test]
fn r66_no_secret_of_a_working_day_is_in_the_files_of_the_database_or_in_the_log() {
    let folder = Folder::new("secrets");
    let people = sample(&folder);
    let (port, mails) = mail_server();
    let mut command = folder.keyholder(&["--listen", "127.0.0.1:0", "--log-level", "debug"]);
    let url = format!("smtp://keyholder:{SMTP_PASSWORD}@127.0.0.1:{port}");
    command.env("KEYHOLDER_MAIL", url);
    let log = fs::File::create(folder.0.join("log")).expect("a file");
    let mut server = Server::by(command, log.into());
    let call = |path: &str, cookie: &str, fields: &[(&str, &str)]| {
        let more = format!("cookie: {cookie}\r\n");
        let answer = server.ask(&server.form(path, "application/json", &more, fields));
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        answer
    };
    let two_factor = |cookie: &str| -> TwoFactorView {
        let answer = call("/api/two-factor/view", cookie, &[]);
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("the view")
    };

    // A wrong password, the right one, a second factor; a new password is asked for; somebody is
    // invited.
    let (email, password) = &people["Super Admin"];
    let refused = server.ask(&server.sign_in_form(email, WRONG, ""));
    let first = server.sign_in(email, password).expect("signs in");
    call("/api/two-factor/begin", &first, &[]);
    let key = two_factor(&first).key.expect("a key is shown").typed;
    let code = Phone::with(&key).code(SystemClock.now());
    let confirmed = call("/api/two-factor/confirm", &first, &[("code", &*code)]);
    let complete = cookies(&confirmed).join("; ");
    let codes = two_factor(&complete).codes;
    assert_eq!(codes.len(), RECOVERY_CODES);
    let (other, _) = &people["Crew"];
    call("/api/passwords/forgot", &complete, &[("email", &**other)]);
    let reset = mailed_token(&mails, "/reset-password/");
    let printed = folder.another_owner();
    let invite = token(&printed, "/accept-invite/").expect("a link");

    let secret_key = fs::read_to_string(folder.key()).expect("a key");
    let mut secrets = vec![
        password.clone(),
        WRONG.to_owned(),
        SMTP_PASSWORD.to_owned(),
        secret_key.trim().to_owned(),
        key.replace(' ', ""),
        key,
        reset.clone(),
        invite.clone(),
    ];
    secrets.extend(codes.iter().map(|code| code.replace('-', "")));
    secrets.extend(codes);
    let refused = cookies(&refused).join("; ");
    let cookies = [&refused, &first, &complete].map(|some| some.split("; "));
    let values = cookies.into_iter().flatten().filter_map(|one| {
        let (_, value) = one.split_once('=')?;
        (!value.is_empty()).then(|| value.to_owned())
    });
    let values: Vec<_> = values.collect();
    assert!(values.len() >= 3, "a notice and two sessions: {values:?}");
    secrets.extend(values);
    assert!(
        secrets.iter().all(|secret| secret.len() >= 10),
        "{secrets:?}"
    );

    let look = |when: &str| {
        let files = left_behind(&folder);
        let holding = |word: &str| -> Vec<&str> {
            let holds = files.iter().filter(|(_, content)| content.contains(word));
            holds.map(|(name, _)| &**name).collect()
        };
        // What must be there is found.
        for known in [email.clone(), hash_token(&reset), hash_token(&invite)] {
            assert_ne!(holding(&known), [] as [&str; 0], "{known}, {when}");
        }
        for secret in &secrets {
            assert_eq!(holding(secret), [] as [&str; 0], "{secret}, {when}");
        }
    };
    look("while it runs");
    server.signal("-TERM");
    assert!(server.child.wait().expect("it ends").success());
    look("once it has ended");
}

#[test]
fn r66_no_key_and_no_password_is_the_same_in_two_installations() {
    let [one, other] = ["secrets-one", "secrets-other"].map(|name| {
        let folder = Folder::new(name);
        let people = sample(&folder).into_values();
        let mut secrets: BTreeSet<_> = people.map(|(_, password)| password).collect();
        secrets.insert(fs::read_to_string(folder.key()).expect("a key"));
        secrets
    });
    assert!(one.len() > 6, "one of each group, and the key: {one:?}");
    assert!(one.is_disjoint(&other), "{one:?} {other:?}");
}
