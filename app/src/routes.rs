//! The addresses of the pages (product §11 *Addresses*).

use access::Module;
use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

use crate::pages::groups::GroupsPage;
use crate::pages::groups::editor::{GroupPage, NewGroupPage};
use crate::pages::home::HomePage;
use crate::pages::imports::ImportPage;
use crate::pages::invites::AcceptInvitePage;
use crate::pages::modules::ModulePage;
use crate::pages::passwords::change::PasswordPage;
use crate::pages::passwords::choose::ChoosePage;
use crate::pages::passwords::forgot::ForgotPage;
use crate::pages::passwords::reset::ResetPage;
use crate::pages::profile::ProfilePage;
use crate::pages::second_factor::own::TwoFactorPage;
use crate::pages::second_factor::sign_in::SecondFactorPage;
use crate::pages::security::SecurityPage;
use crate::pages::setup::SetupPage;
use crate::pages::shell::{Frame, NothingHere};
use crate::pages::sign_in::SignInPage;
use crate::pages::stores::{StorePage, StoresPage};
use crate::pages::users::list::UsersPage;
use crate::pages::users::new::NewUserPage;
use crate::pages::users::person::UserPage;
use crate::pages::who_can::WhoCanPage;
use crate::state::State;

/// The page of the address. All wait for their data, so that each answers with its right status
/// and is whole without script.
#[component]
pub fn Pages() -> impl IntoView {
    forget_trouble_elsewhere();
    view! {
        <Routes fallback=NothingHere>
            <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
            <Route path=path!("/sign-in/second-factor") view=SecondFactorPage ssr=SsrMode::Async/>
            <Route path=path!("/profile/two-factor") view=TwoFactorPage ssr=SsrMode::Async/>
            <Route path=path!("/setup/:token") view=SetupPage ssr=SsrMode::Async/>
            <Route path=path!("/accept-invite/:token") view=AcceptInvitePage ssr=SsrMode::Async/>
            <Route path=path!("/sign-in/new-password") view=ChoosePage ssr=SsrMode::Async/>
            <Route path=path!("/forgot-password") view=ForgotPage ssr=SsrMode::Async/>
            <Route path=path!("/reset-password/:token") view=ResetPage ssr=SsrMode::Async/>
            <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                <Route path=path!("") view=HomePage ssr=SsrMode::Async/>
                <Route path=path!("/customers") view=|| module(Module::Customers) ssr=SsrMode::Async/>
                <Route path=path!("/quotes") view=|| module(Module::Quotes) ssr=SsrMode::Async/>
                <Route path=path!("/jobs") view=|| module(Module::Jobs) ssr=SsrMode::Async/>
                <Route path=path!("/invoices") view=|| module(Module::Invoices) ssr=SsrMode::Async/>
                <Route path=path!("/inventory") view=|| module(Module::Inventory) ssr=SsrMode::Async/>
                <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async/>
                <Route path=path!("/profile/password") view=PasswordPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/users") view=UsersPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/users/new") view=NewUserPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/users/import") view=ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/users/:id") view=UserPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/groups") view=GroupsPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/groups/new") view=NewGroupPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/groups/:id") view=GroupPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/who-can") view=WhoCanPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/stores") view=StoresPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/stores/:id") view=StorePage ssr=SsrMode::Async/>
                <Route path=path!("/settings/security") view=SecurityPage ssr=SsrMode::Async/>
            </ParentRoute>
        </Routes>
    }
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
