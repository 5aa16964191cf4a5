//! The second step: every line of the file with what was found, and the button that imports them.

use domain::imports::{ImportLine, ImportRun, LineProblem};
use leptos::prelude::*;

use super::{APPLY, FILE, HERE, address, head};
use crate::components::form::{Form, Hidden};
use crate::components::icon;
use crate::components::pager::pager;
use crate::components::password::PasswordAgain;
use crate::components::summary::Summary;
use crate::text::{imports as say, label};
use crate::view::{Views, view};

/// The dry run.
pub(super) fn lines(run: ImportRun, one_store: bool) -> AnyView {
    let banner = banner(&run);
    let filter = (run.wrong > 0).then(|| filter(&run));
    let foot = pager(&run.page, |page| address(&run, run.only_wrong, page));
    let apply = apply(&run);
    let counts = say::lines_ready(run.lines, run.wrong);
    let ImportRun { file, page, .. } = run;
    let rows: Vec<AnyView> = page
        .rows
        .into_iter()
        .map(|line| row(line, one_store))
        .collect();
    let store = (!one_store).then(|| view! { <th scope="col" data-p="3">{label::STORE}</th> });
    view! {
        <div class="page">
            {head(2)}
            <Summary forms=vec![APPLY]/>
            {banner}
            <section class="panel" aria-labelledby="lines">
                <header>
                    <h2 id="lines" tabindex="-1">{file}</h2>
                    " "
                    <span class="muted">{counts}</span>
                    <div class="actions push">{filter}</div>
                </header>
                <table class="table plain">
                    <thead>
                        <tr>
                            <th scope="col" class="num">{label::LINE}</th>
                            <th scope="col">{label::NAME}</th>
                            <th scope="col" data-p="2">{label::EMAIL}</th>
                            <th scope="col" data-p="1">{label::GROUP}</th>
                            {store}
                            <th scope="col">{label::RESULT}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                {foot}
            </section>
            {apply}
        </div>
    }
}

/// Whether they can be imported, and that nothing is saved yet.
fn banner(run: &ImportRun) -> AnyView {
    let (tone, sign, role) = if run.wrong > 0 {
        ("bad", "circle-alert", "alert")
    } else {
        ("good", "circle-check", "status")
    };
    let (title, then) = say::checked(run.lines, run.wrong, &run.file);
    view! {
        <div class="banner" data-tone=tone role=role tabindex="-1">
            {icon(sign)} <div><strong>{title}</strong><p>{then}</p></div>
        </div>
    }
}

/// All lines, or those alone that are to be put right; and the file with its problems.
fn filter(run: &ImportRun) -> AnyView {
    let current = |is: bool| is.then_some("true");
    view! {
        <span class="segmented">
            <a href=address(run, false, "") aria-current=current(!run.only_wrong)>{label::ALL_LINES}</a>
            <a href=address(run, true, "") aria-current=current(run.only_wrong)>{label::ONLY_ERRORS}</a>
        </span>
        " "
        <a class="button small" href=format!("{FILE}?run={}", run.id) rel="external">
            {icon("download")} " " {label::DOWNLOAD_PROBLEMS}
        </a>
    }
}

fn row(line: ImportLine, one_store: bool) -> AnyView {
    let results = if line.problems.is_empty() {
        view! { <span class="cluster muted">{icon("check")} " " {label::READY}</span> }
    } else {
        let problems = line.problems.iter().map(|one| problem(&line, one));
        problems.views().into_any()
    };
    let ImportLine {
        line: number,
        first_name,
        last_name,
        email,
        groups,
        stores,
        ..
    } = line;
    let stores = (!one_store).then(|| {
        let codes = stores
            .into_iter()
            .map(|store| view! { <span class="code">{store}</span> " " });
        view! { <td data-p="3">{codes.views()}</td> }
    });
    view! {
        <tr>
            <th scope="row" class="num muted">{number}</th>
            <td class="long">{part(first_name)} " " {part(last_name)}</td>
            <td data-p="2">{email}</td>
            <td data-p="1">{groups}</td>
            {stores}
            <td>{results}</td>
        </tr>
    }
}

/// A part of a name, or that it is missing.
fn part(name: String) -> AnyView {
    if name.is_empty() {
        view! { <span class="danger-text">{label::EMPTY_IN_BRACKETS}</span> }
    } else {
        name.into_any()
    }
}

/// Where something is wrong, and what.
fn problem(line: &ImportLine, problem: &LineProblem) -> AnyView {
    let (place, what) = say::problem(line, problem);
    view! {
        <span class="problem">{icon("circle-alert")} " " <span><strong>{place}</strong>{what}</span></span>
    }
}

/// The button that imports them; without script, and with, it can't be pressed while a line is
/// wrong, and says why.
fn apply(run: &ImportRun) -> AnyView {
    let id = run.id.clone();
    let ready = run.wrong == 0;
    let verb = say::import_people(run.lines);
    let why = (!ready).then(|| say::still_wrong(run.wrong));
    let described = why.is_some().then_some("why-not");
    view! {
        <Form action=APPLY class="actions" quiet=true>
            <Hidden name="run" value=id.clone()/>
            <PasswordAgain/>
            <button class="button primary" type="submit" disabled=!ready aria-describedby=described>{verb}</button>
            " "
            <a class="button" href=HERE>{icon("upload")} " " {label::UPLOAD_AGAIN}</a>
            {why.map(|why| view! { <p class="small muted" id="why-not">{why}</p> })}
        </Form>
    }
}
