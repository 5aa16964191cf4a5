//! A mail server for tests: real sockets, real TLS, and rules that each test sets.

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// How connections are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// Not at all, and not offered.
    Never,
    /// When the client asks for it (STARTTLS).
    Asked,
    /// From the start.
    Always,
}

/// What the server does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// How connections are sealed.
    pub seal: Seal,
    /// Who may send; everybody when it is nobody.
    pub login: Option<(&'static str, &'static str)>,
    /// The answer to a receiver.
    pub receiver: &'static str,
}

impl Rules {
    /// Takes every mail, sealed in this way.
    pub(crate) const fn sealed(seal: Seal) -> Self {
        Self {
            seal,
            login: None,
            receiver: "250 fine",
        }
    }
}

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Over TLS.
    pub sealed: bool,
    /// Somebody had signed in.
    pub signed_in: bool,
    /// Whom it goes to.
    pub to: String,
}

/// A running server; it ends with the test's runtime.
pub(crate) struct SmtpServer {
    /// Its port on `localhost`.
    pub port: u16,
    /// Certificate to trust, in PEM.
    pub authority: Vec<u8>,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl SmtpServer {
    /// Starts one.
    pub(crate) async fn start(rules: Rules) -> Self {
        Self::start_at(0, rules).await
    }

    /// Starts one on a port that was free a moment ago.
    pub(crate) async fn start_at(port: u16, rules: Rules) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.key_pair.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, taken) = (acceptor.clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    // A client that hangs up, or trusts nobody, is the test's affair.
                    drop(serve(stream, rules, &acceptor, &taken).await);
                });
            }
        });
        Self {
            port,
            authority: made.cert.pem().into_bytes(),
            taken,
        }
    }

    /// The mails that were taken.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: tokio::net::TcpStream,
    rules: Rules,
    acceptor: &TlsAcceptor,
    taken: &Mutex<Vec<Taken>>,
) -> io::Result<()> {
    let sealed = rules.seal == Seal::Always;
    if sealed {
        let stream = acceptor.accept(stream).await?;
        return talk(stream, rules, true, true, taken).await.map(drop);
    }
    if talk(&mut stream, rules, false, true, taken).await? {
        let stream = acceptor.accept(stream).await?;
        talk(stream, rules, true, false, taken).await?;
    }
    Ok(())
}

/// Talks until the client leaves; `true` when it wants to go on over TLS.
async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    rules: Rules,
    sealed: bool,
    greet: bool,
    taken: &Mutex<Vec<Taken>>,
) -> io::Result<bool> {
    let mut signed_in = false;
    let mut to = String::new();
    if greet {
        say(&mut stream, "220 test").await?;
    }
    while let Some(line) = read_line(&mut stream).await? {
        let word = line.split(' ').next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => {
                let mut answer = "250-test\r\n".to_owned();
                if rules.seal == Seal::Asked && !sealed {
                    answer.push_str("250-STARTTLS\r\n");
                }
                if rules.login.is_some() {
                    answer.push_str("250-AUTH PLAIN\r\n");
                }
                answer + "250 8BITMIME"
            }
            "STARTTLS" => {
                say(&mut stream, "220 go on").await?;
                return Ok(true);
            }
            "AUTH" => {
                signed_in = rules.login.is_some_and(|(user, password)| {
                    let right = STANDARD.encode(format!("\0{user}\0{password}"));
                    line.ends_with(&right)
                });
                let answer = if signed_in {
                    "235 welcome"
                } else {
                    "535 5.7.8 wrong user or password"
                };
                answer.to_owned()
            }
            "MAIL" if rules.login.is_some() && !signed_in => "530 5.7.0 sign in first".to_owned(),
            "RCPT" => {
                line.clone_into(&mut to);
                rules.receiver.to_owned()
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                while read_line(&mut stream)
                    .await?
                    .is_some_and(|line| line != ".")
                {}
                let to = std::mem::take(&mut to);
                taken.lock().unwrap().push(Taken {
                    sealed,
                    signed_in,
                    to,
                });
                "250 taken".to_owned()
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return Ok(false);
            }
            _ => "250 fine".to_owned(),
        };
        say(&mut stream, &answer).await?;
    }
    Ok(false)
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), words: &str) -> io::Result<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// A line without its end; nothing once the client is gone. Byte by byte, so that nothing that
/// belongs to TLS is read.
async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte).await? == 1 {
        match byte[0] {
            b'\n' => return Ok(Some(String::from_utf8_lossy(&line).into_owned())),
            b'\r' => {}
            other => line.push(other),
        }
    }
    Ok(None)
}
