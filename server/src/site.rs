//! The files of the site: styles, scripts, WASM, fonts, icons. Written by the build, never by
//! anybody's request.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use app::document::Assets;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, get_service};
use http::{HeaderValue, StatusCode, header};
use tower_http::services::ServeFile;

/// Kept for a year and never asked for again: a change gets another name.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Kept for an hour: the name stays when the content changes.
const SHORT: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// Letters of a hash in a file name; cargo-leptos writes 22.
const HASH_MIN: usize = 16;

/// Name under which the build writes script, WASM and styles.
const NAME: &str = "keyholder";
/// Folders that hold files only.
const FOLDERS: [&str; 2] = ["pkg", "fonts"];

/// A folder of files, as it was when the server started.
#[derive(Clone, Debug, Default)]
pub struct Site {
    root: PathBuf,
    files: Vec<PathBuf>,
}

impl Site {
    /// Finds the site's folder: `site` beside the program, as it is shipped, else `site` one
    /// folder up, as Cargo leaves it in `target`.
    #[must_use]
    pub fn find() -> Option<PathBuf> {
        let beside = std::env::current_exe().ok()?.parent()?.to_owned();
        [beside.join("site"), beside.join("../site")]
            .into_iter()
            .find(|folder| folder.join("pkg").is_dir())
    }

    /// Lists the folder's files. Only these are ever served, by these very names.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        let mut files = Vec::new();
        list(&root, Path::new(""), &mut files)?;
        files.sort();
        Ok(Self { root, files })
    }

    /// The addresses that a page links to.
    #[must_use]
    pub fn assets(&self) -> Assets {
        Assets {
            js: self.built("js"),
            wasm: self.built("wasm"),
            css: self.built("css"),
        }
    }

    /// What the build wrote of a kind, with a hash in its name or without; of several, the
    /// newest, since a build leaves what the one before it wrote.
    fn built(&self, kind: &str) -> String {
        let of_kind = self.files.iter().filter(|file| is_built(file, kind));
        let newest = of_kind.max_by_key(|file| {
            fs::metadata(self.root.join(file))
                .and_then(|facts| facts.modified())
                .ok()
        });
        newest
            .and_then(|file| url_path(file))
            .unwrap_or_else(|| format!("/pkg/{NAME}.{kind}"))
    }

    /// A route for each file; a compressed one beside it goes out where the browser takes it.
    pub fn routes(&self) -> Router {
        // A file that is not there is no page that somebody might be allowed to see.
        let missing = FOLDERS.iter().fold(Router::new(), |router, folder| {
            router.route(
                &format!("/{folder}/{{*file}}"),
                get(|| async { StatusCode::NOT_FOUND }),
            )
        });
        self.files.iter().fold(missing, |router, file| {
            let Some(path) = url_path(file) else {
                return router;
            };
            let cached = if is_immutable(file) { IMMUTABLE } else { SHORT };
            let serve = ServeFile::new(self.root.join(file))
                .precompressed_br()
                .precompressed_gzip();
            let serve = get_service(serve).layer(middleware::from_fn(
                move |request: Request, next: Next| keep(cached.clone(), request, next),
            ));
            router.route(&path, serve)
        })
    }
}

/// Says how long an answer may be kept, when there is a file in it.
async fn keep(cached: HeaderValue, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, cached);
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

/// All files below a folder, but for the compressed copies.
fn list(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let kind = fs::metadata(entry.path())?;
        if kind.is_dir() {
            list(root, &path, files)?;
        } else if !path
            .extension()
            .is_some_and(|kind| kind == "br" || kind == "gz")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The file's path as a route; `None` for a name that no address of ours has.
fn url_path(file: &Path) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let mut path = String::new();
    for part in file {
        let part = part.to_str()?;
        if part.starts_with('.') || !part.chars().all(plain) {
            return None;
        }
        path.push('/');
        path.push_str(part);
    }
    Some(path)
}

/// Whether the file's name changes with its content. Fonts never change; another version would
/// get another name.
fn is_immutable(file: &Path) -> bool {
    file.starts_with("fonts") || (file.starts_with("pkg") && is_hashed(file))
}

/// Whether a file is what the build wrote of a kind: `keyholder.css`, `keyholder.4fXbN0…Q.css`.
fn is_built(file: &Path, kind: &str) -> bool {
    let rest = file.strip_prefix("pkg").ok().and_then(Path::to_str);
    let rest = rest.and_then(|file| file.strip_prefix(NAME)?.strip_suffix(kind));
    rest.is_some_and(|rest| rest == "." || is_hashed(file))
}

/// Whether a name holds a hash, as in `keyholder.4fXbN0…Q.css`.
fn is_hashed(file: &Path) -> bool {
    let hash = file
        .file_stem()
        .and_then(|stem| Path::new(stem).extension()?.to_str());
    hash.is_some_and(|hash| {
        hash.len() >= HASH_MIN
            && hash
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_change_with_their_content_are_kept_for_a_year() {
        let kept = |file: &str| is_immutable(Path::new(file));
        assert!(kept("pkg/keyholder.eJzLSM3JyQcABiwCFQ.css"));
        assert!(kept("pkg/keyholder.eJzLSM3JyQcABi-CF_.wasm"));
        assert!(kept("fonts/inter.woff2"));
        assert!(!kept("pkg/keyholder.css"));
        assert!(!kept("pkg/keyholder.min.js"));
        assert!(!kept("favicon.svg"));
    }

    #[test]
    fn a_page_links_to_what_the_build_wrote() {
        let built = |file: &str, kind: &str| is_built(Path::new(file), kind);
        assert!(built("pkg/keyholder.css", "css"));
        assert!(built("pkg/keyholder.eJzLSM3JyQcABiwCFQ.css", "css"));
        assert!(!built("pkg/keyholder.eJzLSM3JyQcABiwCFQ.css", "js"));
        assert!(!built("pkg/other.css", "css"));
        assert!(!built("keyholder.css", "css"));
        assert_eq!(Site::default().assets().css, "/pkg/keyholder.css");
    }

    #[test]
    fn a_hidden_or_odd_name_gets_no_route() {
        let path = |file: &str| url_path(Path::new(file));
        assert_eq!(
            path("pkg/keyholder.css"),
            Some("/pkg/keyholder.css".to_owned())
        );
        for odd in [".env", "pkg/.secret", "a b.txt", "{param}", "a/../b", "*"] {
            assert_eq!(path(odd), None, "{odd}");
        }
    }
}
