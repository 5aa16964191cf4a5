//! The second factor (product §6): set up, shown at sign-in, used once.

mod enrolment;
mod limits;
mod recovery_codes;
mod second_step;

use domain::second_factor::{SecondStep, TwoFactorView};
use domain::{AppError, Done, ProblemCode};
use service::testing::{Enrolled, Fixture, PASSWORD};
use service::{Keyholder, second_factor};
use tower_sessions::Session;

use crate::support::{STEP, at_once, enrolled_crew, try_sign_in, write};

const DANA: &str = "dana@shop.example";

/// Dana works, and has a second factor. Everybody may have several sessions.
async fn dana(fixture: &Fixture) -> (Session, Enrolled) {
    let (_, dana, enrolled) = enrolled_crew(fixture).await;
    (dana, enrolled)
}

/// A right password at a node.
async fn half(kh: &Keyholder, fixture: &Fixture) -> Session {
    let browser = try_sign_in(kh, fixture, DANA, PASSWORD).await;
    browser.expect("the password is right")
}

fn code(code: &str) -> SecondStep {
    SecondStep {
        code: code.to_owned(),
        ..SecondStep::default()
    }
}

fn recovery(code: &str) -> SecondStep {
    SecondStep {
        recovery: Some(code.to_owned()),
        ..SecondStep::default()
    }
}

/// The second step in a browser.
async fn pass(fixture: &Fixture, browser: &Session, form: SecondStep) -> Result<Done, AppError> {
    let visitor = fixture.visitor(browser).await;
    Ok(second_factor::pass(&fixture.kh, &visitor, browser, form).await?)
}

/// Password, then this.
async fn sign_in(fixture: &Fixture, form: SecondStep) -> Result<Session, AppError> {
    let browser = half(&fixture.kh, fixture).await;
    pass(fixture, &browser, form).await?;
    Ok(browser)
}

fn wrong(field: &str) -> AppError {
    let code = match field {
        "code" => ProblemCode::CodeWrong,
        _ => ProblemCode::RecoveryWrong,
    };
    AppError::Invalid(domain::Problems::one(field, code))
}

async fn view(fixture: &Fixture, browser: &Session) -> Result<TwoFactorView, AppError> {
    let visitor = fixture.visitor(browser).await;
    Ok(second_factor::view(&fixture.kh, &visitor).await?)
}

async fn confirm(fixture: &Fixture, browser: &Session, code: &str) -> Result<Done, AppError> {
    let visitor = fixture.visitor(browser).await;
    Ok(second_factor::confirm(&fixture.kh, &visitor, browser, code).await?)
}

/// A second step at a node, as a task.
async fn attempt(
    kh: Keyholder,
    browser: Session,
    client: service::Client,
    form: SecondStep,
) -> Result<Done, AppError> {
    let visitor = service::sessions::resolve(&kh, browser.id(), client).await?;
    Ok(second_factor::pass(&kh, &visitor, &browser, form).await?)
}

/// Several half sessions, on these nodes by turns.
async fn halves(
    fixture: &Fixture,
    nodes: &[Keyholder; 2],
    count: usize,
) -> Vec<(Keyholder, Session)> {
    let mut found = Vec::new();
    for n in 0..count {
        let kh = nodes[n % 2].clone();
        let browser = half(&kh, fixture).await;
        found.push((kh, browser));
    }
    found
}

/// Four second steps with the same, at the same moment and at two nodes: one gets in. None of them
/// counts afterwards.
async fn one_of_four_gets_in(fixture: &Fixture, nodes: &[Keyholder; 2], form: SecondStep) {
    let tries = halves(fixture, nodes, 4).await.into_iter();
    let tries = tries.map(|(kh, browser)| attempt(kh, browser, fixture.client(), form.clone()));
    let answers = at_once(tries.collect::<Vec<_>>()).await;
    let in_at_last = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(in_at_last, 1, "{answers:?}");
    let forgiven = "UPDATE users SET failed = 0, pending = 0, locked_until = 0";
    write(&fixture.kh, forgiven).await;
}
