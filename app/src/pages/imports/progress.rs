//! The third step: everybody is invited; how far their mails are.

use std::time::Duration;

use domain::imports::{ImportMails, ImportRun};
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use super::{LIST, address, head};
use crate::components::icon;
use crate::components::page::fact;
use crate::text::{imports as say, label, mail_trouble};
use crate::view::view;

/// How often the page looks by itself while mails are on their way.
const PAUSE: Duration = Duration::from_secs(2);
/// How often at the most: ten minutes. A page that is left open must not keep its session awake
/// for as long as a mail server is down.
const LOOKS: u32 = 300;

/// Looks again by itself, in a page that runs script.
#[derive(Clone, Copy)]
pub(super) struct Again {
    looks: RwSignal<u32>,
    waiting: StoredValue<bool>,
}

impl Again {
    /// Begins once the browser has taken over, ends with the page.
    pub(super) fn new() -> Self {
        let again = Self {
            looks: RwSignal::new(0),
            waiting: StoredValue::new(false),
        };
        Effect::new(move |before: Option<Option<IntervalHandle>>| {
            before.unwrap_or_else(|| {
                let clock = set_interval_with_handle(move || again.tick(), PAUSE).ok();
                on_cleanup(move || {
                    if let Some(clock) = clock {
                        clock.clear();
                    }
                });
                clock
            })
        });
        again
    }

    /// Counts up with each look.
    pub(super) fn moment(self) -> u32 {
        self.looks.get()
    }

    fn tick(self) {
        if self.waiting.get_value() && self.looks.get_untracked() < LOOKS {
            self.look();
        }
    }

    fn look(self) {
        self.looks.update(|looks| *looks += 1);
    }
}

/// What was done, and what is still on its way.
pub(super) fn progress(run: &ImportRun, mails: &ImportMails, again: Again) -> AnyView {
    let waiting = mails.waiting > 0;
    again.waiting.set_value(waiting);
    let (tone, sign) = match (mails.failed > 0, waiting) {
        (true, _) => ("bad", "triangle-alert"),
        (false, true) => ("info", "send"),
        (false, false) => ("good", "circle-check"),
    };
    let (title, then) = say::mails_headline(run.lines, mails);
    let trouble = mails
        .trouble
        .as_ref()
        .map(|(trouble, said)| view! { <p class="small">{mail_trouble(*trouble, said)}</p> });
    // The same address again: without script a link, with it a look.
    let here = address(run, false, "");
    let look = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        again.look();
    };
    let refresh = waiting.then(|| {
        view! {
            <a class="button" href=here on:click=look>{icon("rotate-ccw")} " " {label::REFRESH}</a>
            " "
        }
    });
    view! {
        <div class="page">
            {head(3)}
            <div class="banner" data-tone=tone role="status">
                {icon(sign)} <div><strong>{title}</strong><p>{then}</p>{trouble}</div>
            </div>
            <section class="panel" aria-labelledby="file">
                <header><h2 id="file">{run.file.clone()}</h2></header>
                <div class="body stack">
                    <dl class="facts">
                        {fact(label::STEP_CHECK, say::lines_checked(run.lines).into_any())}
                        {fact(label::INVITES, say::people_invited(run.lines).into_any())}
                        {fact(label::MAILS, say::mails_sent(run.lines, mails).into_any())}
                    </dl>
                    <div class="meter">
                        <meter min="0" max=run.lines value=mails.sent aria-label=label::MAILS_SENT></meter>
                    </div>
                </div>
            </section>
            <div class="actions">
                {refresh}
                <a class="button" href=LIST>{label::BACK_TO_USERS}</a>
            </div>
        </div>
    }
}
