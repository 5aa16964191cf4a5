//! `keyholder user …`, for people who are locked out, beside a running server.

use crate::support::{Folder, Server, sentence, text};

#[test]
fn locked_out_people_are_helped_while_the_server_runs() {
    let folder = Folder::new("user");
    let said = sentence(&folder.run(&["user", "unlock", "ada@shop.example"]));
    assert!(said.contains("no database of Keyholder"), "{said}");
    assert!(folder.run(&["demo"]).status.success());
    let server = Server::start(&folder);

    let told = |arguments: &[&str]| {
        let output = folder.run(&[&["user"], arguments].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let owner = [
        "create-owner",
        "eve@marlowfinch.example",
        "--first-name",
        "Eve",
        "--last-name",
        "New",
    ];
    let printed = told(&owner);
    let link = printed.lines().last().expect("a link");
    let (_, path) = link.split_once("127.0.0.1:3000").expect("an address");
    assert!(path.starts_with("/accept-invite/"), "{printed}");
    // The server that runs already takes the link.
    let page = server.get(path);
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("Eve"),
        "{page}"
    );

    let printed = told(&["send-reset", "eleanor@marlowfinch.example"]);
    assert!(!printed.contains("/reset-password/"), "{printed}");
    assert!(folder.run(&["audit", "verify"]).status.success());
}

#[test]
fn what_stands_against_help_is_one_sentence_and_code_2() {
    let folder = Folder::new("user-refused");
    assert!(folder.run(&["migrate"]).status.success());
    let said = sentence(&folder.run(&["user", "unlock", "eve@marlowfinch.example"]));
    assert!(said.contains("not set up yet"), "{said}");
    assert!(folder.run(&["demo"]).status.success());
    for (arguments, words) in [
        (
            &["unlock", "nobody@marlowfinch.example"][..],
            "nobody with the address",
        ),
        (
            &["reset-two-factor", "nobody@marlowfinch.example"],
            "nobody with the address",
        ),
        (
            &["send-reset", "nobody@marlowfinch.example"],
            "nobody with the address",
        ),
        (
            &["create-owner", "nobody@marlowfinch.example"],
            "--first-name",
        ),
        (&["unlock", "eleanor@marlowfinch.example"], "is not locked"),
        (
            &["create-owner", "eleanor@marlowfinch.example"],
            "Super Admin already",
        ),
        (&["unlock"], "--help"),
    ] {
        let said = sentence(&folder.run(&[&["user"], arguments].concat()));
        assert!(said.contains(words), "{said}");
    }
}
