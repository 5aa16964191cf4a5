//! The log, whatever strangers send.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::{Folder, Server, text};

/// The answer to a request that may break every rule; empty where there is none.
fn answer(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("it listens");
    let mut answer = Vec::new();
    // It may hang up before it has read all of it.
    let _broken_off = stream.write_all(request.as_bytes());
    let _broken_off = stream.read_to_end(&mut answer);
    text(&answer)
}

/// Sends what would be a line of its own if it stood in the log as it came in; answers the lines of
/// the log, and to how many requests they belong.
fn lines(format: &str) -> (Vec<String>, usize) {
    let folder = Folder::new(&format!("log-{format}"));
    let log = folder.0.join("log");
    assert!(folder.run(&["demo"]).status.success());
    let mut command = folder.keyholder(&["--listen", "127.0.0.1:0", "--log-format", format]);
    // Believed, so that what it says goes as far as it can.
    command.env("KEYHOLDER_TRUSTED_PROXIES", "127.0.0.1");
    let mut server = Server::by(command, fs::File::create(&log).expect("a file").into());
    let get = |path: &str, more: &str| {
        format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n")
    };
    let forged = "dana@shop.example\r\n2026-11-20T09:41:00Z  INFO FORGED\u{1b}[2J\u{2028}\u{85}";
    let sign_in = [("email", forged), ("password", forged), ("next", forged)];
    let header = "user-agent: FORGED\r\n";
    let mut requests = vec![
        get("/%0d%0aFORGED", ""),
        get("/api/%0aFORGED", ""),
        get("/sign-in?next=%0d%0aFORGED%1b[2J", ""),
        get("/accept-invite/%0d%0aFORGED", ""),
        get("/\u{1b}[2JFORGED", ""),
        server.form("/api/sign-in", "text/html", header, &sign_in),
        server.form("/api/sign-in", "application/json", header, &sign_in),
        server.form("/api/passwords/forgot", "text/html", "", &sign_in[..1]),
        server.form("/api/\u{7f}FORGED", "text/html", "", &[]),
    ];
    for name in ["user-agent", "x-request-id", "x-forwarded-for", "referer"] {
        for value in [
            "a\tFORGED",
            "a\r\n FORGED",
            "a\nFORGED: 1",
            "a\u{b}FORGED",
            "\u{1b}[2JFORGED",
            "a\u{85}FORGED",
            "a\" FORGED={}",
        ] {
            requests.push(get("/sign-in", &format!("{name}: {value}\r\n")));
        }
    }
    let answers = requests.iter().map(|request| answer(&server, request));
    // What never became a request has no id, and no line.
    let answered = answers.filter(|answer| answer.to_lowercase().contains("\r\nx-request-id: "));
    let answered = answered.count();
    server.signal("-TERM");
    assert!(server.child.wait().expect("it ends").success());
    let written = fs::read_to_string(&log).expect("the log is text");
    assert!(!written.contains("FORGED"), "{written}");
    let is_odd = |c: char| c != '\n' && (c.is_control() || c == '\u{2028}');
    assert!(!written.contains(is_odd), "{written}");
    (written.lines().map(ToOwned::to_owned).collect(), answered)
}

#[test]
fn r59_nothing_that_is_sent_makes_a_line_of_its_own_in_a_log_of_text() {
    let (lines, answered) = lines("text");
    for line in &lines {
        let level = line.split_whitespace().nth(1).unwrap_or_default();
        assert!(
            line.starts_with("20") && ["INFO", "WARN", "ERROR"].contains(&level),
            "{line}"
        );
    }
    let of_requests = lines.iter().filter(|line| line.contains(" answered "));
    assert_eq!(of_requests.count(), answered, "{lines:#?}");
    assert!(answered > 10, "{lines:#?}");
}

#[test]
fn r59_nothing_that_is_sent_makes_a_line_of_its_own_in_a_log_of_json() {
    let (lines, answered) = lines("json");
    let of_requests = lines.iter().filter(|line| {
        let line: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("JSON: {line}"));
        line["message"] == "answered"
    });
    assert_eq!(of_requests.count(), answered, "{lines:#?}");
    assert!(answered > 10, "{lines:#?}");
}
