//! What serde writes, [`Read`] reads: for each type, in each of its forms.

mod audit;
mod business;
mod errors;
mod groups;
mod imports;
mod people;
mod sessions;
mod sign_in;

use std::fmt::Debug;

use serde::Serialize;
use serde_json::Value;

use super::*;

impl Json for Value {
    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).cloned()
    }

    fn items(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn truth(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
}

#[track_caller]
fn reads_back<T: Read + Serialize + PartialEq + Debug>(written: T) {
    let json = serde_json::to_value(&written).unwrap();
    assert_eq!(T::read(&json).as_ref(), Some(&written), "{json}");
    assert_eq!(T::read(&Value::String("nonsense".into())), None);
    assert_eq!(T::read(&Value::Bool(true)), None);
}

fn text(word: &str) -> String {
    format!("{word} “Zoë” \u{1f511}")
}

fn when(day: Day) -> When {
    When {
        day,
        time: "09:41".into(),
        iso: "2026-11-21T09:41:00+00:00".into(),
    }
}

fn user() -> UserId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn store() -> StoreId {
    "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap()
}

fn choice() -> StoreChoice {
    StoreChoice {
        id: store(),
        name: text("Bath"),
        code: "BTH".into(),
    }
}

fn group() -> GroupChoice {
    GroupChoice {
        id: "01890a5d-ac96-774b-bcce-b302099a8059".parse().unwrap(),
        name: text("Crew"),
        summary: text("Pick"),
        built_in: Some("crew".into()),
        may_grant: true,
    }
}

fn details() -> UserDetails {
    UserDetails {
        first_name: text("Sofia"),
        last_name: text("Lindqvist"),
        display_name: String::new(),
        phone: "1".into(),
    }
}

fn query() -> UserListQuery {
    UserListQuery {
        q: text("q"),
        sort: "-name".into(),
        page: "p".into(),
        bulk: "deactivate".into(),
        users: vec![user().to_string()],
        ..UserListQuery::default()
    }
}

fn row(status: Status) -> UserRow {
    UserRow {
        id: user(),
        avatar: 0,
        name: text("Sofia"),
        email: text("s@x.example"),
        groups: text("Crew"),
        stores: StoresLine::These(vec![text("Bath"), text("Oxford")]),
        two_factor: true,
        last_sign_in: Some(when(Day::Yesterday)),
        status,
        invite_expired: false,
        me: true,
        may_act: false,
    }
}

fn form() -> StoreForm {
    StoreForm {
        name: text("Bath"),
        code: "BTH".into(),
        time_zone: "Europe/London".into(),
        ..StoreForm::default()
    }
}

fn factor(on: Option<FactorFacts>) -> FactorView {
    FactorView {
        on,
        required: true,
        policy: TwoFactorPolicy::Admins,
    }
}

fn few(n: u32) -> Count {
    Count { n, more: false }
}

fn email_change() -> EmailChange {
    EmailChange {
        email: "s@y.example".into(),
        by: Some(text("Theo")),
        asked: when(Day::Today),
        ends: when(Day::Tomorrow),
        mail: MailState::Queued,
    }
}

fn person(invite: Option<InviteState>) -> UserView {
    UserView {
        id: user(),
        name: text("Sofia"),
        avatar: 2,
        details: details(),
        email: "s@x.example".into(),
        email_change: Some(email_change()),
        status: Status::Invited,
        invite,
        factor: factor(None),
        last_sign_in: None,
        created: when(Day::Date(2026, 3, 4)),
        created_by: Some(text("Theo")),
        sessions: 1,
        groups: text("Admin, Crew"),
        last_day: Some(OnDay {
            day: Day::Tomorrow,
            iso: "2026-12-31".into(),
        }),
        locked_because: Some(Rule::AboveYou),
        may_see_activity: true,
        revision: 7,
    }
}
