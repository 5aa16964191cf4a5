//! Levels picked for a whole row of the grid, for somebody who is there and for somebody new: they
//! become overrides.

use access::Permission;
use domain::{AppError, ProblemCode};
use service::testing::{Fixture, PASSWORD};
use service::users;

use super::{form, save, view};
use crate::shop::shop;
use crate::support::{Snapshot, error, texts};

on_both! {
    a_picked_level_writes_overrides_for_the_row,
    levels_picked_for_somebody_new_become_overrides,
}

async fn a_picked_level_writes_overrides_for_the_row(fixture: Fixture) {
    let shop = shop(fixture).await;
    let row = async |module| {
        let view = view(&shop, &shop.ada, "Dee").await;
        let row = view.rows.into_iter().find(|row| row.module == module);
        row.expect("every module has a row").level
    };
    assert_eq!(
        row(access::Module::Jobs).await,
        Some(access::Level::Write),
        "Crew"
    );
    let mut form = form(&shop, &shop.ada, "Dee").await;
    let picked = |module: &str, level: &str| (module.to_owned(), level.to_owned());
    form.level = [
        picked("jobs", "read"),
        picked("quotes", "manage"),
        picked("invoices", "none"),
        picked("customers", "custom"),
        picked("inventory", "read"),
    ]
    .into();
    // Of a level that is as it was shown, the cells count.
    form.was_level = [picked("inventory", "read"), picked("jobs", "write")].into();
    form.overrides = [
        picked("inventory.edit", "allow"),
        picked("jobs.pick", "allow"),
    ]
    .into();
    "Helps out".clone_into(&mut form.reason);
    save(&shop, &shop.ada, form).await.expect("saves");
    assert_eq!(row(access::Module::Jobs).await, Some(access::Level::Read));
    assert_eq!(
        row(access::Module::Quotes).await,
        Some(access::Level::Manage)
    );
    assert_eq!(row(access::Module::Inventory).await, None, "custom");
    let overrides = texts(
        &shop.fixture.kh,
        "SELECT permission || ' ' || effect FROM overrides ORDER BY permission",
    )
    .await;
    assert_eq!(
        overrides,
        [
            "inventory.edit allow",
            "jobs.create deny",
            "jobs.edit deny",
            "jobs.pick deny",
            "jobs.return deny",
            "quotes.create allow",
            "quotes.delete allow",
            "quotes.edit allow",
            "quotes.send allow",
        ],
        "and none where the groups say so already"
    );
}

async fn levels_picked_for_somebody_new_become_overrides(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let offered = users::new(kh, &shop.al).await.expect("shows").levels;
    let settings = offered.last().expect("the last module");
    let keys: Vec<_> = settings.1.iter().map(|level| level.key()).collect();
    assert_eq!(keys, ["none", "read", "write"], "what Al holds himself");
    let mut form = shop
        .fixture
        .invitation(&shop.al, "Nia", &["Crew"], &["Downtown"])
        .await;
    form.level = [
        ("jobs".to_owned(), "none".to_owned()),
        ("quotes".to_owned(), String::new()),
        ("invoices".to_owned(), "read".to_owned()),
    ]
    .into();
    let before = Snapshot::of(kh).await;
    let answer = error(users::invite(kh, &shop.al, form.clone()).await);
    assert_eq!(
        answer,
        AppError::Invalid(domain::Problems::one("reason", ProblemCode::Required))
    );
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
    "Front desk only".clone_into(&mut form.reason);
    users::invite(kh, &shop.al, form).await.expect("invites");
    let view = view(&shop, &shop.al, "Nia").await;
    assert_eq!(view.overrides, 6);
    let token = shop.fixture.last_link().await;
    let browser = shop.fixture.browser();
    let accept = domain::invites::AcceptInvite {
        token,
        password: PASSWORD.to_owned(),
        again: PASSWORD.to_owned(),
    };
    service::invites::accept(kh, &shop.fixture.client(), &browser, accept)
        .await
        .expect("accepts");
    let nia = shop.fixture.staff(&browser).await;
    let held = &nia.caller.effective;
    assert!(!held.holds_anywhere(Permission::JobsView));
    assert!(held.holds_anywhere(Permission::InvoicesView));
    assert!(held.holds_anywhere(Permission::QuotesView));
}
