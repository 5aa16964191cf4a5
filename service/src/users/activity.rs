//! Tab Activity of a person's page: their trail in the audit log.

use access::actions::ViewActivity;
use access::{Action, Permission};
use domain::audit::ActivityView;

use super::load;
use super::view::head;
use crate::audit;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::visitor::Staff;

/// What a person did and what was done to them, for who may see them and the audit log; older
/// entries before a number, and one of them open.
///
/// # Errors
/// Not found for who may not see the person.
pub async fn activity(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    before: &str,
    entry: &str,
) -> Result<ActivityView, Failure> {
    kh.meets::<ViewActivity>(staff).await?;
    let (person, facts) = load::<ViewActivity>(kh, staff, id).await?;
    kh.sees::<ViewActivity>(staff, &person).await?;
    let visible = staff.caller.visible(Permission::SettingsAudit, None)?;
    Ok(ActivityView {
        entries: audit::trail(kh, staff, &visible, &person, before, entry).await?,
        user: head(kh, staff, &person, facts).await?,
        one_store: staff.one_store(),
    })
}

/// Whether the tab stands on a person's page.
pub(super) fn may_open(staff: &Staff) -> bool {
    staff.caller.meets(ViewActivity::OPERATION.needs).is_ok()
}
