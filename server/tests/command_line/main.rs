//! The program as whoever runs it meets it: what it refuses, what it prints, how it ends.

mod backup;
mod ending;
mod key;
mod log;
mod secrets;
mod support;
mod user;

use std::fs;
use std::net::{TcpListener, TcpStream};

use clap::CommandFactory as _;
use support::{Folder, Server, sentence, text};

#[test]
fn help_lists_every_command_and_every_variable() {
    let folder = Folder::new("help");
    let output = folder.run(&["--help"]);
    let help = text(&output.stdout);
    assert!(output.status.success(), "{help}");
    for word in [
        "serve", "demo", "migrate", "audit", "user", "backup", "restore", "key",
    ] {
        assert!(help.contains(&format!("\n  {word}")), "{word} in {help}");
    }
    for variable in server::cli::variables() {
        assert!(help.contains(&variable), "{variable} in {help}");
    }
}

#[test]
fn the_readme_names_every_variable_and_every_command() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = fs::read_to_string(readme).expect("it is there");
    for variable in server::cli::variables() {
        let line = format!("\n| `{variable}` |");
        assert!(readme.contains(&line), "{line}");
    }
    let program = server::cli::Cli::command();
    for command in program.get_subcommands() {
        let line = format!("\n| `keyholder {}", command.get_name());
        assert!(readme.contains(&line), "{line}");
        for below in command.get_subcommands() {
            let line = format!("{line} {}", below.get_name());
            assert!(readme.contains(&line), "{line}");
        }
    }
}

#[test]
fn help_does_not_show_what_the_variables_hold() {
    let folder = Folder::new("help-secrets");
    let output = folder
        .keyholder(&["--help"])
        .env("KEYHOLDER_MAIL", "smtp://user:hunter2@host")
        .env("KEYHOLDER_DATABASE_URL", "postgres://user:hunter2@host/db")
        .output()
        .expect("the program starts");
    assert!(output.status.success());
    assert!(!text(&output.stdout).contains("hunter2"));
}

#[test]
fn wrong_values_flags_and_names_end_with_one_sentence_and_code_2() {
    let folder = Folder::new("wrong");
    for (variable, value) in [
        ("KEYHOLDER_LISTEN", "nowhere"),
        ("KEYHOLDER_PUBLIC_URL", "http://keys.example.com"),
        ("KEYHOLDER_MAIL", "carrier-pigeon:"),
        ("KEYHOLDER_DATABASE_URL", "mysql://host/db"),
        ("KEYHOLDER_TRUSTED_PROXIES", "everybody"),
        ("KEYHOLDER_SECRET_KEY_FIEL", "a slip of the pen"),
    ] {
        let output = folder
            .keyholder(&["migrate"])
            .env(variable, value)
            .output()
            .expect("it starts");
        assert!(sentence(&output).contains(variable), "{variable}");
    }
    for arguments in [
        &["--lisen", "127.0.0.1:0"][..],
        &["fly"],
        &["migrate", "--listen"],
        &["demo", "--people", "many"],
        &["demo", "--people", "29"],
        &["demo", "--people", "1000001"],
    ] {
        sentence(&folder.run(arguments));
    }
    assert!(
        !folder.key().exists(),
        "nothing is made before everything is right"
    );
}

#[test]
fn a_mail_server_that_would_see_a_password_in_clear_is_refused_and_so_is_no_certificate() {
    let folder = Folder::new("mail-settings");
    let run = |mail: &str, authority: &str| {
        let mut command = folder.keyholder(&["migrate"]);
        command.env("KEYHOLDER_MAIL", mail);
        if !authority.is_empty() {
            command.env("KEYHOLDER_MAIL_CA_FILE", authority);
        }
        sentence(&command.output().expect("it starts"))
    };
    let open = run("smtp://user:hunter2@mail.example?tls=opportunistic", "");
    assert!(
        open.contains("without TLS") && !open.contains("hunter2"),
        "{open}"
    );
    let missing = folder.0.join("missing.pem");
    let missing = run(
        "smtps://user:hunter2@mail.example",
        &missing.to_string_lossy(),
    );
    assert!(missing.contains("KEYHOLDER_MAIL_CA_FILE"), "{missing}");
    let none = folder.0.join("none.pem");
    fs::write(&none, "no certificate").expect("a file");
    let none = run("smtps://user:hunter2@mail.example", &none.to_string_lossy());
    assert!(
        none.contains("no certificate") && !none.contains("hunter2"),
        "{none}"
    );
    assert!(
        !folder.key().exists(),
        "nothing is made before everything is right"
    );
}

#[test]
fn the_key_is_made_once_for_its_owner_alone_and_no_other_opens_the_database() {
    let folder = Folder::new("key");
    assert!(folder.run(&["migrate"]).status.success());
    let key = fs::read(folder.key()).expect("the key was made");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in ["secret.key", "keyholder.db"] {
            let facts = fs::metadata(folder.0.join(file)).expect(file);
            assert_eq!(facts.permissions().mode() & 0o777, 0o600, "{file}");
        }
    }
    assert!(folder.run(&["migrate"]).status.success());
    assert_eq!(
        fs::read(folder.key()).expect("the key"),
        key,
        "the same key ever after"
    );

    fs::remove_file(folder.key()).expect("the key goes");
    let lost = sentence(&folder.run(&["migrate"]));
    assert!(
        lost.contains("secret.key") && lost.contains("is not there"),
        "{lost}"
    );
    assert!(!folder.key().exists(), "a lost key is not made up for");

    let other = Folder::new("key-other");
    assert!(other.run(&["migrate"]).status.success());
    fs::copy(other.key(), folder.key()).expect("another key");
    assert!(sentence(&folder.run(&["migrate"])).contains("KEYHOLDER_SECRET_KEY_FILE"));
}

#[test]
fn a_database_server_that_is_not_there_is_told_and_its_password_is_not() {
    let folder = Folder::new("no-database");
    assert!(folder.run(&["migrate"]).status.success(), "for a key");
    let output = folder
        .keyholder(&["migrate"])
        .env(
            "KEYHOLDER_DATABASE_URL",
            "postgres://user:hunter2@127.0.0.1:1/db",
        )
        .output()
        .expect("it starts");
    let said = sentence(&output);
    assert!(!said.contains("hunter2"), "{said}");
    assert!(
        said.contains("refused"),
        "the cause, not that we waited: {said}"
    );
}

#[test]
fn looking_at_the_audit_log_makes_nothing_where_there_is_none() {
    let folder = Folder::new("verify-nothing");
    let nowhere = folder.0.join("nowhere");
    let verify = |folder: &Folder| {
        let mut command = folder.keyholder(&["audit", "verify"]);
        command.env("KEYHOLDER_DATA_DIR", &nowhere);
        command.output().expect("the program starts")
    };
    let said = sentence(&verify(&folder));
    assert!(said.contains("no database of Keyholder at"), "{said}");
    assert!(!nowhere.exists(), "not even the folder");

    fs::create_dir(&nowhere).expect("a folder");
    fs::write(nowhere.join("keyholder.db"), "").expect("an empty file");
    let said = sentence(&verify(&folder));
    assert!(said.contains("no database of Keyholder at"), "{said}");
    assert!(!nowhere.join("secret.key").exists(), "nor a key");
}

/// Changes the first entry of the log, as who owns the database could.
async fn tamper(url: &str) {
    use sqlx::{Connection as _, Executor as _};

    sqlx::any::install_default_drivers();
    let mut conn = sqlx::AnyConnection::connect(url).await.expect("it opens");
    for statement in [
        "DROP TRIGGER audit_is_never_changed",
        "UPDATE audit SET reason = 'better' WHERE seq = 1",
    ] {
        conn.execute(statement).await.expect(statement);
    }
    conn.close().await.expect("it closes");
}

#[test]
fn r59_a_broken_log_is_told_in_one_line_with_its_first_broken_entry() {
    let folder = Folder::new("verify-broken");
    assert!(folder.run(&["demo"]).status.success());
    let whole = folder.run(&["audit", "verify"]);
    assert!(whole.status.success());
    assert_eq!(text(&whole.stdout).lines().count(), 1);

    let url = service::db::sqlite_url(&folder.0.join("keyholder.db"));
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(tamper(&url));
    let broken = folder.run(&["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!(text(&broken.stdout), "");
    assert_eq!(
        text(&broken.stderr),
        "keyholder: The audit log is broken at entry 1.\n"
    );
}

#[test]
fn the_sample_fills_an_empty_database_once_and_its_audit_log_is_whole() {
    let folder = Folder::new("demo");
    let output = folder.run(&["demo", "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let logins: Vec<serde_json::Value> =
        serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    assert!(logins.len() >= 6, "one of each group: {logins:?}");
    for login in &logins {
        for field in ["group", "name", "email", "password"] {
            assert!(
                login[field].as_str().is_some_and(|word| !word.is_empty()),
                "{field}: {login}"
            );
        }
        assert!(login["stores"].is_array(), "{login}");
    }

    let again = folder.run(&["demo"]);
    assert_eq!(again.status.code(), Some(1), "the database is not empty");

    let verified = folder.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
    assert!(
        text(&verified.stdout).contains("whole"),
        "{}",
        text(&verified.stdout)
    );
}

#[test]
fn r9_an_empty_database_is_opened_by_a_link_that_is_printed_and_by_no_password() {
    let folder = Folder::new("first-run");
    let server = Server::start(&folder);
    let (_, token) = server
        .line
        .trim_end()
        .split_once("/setup/")
        .expect("the setup link");
    assert!(token.len() >= 22, "128 bits and more: {token}");
    assert!(
        server
            .get(&format!("/setup/{token}"))
            .starts_with("HTTP/1.1 200")
    );
    assert!(server.get("/setup/another").starts_with("HTTP/1.1 404"));
}

#[test]
fn a_running_server_is_alive_and_ready_and_ends_in_good_order_when_told() {
    for signal in ["-TERM", "-INT"] {
        let folder = Folder::new(&format!("signal{signal}"));
        let mut server = Server::start(&folder);
        assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
        assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
        // A connection that is kept alive and asks for nothing does not hold it up.
        let _idle = TcpStream::connect(server.address()).expect("it listens");
        server.signal(signal);
        assert!(server.child.wait().expect("it ends").success(), "{signal}");
        assert!(folder.run(&["audit", "verify"]).status.success());
    }
}

#[test]
fn r28_the_log_is_json_with_request_ids_and_holds_no_token_and_no_query() {
    let folder = Folder::new("log");
    let log = folder.0.join("log");
    let server = Server::logging_to(&folder, fs::File::create(&log).expect("a file").into());
    let (_, token) = server
        .line
        .trim_end()
        .split_once("/setup/")
        .expect("the setup link");
    for path in [
        &format!("/setup/{token}"),
        "/accept-invite/canary-token?canary=query",
        "/sign-in?next=canary",
        "/canary-path",
        "/api/canary",
    ] {
        server.get(path);
    }
    let written = fs::read_to_string(&log).expect("the log");
    assert!(
        !written.contains(token) && !written.contains("canary"),
        "{written}"
    );
    let lines = written.lines().map(|line| {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("JSON: {line}"))
    });
    let answered: Vec<_> = lines.filter(|line| line["message"] == "answered").collect();
    assert_eq!(answered.len(), 5, "{written}");
    for line in &answered {
        assert_eq!(line["method"], "GET", "{line}");
        assert!(line["status"].is_u64() && line["ms"].is_i64(), "{line}");
        assert_eq!(
            line["span"]["id"].as_str().map(str::len),
            Some(16),
            "{line}"
        );
    }
    assert_eq!(answered[0]["route"], "/setup/{token}");
    assert_eq!(answered[3]["route"], "(none)");
}

#[test]
fn a_port_in_use_is_told_before_anything_is_made() {
    let folder = Folder::new("port");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let output = folder.run(&["serve", "--listen", &address]);
    assert!(sentence(&output).contains(&address));
    assert!(!folder.key().exists());
}
