//! The files of the site: styles, scripts, WASM, fonts, icons. Written by the build, never by
//! anybody's request.

use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
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
/// The folder that the build writes. Its files name each other, so they are kept apart from those
/// of any other build as a whole (ADR 6).
const BUILT: &str = "pkg";
/// Folders that hold files only.
const FOLDERS: [&str; 2] = [BUILT, "fonts"];
/// How the file ends that holds the code of a part of the app.
const PART: &str = "part";

/// A folder of files, as it was when the server started.
#[derive(Clone, Debug, Default)]
pub struct Site {
    root: PathBuf,
    files: Vec<PathBuf>,
    build: String,
    parts: HashSet<String>,
}

impl Site {
    /// Finds the site's folder: `site` beside the program, as it is shipped, else `site` one
    /// folder up, as Cargo leaves it in `target`.
    #[must_use]
    pub fn find() -> Option<PathBuf> {
        let beside = std::env::current_exe().ok()?.parent()?.to_owned();
        [beside.join("site"), beside.join("../site")]
            .into_iter()
            .find(|folder| folder.join(BUILT).is_dir())
    }

    /// Lists the folder's files. Only these are ever served, by these very names.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        let mut files = Vec::new();
        list(&root, Path::new(""), &mut files)?;
        files.sort();
        Ok(Self {
            build: build(&root, &files)?,
            parts: parts(&files),
            root,
            files,
        })
    }

    /// What a page links to.
    #[must_use]
    pub fn assets(&self) -> Assets {
        Assets {
            folder: format!("/{BUILT}/{}", self.build),
            parts: self.parts.clone(),
        }
    }

    /// Where a file is found; `None` for a name that no address of ours has.
    fn address(&self, file: &Path) -> Option<String> {
        let path = url_path(file)?;
        match path.strip_prefix(&format!("/{BUILT}/")) {
            Some(built) => Some(format!("/{BUILT}/{}/{built}", self.build)),
            None => Some(path),
        }
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
            let Some(path) = self.address(file) else {
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

/// Names a build by what it wrote.
fn build(root: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files.iter().filter(|file| file.starts_with(BUILT)) {
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(root.join(file))?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The parts of the app that have a file of code, as far as the build wrote any.
fn parts(files: &[PathBuf]) -> HashSet<String> {
    let built = files.iter().filter(|file| file.starts_with(BUILT));
    let parts = built.filter(|file| file.extension().is_some_and(|kind| kind == PART));
    let names = parts.filter_map(|file| file.file_stem()?.to_str());
    names.map(ToOwned::to_owned).collect()
}

/// Whether the file's address changes with its content: what a build wrote, what carries a hash.
fn is_immutable(file: &Path) -> bool {
    file.starts_with(BUILT) || hash_in_name(file).is_some()
}

/// The hash of its content that a file carries in its name, as `mark.71d46e7b.svg` does.
fn hash_in_name(file: &Path) -> Option<&str> {
    let (_, hash) = file.file_stem()?.to_str()?.rsplit_once('.')?;
    let is_hash = hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(hash)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn only_addresses_that_change_with_the_content_are_kept_for_a_year() {
        let kept = |file: &str| is_immutable(Path::new(file));
        assert!(kept("pkg/keyholder.css"));
        assert!(kept("fonts/text.0a1b2c3d.woff2"));
        for short in ["favicon.svg", "text.bold.svg", "fonts/licence.txt"] {
            assert!(!kept(short), "{short}");
        }
    }

    /// FNV-1a, which is the same whatever builds it.
    fn hash(content: &[u8]) -> u32 {
        content.iter().fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
        })
    }

    /// Addresses of fonts and pictures that stand in a source.
    fn addresses(source: &str) -> impl Iterator<Item = &str> {
        let ends = |c: char| !(c.is_ascii_alphanumeric() || "/-_.".contains(c));
        let words = source.split(ends);
        let is_picture = |word: &str| Path::new(word).extension().is_some_and(|end| end == "svg");
        words.filter(move |word| word.starts_with("/fonts/") || is_picture(word))
    }

    #[test]
    fn what_pages_load_carries_the_hash_of_its_content_in_its_name() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let below = |folder: &Path| {
            let mut files = Vec::new();
            list(folder, Path::new(""), &mut files).expect("the folder can be read");
            files
        };
        let public = root.join("public");
        let mut files = below(&public);
        let mut linked = HashSet::new();
        for folder in ["app/src", "style"].map(|folder| root.join(folder)) {
            for source in below(&folder) {
                let text = fs::read_to_string(folder.join(&source)).expect("a source");
                for address in addresses(&text) {
                    let is_it = |file: &PathBuf| url_path(file).as_deref() == Some(address);
                    let source = source.display();
                    assert!(files.iter().any(is_it), "{source} links to {address}");
                    linked.insert(address.to_owned());
                }
            }
        }
        // Templates and the licence are for people, who see their names.
        let for_people = |end: &OsStr| end == "csv" || end == "txt";
        files.retain(|file| !file.extension().is_some_and(for_people));
        assert!(files.len() > 3, "{files:?}");
        for file in &files {
            let content = fs::read(public.join(file)).expect("a file");
            let hash = format!("{:08x}", hash(&content));
            assert_eq!(hash_in_name(file), Some(&*hash), "{}", file.display());
            let address = url_path(file).expect("a plain name");
            assert!(linked.contains(&address), "nothing links to {address}");
        }
    }

    #[test]
    fn what_a_build_wrote_stands_below_its_own_name() {
        let site = Site {
            build: "0a1b".to_owned(),
            ..Site::default()
        };
        let address = |file: &str| site.address(Path::new(file));
        assert_eq!(
            address("pkg/keyholder.css").as_deref(),
            Some("/pkg/0a1b/keyholder.css")
        );
        assert_eq!(address("mark.svg").as_deref(), Some("/mark.svg"));
        assert_eq!(site.assets().folder, "/pkg/0a1b");
    }

    #[test]
    fn a_part_is_known_by_its_file() {
        let files = ["pkg/keyholder.css", "pkg/lists.part", "fonts/no.part"];
        let found = parts(&files.map(PathBuf::from));
        assert_eq!(found, HashSet::from(["lists".to_owned()]));
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
