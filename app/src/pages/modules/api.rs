//! Server functions of the desk modules' lists.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::StrictUrl;
#[cfg(feature = "ssr")]
use access::Module;
use domain::AppError;
use domain::modules::ModuleView;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
async fn list(module: Module) -> Result<ModuleView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::modules::view(&kh, &staff, module).await?)
}

/// The list of customers.
#[server(name = ListCustomers, prefix = "/api", endpoint = "customers/list", input = StrictUrl)]
pub async fn list_customers() -> Result<ModuleView, AppError> {
    list(Module::Customers).await
}

/// The list of quotes.
#[server(name = ListQuotes, prefix = "/api", endpoint = "quotes/list", input = StrictUrl)]
pub async fn list_quotes() -> Result<ModuleView, AppError> {
    list(Module::Quotes).await
}

/// The list of jobs.
#[server(name = ListJobs, prefix = "/api", endpoint = "jobs/list", input = StrictUrl)]
pub async fn list_jobs() -> Result<ModuleView, AppError> {
    list(Module::Jobs).await
}

/// The list of invoices.
#[server(name = ListInvoices, prefix = "/api", endpoint = "invoices/list", input = StrictUrl)]
pub async fn list_invoices() -> Result<ModuleView, AppError> {
    list(Module::Invoices).await
}

/// The list of assets.
#[server(name = ListInventory, prefix = "/api", endpoint = "inventory/list", input = StrictUrl)]
pub async fn list_inventory() -> Result<ModuleView, AppError> {
    list(Module::Inventory).await
}
