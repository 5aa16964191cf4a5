//! Overrides: what they do, until when, who may set them, and what the grid says of them
//! (product §2.3 step 4, §2.4, §2.5).

mod beyond;
mod effect;
mod levels;
mod saving;

use access::Permission;
use domain::Done;
use domain::users::{AccessView, CellView, OverrideChoice, SetAccess};
use service::{Failure, Staff, users};

use crate::shop::Shop;
use crate::support::unchanged;

/// The form that changes nothing of somebody's access.
pub(crate) async fn form(shop: &Shop, by: &Staff, name: &str) -> SetAccess {
    unchanged(&view(shop, by, name).await)
}

/// The same with one choice, and a reason for it.
async fn choosing(
    shop: &Shop,
    by: &Staff,
    name: &str,
    permission: Permission,
    choice: OverrideChoice,
) -> SetAccess {
    let mut form = form(shop, by, name).await;
    form.overrides = [(permission.key().to_owned(), choice.key().to_owned())].into();
    form.reasons = [(permission.key().to_owned(), "Covers Marcus".to_owned())].into();
    form
}

/// The form that denies somebody to pick.
async fn deny_pick(shop: &Shop, by: &Staff, name: &str) -> SetAccess {
    choosing(shop, by, name, Permission::JobsPick, OverrideChoice::Deny).await
}

async fn save(shop: &Shop, by: &Staff, form: SetAccess) -> Result<Done, Failure> {
    users::set_access(&shop.fixture.kh, by, form).await
}

async fn view(shop: &Shop, by: &Staff, name: &str) -> AccessView {
    let id = shop.id(name).await;
    users::view_access(&shop.fixture.kh, by, &id, "")
        .await
        .expect("shows")
}

async fn cell(shop: &Shop, by: &Staff, name: &str, permission: Permission) -> CellView {
    let view = view(shop, by, name).await;
    view.cells
        .into_iter()
        .find(|cell| cell.permission == permission)
        .expect("every permission has a cell")
}

/// Whether somebody may, in the store they have chosen or in any, by what a request resolves to.
async fn may(shop: &Shop, name: &str, permission: Permission) -> bool {
    let person = shop.id(name).await.parse().expect("an id");
    let browser = shop.fixture.session_for(person).await;
    let staff = shop.fixture.staff(&browser).await;
    staff.caller.effective.holds_anywhere(permission)
}
