//! The commands.

mod backup;
mod key;
mod user;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use domain::AppError;
use service::audit::Verdict;
use service::{Failure, Keyholder};

use crate::background::{StopSignal, keep_going};
use crate::cli::{Audit, Cli, Command, Demo, Key};
use crate::config::{Settings, refuse_unknown_variables};
use crate::open::{self, Stop};
use crate::router::router;
use crate::shared::Shared;
use crate::site::Site;
use crate::{logs, memory, serve, sweep};

/// Exit code for a wrong setting or command line (product §11).
const WRONG: u8 = 2;

/// Runs the program: reads what it is told, does it, and turns the end into an exit code.
pub fn run() -> ExitCode {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that looks for unknown settings"
    )]
    let names: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    if let Err(wrong) = refuse_unknown_variables(names.iter().map(AsRef::as_ref)) {
        return stopped(&Stop::Wrong(wrong.to_string()));
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error),
    };
    let settings = match Settings::judge(&cli.options) {
        Ok(settings) => settings,
        Err(wrong) => return stopped(&Stop::Wrong(wrong.to_string())),
    };
    let command = cli.command.unwrap_or(Command::Serve);
    if matches!(command, Command::Serve) {
        memory::give_back(&names);
    }
    logs::start(settings.log_format, settings.log_level);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(answering_threads())
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(cause) => return stopped(&Stop::failed(cause)),
    };
    match runtime.block_on(execute(command, settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stopped(&stop),
    }
}

/// How many threads answer requests: half of the cores. The database and the password hashes have
/// threads of their own, and threads that hand work to each other on all cores cost more than they
/// bring (ADR 15).
fn answering_threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).max(1)
}

/// Prints help and version, and anything that clap did not understand as one sentence.
fn not_understood(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // Standard output may be closed, as by `| head`.
        return if error.print().is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let text = error.to_string();
    let first = text
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ");
    stopped(&Stop::Wrong(format!(
        "{first}; `keyholder --help` lists what there is."
    )))
}

fn stopped(stop: &Stop) -> ExitCode {
    eprintln!("keyholder: {stop}");
    match stop {
        Stop::Wrong(_) => ExitCode::from(WRONG),
        Stop::Failed(_) => ExitCode::FAILURE,
    }
}

async fn execute(command: Command, settings: Settings) -> Result<(), Stop> {
    match command {
        Command::Serve => serve_site(&settings).await,
        Command::Demo(demo) => fill_demo(&settings, &demo).await,
        Command::Migrate => {
            let kh = opened(&settings).await?;
            kh.close().await;
            say("The database is up to date.")
        }
        Command::Audit(Audit::Verify) => verify_audit(&settings).await,
        Command::Key(Key::Rotate) => key::rotate(&settings).await,
        Command::Backup { file } => backup::write(&settings, &file).await,
        Command::Restore(command) => backup::restore(&settings, &command).await,
        Command::User(command) => user::run(&settings, command).await,
    }
}

/// The installation, for a command that nobody reaches by an address.
async fn opened(settings: &Settings) -> Result<Keyholder, Stop> {
    open::keyholder(settings, &settings.public_url_at(settings.listen)).await
}

async fn serve_site(settings: &Settings) -> Result<(), Stop> {
    // First of all, so that a port in use is told before anything is made.
    let listener = serve::listen(settings.listen).map_err(|cause| {
        Stop::wrong(format_args!(
            "{} can't be listened on: {cause}",
            settings.listen
        ))
    })?;
    let address = listener.local_addr().map_err(Stop::failed)?;
    let public_url = settings.public_url_at(address);
    let site = site()?;
    let kh = open::keyholder(settings, &public_url).await?;
    let stop = StopSignal::listen().map_err(Stop::failed)?;

    let shared = Shared::new(
        kh.clone(),
        public_url.clone(),
        settings.trusted_proxies.clone(),
    );
    let mails = tokio::spawn({
        let (kh, stop) = (kh.clone(), stop.clone());
        async move {
            let work = |stop: StopSignal| service::outbox::work(kh.clone(), stop.told());
            keep_going("mail worker", stop, work).await;
        }
    });
    let sweeper = tokio::spawn({
        let (kh, stop) = (kh.clone(), stop.clone());
        async move {
            let work = |stop: StopSignal| sweep::work(kh.clone(), stop.told());
            keep_going("sweeper", stop, work).await;
        }
    });
    let nightly = tokio::spawn({
        let (kh, stop) = (kh.clone(), stop.clone());
        async move {
            let work = |stop: StopSignal| sweep::nightly(kh.clone(), stop.told());
            keep_going("nightly look at the audit log", stop, work).await;
        }
    });
    let router = router(&shared, &site);
    tracing::info!(%address, public_url = %public_url, "listening");
    let greeting = match service::setup::link(&kh).await.map_err(fault)? {
        Some(link) => format!("Set Keyholder up at {link}"),
        None => format!("Keyholder is at {public_url}"),
    };
    // A server whose greeting nobody reads serves all the same.
    let _unheard = say(&greeting);
    serve::until(listener, router, stop.told()).await;

    for task in [mails, sweeper, nightly] {
        task.await.map_err(Stop::failed)?;
    }
    kh.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn site() -> Result<Site, Stop> {
    let Some(folder) = Site::find() else {
        tracing::warn!("no site folder was found: pages come without style and script");
        return Ok(Site::default());
    };
    Site::open(folder.clone())
        .map_err(|cause| Stop::wrong(format_args!("{} can't be read: {cause}", folder.display())))
}

async fn fill_demo(settings: &Settings, demo: &Demo) -> Result<(), Stop> {
    let (least, most) = (service::demo::PEOPLE, service::demo::PEOPLE_MAX);
    if !(least..=most).contains(&demo.people) {
        let people = demo.people;
        return Err(Stop::Wrong(format!(
            "--people must be from {least} to {most}, not {people}."
        )));
    }
    let kh = opened(settings).await?;
    let logins = service::demo::fill(&kh, demo.people).await.map_err(fault)?;
    kh.close().await;
    if demo.json {
        return say(&serde_json::to_string_pretty(&logins).map_err(Stop::failed)?);
    }
    say(&format!(
        "Marlow & Finch is open, with {} people. One of each group signs in with:\n",
        demo.people
    ))?;
    for login in logins {
        say(&format!(
            "{:<12} {:<32} {:<20} {} ({})",
            login.group,
            login.email,
            login.password,
            login.name,
            login.stores.join(", "),
        ))?;
    }
    Ok(())
}

async fn verify_audit(settings: &Settings) -> Result<(), Stop> {
    let public_url = settings.public_url_at(settings.listen);
    let kh = open::existing(settings, &public_url).await?;
    let verdict = service::audit::verify(&kh).await.map_err(fault)?;
    kh.close().await;
    match verdict {
        Verdict::Whole { entries } => say(&format!("The audit log is whole: {entries} entries.")),
        Verdict::Broken { seq } => Err(Stop::Failed(format!(
            "The audit log is broken at entry {seq}."
        ))),
    }
}

/// A use case's failure, as a sentence. What is ours is in the log, under the same number.
fn fault(failure: Failure) -> Stop {
    match AppError::from(failure) {
        AppError::Internal { incident } => Stop::Failed(format!(
            "Something went wrong; the log says more under {incident}."
        )),
        AppError::Conflict => Stop::Failed("The database is not empty.".to_owned()),
        other => Stop::Failed(format!("It was refused: {other:?}.")),
    }
}

/// Writes a line to standard output, which others may read from.
fn say(line: &str) -> Result<(), Stop> {
    writeln!(std::io::stdout(), "{line}").map_err(Stop::failed)
}
