//! The views of stores, of one's own account and of the business.

use super::*;

#[test]
fn views_of_stores_read_back() {
    let row = StoreRow {
        id: store(),
        name: text("Bath"),
        code: "BTH".into(),
        address: text("1 Row"),
        time_zone: "Europe/London".into(),
        active: false,
        people: few(12),
    };
    reads_back(StoreListView {
        rows: vec![row],
        may_edit: true,
    });
    reads_back(StoreView {
        id: store(),
        form: form(),
        active: false,
        another_is_active: true,
        may_edit: false,
        zones: vec!["Europe/London".into()],
        people: few(1),
        first_people: Some(vec![StorePerson {
            id: user(),
            name: text("Sofia"),
            groups: text("Crew"),
        }]),
        among_others: true,
        revision: 3,
    });
    reads_back(NewStoreView {
        time_zone: "Europe/London".into(),
        zones: vec!["UTC".into()],
    });
}

#[test]
fn views_of_ones_own_and_of_the_business_read_back() {
    reads_back(ProfileView {
        id: user(),
        name: text("Sofia"),
        avatar: 0,
        groups: text("Crew"),
        reach: Some(StoresLine::All(4)),
        details: details(),
        email: "s@x.example".into(),
        email_change: None,
        password_set: Some(when(Day::Today)),
        theme: Theme::Dark,
        default_store: "all".into(),
        stores: vec![choice()],
        revision: 3,
    });
    reads_back(email_change());
    reads_back(ConfirmEmailView {
        business: text("Marlow"),
        email: "s@y.example".into(),
    });
    reads_back(BusinessView {
        form: BusinessForm {
            name: text("Marlow"),
            time_zone: "UTC".into(),
        },
        revision: 1,
        may_edit: true,
        zones: vec!["UTC".into()],
        billing: BillingForm {
            currency: "GBP".into(),
            tax_rate: "17.5".into(),
            payment_days: "14".into(),
            legal_name: text("Marlow Ltd"),
            legal_address: text("1 Street"),
            company_number: "1".into(),
            tax_number: "2".into(),
        },
        billing_revision: 2,
        may_bill: false,
        currencies: vec!["EUR".into(), "GBP".into()],
    });
}
