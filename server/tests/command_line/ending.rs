//! How the program ends while people are being served.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::{Folder, Server, sample, session};

/// Asks the server to say when it begins to read the body.
const EXPECTS: &str = "expect: 100-continue\r\n";
const READS: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Sends the head of a form, and waits until the server reads on: the request is under way.
fn under_way(server: &Server, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).expect("it listens");
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut told = [0_u8; READS.len()];
    stream.read_exact(&mut told).expect("it answers");
    assert_eq!(&told[..], READS);
    stream
}

/// Waits until nobody gets through to an address any more.
#[expect(
    clippy::disallowed_methods,
    reason = "the program that is waited for goes by the machine's clock"
)]
fn closes(address: &str) {
    for _ in 0..200 {
        if TcpStream::connect(address).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it still listens on {address}");
}

#[test]
fn what_is_under_way_when_it_is_told_to_end_is_answered_and_nobody_new_is_let_in() {
    let folder = Folder::new("ending");
    let people = sample(&folder);
    let mut server = Server::start(&folder);
    let address = server.address().to_owned();
    let [slow, whole] = ["Crew", "Super Admin"].map(|group| {
        let (email, password) = &people[group];
        let form = server.sign_in_form(email, password, EXPECTS);
        let head = form.find("\r\n\r\n").expect("the end of the head") + 4;
        let (head, body) = form.split_at(head);
        (under_way(&server, head), body.to_owned())
    });
    // One form is here by half; the other's password is being compared.
    let (mut slow, body) = slow;
    let (half, rest) = body.split_at(body.len() / 2);
    slow.write_all(half.as_bytes()).expect("it reads");
    let (mut whole, body) = whole;
    whole.write_all(body.as_bytes()).expect("it reads");
    server.signal("-TERM");
    closes(&address);

    slow.write_all(rest.as_bytes()).expect("it still reads");
    let cookies = [whole, slow].map(|mut stream| {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        session(&answer).unwrap_or_else(|| panic!("not signed in: {answer}"))
    });
    assert!(server.child.wait().expect("it ends").success());
    // What was answered was done.
    let next = Server::start(&folder);
    for cookie in cookies {
        let answer = next.get_with("/", &cookie);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(folder.run(&["audit", "verify"]).status.success());
}
