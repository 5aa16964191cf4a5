//! What the tests of the program share: a folder, a run, a running server.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A data folder of its own for each test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("command-line")
            .join(test);
        let _left_over = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.0.join("secret.key")
    }

    /// The program with nothing in its environment but this folder.
    pub(crate) fn keyholder(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
        command
            .env_clear()
            .env("KEYHOLDER_DATA_DIR", &self.0)
            .args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.keyholder(arguments)
            .output()
            .expect("the program starts")
    }

    /// What is printed when another owner is made, with the link that lets them in.
    pub(crate) fn another_owner(&self) -> String {
        let output = self.run(&[
            "user",
            "create-owner",
            "eve@shop.example",
            "--first-name",
            "Eve",
            "--last-name",
            "New",
        ]);
        text(&output.stdout)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone_already = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Fills the database with the sample; answers by group the address and password of somebody in it.
pub(crate) fn sample(folder: &Folder) -> BTreeMap<String, (String, String)> {
    let output = folder.run(&["demo", "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let logins: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let word = |login: &serde_json::Value, field: &str| {
        let word = login[field].as_str();
        word.expect("a word").to_owned()
    };
    let logins = logins.iter().map(|login| {
        let proof = (word(login, "email"), word(login, "password"));
        (word(login, "group"), proof)
    });
    logins.collect()
}

/// The cookies of an answer, each as name and value.
pub(crate) fn cookies(answer: &str) -> Vec<String> {
    let lines = answer.lines().filter_map(|line| line.split_once(": "));
    lines
        .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
        .map(|(_, value)| value.split(';').next().unwrap_or_default().to_owned())
        .collect()
}

/// The cookies of an answer that lets somebody in.
pub(crate) fn session(answer: &str) -> Option<String> {
    let lands_inside = answer
        .lines()
        .any(|line| line.eq_ignore_ascii_case("location: /"));
    let cookies = cookies(answer);
    (lands_inside && !cookies.is_empty()).then(|| cookies.join("; "))
}

/// The one sentence that a refusal is.
pub(crate) fn sentence(output: &Output) -> String {
    let said = text(&output.stderr);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(text(&output.stdout), "", "nothing but the refusal");
    let [line] = lines[..] else {
        panic!("one line, not: {said}")
    };
    assert!(
        line.starts_with("keyholder: ") && line.ends_with('.'),
        "{line}"
    );
    line.to_owned()
}

/// A running server; stopped when the test is over, however it ends.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) line: String,
}

impl Server {
    pub(crate) fn start(folder: &Folder) -> Self {
        Self::logging_to(folder, Stdio::null())
    }

    pub(crate) fn logging_to(folder: &Folder, log: Stdio) -> Self {
        Self::by(folder.keyholder(&["--listen", "127.0.0.1:0"]), log)
    }

    /// Started by a command of the test's own.
    pub(crate) fn by(mut command: Command, log: Stdio) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("standard output is a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it says where it is");
        Self { child, line }
    }

    pub(crate) fn address(&self) -> &str {
        let rest = self
            .line
            .split_once("http://")
            .map_or("", |(_, rest)| rest)
            .trim_end();
        rest.split('/').next().expect("an address")
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        ))
    }

    pub(crate) fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// The answer to whoever has this cookie.
    pub(crate) fn get_with(&self, path: &str, cookie: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"
        ))
    }

    /// A form from one of our own pages, with what `more` adds to its head, each line with its end.
    pub(crate) fn form(
        &self,
        path: &str,
        accept: &str,
        more: &str,
        fields: &[(&str, &str)],
    ) -> String {
        let address = self.address();
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             origin: http://{address}\r\nsec-fetch-site: same-origin\r\n\
             referer: http://{address}/sign-in\r\naccept: {accept}\r\n{more}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// The form of the sign-in, as a browser without script sends it.
    pub(crate) fn sign_in_form(&self, email: &str, password: &str, more: &str) -> String {
        let fields = [("email", email), ("password", password), ("next", "")];
        self.form("/api/sign-in", "text/html", more, &fields)
    }

    /// Signs in as a form without script does; the cookie, if that went well.
    pub(crate) fn sign_in(&self, email: &str, password: &str) -> Option<String> {
        session(&self.ask(&self.sign_in_form(email, password, "")))
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([name, &id])
            .status()
            .expect("kill is there");
        assert!(sent.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}
