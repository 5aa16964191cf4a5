//! `keyholder key rotate`, as whoever runs it meets it.

use std::fs;

use crate::support::{Folder, Server, sentence, text};

#[test]
fn r66_the_key_is_replaced_while_no_server_runs_and_the_one_before_is_kept() {
    let folder = Folder::new("key-rotate");
    assert!(folder.run(&["demo"]).status.success());
    let first = fs::read(folder.key()).expect("a key");
    let mut server = Server::start(&folder);
    let said = sentence(&folder.run(&["key", "rotate"]));
    assert!(said.contains("in use"), "{said}");
    assert_eq!(fs::read(folder.key()).expect("a key"), first);
    server.signal("-TERM");
    assert!(server.child.wait().expect("it ends").success());

    let kept = |ending: &str| fs::read(folder.0.join(format!("secret.key{ending}")));
    let rotated = folder.run(&["key", "rotate"]);
    assert!(rotated.status.success(), "{}", text(&rotated.stderr));
    assert!(text(&rotated.stdout).contains("secret.key.old"));
    let second = fs::read(folder.key()).expect("a key");
    assert_ne!(second, first);
    assert_eq!(kept(".old").expect("kept"), first);
    assert!(folder.run(&["audit", "verify"]).status.success());
    assert!(folder.run(&["key", "rotate"]).status.success());
    assert_eq!(kept(".old2").expect("kept"), second);
    assert!(folder.run(&["audit", "verify"]).status.success());
    #[cfg(unix)]
    for file in ["secret.key", "secret.key.old", "secret.key.old2"] {
        use std::os::unix::fs::PermissionsExt as _;
        let facts = fs::metadata(folder.0.join(file)).expect(file);
        assert_eq!(facts.permissions().mode() & 0o777, 0o600, "{file}");
    }

    // The key before opens nothing any more.
    let newest = fs::read(folder.key()).expect("a key");
    fs::copy(folder.0.join("secret.key.old"), folder.key()).expect("the first again");
    let said = sentence(&folder.run(&["audit", "verify"]));
    assert!(said.contains("KEYHOLDER_SECRET_KEY_FILE"), "{said}");
    fs::write(folder.key(), newest).expect("the right one");
    assert!(folder.run(&["audit", "verify"]).status.success());
}

#[test]
fn a_rotation_that_was_cut_short_is_finished_by_the_next_command() {
    let folder = Folder::new("key-cut-short");
    assert!(folder.run(&["demo"]).status.success());
    let first = fs::read(folder.key()).expect("a key");
    assert!(folder.run(&["key", "rotate"]).status.success());
    let second = fs::read(folder.key()).expect("a key");
    // As it stands when the power goes after the database was changed and before the files were.
    let (new, old) = (
        folder.0.join("secret.key.new"),
        folder.0.join("secret.key.old"),
    );
    fs::rename(folder.key(), &new).expect("renames");
    fs::rename(&old, folder.key()).expect("renames");
    let verified = folder.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
    assert_eq!(fs::read(folder.key()).expect("a key"), second);
    assert_eq!(fs::read(&old).expect("kept"), first);
    assert!(!new.exists());
}

#[test]
fn there_is_no_key_to_replace_where_there_is_no_database() {
    let folder = Folder::new("key-nothing");
    let said = sentence(&folder.run(&["key", "rotate"]));
    assert!(said.contains("no database of Keyholder"), "{said}");
    assert!(!folder.key().exists());
}
