//! The command line: every flag, every environment variable, every command.
//!
//! Values are taken as text here and judged in [`crate::config`], so that each wrong one is
//! answered by one sentence that names both its flag and its variable.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

/// Staff accounts, permissions and who did what, for a business with one or more stores.
#[derive(Debug, Parser)]
#[command(name = "keyholder", version, max_term_width = 100)]
pub struct Cli {
    /// Settings, alike for every command.
    #[command(flatten)]
    pub options: Options,
    /// What to do; serve when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Settings, each as a flag or an environment variable. Their present values stay out of `--help`,
/// since a mail or database address carries a password.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Folder of the database, the secret key and the mails that are not sent by SMTP
    #[arg(
        long,
        env = "KEYHOLDER_DATA_DIR",
        value_name = "FOLDER",
        default_value = "data"
    )]
    #[arg(global = true, hide_env_values = true)]
    pub data_dir: PathBuf,

    /// Database, as `sqlite:FILE` or `postgres://…` [default: a SQLite file in the data folder]
    #[arg(long, env = "KEYHOLDER_DATABASE_URL", value_name = "URL")]
    #[arg(global = true, hide_env_values = true)]
    pub database_url: Option<String>,

    /// Address and port to listen on
    #[arg(long, env = "KEYHOLDER_LISTEN", value_name = "IP:PORT")]
    #[arg(
        default_value = "127.0.0.1:3000",
        global = true,
        hide_env_values = true
    )]
    pub listen: String,

    /// Address that people open: https, or http on this machine [default: from the one listened on]
    #[arg(long, env = "KEYHOLDER_PUBLIC_URL", value_name = "URL")]
    #[arg(global = true, hide_env_values = true)]
    pub public_url: Option<String>,

    /// Where mail goes: `smtps://user:password@host` for TLS from the start, `smtp://…` for STARTTLS
    /// (with `?tls=opportunistic` also without it), or `file:FOLDER` for .eml files
    /// [default: file: with the folder outbox in the data folder]
    #[arg(long, env = "KEYHOLDER_MAIL", value_name = "URL")]
    #[arg(global = true, hide_env_values = true)]
    pub mail: Option<String>,

    /// Certificate authority in PEM that is trusted for the mail server, beside the public ones
    #[arg(long, env = "KEYHOLDER_MAIL_CA_FILE", value_name = "FILE")]
    #[arg(global = true, hide_env_values = true)]
    pub mail_ca_file: Option<PathBuf>,

    /// Sender of every mail; without a name, mails come in the name of the business
    #[arg(long, env = "KEYHOLDER_MAIL_FROM", value_name = "ADDRESS")]
    #[arg(
        default_value = "keyholder@localhost",
        global = true,
        hide_env_values = true
    )]
    pub mail_from: String,

    /// File of the secret key; made on the first run, and the same for all nodes of one
    /// PostgreSQL [default: secret.key in the data folder]
    #[arg(long, env = "KEYHOLDER_SECRET_KEY_FILE", value_name = "FILE")]
    #[arg(global = true, hide_env_values = true)]
    pub secret_key_file: Option<PathBuf>,

    /// Proxies whose X-Forwarded-For is believed: addresses or networks, with commas between
    #[arg(long, env = "KEYHOLDER_TRUSTED_PROXIES", value_name = "IP[/BITS],…")]
    #[arg(
        default_value = "",
        hide_default_value = true,
        global = true,
        hide_env_values = true
    )]
    pub trusted_proxies: String,

    /// How logs are written: text, json, or auto for text on a terminal and JSON elsewhere
    #[arg(long, env = "KEYHOLDER_LOG_FORMAT", value_name = "FORMAT")]
    #[arg(default_value = "auto", global = true, hide_env_values = true)]
    pub log_format: String,

    /// Least level that is logged: error, warn, info, debug or trace
    #[arg(long, env = "KEYHOLDER_LOG_LEVEL", value_name = "LEVEL")]
    #[arg(default_value = "info", global = true, hide_env_values = true)]
    pub log_level: String,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serve the site; the default
    Serve,
    /// Fill an empty database with the sample business and print a password for each group
    Demo(Demo),
    /// Bring the database's tables to this version, and stop
    Migrate,
    /// Look at the audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Look after the secret key
    #[command(subcommand)]
    Key(Key),
    /// Write a copy of a SQLite database to a new file, also while the server runs
    Backup {
        /// File to write; it must not be there yet
        file: PathBuf,
    },
    /// Put such a copy back, while no server runs
    Restore(Restore),
    /// Help people who are locked out, also while the server runs
    #[command(subcommand)]
    User(User),
}

/// How much of a sample.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// People in the business; beyond the sample's own, a crowd for trying out its size
    #[arg(long, value_name = "N", default_value_t = service::demo::PEOPLE)]
    pub people: u32,
    /// Print the passwords as JSON, for scripts
    #[arg(long)]
    pub json: bool,
}

/// Commands on the audit log.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Audit {
    /// Recompute the chain of entries and name the first broken one
    Verify,
}

/// Commands on the secret key.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Key {
    /// Replace the secret key and seal everything anew, while no server runs
    Rotate,
}

/// What to put back, and where.
#[derive(Args, Clone, Debug)]
pub struct Restore {
    /// File that `keyholder backup` wrote
    pub file: PathBuf,
    /// Put it in the place of a database that is there; that one is kept, with .old behind its name
    #[arg(long)]
    pub replace: bool,
}

/// Commands for people who are locked out, owners first of all.
#[derive(Clone, Debug, Subcommand)]
pub enum User {
    /// Make somebody Super Admin when all owners are lost; who is new gets a link that is printed
    CreateOwner(NewOwner),
    /// Take the two-factor away from somebody who lost phone and recovery codes
    ResetTwoFactor {
        /// Email that they sign in with
        email: String,
    },
    /// End the lock that follows five wrong tries
    Unlock {
        /// Email that they sign in with
        email: String,
    },
    /// Mail somebody a link to a new password
    SendReset {
        /// Email that they sign in with
        email: String,
    },
}

/// Who is to be Super Admin.
#[derive(Args, Clone, Debug)]
pub struct NewOwner {
    /// Email that they sign in with, or will
    pub email: String,
    /// First name, of somebody who is new
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    pub first_name: String,
    /// Last name, of somebody who is new
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    pub last_name: String,
}

/// Names of the environment variables that are understood.
#[must_use]
pub fn variables() -> Vec<String> {
    Cli::command()
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str().map(ToOwned::to_owned))
        .collect()
}
