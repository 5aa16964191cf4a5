//! `keyholder backup` and `keyholder restore`, as whoever runs them meets them.

use std::fs;

use crate::support::{Folder, Server, sample, sentence, text};

#[test]
fn r62_a_backup_of_a_running_server_is_restored_elsewhere_and_revives_no_session_and_no_link() {
    let folder = Folder::new("backup");
    let (email, password) = &sample(&folder)["Super Admin"];
    let server = Server::start(&folder);
    let cookie = server.sign_in(email, password).expect("signs in");
    assert!(
        server
            .get_with("/settings/users", &cookie)
            .starts_with("HTTP/1.1 200")
    );
    let printed = folder.another_owner();
    let (_, link) = printed
        .trim_end()
        .split_once("127.0.0.1:3000")
        .expect("a link");
    assert!(server.get(link).starts_with("HTTP/1.1 200"));

    let file = folder.0.join("copy");
    let path = file.to_string_lossy().into_owned();
    let written = folder.run(&["backup", &path]);
    assert!(written.status.success(), "{}", text(&written.stderr));
    let said = sentence(&folder.run(&["backup", &path]));
    assert!(said.contains("overwrites nothing"), "{said}");
    let said = sentence(&folder.run(&["restore", &path]));
    assert!(said.contains("--replace"), "{said}");
    let said = sentence(&folder.run(&["restore", &path, "--replace"]));
    assert!(said.contains("stop the server"), "{said}");

    let elsewhere = Folder::new("backup-elsewhere");
    let said = sentence(&elsewhere.run(&["restore", &path]));
    assert!(said.contains("secret.key is not there"), "{said}");
    assert!(!elsewhere.key().exists(), "no key is made up");
    fs::copy(folder.key(), elsewhere.key()).expect("the key");
    let restored = elsewhere.run(&["restore", &path]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert!(elsewhere.run(&["audit", "verify"]).status.success());
    let copy = Server::start(&elsewhere);
    let answer = copy.get_with("/settings/users", &cookie);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let answer = copy.get(link);
    assert!(answer.starts_with("HTTP/1.1 410"), "{answer}");
    assert!(
        copy.sign_in(email, password).is_some(),
        "the password is good"
    );
    assert!(
        server
            .get_with("/settings/users", &cookie)
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn a_backup_takes_the_place_of_a_database_that_nobody_has_open() {
    let folder = Folder::new("backup-replace");
    assert!(folder.run(&["demo"]).status.success());
    let file = folder.0.join("copy").to_string_lossy().into_owned();
    assert!(folder.run(&["backup", &file]).status.success());
    let replaced = folder.run(&["restore", &file, "--replace"]);
    assert!(replaced.status.success(), "{}", text(&replaced.stderr));
    assert!(text(&replaced.stdout).contains("keyholder.db.old"));
    assert!(folder.0.join("keyholder.db.old").exists());
    assert!(folder.run(&["audit", "verify"]).status.success());

    let other = Folder::new("backup-other-key");
    assert!(other.run(&["migrate"]).status.success());
    fs::remove_file(other.0.join("keyholder.db")).expect("only the key stays");
    let said = sentence(&other.run(&["restore", &file]));
    assert!(said.contains("KEYHOLDER_SECRET_KEY_FILE"), "{said}");
    assert!(!other.0.join("keyholder.db").exists());
}

#[test]
fn copies_of_postgres_are_left_to_its_own_tools() {
    let folder = Folder::new("backup-postgres");
    for command in ["backup", "restore"] {
        let output = folder
            .keyholder(&[command, "copy"])
            .env(
                "KEYHOLDER_DATABASE_URL",
                "postgres://user:hunter2@127.0.0.1:1/db",
            )
            .output()
            .expect("it starts");
        let said = sentence(&output);
        assert!(
            said.contains("pg_dump") && !said.contains("hunter2"),
            "{said}"
        );
    }
}
