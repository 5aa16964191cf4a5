//! My profile: one's own details, and the way to password and second factor.

pub mod api;
pub(super) mod avatar;
mod details;

use domain::profile::ProfileView;
use leptos::prelude::*;

use self::api::ViewProfile;
use crate::components::avatar::{Size, picture};
use crate::components::page::{PageTitle, time_inside};
use crate::load::{load_plain, show_afresh};
use crate::pages::email;
use crate::pages::second_factor::card::FactorCard;
use crate::pages::sessions::own::SessionsCard;
use crate::text;
use crate::text::label;
use crate::view::view;

/// One's own account. Also for those who are in no group yet.
#[component]
pub fn ProfilePage() -> AnyView {
    show_afresh(load_plain::<ViewProfile>(), |found| {
        Some(profile_view(&found.view()?))
    })
}

fn profile_view(view: &ProfileView) -> AnyView {
    let groups = if view.groups.is_empty() {
        label::NO_GROUP_YET.to_owned()
    } else if let Some(stores) = &view.reach {
        text::reach(&view.groups, stores)
    } else {
        view.groups.clone()
    };
    let set = view.password_set.as_ref().map(|when| {
        view! { <p class="muted">{label::SET} " " {time_inside(when)} "."</p> }
    });
    view! {
        <PageTitle text=label::MY_PROFILE/>
        <div class="page">
            <header class="page-head">
                <div class="title">
                    {picture(Size::Large, view.id, view.avatar, &view.name).view()} " "
                    <div>
                        <h1>{label::MY_PROFILE}</h1>
                        <p class="muted">{groups}</p>
                    </div>
                </div>
            </header>
            <div class="columns">
                <div class="stack">{details::details(view)} {avatar::own_card(view.avatar > 0)}</div>
                <div class="stack">
                    {email::own_card(view.email.clone(), view.email_change.as_ref())}
                    <section class="card" aria-labelledby="own-password">
                        <h2 id="own-password">{label::PASSWORD}</h2>
                        {set}
                        <div class="actions"><a class="button" href="/profile/password">{label::CHANGE_PASSWORD}</a></div>
                    </section>
                    <FactorCard/>
                    <SessionsCard/>
                </div>
            </div>
        </div>
    }
}
