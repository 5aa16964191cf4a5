//! Settings, judged: what the command line and the environment say, or one sentence about what
//! is wrong with it (product §11).

use std::ffi::OsStr;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tracing::level_filters::LevelFilter;

use crate::cli::{self, Options};
use crate::logs::Format;
use crate::net::Proxies;
use crate::public_url::PublicUrl;

/// Names that begin like this and are not settings belong to the tests.
const TEST_PREFIX: &str = "KEYHOLDER_TEST_";

/// Settings that are known to be right.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder for what the program keeps.
    pub data_dir: PathBuf,
    /// Address of the database.
    pub database: Database,
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Where people open the site; told by the listener when absent.
    pub public_url: Option<PublicUrl>,
    /// Where mail goes.
    pub mail: MailTo,
    /// File of a certificate authority that is trusted for the mail server.
    pub mail_ca_file: Option<PathBuf>,
    /// Sender of every mail.
    pub mail_from: String,
    /// File of the secret key.
    pub secret_key_file: PathBuf,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: Proxies,
    /// How logs are written.
    pub log_format: Format,
    /// Least level that is logged.
    pub log_level: LevelFilter,
}

/// Which database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file, made when it is not there.
    File(PathBuf),
    /// A PostgreSQL server; the address carries its password and is never printed.
    Postgres(String),
}

impl Database {
    /// The address as the driver takes it.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::File(file) => service::db::sqlite_url(file),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// Where mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailTo {
    /// A mail server; the address carries its password and is never printed.
    Smtp(String),
    /// A folder that gets one `.eml` file a mail.
    Folder(PathBuf),
}

/// A wrong setting, as one sentence that names its flag and its variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongSetting(String);

impl WrongSetting {
    fn new(flag: &str, what: impl fmt::Display) -> Self {
        let variable = flag
            .trim_start_matches('-')
            .replace('-', "_")
            .to_uppercase();
        Self(format!("{flag} (KEYHOLDER_{variable}) {what}."))
    }
}

impl fmt::Display for WrongSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongSetting {}

impl Settings {
    /// Where people open the site, when it is listened on at this address.
    ///
    /// # Panics
    /// Never: without a public address, only loopback ones are listened on.
    #[must_use]
    pub fn public_url_at(&self, listen: SocketAddr) -> PublicUrl {
        let told = self.public_url.clone();
        told.or_else(|| PublicUrl::from_listen(listen))
            .expect("judged: only a loopback address goes without --public-url")
    }

    /// Judges what was said.
    ///
    /// # Errors
    /// The first setting that is wrong.
    pub fn judge(options: &Options) -> Result<Self, WrongSetting> {
        let listen = options.listen.parse().map_err(|_| {
            WrongSetting::new(
                "--listen",
                format_args!("must be an IP address and a port, not “{}”", options.listen),
            )
        })?;
        let public_url = options
            .public_url
            .as_deref()
            .map(|text| PublicUrl::parse(text).map_err(|why| wrong_url("--public-url", why)))
            .transpose()?;
        if public_url.is_none() && PublicUrl::from_listen(listen).is_none() {
            return Err(wrong_url(
                "--public-url",
                "must be set when --listen is reached from other machines",
            ));
        }
        let data_dir = &options.data_dir;
        Ok(Self {
            database: database(options.database_url.as_deref(), data_dir)?,
            listen,
            public_url,
            mail: mail(options.mail.as_deref(), data_dir)?,
            mail_ca_file: options.mail_ca_file.clone(),
            mail_from: sender(&options.mail_from)?,
            secret_key_file: options
                .secret_key_file
                .clone()
                .unwrap_or_else(|| data_dir.join("secret.key")),
            trusted_proxies: Proxies::parse(&options.trusted_proxies).map_err(|part| {
                WrongSetting::new(
                    "--trusted-proxies",
                    format_args!(
                        "must hold addresses or networks such as 10.0.0.0/8, not “{part}”"
                    ),
                )
            })?,
            log_format: options.log_format.parse().map_err(|()| {
                WrongSetting::new(
                    "--log-format",
                    format_args!("must be auto, text or json, not “{}”", options.log_format),
                )
            })?,
            log_level: level(&options.log_level)?,
            data_dir: data_dir.clone(),
        })
    }
}

/// Refuses an environment variable that looks like a setting and is none: most likely a slip of
/// the pen, whose setting would silently stay at its default.
///
/// # Errors
/// The first such name.
pub fn refuse_unknown_variables<'a>(
    names: impl IntoIterator<Item = &'a OsStr>,
) -> Result<(), WrongSetting> {
    let known = cli::variables();
    let unknown = names
        .into_iter()
        .map(OsStr::to_string_lossy)
        .filter(|name| name.starts_with("KEYHOLDER_") && !name.starts_with(TEST_PREFIX))
        .find(|name| !known.iter().any(|known| known == name));
    unknown.map_or(Ok(()), |name| {
        Err(WrongSetting(format!(
            "{name} is not a setting of Keyholder; `keyholder --help` lists them all."
        )))
    })
}

fn wrong_url(flag: &str, why: &str) -> WrongSetting {
    WrongSetting::new(flag, why)
}

fn database(url: Option<&str>, data_dir: &Path) -> Result<Database, WrongSetting> {
    let Some(url) = url else {
        return Ok(Database::File(data_dir.join("keyholder.db")));
    };
    let wrong = || {
        WrongSetting::new(
            "--database-url",
            "must start with sqlite: or postgres:// and be whole",
        )
    };
    if let Some(rest) = url.strip_prefix("sqlite:") {
        let file = rest.strip_prefix("//").unwrap_or(rest);
        // Everything else that could follow in a SQLite address is decided here (WAL, one writer).
        if file.is_empty() || file.contains(['?', '#']) || file.starts_with(':') {
            return Err(wrong());
        }
        return Ok(Database::File(file.into()));
    }
    let rest = url
        .strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"));
    if rest.is_none_or(str::is_empty) || url.parse::<http::Uri>().is_err() {
        return Err(wrong());
    }
    Ok(Database::Postgres(url.to_owned()))
}

fn mail(url: Option<&str>, data_dir: &Path) -> Result<MailTo, WrongSetting> {
    let wrong = |what: &str| WrongSetting::new("--mail", what);
    let url = url.unwrap_or("file:");
    if let Some(folder) = url.strip_prefix("file:") {
        let folder = folder.strip_prefix("//").unwrap_or(folder);
        return Ok(MailTo::Folder(if folder.is_empty() {
            data_dir.join("outbox")
        } else {
            folder.into()
        }));
    }
    if !url.starts_with("smtp://") && !url.starts_with("smtps://") {
        return Err(wrong("must start with smtp://, smtps:// or file:"));
    }
    let whole = url.parse::<http::Uri>().is_ok_and(|uri| {
        uri.host().is_some_and(|host| !host.is_empty()) && matches!(uri.path(), "" | "/")
    });
    if !whole {
        return Err(wrong(
            "must name a mail server, such as smtp://user:password@host:587",
        ));
    }
    Ok(MailTo::Smtp(url.to_owned()))
}

fn sender(text: &str) -> Result<String, WrongSetting> {
    let address = text
        .rsplit_once('<')
        .map_or(text, |(_, rest)| rest.trim_end_matches('>'));
    let whole = address.split_once('@').is_some_and(|(local, host)| {
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| !c.is_whitespace() && !"@<>,;".contains(c))
        };
        plain(local) && plain(host)
    });
    if whole && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(WrongSetting::new(
            "--mail-from",
            "must be one address, such as Keyholder <keyholder@example.com>",
        ))
    }
}

fn level(text: &str) -> Result<LevelFilter, WrongSetting> {
    let levels = [
        LevelFilter::ERROR,
        LevelFilter::WARN,
        LevelFilter::INFO,
        LevelFilter::DEBUG,
        LevelFilter::TRACE,
    ];
    levels
        .into_iter()
        .find(|level| level.to_string() == text)
        .ok_or_else(|| {
            WrongSetting::new(
                "--log-level",
                format_args!("must be error, warn, info, debug or trace, not “{text}”"),
            )
        })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    /// Settings from flags, which clap reads alike from the environment.
    fn judge(flags: &[&str]) -> Result<Settings, String> {
        let cli = Cli::try_parse_from([&["keyholder"], flags].concat())
            .map_err(|error| error.to_string())?;
        Settings::judge(&cli.options).map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn without_a_word_everything_stays_in_the_data_folder_on_this_machine() {
        let settings = judge(&[]).expect("the defaults are right");
        assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(
            settings.database,
            Database::File("data/keyholder.db".into())
        );
        assert_eq!(settings.mail, MailTo::Folder("data/outbox".into()));
        assert_eq!(settings.secret_key_file, Path::new("data/secret.key"));
        assert_eq!(settings.public_url, None);
        assert_eq!(settings.trusted_proxies, Proxies::default());
    }

    #[test]
    fn a_wrong_value_is_one_sentence_that_names_flag_and_variable_but_no_secret() {
        for (flag, value) in [
            ("--database-url", ""),
            ("--database-url", "mysql://user:hunter2@host"),
            ("--database-url", "postgres://"),
            ("--database-url", "sqlite:"),
            ("--database-url", "sqlite::memory:"),
            ("--database-url", "sqlite:x.db?mode=memory"),
            ("--listen", "localhost"),
            ("--listen", "3000"),
            ("--public-url", "http://keys.example.com"),
            ("--mail", ""),
            ("--mail", "imap://user:hunter2@host"),
            ("--mail", "smtp://"),
            ("--mail", "smtp://user:hunter2@host/path"),
            ("--mail-from", ""),
            ("--mail-from", "nobody"),
            ("--mail-from", "a@b.example, c@d.example"),
            ("--mail-from", "a@b.example\r\nBcc: c@d.example"),
            ("--trusted-proxies", "proxy.example.com"),
            ("--log-format", "xml"),
            ("--log-level", "loud"),
        ] {
            let sentence = judge(&[flag, value]).expect_err(value);
            let variable = flag
                .trim_start_matches('-')
                .replace('-', "_")
                .to_uppercase();
            assert!(
                sentence.starts_with(&format!("{flag} (KEYHOLDER_{variable}) ")),
                "{sentence}"
            );
            assert!(
                sentence.ends_with('.') && !sentence.contains('\n'),
                "{sentence}"
            );
            assert!(!sentence.contains("hunter2"), "{sentence}");
        }
    }

    #[test]
    fn listening_to_other_machines_needs_an_address_that_they_open() {
        let sentence = judge(&["--listen", "0.0.0.0:3000"]).expect_err("no public address");
        assert!(
            sentence.starts_with("--public-url (KEYHOLDER_PUBLIC_URL)"),
            "{sentence}"
        );
        let both = [
            "--listen",
            "0.0.0.0:3000",
            "--public-url",
            "https://keys.example.com",
        ];
        assert!(judge(&both).is_ok());
    }

    #[test]
    fn good_values_are_taken_as_they_are_meant() {
        let with = |flag, value| judge(&[flag, value]).expect(value);
        let database = |url| with("--database-url", url).database;
        assert_eq!(database("sqlite:a.db"), Database::File("a.db".into()));
        assert_eq!(
            database("sqlite:///srv/a.db"),
            Database::File("/srv/a.db".into())
        );
        let url = "postgres://user:pass@db/keyholder?sslmode=require";
        assert_eq!(database(url), Database::Postgres(url.into()));
        let mail = |url| with("--mail", url).mail;
        assert_eq!(mail("file:"), MailTo::Folder("data/outbox".into()));
        assert_eq!(mail("file:/var/mail"), MailTo::Folder("/var/mail".into()));
        assert_eq!(
            mail("smtp://u:p@host:587"),
            MailTo::Smtp("smtp://u:p@host:587".into())
        );
        assert_eq!(mail("smtps://host"), MailTo::Smtp("smtps://host".into()));
        assert_eq!(with("--mail-from", "a@b.example").mail_from, "a@b.example");
    }

    #[test]
    fn an_environment_name_that_is_no_setting_is_refused() {
        let refuse = |name: &str| refuse_unknown_variables([OsStr::new(name)]);
        for known in cli::variables() {
            assert_eq!(refuse(&known), Ok(()), "{known}");
        }
        assert_eq!(refuse("PATH"), Ok(()));
        assert_eq!(refuse("KEYHOLDER_TEST_POSTGRES"), Ok(()));
        let sentence = refuse("KEYHOLDER_PUBLICURL")
            .expect_err("a slip")
            .to_string();
        assert!(
            sentence.starts_with("KEYHOLDER_PUBLICURL is not a setting"),
            "{sentence}"
        );
    }

    #[test]
    fn every_setting_of_product_11_is_listed_by_help() {
        let help = <Cli as clap::CommandFactory>::command()
            .render_long_help()
            .to_string();
        for name in [
            "DATA_DIR",
            "DATABASE_URL",
            "LISTEN",
            "PUBLIC_URL",
            "MAIL",
            "MAIL_FROM",
            "SECRET_KEY_FILE",
            "TRUSTED_PROXIES",
        ] {
            assert!(
                help.contains(&format!("[env: KEYHOLDER_{name}]")),
                "{name}\n{help}"
            );
        }
    }
}
