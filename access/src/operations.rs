//! The table of operations: everything that can be asked of the server, and what it needs.
//!
//! `docs/permissions.md` is generated from it, the router is built from it, and a test compares
//! it with the functions that are registered (architecture.md, net 5).

use crate::actions as act;
use crate::{Action, Permission};

/// One thing that can be asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The name in the audit log: `user.invite`; `page.` and its place for a page.
    pub name: &'static str,
    /// The address: `/api/users/invite`. Empty for what only the system does.
    pub path: &'static str,
    /// What kind of thing it is.
    pub kind: Kind,
    /// What whoever asks must have.
    pub needs: Needs,
    /// Whoever asks must have proved who they are a short while ago ([`crate::Caller::owes_proof`]): it
    /// concerns rights, or how people sign in (product §7). Not what asks for the password in its
    /// own form each time, such as changing it.
    pub sensitive: bool,
}

/// What kind of thing an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A server function that changes nothing.
    Read,
    /// A server function that changes something, with an audit entry.
    Change,
    /// A file that is sent and changes something, with an audit entry: a plain route, since it is
    /// `multipart/form-data` and longer than any form.
    Upload,
    /// A page.
    Page,
    /// A file or another plain answer.
    File,
    /// Work of the system, which nobody can ask for.
    System,
}

/// What whoever asks must have. Where more is asked for, of the person or record concerned, the
/// operation's [`Action::decide`] asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: who is not signed in may ask.
    Anyone,
    /// A right password; a second factor or an enrolment may still be due.
    Half,
    /// A complete session: for what is one's own.
    Staff,
    /// A complete session and at least one group (product §2.3).
    Group,
    /// This permission, in some store at least.
    Permission(Permission),
    /// One of these permissions.
    AnyOf(&'static [Permission]),
    /// To be the system.
    System,
}

const fn page(name: &'static str, path: &'static str, needs: Needs) -> Operation {
    Operation {
        name,
        path,
        kind: Kind::Page,
        needs,
        sensitive: false,
    }
}

const fn file(name: &'static str, path: &'static str, needs: Needs) -> Operation {
    Operation {
        name,
        path,
        kind: Kind::File,
        needs,
        sensitive: false,
    }
}

/// Everything that can be asked of the server.
pub const OPERATIONS: &[Operation] = &[
    // The doors.
    act::ViewSetup::OPERATION,
    act::CreateBusiness::OPERATION,
    act::SignIn::OPERATION,
    act::ViewDoor::OPERATION,
    act::ViewInvite::OPERATION,
    act::AcceptInvite::OPERATION,
    act::CheckPassword::OPERATION,
    act::ForgotPassword::OPERATION,
    act::ViewReset::OPERATION,
    act::ResetPassword::OPERATION,
    act::ViewChoice::OPERATION,
    act::ChoosePassword::OPERATION,
    act::SignOut::OPERATION,
    act::PassSecondFactor::OPERATION,
    // One's own second factor.
    act::ViewTwoFactor::OPERATION,
    act::BeginTwoFactor::OPERATION,
    act::ConfirmTwoFactor::OPERATION,
    act::FinishTwoFactor::OPERATION,
    act::RenewCodes::OPERATION,
    act::TurnOffTwoFactor::OPERATION,
    act::DownloadCodes::OPERATION,
    act::ViewOwnFactor::OPERATION,
    // One's own.
    act::ViewShell::OPERATION,
    act::SetTheme::OPERATION,
    act::ViewProfile::OPERATION,
    act::UpdateProfile::OPERATION,
    act::SetOwnAvatar::OPERATION,
    act::RemoveOwnAvatar::OPERATION,
    act::ViewAvatar::OPERATION,
    act::ChangeOwnEmail::OPERATION,
    act::WithdrawOwnEmail::OPERATION,
    act::ViewConfirmEmail::OPERATION,
    act::ConfirmEmail::OPERATION,
    act::ViewPassword::OPERATION,
    act::ChangePassword::OPERATION,
    act::SwitchStore::OPERATION,
    act::ViewHome::OPERATION,
    // The desk.
    act::ListCustomers::OPERATION,
    act::ListQuotes::OPERATION,
    act::ListJobs::OPERATION,
    act::ListInvoices::OPERATION,
    act::ListInventory::OPERATION,
    // People.
    act::ListUsers::OPERATION,
    act::ExportUsers::OPERATION,
    act::NewUser::OPERATION,
    act::InviteUser::OPERATION,
    act::ViewUser::OPERATION,
    act::UpdateUser::OPERATION,
    act::SetAvatar::OPERATION,
    act::RemoveAvatar::OPERATION,
    act::ChangeEmail::OPERATION,
    act::WithdrawEmail::OPERATION,
    act::ViewAccess::OPERATION,
    act::CheckAccess::OPERATION,
    act::PreviewAccess::OPERATION,
    act::SetAccess::OPERATION,
    act::ResendInvite::OPERATION,
    act::WithdrawInvite::OPERATION,
    act::DeactivateUser::OPERATION,
    act::DeactivateMany::OPERATION,
    act::ReactivateUser::OPERATION,
    act::SetLastDay::OPERATION,
    act::ViewSignIn::OPERATION,
    act::SendReset::OPERATION,
    act::UnlockUser::OPERATION,
    act::ResetTwoFactor::OPERATION,
    // Sessions.
    act::ListSessions::OPERATION,
    act::EndSession::OPERATION,
    act::EndOtherSessions::OPERATION,
    act::SignOutUser::OPERATION,
    act::SignOutMany::OPERATION,
    act::ViewOwnSessions::OPERATION,
    act::EndOwnSession::OPERATION,
    act::EndOwnOthers::OPERATION,
    // Permission groups.
    act::ListGroups::OPERATION,
    act::ViewGroup::OPERATION,
    act::NewGroup::OPERATION,
    act::CheckGroup::OPERATION,
    act::PreviewGroup::OPERATION,
    act::CreateGroup::OPERATION,
    act::UpdateGroup::OPERATION,
    act::DuplicateGroup::OPERATION,
    act::DeleteGroup::OPERATION,
    // Looking up who may do what.
    act::ViewWhoCan::OPERATION,
    act::ExportWhoCan::OPERATION,
    act::ExportAccess::OPERATION,
    // People out of a file.
    act::CheckImport::OPERATION,
    act::ViewImport::OPERATION,
    act::ExportImport::OPERATION,
    act::ApplyImport::OPERATION,
    // The business.
    act::ViewSecurity::OPERATION,
    act::UpdateSecurity::OPERATION,
    act::ViewBusiness::OPERATION,
    act::UpdateBusiness::OPERATION,
    act::UpdateBilling::OPERATION,
    // Stores.
    act::ListStores::OPERATION,
    act::ViewStore::OPERATION,
    act::NewStore::OPERATION,
    act::CreateStore::OPERATION,
    act::UpdateStore::OPERATION,
    act::DeactivateStore::OPERATION,
    act::ReactivateStore::OPERATION,
    // The audit log.
    act::ViewActivity::OPERATION,
    act::ListAudit::OPERATION,
    act::ExportAudit::OPERATION,
    // Pages (product §11, Addresses).
    page("page.setup", "/setup/{token}", Needs::Anyone),
    page("page.sign_in", "/sign-in", Needs::Anyone),
    page(
        "page.accept_invite",
        "/accept-invite/{token}",
        Needs::Anyone,
    ),
    page("page.forgot_password", "/forgot-password", Needs::Anyone),
    page(
        "page.reset_password",
        "/reset-password/{token}",
        Needs::Anyone,
    ),
    page(
        "page.confirm_email",
        "/confirm-email/{token}",
        Needs::Anyone,
    ),
    page("page.choose_password", "/sign-in/new-password", Needs::Half),
    page("page.second_factor", "/sign-in/second-factor", Needs::Half),
    page("page.two_factor", "/profile/two-factor", Needs::Half),
    page("page.home", "/", Needs::Group),
    page("page.profile", "/profile", Needs::Staff),
    page("page.password", "/profile/password", Needs::Staff),
    page("page.own_sessions", "/profile/sessions", Needs::Staff),
    page(
        "page.customers",
        "/customers",
        Needs::Permission(Permission::CustomersView),
    ),
    page(
        "page.quotes",
        "/quotes",
        Needs::Permission(Permission::QuotesView),
    ),
    page(
        "page.jobs",
        "/jobs",
        Needs::Permission(Permission::JobsView),
    ),
    page(
        "page.invoices",
        "/invoices",
        Needs::Permission(Permission::InvoicesView),
    ),
    page(
        "page.inventory",
        "/inventory",
        Needs::Permission(Permission::InventoryView),
    ),
    page(
        "page.users",
        "/settings/users",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.new_user",
        "/settings/users/new",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.import",
        "/settings/users/import",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.user",
        "/settings/users/{id}",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.user_access",
        "/settings/users/{id}/access",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.user_security",
        "/settings/users/{id}/security",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.user_activity",
        "/settings/users/{id}/activity",
        Needs::Permission(Permission::SettingsAudit),
    ),
    page(
        "page.groups",
        "/settings/groups",
        Needs::AnyOf(&[Permission::SettingsUsers, Permission::SettingsGroups]),
    ),
    page(
        "page.new_group",
        "/settings/groups/new",
        Needs::Permission(Permission::SettingsGroups),
    ),
    page(
        "page.group",
        "/settings/groups/{id}",
        Needs::AnyOf(&[Permission::SettingsUsers, Permission::SettingsGroups]),
    ),
    page(
        "page.who_can",
        "/settings/who-can",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.sessions",
        "/settings/sessions",
        Needs::Permission(Permission::SettingsUsers),
    ),
    page(
        "page.stores",
        "/settings/stores",
        Needs::Permission(Permission::SettingsView),
    ),
    page(
        "page.store",
        "/settings/stores/{id}",
        Needs::Permission(Permission::SettingsView),
    ),
    page(
        "page.audit",
        "/settings/audit",
        Needs::Permission(Permission::SettingsAudit),
    ),
    page(
        "page.security",
        "/settings/security",
        Needs::Permission(Permission::SettingsView),
    ),
    page(
        "page.business",
        "/settings/business",
        Needs::Permission(Permission::SettingsView),
    ),
    // What machines ask.
    file("health.process", "/healthz", Needs::Anyone),
    file("health.ready", "/readyz", Needs::Anyone),
];

impl Operation {
    /// The operation with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }

    /// The operation at this address, as it is declared (`/settings/users/{id}`).
    pub fn at(path: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.path == path)
    }

    /// The sensitive operation at this address, if there is one.
    pub fn sensitive_at(path: &str) -> Option<&'static Self> {
        Self::at(path).filter(|operation| operation.sensitive)
    }

    /// Whether a file is sent to this address.
    pub fn takes_file(path: &str) -> bool {
        Self::at(path).is_some_and(|operation| operation.kind == Kind::Upload)
    }
}
