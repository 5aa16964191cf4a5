//! Every change leaves exactly one entry in the audit log, with what was and what is
//! (product §8).

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use access::Permission;
use domain::business::{BillingForm, BusinessForm};
use domain::email::ChangeOwnEmail;
use domain::passwords::{ChangePassword, ForgotPassword, NewPassword};
use domain::profile::ProfileForm;
use domain::second_factor::{ProveAgain, ResetTwoFactor, SecondStep};
use domain::stores::StoreForm;
use domain::users::UserDetails;
use serde_json::{Value, json};
use service::Staff;
use service::testing::{Fixture, PASSWORD, PNG};
use service::{
    avatars, business, email, groups, imports, passwords, profile, second_factor, sessions, stores,
    users,
};
use tower_sessions::Session;

use crate::groups::{create as create_group, edit, group_id};
use crate::support::{
    Entry, access_form, entries_after, fact, id_of, newest_entry, save_policy, try_accept,
    try_sign_in, write,
};

on_both! {
    r58_every_change_has_exactly_one_entry_with_what_was_and_what_is,
}

/// A business whose log is looked over.
struct Book {
    fixture: Fixture,
    owner: Session,
    seen: BTreeSet<String>,
}

/// What an entry kept.
fn kept(text: &str) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(text).expect("JSON")
    }
}

/// Id of the store of this name.
fn store_id(by: &Staff, name: &str) -> String {
    let store = by.stores.iter().find(|store| store.name == name);
    store.expect("a store").id.to_string()
}

impl Book {
    /// Holds an entry against what it should say.
    fn check(&mut self, entry: Entry, action: &str, object: &str, before: Value, after: Value) {
        assert_eq!(
            (entry.action.as_str(), entry.result.as_str()),
            (action, "done")
        );
        assert_eq!(entry.object, object, "{entry:?}");
        assert_eq!(kept(&entry.before), before, "{entry:?}");
        assert_eq!(kept(&entry.after), after, "{entry:?}");
        self.seen.insert(entry.action);
    }

    /// The entries that something left.
    async fn entries<T, F: Debug>(&self, act: impl Future<Output = Result<T, F>>) -> Vec<Entry> {
        let newest = newest_entry(&self.fixture.kh).await;
        act.await.map(drop).expect("it goes through");
        entries_after(&self.fixture.kh, newest).await
    }

    /// Set-up, stores, and one's own.
    async fn of_the_owner(&mut self) {
        let kh = self.fixture.kh.clone();
        let set_up = entries_after(&kh, 0).await.remove(0);
        let business = json!({ "name": "Ada's Hire", "owner": "Ada Owner", "sample": false });
        self.check(
            set_up,
            "business.create",
            "Ada's Hire",
            Value::Null,
            business,
        );

        let ada = self.fixture.staff(&self.owner).await;
        let bath = StoreForm {
            name: "Bath".to_owned(),
            code: "BTH".to_owned(),
            time_zone: "UTC".to_owned(),
            ..StoreForm::default()
        };
        let city = StoreForm {
            name: "Bath City".to_owned(),
            ..bath.clone()
        };
        let (was, is) = (json!(bath), json!(city));
        let made = self.one(stores::create(&kh, &ada, bath)).await;
        self.check(made, "store.create", "Bath", Value::Null, was.clone());
        let ada = self.fixture.staff(&self.owner).await;
        let store = ada
            .stores
            .iter()
            .find(|store| store.name == "Bath")
            .expect("made")
            .id
            .to_string();
        let saved = self.one(stores::update(&kh, &ada, &store, 1, city)).await;
        self.check(saved, "store.update", "Bath City", was, is);
        let ada = self.fixture.staff(&self.owner).await;
        let chosen = self.one(stores::switch(&kh, &ada, &store)).await;
        self.check(
            chosen,
            "store.switch",
            "Bath City",
            Value::Null,
            Value::Null,
        );
        let state = |active: bool| json!({ "active": active });
        let closed = self.one(stores::deactivate(&kh, &ada, &store)).await;
        self.check(
            closed,
            "store.deactivate",
            "Bath City",
            state(true),
            state(false),
        );
        let ada = self.fixture.staff(&self.owner).await;
        let opened = self.one(stores::reactivate(&kh, &ada, &store)).await;
        self.check(
            opened,
            "store.reactivate",
            "Bath City",
            state(false),
            state(true),
        );
        self.of_the_business().await;
        let themed = self.one(profile::set_theme(&kh, &ada, "dark")).await;
        let (was, is) = (json!({ "theme": "system" }), json!({ "theme": "dark" }));
        self.check(themed, "profile.set_theme", "Ada Owner", was, is);
    }

    /// The business is renamed, and its billing part filled in.
    async fn of_the_business(&mut self) {
        let kh = self.fixture.kh.clone();
        let ada = self.fixture.staff(&self.owner).await;
        let before = business::view(&kh, &ada).await.expect("shows");
        let form = BusinessForm {
            time_zone: "Europe/London".to_owned(),
            ..before.form.clone()
        };
        let saved = self.one(business::update(&kh, &ada, 1, form.clone())).await;
        let (was, is) = (json!(before.form), json!(form));
        self.check(saved, "business.update", "Ada's Hire", was, is);
        let form = BillingForm {
            tax_rate: "20".to_owned(),
            ..before.billing.clone()
        };
        let saved = business::update_billing(&kh, &ada, 1, form.clone());
        let saved = self.one(saved).await;
        let (was, is) = (json!(before.billing), json!(form));
        self.check(saved, "business.update_billing", "Ada's Hire", was, is);
    }

    /// Dana has another display name; another address is asked for her by both of them, withdrawn
    /// by both, and at last confirmed and set back.
    async fn of_ones_own(&mut self, browser: &Session) {
        let kh = self.fixture.kh.clone();
        let (ada, dana) = (
            self.fixture.staff(&self.owner).await,
            self.fixture.staff(browser).await,
        );
        let (name, id) = ("Dana Tester", id_of(&self.fixture, "Dana").await);
        let view = profile::view(&kh, &dana).await.expect("shows");
        let form = ProfileForm {
            details: UserDetails {
                phone: "1".to_owned(),
                ..view.details.clone()
            },
            theme: "dark".to_owned(),
            default_store: "all".to_owned(),
        };
        let shape = |phone: &str, theme: &str, store: &str| {
            json!({
                "first_name": "Dana", "last_name": "Tester", "display_name": "", "phone": phone,
                "theme": theme, "default_store": store,
            })
        };
        let saved = profile::update(&kh, &dana, view.revision, form);
        let saved = self.one(saved).await;
        let (was, is) = (shape("", "system", ""), shape("1", "dark", "all"));
        self.check(saved, "profile.update", name, was, is);
        let back = "UPDATE users SET phone = '' WHERE first_name = 'Dana'";
        write(&kh, back).await;

        self.of_a_picture(&ada, &dana).await;
        let new = "dana@new.example";
        let asked = |email: Option<&str>| json!({ "new_email": email });
        let form = || ChangeOwnEmail {
            email: new.to_owned(),
            current: PASSWORD.to_owned(),
        };
        let own = self.one(email::change_own(&kh, &dana, form())).await;
        self.check(
            own,
            "profile.change_email",
            name,
            asked(None),
            asked(Some(new)),
        );
        let gone = self.one(email::withdraw_own(&kh, &dana)).await;
        self.check(
            gone,
            "profile.withdraw_email",
            name,
            asked(Some(new)),
            asked(None),
        );
        let hers = self.one(email::change(&kh, &ada, &id, new)).await;
        self.check(
            hers,
            "user.change_email",
            name,
            asked(None),
            asked(Some(new)),
        );
        let gone = self.one(email::withdraw(&kh, &ada, &id)).await;
        self.check(
            gone,
            "user.withdraw_email",
            name,
            asked(Some(new)),
            asked(None),
        );
        email::change_own(&kh, &dana, form()).await.expect("asks");
        let token = crate::email::link(&self.fixture).await;
        let visitor = self.fixture.visitor(browser).await;
        let client = self.fixture.client();
        let confirmed = self
            .one(email::confirm(&kh, &client, &visitor, &token))
            .await;
        let address = |email: &str| json!({ "email": email });
        let (was, is) = (address("dana@shop.example"), address(new));
        self.check(confirmed, "email.confirm", name, was, is);
        let back = "UPDATE users SET email = 'dana@shop.example', \
                      email_fold = 'dana@shop.example' WHERE first_name = 'Dana'";
        write(&kh, back).await;
    }

    /// Dana has a picture by herself and by Ada, taken away by each.
    async fn of_a_picture(&mut self, ada: &Staff, dana: &Staff) {
        let kh = self.fixture.kh.clone();
        let (name, id) = ("Dana Tester", id_of(&self.fixture, "Dana").await);
        let shape = |version: Option<i64>| json!({ "picture": version });
        let sent = avatars::Sent {
            fit: "crop",
            name: "me.png",
            content: PNG,
        };
        let own = self.one(avatars::set_own(&kh, dana, sent)).await;
        self.check(own, "profile.set_avatar", name, shape(None), shape(Some(1)));
        let gone = self.one(avatars::remove_own(&kh, dana)).await;
        self.check(
            gone,
            "profile.remove_avatar",
            name,
            shape(Some(1)),
            shape(None),
        );
        let hers = self.one(avatars::set(&kh, ada, &id, sent)).await;
        self.check(hers, "user.set_avatar", name, shape(None), shape(Some(2)));
        let gone = self.one(avatars::remove(&kh, ada, &id)).await;
        self.check(
            gone,
            "user.remove_avatar",
            name,
            shape(Some(2)),
            shape(None),
        );
    }

    /// What leaves one entry.
    async fn one<T, F: Debug>(&self, act: impl Future<Output = Result<T, F>>) -> Entry {
        let mut entries = self.entries(act).await;
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries.remove(0)
    }

    /// Dana is invited, sent the link again, withdrawn, brought back, and accepts.
    async fn of_an_invitation(&mut self) -> Session {
        let kh = self.fixture.kh.clone();
        let ada = self.fixture.staff(&self.owner).await;
        let name = "Dana Tester";
        let state = |state: &str| json!({ "state": state });
        let form = self
            .fixture
            .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
            .await;
        let invited = self.one(users::invite(&kh, &ada, form)).await;
        let shape = json!({
            "name": name, "email": "dana@shop.example", "groups": "Crew", "stores": "Downtown",
            "overrides": [],
        });
        assert_eq!(invited.store, store_id(&ada, "Downtown"));
        self.check(invited, "user.invite", name, Value::Null, shape);
        let dana = id_of(&self.fixture, "Dana").await;
        let resent = self.one(users::resend_invite(&kh, &ada, &dana)).await;
        self.check(resent, "user.resend_invite", name, Value::Null, Value::Null);
        let withdrawn = self.one(users::withdraw_invite(&kh, &ada, &dana)).await;
        self.check(
            withdrawn,
            "user.withdraw_invite",
            name,
            state("invited"),
            state("deactivated"),
        );
        let again = self.one(users::reactivate(&kh, &ada, &dana)).await;
        self.check(
            again,
            "user.reactivate",
            name,
            state("deactivated"),
            state("invited"),
        );

        let token = self.fixture.last_link().await;
        let newest = newest_entry(&kh).await;
        let browser = try_accept(&self.fixture, &token).await.expect("accepts");
        let [accepted, came] = entries_after(&kh, newest)
            .await
            .try_into()
            .expect("accepted, and signed in");
        assert_eq!((accepted.actor.as_str(), came.actor.as_str()), (name, name));
        self.check(
            accepted,
            "invite.accept",
            name,
            state("invited"),
            state("active"),
        );
        let session = json!({ "stage": "full", "sessions_ended": 0 });
        self.check(came, "session.sign_in", name, Value::Null, session);
        browser
    }

    /// A group is made, changed, copied, and the copy deleted.
    async fn of_a_group(&mut self) {
        let kh = self.fixture.kh.clone();
        let ada = self.fixture.staff(&self.owner).await;
        let shape = |name: &str, permissions: &[Permission]| {
            let keys: Vec<&str> = permissions.iter().map(|p| p.key()).collect();
            json!({ "name": name, "summary": "Does things", "permissions": keys })
        };
        let (view, create) = (Permission::JobsView, Permission::JobsCreate);
        let made = self
            .one(create_group(&kh, &ada, "Loaders", view.into()))
            .await;
        let was = shape("Loaders", &[view]);
        self.check(made, "group.create", "Loaders", Value::Null, was.clone());
        let both = [view, create].into_iter().collect();
        let change = edit(&kh, "Loaders", both).await;
        let saved = self.one(groups::update(&kh, &ada, &change)).await;
        let is = shape("Loaders", &[view, create]);
        self.check(saved, "group.update", "Loaders", was, is);
        let copied = groups::duplicate(&kh, &ada, &change.id, "Packers");
        let copied = self.one(copied).await;
        let copy = shape("Packers", &[view, create]);
        self.check(
            copied,
            "group.duplicate",
            "Packers",
            Value::Null,
            copy.clone(),
        );
        let id = group_id(&kh, "Packers").await;
        let gone = self.one(groups::delete(&kh, &ada, &id, 1, "")).await;
        let nowhere = json!({ "members_to": null, "members_moved": 0 });
        self.check(gone, "group.delete", "Packers", copy, nowhere);
    }

    /// A file is checked and imported: an entry for each, and one more where each person's own
    /// history begins.
    async fn of_an_import(&mut self) {
        let kh = self.fixture.kh.clone();
        let ada = self.fixture.staff(&self.owner).await;
        let file = crate::imports::csv(&["Erin,Tester,erin@shop.example,Crew,Downtown"]);
        let check = imports::check(&kh, &ada, "people.csv", file.as_bytes());
        let newest = newest_entry(&kh).await;
        let go = check.await.expect("it is read").go.expect("its page");
        let (_, run) = go.split_once("run=").expect("its id");
        let checked = entries_after(&kh, newest).await.remove(0);
        let found = json!({ "lines": 1, "wrong": 0 });
        self.check(checked, "import.check", "people.csv", Value::Null, found);
        let [applied, invited] = self
            .entries(imports::apply(&kh, &ada, run))
            .await
            .try_into()
            .expect("the import, and Erin");
        let people = json!({ "people": 1 });
        self.check(applied, "import.apply", "people.csv", Value::Null, people);
        let shape = json!({
            "name": "Erin Tester", "email": "erin@shop.example", "groups": "Crew",
            "stores": "Downtown", "overrides": [],
        });
        assert_eq!(invited.store, store_id(&ada, "Downtown"));
        assert_eq!(invited.reason, "imported");
        self.check(invited, "user.invite", "Erin Tester", Value::Null, shape);
    }

    /// Ada asks it of admins, sets hers up, signs in with it, renews codes, and turns it off.
    async fn of_ones_own_factor(&mut self) {
        let kh = self.fixture.kh.clone();
        let (name, on) = ("Ada Owner", |on: bool| json!({ "two_factor": on }));
        let asked = |policy: &str| json!({ "require_two_factor": policy });
        let ada = self.fixture.staff(&self.owner).await;
        let saved = self.one(save_policy(&kh, &ada, 1, "admins")).await;
        let (was, is) = (asked("off"), asked("admins"));
        self.check(saved, "security.update", "Ada's Hire", was, is);
        let newest = newest_entry(&kh).await;
        let enrolled = self.fixture.enrol(&self.owner).await;
        let [begun, confirmed, came] = entries_after(&kh, newest)
            .await
            .try_into()
            .expect("begun, confirmed, and in again");
        self.check(begun, "two_factor.begin", name, Value::Null, Value::Null);
        let set_up = json!({ "two_factor": true, "sessions_ended": 0 });
        self.check(confirmed, "two_factor.confirm", name, on(false), set_up);
        let session = json!({ "stage": "full", "sessions_ended": 0 });
        self.check(came, "session.sign_in", name, Value::Null, session);
        let ada = self.fixture.staff(&self.owner).await;
        let put_away = self.one(second_factor::finish(&kh, &ada, "on", "")).await;
        self.check(
            put_away,
            "two_factor.finish",
            name,
            Value::Null,
            Value::Null,
        );
        let proof = |code: &str| ProveAgain {
            password: PASSWORD.to_owned(),
            code: code.to_owned(),
        };
        let renew = second_factor::renew_codes(&kh, &ada, proof(&enrolled.codes[0]));
        let renewed = self.one(renew).await;
        self.check(
            renewed,
            "two_factor.renew_codes",
            name,
            Value::Null,
            Value::Null,
        );

        let again = try_sign_in(&kh, &self.fixture, "ada@shop.example", PASSWORD);
        let came = self.one(again).await;
        let session = json!({ "stage": "half", "sessions_ended": 0 });
        self.check(came, "session.sign_in", name, Value::Null, session);
        self.fixture.clock.advance(Duration::from_mins(1));
        let browser = self.fixture.sign_in("Ada").await;
        let visitor = self.fixture.visitor(&browser).await;
        let form = SecondStep {
            code: enrolled.phone.code(kh.now()),
            ..SecondStep::default()
        };
        let pass = second_factor::pass(&kh, &visitor, &browser, form);
        let [passed, came] = self.entries(pass).await.try_into().expect("two");
        let by = json!({ "by": "code", "codes_left": 10 });
        self.check(passed, "session.pass_second_factor", name, Value::Null, by);
        let session = json!({ "stage": "full", "sessions_ended": 2 });
        self.check(came, "session.sign_in", name, Value::Null, session);
        self.owner = browser;

        let ada = self.fixture.staff(&self.owner).await;
        let saved = self.one(save_policy(&kh, &ada, 2, "off")).await;
        self.check(
            saved,
            "security.update",
            "Ada's Hire",
            asked("admins"),
            asked("off"),
        );
        self.fixture.clock.advance(Duration::from_mins(1));
        let ada = self.fixture.staff(&self.owner).await;
        let code = enrolled.phone.code(kh.now());
        let off = self
            .one(second_factor::turn_off(&kh, &ada, proof(&code)))
            .await;
        self.check(off, "two_factor.turn_off", name, on(true), on(false));
    }

    /// Dana loses her phone; answers her browser after she signed in again.
    async fn of_a_reset(&mut self, browser: &Session) -> Session {
        let kh = self.fixture.kh.clone();
        self.fixture.enrol(browser).await;
        let ada = self.fixture.staff(&self.owner).await;
        let form = ResetTwoFactor {
            id: id_of(&self.fixture, "Dana").await,
            verified: "video".to_owned(),
            note: "Showed her face".to_owned(),
        };
        let reset = self.one(second_factor::reset(&kh, &ada, form)).await;
        assert_eq!(reset.reason, "Showed her face");
        let is = json!({ "two_factor": false, "verified": "video", "sessions_ended": 1 });
        let was = json!({ "two_factor": true });
        self.check(reset, "user.reset_two_factor", "Dana Tester", was, is);
        self.fixture.sign_in("Dana").await
    }

    /// Dana changes her password, locks herself out and is unlocked, is sent a link, asks for one
    /// herself and uses it, and chooses a longer password on the way in; answers her browser.
    async fn of_passwords(&mut self, browser: &Session) -> Session {
        const OTHER: &str = "violet anchor thunder mosaic";
        const DANA: &str = "dana@shop.example";
        let kh = self.fixture.kh.clone();
        let name = "Dana Tester";
        let new = |password: &str| NewPassword {
            password: password.to_owned(),
            again: password.to_owned(),
        };
        let ended = |sessions: u32| json!({ "sessions_ended": sessions });
        let dana = self.fixture.staff(browser).await;
        let form = ChangePassword {
            current: PASSWORD.to_owned(),
            new: new(OTHER),
            end_others: true,
        };
        let changed = self.one(passwords::change(&kh, &dana, form)).await;
        self.check(changed, "password.change", name, Value::Null, ended(0));

        for _ in 0..5 {
            let wrong = try_sign_in(&kh, &self.fixture, DANA, PASSWORD).await;
            wrong.expect_err("it is another by now");
        }
        let locked = fact(&self.fixture, "Dana", "locked_until").await;
        let locked: i64 = locked.parse().expect("a number");
        let until = |at: i64| json!({ "locked_until": at });
        let ada = self.fixture.staff(&self.owner).await;
        let id = id_of(&self.fixture, "Dana").await;
        let unlocked = self.one(users::unlock(&kh, &ada, &id)).await;
        self.check(unlocked, "user.unlock", name, until(locked), until(0));

        let sent = self.one(users::send_reset(&kh, &ada, &id)).await;
        self.check(sent, "user.send_reset", name, Value::Null, Value::Null);
        let newest = newest_entry(&kh).await;
        let form = ForgotPassword {
            email: DANA.to_owned(),
        };
        passwords::forgot(&kh, &self.fixture.client(), form)
            .await
            .expect("answers");
        kh.settled().await;
        let asked = entries_after(&kh, newest).await.remove(0);
        self.check(asked, "password.forgot", name, Value::Null, Value::Null);
        let token = self.fixture.last_link().await;
        let client = self.fixture.client();
        let reset = passwords::reset(&kh, &client, &token, new(PASSWORD));
        let reset = self.one(reset).await;
        self.check(reset, "password.reset", name, Value::Null, ended(1));

        let short = "UPDATE users SET password_alone = 0 WHERE first_name = 'Dana'";
        write(&kh, short).await;
        let browser = self.fixture.sign_in("Dana").await;
        let visitor = self.fixture.visitor(&browser).await;
        let choose = passwords::choose(&kh, &visitor, &browser, new(PASSWORD), "");
        let [chosen, came] = self.entries(choose).await.try_into().expect("two");
        self.check(chosen, "password.choose", name, Value::Null, ended(0));
        let session = json!({ "stage": "full", "sessions_ended": 0 });
        self.check(came, "session.sign_in", name, Value::Null, session);
        browser
    }

    /// Dana's sessions are ended: one, all, and all but her own that asks; by herself too. She has
    /// one at the beginning and at the end.
    async fn of_sessions(&mut self, name: &str, dana: &str) {
        let kh = self.fixture.kh.clone();
        let ada = self.fixture.staff(&self.owner).await;
        crate::support::allow_many_sessions(&self.fixture).await;
        let session = async || {
            let browser = self.fixture.sign_in("Dana").await;
            self.fixture.staff(&browser).await
        };
        let (this, other, last) = (session().await, session().await, session().await);
        let of = |session: access::SessionRef| json!({ "session": session, "device": "Firefox on Linux", "ip": "203.0.113.7" });
        let ended = |sessions: u32| json!({ "sessions_ended": sessions });
        let [other, last] = [&other, &last].map(|staff| staff.caller.session);

        let named = other.to_string();
        let own = self.one(sessions::end_own(&kh, &this, &named)).await;
        self.check(own, "profile.end_session", name, of(other), Value::Null);
        let named = last.to_string();
        let one = self.one(sessions::end_session(&kh, &ada, &named)).await;
        self.check(one, "session.end", name, of(last), Value::Null);
        let act = sessions::end_own_others(&kh, &this);
        let [others, gone] = self.entries(act).await.try_into().expect("two");
        self.check(
            others,
            "profile.end_other_sessions",
            name,
            Value::Null,
            ended(1),
        );
        assert_eq!(gone.action, "profile.end_session");
        let act = users::sign_out(&kh, &ada, dana);
        let [out, gone] = self.entries(act).await.try_into().expect("two");
        self.check(out, "user.sign_out", name, Value::Null, ended(1));
        assert_eq!(gone.action, "session.end");
        self.fixture.sign_in("Dana").await;
        let whom = [dana.to_owned()];
        let act = users::sign_out_many(&kh, &ada, &whom);
        let [all, gone, out] = self.entries(act).await.try_into().expect("three");
        let of_all = json!({ "people": 1, "sessions_ended": 1 });
        let business = "Ada's Hire";
        self.check(all, "user.sign_out_many", business, Value::Null, of_all);
        assert_eq!(gone.action, "session.end");
        self.check(out, "user.sign_out", name, Value::Null, ended(1));
        self.fixture.sign_in("Dana").await;
        let act = sessions::end_other_sessions(&kh, &ada);
        let mut all = self.entries(act).await;
        let whole = all.remove(0);
        let n = u32::try_from(all.len()).expect("a few");
        self.check(
            whole,
            "session.end_others",
            "Ada's Hire",
            Value::Null,
            ended(n),
        );
        assert!(all.iter().all(|entry| entry.action == "session.end"));
        self.fixture.sign_in("Dana").await;
    }

    /// Dana is given other groups and stores and another name, leaves, comes back and is
    /// deactivated.
    async fn of_a_person(&mut self, browser: &Session) {
        let kh = self.fixture.kh.clone();
        let ada = self.fixture.staff(&self.owner).await;
        let dana = id_of(&self.fixture, "Dana").await;
        let groups = ["Sales@Downtown"];
        let both = ["Downtown", "Airport"];
        let access = access_form(&self.fixture, &ada, "Dana", &groups, &both).await;
        let given = self.one(users::set_access(&kh, &ada, access)).await;
        let shape = |groups: &str, stores: &str| json!({ "groups": groups, "stores": stores, "overrides": [] });
        let was = shape("Crew", "Downtown");
        let is = shape("Sales at Downtown", "Airport, Downtown");
        self.check(given, "user.set_access", "Dana Tester", was, is);

        let revision = fact(&self.fixture, "Dana", "revision")
            .await
            .parse()
            .expect("a number");
        let details = |last_name: &str, phone: &str| UserDetails {
            first_name: "Dana".to_owned(),
            last_name: last_name.to_owned(),
            display_name: String::new(),
            phone: phone.to_owned(),
        };
        let name = "Dana Scully";
        let update = users::update(&kh, &ada, &dana, revision, details("Scully", "1"));
        let saved = self.one(update).await;
        let (was, is) = (json!(details("Tester", "")), json!(details("Scully", "1")));
        self.check(saved, "user.update", name, was, is);

        let leaves = self
            .one(users::set_last_day(&kh, &ada, &dana, "2026-12-31"))
            .await;
        let day = |day: Option<&str>| json!({ "last_day": day });
        let (was, is) = (day(None), day(Some("2026-12-31")));
        self.check(leaves, "user.set_last_day", name, was, is);

        let visitor = self.fixture.visitor(browser).await;
        let left = self.one(sessions::sign_out(&kh, browser, &visitor)).await;
        self.check(left, "session.sign_out", name, Value::Null, Value::Null);
        let came = try_sign_in(&kh, &self.fixture, "dana@shop.example", PASSWORD);
        let came = self.one(came).await;
        let session = json!({ "stage": "full", "sessions_ended": 0 });
        self.check(came, "session.sign_in", name, Value::Null, session);
        self.of_sessions(name, &dana).await;
        let ada = self.fixture.staff(&self.owner).await;
        let ended = self.one(users::deactivate(&kh, &ada, &dana)).await;
        let is = json!({ "state": "deactivated", "sessions_ended": 1 });
        let was = json!({ "state": "active" });
        self.check(ended, "user.deactivate", name, was.clone(), is);

        users::reactivate(&kh, &ada, &dana)
            .await
            .expect("she is back");
        let whom = [dana];
        let act = users::deactivate_many(&kh, &ada, &whom);
        let [all, ended] = self.entries(act).await.try_into().expect("two");
        let of_all = json!({ "people": 1, "sessions_ended": 0 });
        let business = "Ada's Hire";
        self.check(all, "user.deactivate_many", business, Value::Null, of_all);
        let is = json!({ "state": "deactivated", "sessions_ended": 0 });
        self.check(ended, "user.deactivate", name, was, is);
    }
}

async fn r58_every_change_has_exactly_one_entry_with_what_was_and_what_is(fixture: Fixture) {
    let owner = fixture.found().await;
    let mut book = Book {
        fixture,
        owner,
        seen: BTreeSet::new(),
    };
    book.of_the_owner().await;
    let browser = book.of_an_invitation().await;
    book.of_ones_own_factor().await;
    let browser = book.of_a_reset(&browser).await;
    let browser = book.of_passwords(&browser).await;
    book.of_ones_own(&browser).await;
    book.of_a_person(&browser).await;
    book.of_an_import().await;
    book.of_a_group().await;
    // Nothing that changes something was left out; what only the system does has its own tests.
    let changes: BTreeSet<String> = access::OPERATIONS
        .iter()
        .filter(|one| matches!(one.kind, access::Kind::Change | access::Kind::Upload))
        .map(|operation| operation.name.to_owned())
        .collect();
    assert_eq!(book.seen, changes);
}
