//! What is done from the list: ticks and the bar over them, the menu of a row, and the question
//! before it is done (ADR 13).

use domain::users::{ManyAct, ManyQuestion, Status, Ticked, UserListQuery, UserRow};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement};

use super::LIST;
use super::person::{DEACTIVATE, REACTIVATE, RESEND, SEND_RESET, UNLOCK};
use super::query::{address, fields, name};
use crate::components::avatar::avatar_in_row;
use crate::components::confirm::Confirm;
use crate::components::form::{self, Form, Hidden};
use crate::components::icon::icon_in_row;
use crate::components::list::PICK;
use crate::components::live::{holds, live};
use crate::components::markup::Markup;
use crate::components::menu;
use crate::components::summary::Summary;
use crate::pages::sessions::{SIGN_OUT, sign_out_question};
use crate::respond;
use crate::state::State;
use crate::text::{label, many as say, phrase};
use crate::view::{Views, view};
use crate::{dom, markup, text};

const DEACTIVATE_MANY: &str = "/api/users/deactivate-many";
const SIGN_OUT_MANY: &str = "/api/users/sign-out-many";
/// Id of the list.
const PEOPLE: &str = "people";
/// Id of the tick box in its head.
const PICK_ALL: &str = "pick-all";

/// An act of a row's menu that asks nothing: a button of a form that stands beside the list.
struct Act {
    action: &'static str,
    form: &'static str,
    sign: &'static str,
    name: &'static str,
}

static ACTS: [Act; 4] = [
    Act {
        action: RESEND,
        form: "row-resend",
        sign: "mail",
        name: label::RESEND_INVITE,
    },
    Act {
        action: UNLOCK,
        form: "row-unlock",
        sign: "lock-open",
        name: label::UNLOCK,
    },
    Act {
        action: SEND_RESET,
        form: "row-reset",
        sign: "mail",
        name: label::SEND_RESET,
    },
    Act {
        action: REACTIVATE,
        form: "row-reactivate",
        sign: "undo-2",
        name: label::REACTIVATE,
    },
];

/// Those that make sense for somebody of this status.
fn acts(status: Status) -> &'static [Act] {
    match status {
        Status::Invited => &ACTS[..1],
        Status::Locked => &ACTS[1..3],
        Status::Active => &ACTS[2..3],
        Status::Deactivated => &ACTS[3..],
    }
}

/// The forms that the menus of these rows post.
pub(super) fn forms(rows: &[UserRow]) -> Vec<AnyView> {
    let is_offered = |act: &&Act| {
        let mut offered = rows.iter().filter(|row| row.may_act);
        offered.any(|row| acts(row.status).iter().any(|one| one.form == act.form))
    };
    let form = |act: &Act| view! { <Form action=act.action id=act.form class="" quiet=true/> };
    ACTS.iter().filter(is_offered).map(form).views()
}

/// Why something that was done from the list was refused. A question says it itself.
pub(super) fn trouble(asked: Memo<UserListQuery>) -> AnyView {
    live(move || {
        let asks = asked.with(|asked| !asked.bulk.is_empty());
        let questions = [DEACTIVATE, SIGN_OUT, DEACTIVATE_MANY, SIGN_OUT_MANY];
        let questions = (!asks).then_some(questions).into_iter().flatten();
        let forms = ACTS.iter().map(|act| act.action).chain(questions);
        view! { <Summary forms=forms.collect()/> }
    })
}

/// The tick box of a row; nothing can be done to oneself here.
pub(super) fn pick(person: &UserRow, id: &str) -> Option<Markup> {
    (!person.me).then(|| {
        markup!(
            r#"<input class="pick" type="checkbox" name=""# {name::USER} r#"" value=""# {id}
            r#"" aria-label=""# {say::select(&person.name)} r#"">"#
        )
    })
}

/// The menu of a row. `asks` is where the address of a question begins.
pub(super) fn row_menu(person: &UserRow, id: &str, asks: &str) -> Option<Markup> {
    if !person.may_act {
        return None;
    }
    let mut entries = Markup::default();
    for act in acts(person.status) {
        entries.put(&markup!(
            r#"<li><button type="submit" form=""# {act.form} r#"" name="id" value=""# {id} r#"">"#
            {icon_in_row(act.sign)} " " {act.name} "</button></li>"
        ));
    }
    if matches!(person.status, Status::Active | Status::Locked) {
        let question = |act: ManyAct| {
            let act = act.key();
            markup!("" {asks} {name::BULK} "=" {act} "&amp;" {name::USER} "=" {id})
        };
        entries.put(&markup!(
            r#"<li><a href=""# {question(ManyAct::SignOut)} r#"">"# {icon_in_row("log-out")} " "
            {label::SIGN_OUT_EVERYWHERE} r#"</a></li><li class="rule"><a class="danger-text" href=""#
            {question(ManyAct::Deactivate)} r#"">"# {icon_in_row("user-x")} " " {label::DEACTIVATE}
            "</a></li>"
        ));
    }
    Some(markup!(
        r#"<details class="menu" name="row"><summary class="button ghost square small" aria-label=""#
        {say::actions_for(&person.name)} r#"">"# {icon_in_row("ellipsis")}
        r#"</summary><div class="popover"><ul class="menu-list">"# {entries} "</ul></div></details>"
    ))
}

/// The list in a form of its own, which leads to the question about those who are ticked.
pub(super) fn panel(query: &UserListQuery, picked: RwSignal<usize>, list: AnyView) -> AnyView {
    let state = State::here();
    let said = fields(query)
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .views();
    let count = live(move || {
        let n = picked.get();
        (n > 0).then(|| say::selected(n))
    });
    let button = |act: ManyAct, class: &'static str| {
        view! { <button class=class type="submit" name=name::BULK value=act.key()>{say::act(act)}</button> }
    };
    view! {
        <form
            class="panel"
            id=PEOPLE
            method="get"
            action=LIST
            aria-label=label::USERS
            on:submit=move |event| go(state, &event)
            on:change=move |event| follow(&event, picked)
            on:reset=move |_| count_soon(picked)
            on:keydown=move |event| menu::close_by_key(&event, menu::ROW)
        >
            {said}
            <header class="bulk">
                <strong role="status">{count}</strong>
                " "
                <div class="actions">
                    {button(ManyAct::SignOut, "button small")}
                    " "
                    {button(ManyAct::Deactivate, "button small danger")}
                </div>
                " "
                <button class="button ghost small push" type="reset">{label::CLEAR_SELECTION}</button>
            </header>
            {list}
        </form>
    }
}

/// Ticks all rows or none; without script it is not there.
pub(super) fn pick_all() -> AnyView {
    view! { <input class="scripted" type="checkbox" id=PICK_ALL aria-label=label::SELECT_ALL/> }
}

/// Goes where the form leads, without loading the page anew.
fn go(state: State, event: &web_sys::SubmitEvent) {
    let list = dom::closest(event, "form");
    let list = list.and_then(|list| list.dyn_into::<HtmlFormElement>().ok());
    let body = list.and_then(|list| form::body(&list, event.submitter().as_ref()));
    if let Some(body) = body {
        event.prevent_default();
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        state.go(&format!("{LIST}?{body}"), options);
    }
}

/// The tick boxes of the rows.
fn picks() -> Vec<HtmlInputElement> {
    let list = document().get_element_by_id(PEOPLE);
    let found = list.map(|list| dom::all(&list, PICK));
    let found = found.into_iter().flatten();
    found.filter_map(|pick| pick.dyn_into().ok()).collect()
}

/// The tick box in the head.
fn all_of_them() -> Option<HtmlInputElement> {
    let all = document().get_element_by_id(PICK_ALL)?;
    all.dyn_into().ok()
}

/// Once something was ticked.
fn follow(event: &web_sys::Event, picked: RwSignal<usize>) {
    let by_head = dom::closest(event, "thead").is_some();
    if let Some(all) = all_of_them().filter(|_| by_head) {
        for pick in picks() {
            pick.set_checked(all.checked());
        }
    }
    count(picked);
}

/// Counts what is ticked once the list stands as it is about to: another page of it, or what a
/// browser ticks again by itself.
pub(super) fn count_soon(picked: RwSignal<usize>) {
    request_animation_frame(move || count(picked));
}

fn count(picked: RwSignal<usize>) {
    let picks = picks();
    let ticked = picks.iter().filter(|pick| pick.checked()).count();
    if let Some(all) = all_of_them() {
        all.set_checked(ticked > 0 && ticked == picks.len());
        all.set_indeterminate(ticked > 0 && ticked < picks.len());
    }
    // The page may be gone by now.
    _ = picked.try_set(ticked);
}

/// Unticks all of them.
pub(super) fn clear() {
    let list = document().get_element_by_id(PEOPLE);
    if let Some(list) = list.and_then(|list| list.dyn_into::<HtmlFormElement>().ok()) {
        list.reset();
    }
}

/// The question that the address asks, and whether it is asked now. `query` is what was answered.
pub(super) fn question(
    query: &UserListQuery,
    question: Option<ManyQuestion>,
    asked: Memo<UserListQuery>,
) -> (Signal<bool>, AnyView) {
    if query.bulk.is_empty() {
        return (holds(|| false), ().into_any());
    }
    let back = address(query);
    let (bulk, users) = (query.bulk.clone(), query.users.clone());
    let act = ManyAct::from_key(&bulk);
    // Another one may be on its way.
    let is_asked = holds(move || asked.with(|now| now.bulk == bulk && now.users == users));
    let view = live(move || {
        if !is_asked.get() {
            return None;
        }
        let question = act.zip(question.as_ref());
        if question.is_none() {
            // It does not fit what is there now.
            respond::move_on(back.clone());
        }
        question.map(|(act, question)| ask(act, question, back.clone()))
    });
    (is_asked, view)
}

fn ask(act: ManyAct, question: &ManyQuestion, back: String) -> AnyView {
    let ManyQuestion { people, others } = question;
    if let ([one], []) = (&people[..], &others[..]) {
        return ask_of_one(act, one, back);
    }
    let fit = people.len();
    let open: u32 = people.iter().map(|one| one.sessions).sum();
    let verb = (fit > 0).then(|| say::verb(act, fit));
    let action = match act {
        ManyAct::SignOut => SIGN_OUT_MANY,
        ManyAct::Deactivate => DEACTIVATE_MANY,
    };
    let ids = people.iter().map(|one| one.id.to_string());
    let ids = ids
        .map(|id| view! { <Hidden name="ids[]" value=id/> })
        .views();
    let names = people
        .iter()
        .map(|one| (one.name.as_str(), say::open(one.sessions)));
    let why = others
        .iter()
        .map(|one| (one.name.as_str(), say::why(act, one.because.as_ref())));
    let (names, why) = ((fit > 0).then(|| lines(names)), lines(why));
    let left_out = (!others.is_empty()).then(|| {
        view! { <section class="stack tight"><h3>{say::left_out(others.len())}</h3>{why}</section> }
    });
    view! {
        <Confirm
            title=say::question(act, fit, fit + others.len())
            text=say::consequence(act, fit, open)
            verb
            action
            back
        >
            {ids}
            {names}
            {left_out}
        </Confirm>
    }
}

/// Asks as the person's own page does.
fn ask_of_one(act: ManyAct, one: &Ticked, back: String) -> AnyView {
    let id = one.id.to_string();
    match act {
        ManyAct::SignOut => sign_out_question(id, &one.name, one.sessions, back),
        ManyAct::Deactivate => view! {
            <Confirm
                title=phrase::deactivate_question(&one.name)
                text=phrase::deactivate_consequence(one.sessions)
                verb=phrase::deactivate_verb(text::first_word(&one.name))
                action=DEACTIVATE
                back
            >
                <Hidden name="id" value=id.clone()/>
            </Confirm>
        },
    }
}

/// People by name, each with a word.
fn lines<'a>(people: impl Iterator<Item = (&'a str, String)>) -> AnyView {
    let mut lines = Markup::default();
    for (name, word) in people {
        lines.put(&markup!(
            r#"<li class="who">"# {avatar_in_row(name)} " <span>" {name}
            r#"</span> <span class="muted push">"# {word} "</span></li>"
        ));
    }
    markup!(r#"<ul class="gain">"# {lines} "</ul>").view()
}
