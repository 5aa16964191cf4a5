//! The card of a picture, on the profile and on a person's page.

use domain::avatars::Fit;
use domain::users::UserView;
use leptos::prelude::*;

use crate::components::field::FileField;
use crate::components::form::{Form, Hidden};
use crate::text::label;
use crate::view::{Views, view};

/// What file dialogs offer first.
const ACCEPT: &str = "image/png,image/jpeg,image/webp";

/// One's own picture.
pub(super) fn own_card(has_one: bool) -> AnyView {
    let remove = has_one.then(|| {
        view! { <Form action="/api/profile/remove-avatar">{remove_button()}</Form> }
    });
    let upload = view! { <Form action="/api/profile/set-avatar" upload=true>{fields()}</Form> };
    card(upload, remove.into_any())
}

/// Somebody's picture; nothing for who may not change it.
pub(in crate::pages) fn card_of(person: &UserView) -> Option<AnyView> {
    if person.locked_because.is_some() {
        return None;
    }
    let id = person.id.to_string();
    let remove = (person.avatar > 0).then(|| {
        let id = id.clone();
        view! {
            <Form action="/api/users/remove-avatar"><Hidden name="id" value=id.clone()/> {remove_button()}</Form>
        }
    });
    let upload = view! {
        <Form action="/api/users/set-avatar" upload=true><Hidden name="id" value=id.clone()/> {fields()}</Form>
    };
    Some(card(upload, remove.into_any()))
}

fn card(upload: AnyView, remove: AnyView) -> AnyView {
    view! {
        <section class="card" aria-labelledby="picture">
            <h2 id="picture">{label::PICTURE}</h2>
            {upload}
            {remove}
        </section>
    }
}

/// The fields in the order in which the server reads them: the file comes last.
fn fields() -> AnyView {
    let ways = Fit::ALL.map(|fit| {
        let name = match fit {
            Fit::Crop => label::CROP,
            Fit::Whole => label::WHOLE,
        };
        view! {
            <label><input type="radio" name="fit" value=fit.key() checked=fit == Fit::Crop/> " " {name}</label>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{label::FIT}</legend>
            <div class="segmented">{ways.views()}</div>
        </fieldset>
        <FileField name="file" label=label::PICTURE help=label::PICTURE_HELP accept=ACCEPT/>
        <div class="actions"><button class="button" type="submit">{label::UPLOAD_PICTURE}</button></div>
    }
}

fn remove_button() -> AnyView {
    view! {
        <div class="actions"><button class="button ghost" type="submit">{label::REMOVE_PICTURE}</button></div>
    }
}
