//! The server function of the audit log.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::StrictUrl;
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::audit::AuditQuery;
use domain::audit::AuditView;
use leptos::prelude::*;

/// A page of the audit log.
#[server(name = ListAudit, prefix = "/api", endpoint = "audit/list", input = StrictUrl)]
pub async fn list_audit(
    /// Part of a name, a value or a reason.
    #[server(default)]
    q: String,
    /// Key of a span of days.
    #[server(default)]
    date: String,
    /// First day.
    #[server(default)]
    from: String,
    /// Last day.
    #[server(default)]
    to: String,
    /// Part of the name or address of whoever did it, or their id.
    #[server(default)]
    person: String,
    /// Name of an operation.
    #[server(default)]
    action: String,
    /// Id of a store.
    #[server(default)]
    store: String,
    /// Kind of what it was done to, or the id of one thing.
    #[server(default)]
    object: String,
    /// Key of what came of it.
    #[server(default)]
    result: String,
    /// Number of the entry that the page comes after.
    #[server(default)]
    before: String,
    /// Number of the entry that is open.
    #[server(default)]
    entry: String,
) -> Result<AuditView, AppError> {
    let (kh, staff) = doors::staff()?;
    let query = AuditQuery {
        q,
        date,
        from,
        to,
        person,
        action,
        store,
        object,
        result,
        before,
        entry,
    };
    Ok(service::audit::list(&kh, &staff, query).await?)
}
