//! Home: what needs me today.

use access::Permission;
use access::actions::ViewHome;
use domain::home::{ExpiredInvite, HomeView};

use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::time::when;
use crate::visitor::Staff;

/// Expired invitations shown at the most.
const EXPIRED: i64 = 5;

/// The first page after sign-in.
///
/// # Errors
/// When the person has no group.
pub async fn view(kh: &Keyholder, staff: &Staff) -> Result<HomeView, Failure> {
    kh.sees::<ViewHome>(staff, &()).await?;
    let now = kh.now();
    let zone = &staff.business.time_zone;
    let mut view = HomeView {
        first_name: staff.me.first_name.clone(),
        expired_invites: Vec::new(),
        waiting_invites: 0,
        may_add_store: staff.one_store()
            && staff
                .caller
                .effective
                .holds_business(Permission::SettingsEdit),
        alone: false,
    };
    let Ok(visible) = staff.caller.visible(Permission::SettingsUsers, None) else {
        return Ok(view);
    };
    let stores = visible
        .stores()
        .iter()
        .fold(String::new(), |word, store| word + &store.to_string() + " ");
    let mut conn = kh.reader().acquire().await?;
    view.expired_invites = invites::expired(&mut conn, now, &stores, EXPIRED)
        .await?
        .into_iter()
        .map(|invite| ExpiredInvite {
            user: invite.person,
            name: invite.name,
            expired: when(invite.expires, now, zone),
        })
        .collect();
    view.waiting_invites = invites::waiting(&mut conn, now, &stores).await?;
    view.alone = crate::users::sql::is_alone(&mut conn).await?;
    Ok(view)
}
