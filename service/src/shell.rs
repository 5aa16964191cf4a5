//! What surrounds every staff page.

use access::actions::{
    ListAudit, ListGroups, ListSessions, ListStores, ListUsers, ViewBusiness, ViewSecurity,
    ViewShell, ViewWhoCan,
};
use access::{Action, Module, Reach};
use domain::shell::{Me, SettingsPage, ShellView, StoreChoice};

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::visitor::{Staff, StoreFact};

/// The modules of the desk, in the order of the sidebar.
const DESK: [Module; 5] = [
    Module::Customers,
    Module::Quotes,
    Module::Jobs,
    Module::Invoices,
    Module::Inventory,
];

/// The shell for one person at this moment, in the chosen store.
///
/// # Errors
/// When the person has no complete session.
pub async fn view(kh: &Keyholder, staff: &Staff) -> Result<ShellView, Failure> {
    kh.sees::<ViewShell>(staff, &()).await?;
    let pages = [
        (SettingsPage::Users, ListUsers::OPERATION.needs),
        (SettingsPage::Groups, ListGroups::OPERATION.needs),
        (SettingsPage::WhoCan, ViewWhoCan::OPERATION.needs),
        (SettingsPage::Stores, ListStores::OPERATION.needs),
        (SettingsPage::Sessions, ListSessions::OPERATION.needs),
        (SettingsPage::Security, ViewSecurity::OPERATION.needs),
        (SettingsPage::Audit, ListAudit::OPERATION.needs),
        (SettingsPage::Business, ViewBusiness::OPERATION.needs),
    ];
    Ok(ShellView {
        business: staff.business.name.clone(),
        me: Me {
            id: staff.caller.person.id,
            name: staff.me.name.clone(),
            avatar: staff.me.avatar,
            groups: groups_of(staff),
        },
        stores: stores_to_choose(staff),
        chosen: staff.chosen,
        modules: modules(staff),
        settings: pages
            .into_iter()
            .filter(|(_, needs)| staff.caller.meets(*needs).is_ok())
            .map(|(page, _)| page)
            .collect(),
        theme: staff.me.theme,
    })
}

/// The modules of the desk that open in the chosen store.
pub(crate) fn modules(staff: &Staff) -> Vec<Module> {
    let sees = |module: &Module| staff.caller.sees(*module, staff.chosen);
    DESK.into_iter().filter(sees).collect()
}

/// One's own groups, and where one has them, in one line.
pub(crate) fn groups_of(staff: &Staff) -> String {
    people::groups_line(staff.caller.person.memberships.iter().map(|membership| {
        let store = match membership.reach {
            Reach::AllTheirStores => None,
            Reach::Store(store) => staff.store_name(store),
        };
        (membership.name.as_str(), store)
    }))
}

/// One's own stores; none where there is nothing to choose.
pub(crate) fn stores_to_choose(staff: &Staff) -> Vec<StoreChoice> {
    let own: Vec<StoreChoice> = staff.own_stores().map(StoreFact::choice).collect();
    if own.len() > 1 { own } else { Vec::new() }
}
