//! The addresses of the pages (product §11 *Addresses*).

use access::Module;
use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, RouteChildren, Routes, RoutesProps};
use leptos_router::hooks::use_location;
use leptos_router::{MatchNestedRoutes, SsrMode, path};

use crate::lazy::lazy;
use crate::pages::modules::ModulePage;
use crate::pages::shell::{Frame, NothingHere};
use crate::state::State;

/// The page of the address.
#[component]
pub fn Pages() -> impl IntoView {
    forget_trouble_elsewhere();
    let pages = RouteChildren::to_children(routes);
    let routes = RoutesProps::builder().fallback(NothingHere).children(pages);
    Routes(routes.build())
}

/// All pages. They wait for their data, so that each answers with its right status and is whole
/// without script.
pub(crate) fn routes() -> impl MatchNestedRoutes + Clone + Send + 'static {
    view! {
        <Route path=path!("/sign-in") view=lazy!(doors, sign_in::SignInPage) ssr=SsrMode::Async/>
        <Route path=path!("/sign-in/second-factor") view=lazy!(doors, second_factor::sign_in::SecondFactorPage) ssr=SsrMode::Async/>
        <Route path=path!("/sign-in/new-password") view=lazy!(doors, passwords::choose::ChoosePage) ssr=SsrMode::Async/>
        <Route path=path!("/forgot-password") view=lazy!(doors, passwords::forgot::ForgotPage) ssr=SsrMode::Async/>
        <Route path=path!("/reset-password/:token") view=lazy!(doors, passwords::reset::ResetPage) ssr=SsrMode::Async/>
        <Route path=path!("/confirm-email/:token") view=lazy!(doors, email::confirm::ConfirmEmailPage) ssr=SsrMode::Async/>
        <Route path=path!("/setup/:token") view=lazy!(doors, setup::SetupPage) ssr=SsrMode::Async/>
        <Route path=path!("/accept-invite/:token") view=lazy!(doors, invites::AcceptInvitePage) ssr=SsrMode::Async/>
        <Route path=path!("/profile/two-factor") view=lazy!(account, second_factor::own::TwoFactorPage) ssr=SsrMode::Async/>
        <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
            <Route path=path!("") view=lazy!(home, home::HomePage) ssr=SsrMode::Async/>
            <Route path=path!("/customers") view=|| module(Module::Customers) ssr=SsrMode::Async/>
            <Route path=path!("/quotes") view=|| module(Module::Quotes) ssr=SsrMode::Async/>
            <Route path=path!("/jobs") view=|| module(Module::Jobs) ssr=SsrMode::Async/>
            <Route path=path!("/invoices") view=|| module(Module::Invoices) ssr=SsrMode::Async/>
            <Route path=path!("/inventory") view=|| module(Module::Inventory) ssr=SsrMode::Async/>
            <Route path=path!("/profile") view=lazy!(account, profile::ProfilePage) ssr=SsrMode::Async/>
            <Route path=path!("/profile/password") view=lazy!(account, passwords::change::PasswordPage) ssr=SsrMode::Async/>
            <Route path=path!("/profile/sessions") view=lazy!(account, sessions::own::OwnSessionsPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/sessions") view=lazy!(lists, sessions::SessionsPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/users") view=lazy!(lists, users::list::UsersPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/users/new") view=lazy!(forms, users::new::NewUserPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/users/import") view=lazy!(import, imports::ImportPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/users/:id") view=lazy!(person, users::details::UserPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/users/:id/access") view=lazy!(access, users::access::UserAccessPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/users/:id/security") view=lazy!(person, users::security::UserSecurityPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/users/:id/activity") view=lazy!(records, users::activity::UserActivityPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/groups") view=lazy!(lists, groups::GroupsPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/groups/new") view=lazy!(groups, groups::editor::NewGroupPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/groups/:id") view=lazy!(groups, groups::editor::GroupPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/who-can") view=lazy!(lists, who_can::WhoCanPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/stores") view=lazy!(lists, stores::StoresPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/stores/:id") view=lazy!(business, stores::StorePage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/security") view=lazy!(business, security::SecurityPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/business") view=lazy!(business, business::BusinessPage) ssr=SsrMode::Async/>
            <Route path=path!("/settings/audit") view=lazy!(records, audit::AuditPage) ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

fn module(module: Module) -> impl IntoView {
    view! { <ModulePage module/> }
}

/// A form that was refused is forgotten with the page that it stood on.
fn forget_trouble_elsewhere() {
    let state = State::here();
    let path = use_location().pathname;
    Effect::watch(
        move || path.get(),
        move |_, _, _| state.trouble.set(domain::Flash::default()),
        false,
    );
}
