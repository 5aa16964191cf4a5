//! Entries of the log as a table, and the difference that one made below it.

use domain::audit::{AuditChange, AuditDetail, AuditEntries, AuditRow, AuditValue, Outcome};
use domain::when::Day;
use leptos::prelude::*;

use crate::components::badge::badge;
use crate::components::list::row_keys;
use crate::components::{avatar, icon};
use crate::text;
use crate::text::{audit, label, phrase};
use crate::view::{Views, view};

/// Address of the log with only what one person did, or what was done to one thing, by their ids.
type Only<'a> = &'a dyn Fn(&str, &str) -> String;

/// Where the entries' links lead.
pub(crate) struct Links<'a> {
    /// The same page with an entry open, or with none.
    pub open: &'a dyn Fn(Option<i64>) -> String,
    /// The entries before one, or the newest.
    pub older: &'a dyn Fn(Option<i64>) -> String,
    /// Only what one person did, or what was done to one thing.
    pub only: Option<Only<'a>>,
}

/// The table, its foot, and before them an open entry that is not in it. `newest` says that there
/// are newer ones on another page.
pub(crate) fn entries(
    view: AuditEntries,
    one_store: bool,
    newest: bool,
    links: &Links<'_>,
) -> AnyView {
    let foot = foot(&view, newest, links);
    let AuditEntries { rows, open, .. } = view;
    let elsewhere = open
        .as_ref()
        .filter(|open| !rows.iter().any(|row| row.seq == open.row.seq))
        .map(|open| {
            view! {
                <section class="panel" aria-label=phrase::one_entry(open.row.seq)>
                    <div class="body">
                        <p class="muted small">{label::NOT_AMONG_THOSE}</p>
                        {detail(open, links)}
                    </div>
                </section>
            }
        });
    let columns = if one_store { 6 } else { 7 };
    let rows = rows.into_iter().map(|one| {
        let open = open.as_ref().filter(|open| open.row.seq == one.seq);
        let below = open.map(|open| {
            view! { <tr class="detail"><td colspan=columns.to_string()>{detail(open, links)}</td></tr> }
        });
        let is_open = below.is_some();
        view! { {row(one, one_store, is_open, links)} {below} }
    });
    let rows = rows.views();
    let difference = (!rows.is_empty()).then(|| {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{label::WHEN}</th>
                        <th scope="col" data-p="1">{label::WHO}</th>
                        <th scope="col">{label::WHAT}</th>
                        <th scope="col" data-p="1">{label::OBJECT}</th>
                        {(!one_store).then(|| view! { <th scope="col" data-p="2">{label::STORE}</th> })}
                        <th scope="col" data-p="3">{label::IP}</th>
                        <th scope="col" class="end" data-p="2"><span class="sr-only">{label::RESULT}</span></th>
                    </tr>
                </thead>
                <tbody on:keydown=row_keys>{rows}</tbody>
            </table>
        }
    });
    view! {
        {elsewhere}
        <section class="panel" aria-label=label::ENTRIES>{difference} {foot}</section>
    }
}

fn row(row: AuditRow, one_store: bool, is_open: bool, links: &Links<'_>) -> AnyView {
    let to = (links.open)((!is_open).then_some(row.seq));
    let open = is_open.then_some("true");
    let who = audit::who(&row).to_owned();
    let store = (!one_store).then(|| match row.store.clone() {
        Some(store) => view! { <td data-p="2">{store}</td> },
        None => {
            view! { <td data-p="2"><span class="quiet">{label::BUSINESS}</span></td> }
        }
    });
    // Of today's the time is enough.
    let when = if row.when.day == Day::Today {
        row.when.time.clone()
    } else {
        text::day_and_time(&row.when)
    };
    view! {
        <tr aria-current=open>
            <td class="nowrap"><time datetime=row.when.iso.clone()>{when}</time></td>
            <td data-p="1"><div class="who">{avatar(&who)} " " <span>{who.clone()}</span></div></td>
            <td>
                <a class="row-link" href=to aria-expanded=open data-noscroll="">{audit::what(&row)}</a>
                <small class="narrow-only muted">{audit::on_what_by(&row)}</small>
            </td>
            <td data-p="1">{audit::on_what(&row)}</td>
            {store}
            <td data-p="3">{row.ip.clone()}</td>
            <td class="end" data-p="2">{result(row.outcome)}</td>
        </tr>
    }
}

fn result(outcome: Outcome) -> Option<AnyView> {
    (outcome == Outcome::Refused).then(|| badge(Some("bad"), None, audit::outcome(outcome)))
}

/// An entry that is open.
fn detail(open: &AuditDetail, links: &Links<'_>) -> AnyView {
    let AuditDetail {
        row,
        changes,
        device,
        mac,
    } = open;
    let difference = (!changes.is_empty()).then(|| {
        let fields: Vec<_> = changes.iter().map(change).collect();
        view! {
            <table class="diff">
                <thead>
                    <tr>
                        <th scope="col">{label::FIELD}</th>
                        <th scope="col">{label::BEFORE}</th>
                        <th scope="col">{label::AFTER}</th>
                    </tr>
                </thead>
                <tbody>{fields}</tbody>
            </table>
        }
    });
    let reason =
        audit::reason(row).map(|why| view! { <div><dt>{label::REASON}</dt><dd>{why}</dd></div> });
    let device = [device.as_str(), &row.ip]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let device = (!device.is_empty())
        .then(|| view! { <div><dt>{label::DEVICE}</dt><dd>{device}</dd></div> });
    let result = result(row.outcome);
    view! {
        <div class="stack">
            <div class="cluster between">
                <h2>{audit::sentence(row)}</h2>
                " "
                <a class="button small ghost" href=(links.open)(None) data-noscroll="">{icon("x")} " " {label::CLOSE}</a>
            </div>
            {difference}
            <dl class="facts inline small">
                <div><dt>{label::WHEN}</dt><dd>{text::day_and_time(&row.when)}</dd></div>
                {result.map(|result| view! { <div><dt>{label::RESULT}</dt><dd>{result}</dd></div> })}
                {reason}
                {device}
                <div><dt>{label::ENTRY}</dt><dd>{phrase::entry(row.seq)} ", " <code>{format!("{mac}…")}</code></dd></div>
            </dl>
            {more(row, links)}
        </div>
    }
}

/// Links to all of the same person, and all of the same thing.
fn more(row: &AuditRow, links: &Links<'_>) -> Option<AnyView> {
    let only = links.only?;
    let by = row.who_id.map(|id| only(&id.to_string(), ""));
    // What has no id of its own, such as the business, can't be asked for.
    let on = (row.object_id.len() == 36).then(|| only("", &row.object_id));
    (by.is_some() || on.is_some()).then(|| {
        let link = |href: String, words: &'static str| {
            view! { <a class="button small" href=href>{words}</a> " " }
        };
        view! {
            <div class="cluster">
                {by.map(|href| link(href, label::EVERYTHING_BY))}
                {on.map(|href| link(href, label::EVERYTHING_ON))}
            </div>
        }
    })
}

/// A field that differs. Of two texts only the words that differ are marked.
fn change(change: &AuditChange) -> AnyView {
    let AuditChange {
        field,
        before,
        after,
    } = change;
    let (was, is) = (
        audit::value(field, before.as_ref()),
        audit::value(field, after.as_ref()),
    );
    let both = matches!(
        (before, after),
        (Some(AuditValue::Text(_)), Some(AuditValue::Text(_)))
    );
    let (head, old, new, tail) = if both {
        audit::shared(&was, &is)
    } else {
        ("", was.as_str(), is.as_str(), "")
    };
    let (head, old, new, tail) = (
        head.to_owned(),
        old.to_owned(),
        new.to_owned(),
        tail.to_owned(),
    );
    view! {
        <tr>
            <th scope="row">{audit::field(field)}</th>
            <td>{head.clone()} <del>{old}</del> {tail.clone()}</td>
            <td>{head} <ins>{new}</ins> {tail}</td>
        </tr>
    }
}

/// The foot: which entries are shown, and those before and after.
fn foot(view: &AuditEntries, newest: bool, links: &Links<'_>) -> AnyView {
    let shown = match (view.rows.first(), view.rows.last()) {
        (Some(newest), Some(oldest)) => phrase::entries_shown(newest.seq, oldest.seq),
        _ => String::new(),
    };
    let reached = view.reached.as_ref();
    let reached = reached.map(|when| phrase::looked_back_to(&text::day_and_time(when)));
    let words = if reached.is_some() {
        label::LOOK_FURTHER
    } else {
        label::OLDER
    };
    let newest = newest.then(|| {
        view! { <a class="button small" href=(links.older)(None)>{icon("chevron-left")} " " {label::NEWEST}</a> " " }
    });
    let older = view.older.map(|before| {
        view! { <a class="button small" href=(links.older)(Some(before))>{words} " " {icon("chevron-right")}</a> }
    });
    let both = newest.is_some() || older.is_some();
    view! {
        <footer class="pager">
            <span>{shown} " " {reached}</span>
            {both.then(|| view! { <nav class="actions" aria-label=label::PAGES>{newest} {older}</nav> })}
        </footer>
    }
}
