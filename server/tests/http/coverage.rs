//! The table of operations is the whole of what can be asked (architecture "Forgetting a check is
//! impossible", net 5).

use std::collections::BTreeSet;

use access::{Kind, OPERATIONS};
use app::App;
use axum::http::Method;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;

use crate::world::World;

fn listed(kinds: &[Kind]) -> BTreeSet<&'static str> {
    let listed = OPERATIONS
        .iter()
        .filter(|operation| kinds.contains(&operation.kind));
    listed.map(|operation| operation.path).collect()
}

#[test]
fn every_server_function_is_an_operation_and_every_operation_has_its_function() {
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, _)| path).collect();
    assert_eq!(registered, listed(&[Kind::Read, Kind::Change]));
}

#[test]
fn r48_every_server_function_is_a_post_under_api() {
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
        assert!(path.starts_with("/api/"), "{path}");
    }
}

#[test]
fn every_page_is_an_operation_and_every_such_operation_has_its_page() {
    let shown: BTreeSet<_> = generate_route_list(App)
        .iter()
        .map(|page| page.path().to_owned())
        .collect();
    let listed: BTreeSet<_> = listed(&[Kind::Page])
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(shown, listed);
}

#[test]
fn every_plain_route_is_an_operation_and_every_such_operation_has_its_route() {
    let plain = server::router::PLAIN_ROUTES.iter().map(|one| one.name);
    let files = server::downloads::DOWNLOADS.iter().map(|one| one.name);
    let registered: BTreeSet<_> = plain
        .chain(files)
        .chain(server::pictures::PICTURES)
        .collect();
    let files = OPERATIONS
        .iter()
        .filter(|operation| operation.kind == Kind::File);
    assert_eq!(registered, files.map(|operation| operation.name).collect());
}

#[test]
fn every_address_that_takes_a_file_is_an_operation_and_every_such_operation_has_its_address() {
    let registered: BTreeSet<_> = server::uploads::UPLOADS
        .iter()
        .map(|one| one.name)
        .collect();
    let uploads = OPERATIONS
        .iter()
        .filter(|operation| operation.kind == Kind::Upload);
    assert_eq!(
        registered,
        uploads.map(|operation| operation.name).collect()
    );
}

/// Whatever way a route was registered: the router itself is asked. An operation says what it
/// needs, and the files of the site are anybody's.
#[tokio::test]
async fn r52_the_router_serves_no_address_but_those_of_operations_and_the_files_of_the_site() {
    let world = World::new().await;
    // It tells its addresses in no other way.
    let router = format!("{:?}", world.router);
    let (_, addresses) = router.split_once("paths: {").expect("addresses");
    let (addresses, _) = addresses
        .split_once("fallback_router")
        .expect("what stands behind them");
    let (of_site, asked): (BTreeSet<&str>, BTreeSet<&str>) =
        addresses.split('"').skip(1).step_by(2).partition(|path| {
            *path == "/favicon.svg" || path.starts_with("/pkg/") || path.starts_with("/fonts/")
        });
    assert!(of_site.len() > 5, "{of_site:?}");
    let operations = OPERATIONS.iter().filter(|one| one.kind != Kind::System);
    assert_eq!(asked, operations.map(|one| one.path).collect());
}

#[test]
fn no_name_and_no_address_stands_twice() {
    let mut names = BTreeSet::new();
    let mut paths = BTreeSet::new();
    for operation in OPERATIONS {
        assert!(names.insert(operation.name), "{}", operation.name);
        assert!(
            operation.kind == Kind::System || paths.insert(operation.path),
            "{}",
            operation.path
        );
    }
}
