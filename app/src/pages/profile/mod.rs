//! One's own account; so far who one is. The theme is set in the account menu.

pub mod api;

use domain::shell::ShellView;
use leptos::prelude::*;

use crate::components::avatar::large_avatar;
use crate::components::page::{PageTitle, fact};
use crate::load::{load_plain, show};
use crate::pages::second_factor::card::FactorCard;
use crate::pages::sessions::own::SessionsCard;
use crate::pages::shell::api::ViewShell;
use crate::text::label;

/// One's own account. Also for those who are in no group yet.
#[component]
pub fn ProfilePage() -> AnyView {
    show(load_plain::<ViewShell>(), profile_view)
}

fn profile_view(view: ShellView) -> AnyView {
    let ShellView {
        business,
        me,
        stores,
        ..
    } = view;
    let stores: Vec<String> = stores.into_iter().map(|store| store.name).collect();
    let stores = (!stores.is_empty()).then(|| fact(label::STORES, stores.join(", ").into_any()));
    let groups = if me.groups.is_empty() {
        label::NO_GROUP_YET.to_owned()
    } else {
        me.groups
    };
    view! {
        <PageTitle text=label::MY_PROFILE/>
        <div class="page">
            <header class="page-head">
                <div class="title">
                    {large_avatar(&me.name)} " "
                    <div>
                        <h1>{label::MY_PROFILE}</h1>
                        <p class="muted">{me.name}</p>
                    </div>
                </div>
            </header>
            <section class="card" aria-labelledby="password">
                <h2 id="password">{label::PASSWORD}</h2>
                <div class="actions"><a class="button" href="/profile/password">{label::CHANGE_PASSWORD}</a></div>
            </section>
            <section class="card" aria-labelledby="about">
                <h2 id="about">{business}</h2>
                <dl class="facts">{fact(label::GROUPS, groups.into_any())} {stores}</dl>
                <p class="small muted">{label::PROFILE_LATER}</p>
            </section>
            <FactorCard/>
            <SessionsCard/>
        </div>
    }
    .into_any()
}
