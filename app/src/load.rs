//! A page's data: loaded where the page is rendered, shown when they are there.

use std::marker::PhantomData;

use domain::AppError;
use leptos::either::Either;
use leptos::prelude::*;

use crate::components::error_page::ErrorPage;
use crate::dom;
use crate::state::State;
use crate::view::view;
use crate::wire::read::Read;
use crate::wire::{Answer, Askable, Asking, Found, Question};

/// Data of a page or its frame: a view of type `T`, or why it could not be loaded.
///
/// Whatever the type, it is held as the server's [`Answer`], so that the browser loads the code
/// for this once.
pub struct Data<T> {
    answer: Resource<Answer, AnswerCodec>,
    view: PhantomData<fn() -> T>,
}

/// Answers travel inside the page as text.
type AnswerCodec = leptos::server::codee::string::FromToStringCodec;

impl<T> Clone for Data<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Data<T> {}

impl<T> Data<T> {
    /// Tells the effect that runs now to run again when there are new data.
    pub fn track(self) {
        self.answer.track();
    }
}

/// Loads what a server function answers, and again whenever an argument or anything on the server
/// was changed from here.
pub fn load<F: Askable>(args: impl Fn() -> Args + Send + Sync + 'static) -> Data<F::Output> {
    load_any(move || ask::<F>(&args()))
}

/// Arguments of a server function, by name.
pub type Args = Vec<(&'static str, String)>;

/// Loads what a server function answers that takes no arguments.
pub fn load_plain<F: Askable>() -> Data<F::Output> {
    load::<F>(Vec::new)
}

/// Loads what a server function answers that takes no arguments, and again at each other moment,
/// such as another page.
pub fn load_again<F: Askable>(
    moment: impl Fn() -> String + Send + Sync + 'static,
) -> Data<F::Output> {
    Data {
        answer: resource(Box::new(move || (Some(Question::to::<F>(&[])), moment()))),
        view: PhantomData,
    }
}

/// Loads what a server function answers, like [`load`], and again at each other moment.
pub fn load_at<F: Askable>(
    args: impl Fn() -> Args + Send + Sync + 'static,
    moment: impl Fn() -> String + Send + Sync + 'static,
) -> Data<F::Output> {
    Data {
        answer: resource(Box::new(move || (Some(ask::<F>(&args())), moment()))),
        view: PhantomData,
    }
}

fn ask<F: Askable>(args: &Args) -> Question {
    let args: Vec<(&str, &str)> = args
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Question::to::<F>(&args)
}

/// Loads what is answered to a question, which may change.
pub fn load_any<T>(question: impl Fn() -> Question + Send + Sync + 'static) -> Data<T> {
    load_if(move || Some(question()))
}

/// Loads what is answered to a question while there is one, and nothing while there is none.
pub fn load_if<T>(question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Data<T> {
    Data {
        answer: resource(Box::new(move || (question(), String::new()))),
        view: PhantomData,
    }
}

/// What is asked, and the moment: the same question at another moment is asked again.
type Asked = Box<dyn Fn() -> Moment + Send + Sync>;
type Moment = (Option<Question>, String);

fn resource(asked: Asked) -> Resource<Answer, AnswerCodec> {
    let state = State::here();
    let source = move || (asked(), state.changes.get());
    let fetch = |((question, _), _): (Moment, u32)| -> Asking {
        question.map_or_else(nothing_asked, Question::ask)
    };
    Resource::new_with_options(source, fetch, false)
}

/// What is found where nothing was asked.
fn nothing_asked() -> Asking {
    Box::pin(async { Answer(Ok(Found::nothing())) })
}

/// Shows data, and keeps the old ones while new ones are on their way. When new ones come that
/// differ, the page is brought in step where it stands: focus, scroll and open menus stay.
///
/// `render` runs again with each change, so it makes no resources of its own.
pub fn show<T: Read + Clone + 'static>(
    data: Data<T>,
    render: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    show_or(data, render, |error| {
        view! { <ErrorPage error/> }
    })
}

/// Shows data like [`show`], and something else in the place of an error page.
pub fn show_or<T: Read + Clone + 'static>(
    data: Data<T>,
    render: impl Fn(T) -> AnyView + Send + Sync + 'static,
    failed: fn(AppError) -> AnyView,
) -> AnyView {
    boundary(
        data.answer,
        Box::new(move |found| {
            // What can't be read was written by another version of the server.
            found
                .view()
                .map_or_else(|| failed(AppError::BadRequest), &render)
        }),
        Box::new(failed),
    )
}

/// Shows data of [`load_if`] while there are any, and why there are none.
pub fn show_if<T: Read + Clone + 'static>(
    data: Data<T>,
    render: impl Fn(Result<T, AppError>) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    let failed = render.clone();
    boundary(
        data.answer,
        Box::new(move |found| {
            found
                .view()
                .map_or_else(|| ().into_any(), |view| render(Ok(view)))
        }),
        Box::new(move |error| failed(Err(error))),
    )
}

/// Shows data like [`show`], but makes the page anew when they differ, so that its forms hold
/// what is stored and nothing that was typed before. What was found may be one of several views.
pub fn show_afresh<T>(
    data: Data<T>,
    render: impl Fn(Found) -> Option<AnyView> + Send + Sync + 'static,
) -> AnyView {
    let turn = StoredValue::new(0_u32);
    let failed = |error| view! { <ErrorPage error/> };
    boundary(
        data.answer,
        Box::new(move |found| {
            if !cfg!(feature = "ssr") && turn.get_value() > 0 {
                dom::keep_focus();
            }
            turn.update_value(|turn| *turn += 1);
            let made = render(found).unwrap_or_else(|| failed(AppError::BadRequest));
            // Each turn on the other side than the last, which is never brought in step but replaced.
            let sides: Either<AnyView, AnyView> = if turn.get_value() % 2 == 1 {
                Either::Left(made)
            } else {
                Either::Right(made)
            };
            sides.into_any()
        }),
        Box::new(failed),
    )
}

/// What stands in the place of data that could not be loaded.
type Failed = Box<dyn Fn(AppError) -> AnyView + Send + Sync>;

/// One type for all pages, so that the browser loads its code once.
fn boundary(
    answer: Resource<Answer, AnswerCodec>,
    render: Box<dyn Fn(Found) -> AnyView + Send + Sync>,
    failed: Failed,
) -> AnyView {
    view! { <Transition>{shown(answer, render, failed)}</Transition> }
}

/// On the server the page is made once, when the data are there. A part that follows signals
/// would be made for each look whether it is ready.
#[cfg(feature = "ssr")]
fn shown(
    answer: Resource<Answer, AnswerCodec>,
    render: Box<dyn Fn(Found) -> AnyView + Send + Sync>,
    failed: Failed,
) -> impl IntoView {
    Suspend::new(async move {
        match answer.await {
            Answer(Ok(found)) => render(found),
            Answer(Err(error)) => failed(error),
        }
    })
}

/// In the browser it follows the data.
#[cfg(not(feature = "ssr"))]
fn shown(
    answer: Resource<Answer, AnswerCodec>,
    render: Box<dyn Fn(Found) -> AnyView + Send + Sync>,
    failed: Failed,
) -> impl IntoView {
    // Compares, so that nothing is rendered again when nothing has changed.
    let answer = Memo::new(move |_| answer.get());
    crate::components::live::live(move || match answer.get() {
        None => ().into_any(),
        Some(Answer(Ok(found))) => render(found),
        Some(Answer(Err(error))) => failed(error),
    })
}
