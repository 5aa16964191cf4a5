//! How logs are written: lines for a person at a terminal, JSON for a machine elsewhere.

use std::io::{self, IsTerminal as _};
use std::panic::PanicHookInfo;
use std::str::FromStr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// The shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// Text.
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

/// Starts logging to standard error. A second call changes nothing.
///
/// Libraries are only heard when something is wrong, whatever the level: sqlx would print
/// statements, hyper and lettre what they send, tokens included (req. 28).
///
/// # Panics
/// Never: the filter is made of names that are known to make one.
pub fn start(format: Format, level: LevelFilter) {
    let quiet = level.min(LevelFilter::WARN);
    let mut filter = EnvFilter::default().add_directive(level.into());
    for library in [
        "sqlx",
        "hyper",
        "hyper_util",
        "lettre",
        "tower_sessions",
        "tower_sessions_core",
    ] {
        let directive = format!("{library}={quiet}").parse();
        filter = filter.add_directive(directive.expect("a crate and a level make a directive"));
    }
    let json = match format {
        Format::Auto => !io::stderr().is_terminal(),
        Format::Text => false,
        Format::Json => true,
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    // Only fails when logging has been started already.
    let _already_started = if json {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init()
    } else {
        lines.with_target(false).try_init()
    };
    std::panic::set_hook(Box::new(log_panic));
}

/// A panic is a line of the log like any other.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let words = panic.payload_as_str().unwrap_or_default();
    tracing::error!(place, words, "panicked");
}
