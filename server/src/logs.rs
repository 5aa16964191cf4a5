//! How logs are written: lines for a person at a terminal, JSON for a machine elsewhere.

use std::io::{self, IsTerminal as _, Write};
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
    let on_terminal = io::stderr().is_terminal();
    let json = match format {
        Format::Auto => !on_terminal,
        Format::Text => false,
        Format::Json => true,
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| OneLine(io::stderr()));
    // Only fails when logging has been started already.
    let _already_started = if json {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init()
    } else if on_terminal {
        lines.with_target(false).try_init()
    } else {
        lines.with_target(false).with_ansi(false).try_init()
    };
    std::panic::set_hook(Box::new(log_panic));
}

/// Writes each event as one line, whatever stands in its fields: nobody adds a line of their own
/// (req. 59).
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    /// Takes an event as a whole, which is how the log hands it over.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let mut line = Vec::with_capacity(event.len());
        for byte in event.trim_ascii_end() {
            match byte {
                b'\n' => line.extend_from_slice(b"\\n"),
                b'\r' => line.extend_from_slice(b"\\r"),
                other => line.push(*other),
            }
        }
        line.push(b'\n');
        self.0.write_all(&line)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A panic is a line of the log like any other.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let words = panic.payload_as_str().unwrap_or_default();
    tracing::error!(place, words, "panicked");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r59_an_event_is_one_line_whatever_its_fields_hold() {
        let mut written = Vec::new();
        let mut log = OneLine(&mut written);
        for event in ["INFO error=a\r\nINFO forged\n", "INFO stopped\n"] {
            log.write_all(event.as_bytes()).unwrap();
        }
        assert_eq!(
            String::from_utf8(written).unwrap(),
            "INFO error=a\\r\\nINFO forged\nINFO stopped\n"
        );
    }
}
