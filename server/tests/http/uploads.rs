//! Files that are sent: what they may be, who may send them, and where that leads (req. 47, 54, 63).

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};
use domain::imports::{FileProblem, HEADER, ImportView, MAX_BYTES, MAX_LINES};
use domain::{AppError, ProblemCode};
use futures::future::join_all;
use futures::{StreamExt as _, stream};
use tokio::sync::Semaphore;

use crate::browser::{Answer, BOUNDARY, Browser, HTML, file_request, multipart};
use crate::world::{NOBODY, World};

const CHECK: &str = "/api/imports/check";
const PAGE: &str = "/settings/users/import";

fn file(lines: &[&str]) -> Vec<u8> {
    format!("{HEADER}\n{}\n", lines.join("\n")).into_bytes()
}

/// Sends a file and answers the id of its dry run.
async fn run(browser: &mut Browser, content: &[u8]) -> String {
    let done = browser.upload(CHECK, "people.csv", content).await.done();
    let go = done.go.expect("it leads to the dry run");
    go.strip_prefix("/settings/users/import?run=")
        .expect("its page")
        .to_owned()
}

#[track_caller]
fn refused(answer: &Answer) -> FileProblem {
    let AppError::Invalid(problems) = answer.error() else {
        panic!("{}", answer.text())
    };
    match problems.of("file") {
        Some(ProblemCode::File { why }) => *why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_is_checked_imported_and_its_mails_go_out() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let run = run(
        &mut owner,
        &file(&[
            "Erin,Reed,erin@shop.example,Crew,Downtown",
            "Finn,Reed,finn@shop.example,Sales@Airport;Crew,Downtown;AIR",
        ]),
    )
    .await;
    let page = owner.get(&format!("{PAGE}?run={run}")).await;
    assert_eq!(page.status, StatusCode::OK);
    let html = page.text();
    assert!(html.contains("All 2 lines are ready"), "{html}");
    assert!(html.contains("Import 2 people") && !html.contains("disabled"));
    let done = owner.call("/api/imports/apply", &[("run", &run)]).await;
    assert!(done.done().toast.is_some());
    assert_eq!(
        world.mails().await.len(),
        3,
        "the crew's own, and these two"
    );
    let view: ImportView = owner
        .call("/api/imports/view", &[("run", &run)])
        .await
        .view();
    let mails = view.run.expect("hers").mails.expect("imported");
    assert_eq!((mails.sent, mails.waiting), (2, 0));
    let html = owner.get(&format!("{PAGE}?run={run}")).await.text();
    assert!(html.contains("All mails are sent"), "{html}");
}

#[tokio::test]
async fn without_script_the_browser_is_led_to_the_dry_run_or_back_with_the_reason() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let wrong = file(&["Erin,Reed,erin@shop,Crew,Downtown"]);
    let answer = owner.submit_file(PAGE, CHECK, &wrong).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = answer.location().to_owned();
    assert!(page.starts_with(&format!("{PAGE}?run=")), "{page}");
    let html = owner.get(&page).await.text();
    assert!(html.contains("1 of 1 line can't be imported yet"), "{html}");
    assert!(html.contains("is not a full address"));
    assert!(html.contains("disabled") && html.contains("why-not"));

    let huge = vec![b'x'; MAX_BYTES + 100_000];
    for (content, says) in [
        (&b"\xff\xfe"[..], "This is not text in UTF-8"),
        (
            b"name;email\nErin;erin@shop.example",
            "The first line must be",
        ),
        (&huge, "The file is larger than 2 MB"),
    ] {
        let answer = owner.submit_file(PAGE, CHECK, content).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, PAGE)
        );
        let html = owner.get(PAGE).await.text();
        assert!(html.contains(says), "{says}");
        assert!(
            html.contains("href=\"#file\""),
            "the summary leads to the field"
        );
        assert!(
            html.contains("id=\"file-error\""),
            "and it stands beside it"
        );
    }
    // Only to our own pages.
    let answer = owner
        .submit_file("https://evil.example/", CHECK, b"x")
        .await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn r63_what_is_no_list_of_people_is_refused_beside_the_field() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    let too_many = "\nD,R,d@shop.example,Crew,Downtown".repeat(MAX_LINES + 1);
    let at_the_edge = vec![b'x'; MAX_BYTES + 1];
    for (name, content, why, status) in [
        ("", &b""[..], FileProblem::Missing, 422),
        ("a.csv", b"", FileProblem::Empty, 422),
        ("a.csv", HEADER.as_bytes(), FileProblem::Empty, 422),
        ("a.csv", b"a,b\n1,2", FileProblem::Header, 422),
        ("a.csv", b"\xff", FileProblem::NotText, 422),
        ("a.csv", b"first_name\0", FileProblem::NotText, 422),
        ("a.csv", &at_the_edge, FileProblem::TooLarge, 413),
        (
            "a.csv",
            &[HEADER.as_bytes(), too_many.as_bytes()].concat(),
            FileProblem::TooMany,
            422,
        ),
    ] {
        let answer = owner.upload(CHECK, name, content).await;
        assert_eq!(refused(&answer), why);
        assert_eq!(answer.status.as_u16(), status, "{why:?}");
    }
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn r63_a_file_that_goes_on_and_on_is_not_kept() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let head = multipart("file", "a.csv", b"");
    let pieces = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]));
    let body = stream::once(async move { Ok(head) }).chain(pieces);
    let request = Request::post(CHECK)
        .header(
            CONTENT_TYPE,
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .header("sec-fetch-site", "same-origin")
        .body(Body::from_stream(body))
        .expect("a request");
    let answer = owner.send(request).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused(&answer), FileProblem::TooLarge);
}

#[tokio::test]
async fn r63_odd_forms_with_files_are_refused_and_nothing_changes() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    let good = file(&["Erin,Reed,erin@shop.example,Crew,Downtown"]);
    let part = multipart("file", "a.csv", &good);
    let twice = [&part[..part.len() - 4], b"\r\n", &part[..]].concat();
    let extra = [
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"is_super\"\r\n\r\n1\r\n")
            .as_bytes(),
        &part[..],
    ]
    .concat();
    let many = [
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\r\n")
            .repeat(5_000)
            .as_bytes(),
        &part[..],
    ]
    .concat();
    let nul = multipart("fi\0le", "a.csv", &good);
    for (what, body) in [
        ("nothing", Vec::new()),
        ("no parts", b"x".to_vec()),
        ("no end", part[..part.len() - 10].to_vec()),
        (
            "no head",
            [format!("--{BOUNDARY}\r\n").as_bytes(), &good].concat(),
        ),
        ("another field", multipart("people", "a.csv", &good)),
        ("a field more", extra),
        ("twice", twice),
        ("thousands", many),
        ("a nul", nul),
    ] {
        let request = file_request(CHECK, &body)
            .header(ACCEPT, "application/json")
            .body(Body::from(body))
            .expect("a request");
        let answer = owner.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
        assert_eq!(answer.error(), AppError::BadRequest, "{what}");
    }
    for kind in [
        "application/x-www-form-urlencoded",
        "text/csv",
        "application/json",
        "multipart/mixed; boundary=x",
        "",
    ] {
        let request = Request::post(CHECK)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(good.clone()))
            .expect("a request");
        let answer = owner.send(request).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    for kind in ["multipart/form-data", "multipart/form-data; boundary="] {
        let request = Request::post(CHECK)
            .header(CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(part.clone()))
            .expect("a request");
        let answer = owner.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind}");
    }
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn r47_no_file_is_taken_from_another_site() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    let body = multipart(
        "file",
        "a.csv",
        &file(&["Erin,Reed,erin@shop.example,Crew,Downtown"]),
    );
    for headers in [
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
        &[],
    ] {
        for accept in ["application/json", HTML] {
            let mut request = Request::post(CHECK).header(ACCEPT, accept).header(
                CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            );
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::from(body.clone())).expect("a request");
            let answer = owner.send(request).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        }
    }
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn r48_a_file_is_taken_by_post_alone() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    assert_eq!(
        owner.get(CHECK).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder()
            .method(method)
            .uri(CHECK)
            .header(
                CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(multipart("file", "a.csv", b"x")));
        let answer = owner.send(request.expect("a request")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

/// A form whose file breaks off: whoever reads it finds no form.
fn broken_off() -> Request<Body> {
    let begun = multipart("file", "a.csv", b"first_name,last_name");
    let pieces = [Ok(begun), Err(std::io::Error::other("gone"))];
    file_request(CHECK, &[b'x'; 1_000])
        .header(ACCEPT, "application/json")
        .body(Body::from_stream(stream::iter(pieces)))
        .expect("a request")
}

#[tokio::test]
async fn r63_a_file_is_read_only_of_who_may_send_one_and_everywhere_else_forms_stay_small() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    let large = vec![b'x'; MAX_BYTES];
    let answer = crew.send(broken_off()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(matches!(answer.error(), AppError::Forbidden { .. }));
    let stranger = world.browser();
    let half = world.half_signed_in(&world.owner).await;
    for mut browser in [stranger, half] {
        let answer = browser.send(broken_off()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    // A form with a file, and a long form, go nowhere else.
    let mut owner = world.owner().await;
    let answer = owner.send(broken_off()).await;
    assert_eq!(answer.error(), AppError::BadRequest, "hers is read");
    for path in ["/api/users/invite", "/api/imports/apply", "/api/sign-in"] {
        let answer = owner.upload(path, "a.csv", b"x").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
        let answer = owner.upload(path, "a.csv", &large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

/// A form whose file stalls on its way; counts once it is waited for.
fn stalled(waited_for: &Arc<Semaphore>) -> Request<Body> {
    let waited_for = Arc::clone(waited_for);
    let begun = multipart("file", "a.csv", b"first_name,last_name");
    let begun = stream::once(async move {
        waited_for.add_permits(1);
        Ok::<_, std::io::Error>(begun)
    });
    file_request(CHECK, &[b'x'; 1_000])
        .header(ACCEPT, "application/json")
        .body(Body::from_stream(begun.chain(stream::pending())))
        .expect("a request")
}

#[tokio::test]
async fn r63_files_that_stall_on_their_way_keep_nobody_elses_out() {
    let world = World::new().await;
    let al = world.person("Al", &["Admin"], &["Downtown"]).await;
    let (mut al, owner) = (world.signed_in(&al).await, world.owner().await);
    let places = world.shared.uploads.available_permits();
    let waited_for = Arc::new(Semaphore::new(0));
    let hers = join_all((0..places).map(|_| {
        let (mut browser, request) = (owner.clone(), stalled(&waited_for));
        async move { browser.send(request).await }
    }));
    let his = async {
        let all = u32::try_from(places).expect("a few");
        let _all = waited_for.acquire_many(all).await.expect("it stays open");
        let good = file(&["Erin,Reed,erin@shop.example,Crew,Downtown"]);
        run(&mut al, &good).await
    };
    tokio::select! {
        answers = hers => panic!("they stall: {answers:?}"),
        id = his => assert!(!id.is_empty()),
    }
}

#[tokio::test]
async fn r63_more_files_at_once_than_there_are_places_are_told_to_come_back() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let good = file(&["Erin,Reed,erin@shop.example,Crew,Downtown"]);
    for places in [&world.shared.arriving, &world.shared.uploads] {
        let all = u32::try_from(places.available_permits()).expect("a few");
        let taken = places.acquire_many(all).await.expect("they are free");
        let answer = owner.upload(CHECK, "a.csv", &good).await;
        assert_eq!(answer.error(), AppError::Busy);
        assert_eq!(owner.get(PAGE).await.status, StatusCode::OK);
        drop(taken);
    }
    run(&mut owner, &good).await;
}

#[tokio::test]
async fn r53_a_dry_run_of_somebody_else_is_not_there_by_page_nor_function() {
    let world = World::new().await;
    let al = world.person("Al", &["Admin"], &["Downtown"]).await;
    let mut al = world.signed_in(&al).await;
    let good = file(&["Erin,Reed,erin@shop.example,Crew,Downtown"]);
    let his = run(&mut al, &good).await;
    assert_eq!(
        al.get(&format!("{PAGE}?run={his}")).await.status,
        StatusCode::OK
    );
    let mut owner = world.owner().await;
    let mut answers = Vec::new();
    for id in [&*his, NOBODY, "x"] {
        let page = owner.get(&format!("{PAGE}?run={id}")).await;
        let view = owner.call("/api/imports/view", &[("run", id)]).await;
        let apply = owner.call("/api/imports/apply", &[("run", id)]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
        answers.push((view.status, view.text(), apply.status, apply.text()));
    }
    assert!(answers.iter().all(|one| *one == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn the_file_comes_back_with_its_problems_and_can_be_sent_again() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let sent = file(&[
        "\"Erin, née Hart\",Reed,erin@shop.example,Crew;Sales@AIR,Downtown;Airport",
        "=1+1,Reed,finn@shop,Sale,Downtown",
    ]);
    let first = run(&mut owner, &sent).await;
    let back = owner.get(&format!("/exports/import.csv?run={first}")).await;
    assert_eq!(back.status, StatusCode::OK);
    assert_eq!(
        back.text(),
        "first_name,last_name,email,groups,stores,problem\r\n\
         \"Erin, née Hart\",Reed,erin@shop.example,Crew;Sales@AIR,Downtown;Airport,\r\n\
         '=1+1,Reed,finn@shop,Sale,Downtown,Email: “finn@shop” is not a full address. \
         Group: there is no group “Sale”. Did you mean Sales?\r\n"
    );
    let right = back
        .text()
        .replace("finn@shop,Sale", "finn@shop.example,Sales");
    let again = run(&mut owner, right.as_bytes()).await;
    let view: ImportView = owner
        .call("/api/imports/view", &[("run", &again)])
        .await
        .view();
    assert_eq!(view.run.expect("hers").wrong, 0);
    // Nobody else's, and none that is not there.
    let al = world.person("Al", &["Admin"], &["Downtown"]).await;
    let mut al = world.signed_in(&al).await;
    for id in [&*first, NOBODY, "", "x"] {
        let answer = al.get(&format!("/exports/import.csv?run={id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn r49_names_in_a_file_are_no_markup_on_its_page() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let evil = "<script>alert(1)</script>";
    let body = multipart(
        "file",
        "<img src=x>.csv",
        &file(&[&format!("{evil},{evil},{evil},{evil},{evil}")]),
    );
    let request = file_request(CHECK, &body)
        .header(ACCEPT, "application/json")
        .body(Body::from(body));
    let go = owner.send(request.expect("a request")).await.done().go;
    let html = owner.get(&go.expect("its page")).await.text();
    assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
    assert!(!html.contains(evil) && !html.contains("<img src=x"));
}
