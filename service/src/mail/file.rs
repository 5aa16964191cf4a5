//! Mail into a folder: the embedded default, for trying out and for tests (product §9).

use std::io::Write as _;
use std::path::{Path, PathBuf};

use access::MailId;
use domain::mail::MailTrouble;

use super::mime::{Bodies, build};
use super::{MailError, Mailer, Outgoing, Sending};

/// Writes each mail to a file `{id}.eml`, and its link to the log. Ids are in the order of time,
/// and so are the files.
pub struct FileMailer {
    folder: PathBuf,
}

impl FileMailer {
    /// Writes into this folder, which is made when the first mail comes.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Mailer for FileMailer {
    fn send<'a>(&'a self, mail: Outgoing<'a>) -> Sending<'a> {
        Box::pin(async move {
            let bytes = build(mail, Bodies::Plain)?.formatted();
            let (folder, id) = (self.folder.clone(), mail.id);
            let file = tokio::task::spawn_blocking(move || write(&folder, id, &bytes))
                .await
                .map_err(|error| MailError::later(MailTrouble::Folder, error))?
                .map_err(|error| {
                    let folder = self.folder.display();
                    MailError::later(MailTrouble::Folder, format_args!("{folder}: {error}"))
                })?;
            let Outgoing { message, .. } = mail;
            tracing::info!(
                file = %file.display(),
                subject = message.subject,
                link = message.link,
                "mail written"
            );
            Ok(())
        })
    }
}

/// Writes the file so that it is whole as soon as it is there. Only the owner may read it, for it
/// can hold the secret of a link.
fn write(folder: &Path, id: MailId, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let mut builder = std::fs::DirBuilder::new();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    builder.recursive(true).create(folder)?;
    let (draft, file) = (
        folder.join(format!("{id}.part")),
        folder.join(format!("{id}.eml")),
    );
    let mut writer = options.open(&draft)?;
    writer.write_all(bytes)?;
    writer.sync_all()?;
    std::fs::rename(&draft, &file)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Message;
    use crate::random::{Randomness as _, SystemRandomness};
    use access::Instant;

    #[tokio::test]
    async fn a_mail_becomes_one_whole_file_however_often_it_is_sent() {
        let folder = std::env::temp_dir()
            .join(format!(
                "keyholder-mail-{:016x}",
                SystemRandomness.below(u64::MAX)
            ))
            .join("outbox");
        let mailer = FileMailer::new(folder.clone());
        let link = "https://keys.example/accept-invite/abc".to_owned();
        let message = Message {
            from_name: "Finch".to_owned(),
            to_name: "Dana".to_owned(),
            to: "dana@shop.example".to_owned(),
            subject: "Hello".to_owned(),
            text: format!("Go:\n{link}\n"),
            html: format!("<a href=\"{link}\">Go</a>"),
            link: Some(link.clone()),
        };
        let mail = Outgoing {
            id: MailId::nil(),
            from: "keyholder@localhost",
            date: Instant(0),
            message: &message,
        };
        for _ in 0..2 {
            mailer.send(mail).await.unwrap();
        }
        let files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(files.len(), 1);
        assert_eq!(
            files[0].file_name(),
            "00000000-0000-0000-0000-000000000000.eml"
        );
        let text = std::fs::read_to_string(files[0].path()).unwrap();
        assert!(text.contains("To: Dana <dana@shop.example>\r\n"), "{text}");
        assert!(text.lines().any(|line| line == link), "{text}");
        #[cfg(unix)]
        {
            let mode = |path: &Path| {
                std::os::unix::fs::PermissionsExt::mode(
                    &std::fs::metadata(path).unwrap().permissions(),
                ) & 0o777
            };
            assert_eq!((mode(&folder), mode(&files[0].path())), (0o700, 0o600));
        }
        std::fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }
}
