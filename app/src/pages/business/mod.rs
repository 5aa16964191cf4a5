//! Settings → Business: the name and time zone, and what bills need.

pub mod api;

use std::sync::Arc;

use access::Permission;
use domain::business::{BillingForm, BusinessForm, BusinessView};
use leptos::prelude::*;

use self::api::ViewBusiness;
use crate::components::choices::{Options, Select};
use crate::components::field::{Field, Lines};
use crate::components::form::{Check, Form, Hidden};
use crate::components::page::PageTitle;
use crate::components::summary::notice;
use crate::load::{load_plain, show_afresh};
use crate::text::{label, phrase};
use crate::view::view;
use crate::wire::Fields;

/// The page.
#[component]
pub fn BusinessPage() -> AnyView {
    show_afresh(load_plain::<ViewBusiness>(), |found| {
        Some(business_view(found.view()?))
    })
}

fn business_view(view: BusinessView) -> AnyView {
    let BusinessView {
        form,
        revision,
        may_edit,
        zones,
        billing,
        billing_revision,
        may_bill,
        currencies,
    } = view;
    view! {
        <PageTitle text=label::BUSINESS/>
        <div class="page narrow">
            <header class="page-head">
                <div class="title"><h1>{label::BUSINESS}</h1></div>
            </header>
            <section class="stack" aria-labelledby="business-name">
                <h2 id="business-name">{label::BUSINESS_ITSELF}</h2>
                {needs(may_edit, Permission::SettingsEdit)}
                <Form action="/api/business/update" check=check()>
                    <Hidden name="revision" value=revision.to_string()/>
                    <Field
                        name="name"
                        label=label::NAME
                        value=form.name.clone()
                        help=label::BUSINESS_NAME_HELP
                        locked=!may_edit
                    />
                    {zone(form.time_zone.clone(), &zones, may_edit)}
                    {save(may_edit, "save", "button primary", label::SAVE)}
                </Form>
            </section>
            <hr/>
            <section class="stack" aria-labelledby="billing">
                <h2 id="billing">{label::BILLING}</h2>
                {needs(may_bill, Permission::SettingsBilling)}
                <Form action="/api/business/update-billing" check=check_billing()>
                    <Hidden name="revision" value=billing_revision.to_string()/>
                    {billing_fields(billing.clone(), &currencies, may_bill)}
                    {save(may_bill, "save-billing", "button", label::SAVE_BILLING)}
                </Form>
            </section>
        </div>
    }
}

/// Which permission is missing, where one is.
fn needs(may: bool, permission: Permission) -> Option<AnyView> {
    (!may).then(|| notice("info", phrase::needs(permission)))
}

fn save(may: bool, id: &'static str, class: &'static str, verb: &'static str) -> Option<AnyView> {
    let button = || {
        view! {
            <div class="actions"><button class=class type="submit" id=id>{verb}</button></div>
        }
    };
    may.then(|| button().into_any())
}

/// Who may not change it sees the time zone as it is, not a list to pick from.
fn zone(value: String, zones: &[String], may_edit: bool) -> AnyView {
    if !may_edit {
        return view! { <Field name="time_zone" label=label::TIME_ZONE value help=label::BUSINESS_ZONE_HELP locked=true/> };
    }
    let zones: Options = zones
        .iter()
        .map(|zone| (zone.clone(), phrase::zone(zone)))
        .collect();
    view! {
        <Select name="time_zone" label=label::TIME_ZONE options=zones value help=label::BUSINESS_ZONE_HELP/>
    }
}

fn billing_fields(form: BillingForm, currencies: &[String], may_bill: bool) -> AnyView {
    let locked = !may_bill;
    let BillingForm {
        currency,
        tax_rate,
        payment_days,
        legal_name,
        legal_address,
        company_number,
        tax_number,
    } = form;
    let currency = if locked {
        view! { <Field name="currency" label=label::CURRENCY value=currency help=label::CURRENCY_HELP locked/> }
    } else {
        let codes: Options = currencies
            .iter()
            .map(|code| (code.clone(), code.clone()))
            .collect();
        view! { <Select name="currency" label=label::CURRENCY options=codes value=currency help=label::CURRENCY_HELP/> }
    };
    view! {
        <div class="row">
            {currency}
            <Field name="tax_rate" label=label::TAX_RATE value=tax_rate help=label::TAX_RATE_HELP locked/>
        </div>
        <Field name="payment_days" label=label::PAYMENT_DAYS value=payment_days help=label::PAYMENT_DAYS_HELP locked/>
        <Field
            name="legal_name"
            label=label::LEGAL_NAME
            value=legal_name
            help=label::LEGAL_NAME_HELP
            optional=true
            locked
        />
        <Lines name="legal_address" label=label::LEGAL_ADDRESS value=legal_address locked/>
        <div class="row">
            <Field name="company_number" label=label::COMPANY_NUMBER value=company_number optional=true locked/>
            <Field name="tax_number" label=label::TAX_NUMBER value=tax_number optional=true locked/>
        </div>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = BusinessForm {
            name: fields.one("name"),
            time_zone: fields.one("time_zone"),
        };
        form.check().err().unwrap_or_default()
    })
}

fn check_billing() -> Check {
    Arc::new(|fields: &Fields| {
        let form = BillingForm {
            currency: fields.one("currency"),
            tax_rate: fields.one("tax_rate"),
            payment_days: fields.one("payment_days"),
            legal_name: fields.one("legal_name"),
            legal_address: fields.one("legal_address"),
            company_number: fields.one("company_number"),
            tax_number: fields.one("tax_number"),
        };
        form.check().err().unwrap_or_default()
    })
}
