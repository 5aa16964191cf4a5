//! The desk modules' lists, as far as they stand: what the person may see of each.

use access::actions::{ListCustomers, ListInventory, ListInvoices, ListJobs, ListQuotes};
use access::{Action, Module, Permission};
use domain::modules::ModuleView;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::visitor::Staff;

/// A module's list in the chosen store.
///
/// # Errors
/// When the person may not see the module there.
pub async fn view(kh: &Keyholder, staff: &Staff, module: Module) -> Result<ModuleView, Failure> {
    match module {
        Module::Customers => look::<ListCustomers>(kh, staff, Permission::CustomersCreate).await,
        Module::Quotes => look::<ListQuotes>(kh, staff, Permission::QuotesCreate).await,
        Module::Jobs => look::<ListJobs>(kh, staff, Permission::JobsCreate).await,
        Module::Invoices => look::<ListInvoices>(kh, staff, Permission::InvoicesCreate).await,
        Module::Inventory => look::<ListInventory>(kh, staff, Permission::InventoryCreate).await,
        Module::Settings => Err(domain::AppError::NotFound.into()),
    }
    .map(|may_create| ModuleView {
        module,
        store: staff
            .chosen
            .filter(|_| !staff.one_store() && module != Module::Customers)
            .and_then(|id| staff.store_name(id))
            .map(str::to_owned),
        may_create,
    })
}

/// Whether the module shows in the chosen store; answers whether records may be made there.
async fn look<A: Action<Target = ()>>(
    kh: &Keyholder,
    staff: &Staff,
    create: Permission,
) -> Result<bool, Failure> {
    kh.sees::<A>(staff, &()).await?;
    let access::Needs::Permission(view) = A::OPERATION.needs else {
        return Err(Failure::inconsistent("a list needs its module's view"));
    };
    if let Err(denied) = staff.caller.visible(view, staff.chosen) {
        return Err(kh.refuse(staff, A::OPERATION.name, denied).await);
    }
    Ok(match staff.chosen {
        Some(store) if create.asks_for_store() => staff.caller.effective.holds(create, store),
        _ => staff.caller.effective.holds_in_any_of_theirs(create),
    })
}
