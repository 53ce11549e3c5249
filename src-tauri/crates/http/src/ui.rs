//! The built user interface, as files from a folder.

use std::path::{Component, Path, PathBuf};

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::guard::cookie_name;
use crate::router::Shared;

const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<title>Latent</title><h1>Latent is running, its user interface is not built</h1>\
<p>Build it with <code>npm ci &amp;&amp; npm run build</code> in the folder <code>ui</code>, then \
start Latent again from the folder above it, or name the built folder in the environment as \
<code>LATENT_UI_DIR</code>.</p><p>Commands are answered all the same.</p></html>\n";

/// Looks for the built user interface in the places that [`crate::ServeOptions`] names.
pub(crate) fn find() -> Option<PathBuf> {
    let named = std::env::var_os("LATENT_UI_DIR").map(PathBuf::from);
    let program = std::env::current_exe().ok();
    let beside = program
        .as_deref()
        .and_then(Path::parent)
        .map(|folder| folder.join("ui"));
    let built = Some(PathBuf::from("ui/dist"));
    let mut places = [named, beside, built].into_iter().flatten();
    places.find(|folder| folder.join("index.html").is_file())
}

/// The folder without links in its path, where it holds a user interface.
pub(crate) fn opened(folder: PathBuf) -> Option<PathBuf> {
    let real = folder
        .canonicalize()
        .ok()
        .filter(|real| real.join("index.html").is_file());
    if real.is_none() {
        tracing::warn!(folder = %folder.display(), "There is no built user interface here");
    }
    real
}

/// Shows the user interface; with the right token in the address, lets this browser in first.
pub(crate) async fn front(State(shared): State<Shared>, uri: Uri) -> Response {
    match token_in(&uri) {
        None => file(State(shared), Method::GET, uri).await,
        Some(given) if shared.token.is(given) => {
            let name = cookie_name(shared.port);
            let value = shared.token.reveal();
            let cookie = format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/");
            let headers = [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())];
            (
                StatusCode::SEE_OTHER,
                headers,
                [(CACHE_CONTROL, "no-store")],
            )
                .into_response()
        }
        Some(_) => {
            let message = "The token is wrong: open the address that Latent printed last\n";
            (StatusCode::UNAUTHORIZED, message).into_response()
        }
    }
}

/// Answers with a file of the user interface; `index.html` for a place inside the interface.
pub(crate) async fn file(State(shared): State<Shared>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(root) = shared.ui_dir else {
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CACHE_CONTROL, "no-store"),
        ];
        return (StatusCode::SERVICE_UNAVAILABLE, headers, MISSING).into_response();
    };
    let path = uri.path();
    let path = path.strip_prefix('/').unwrap_or(path).to_owned();
    let task = tokio::task::spawn_blocking(move || read(&root, &path));
    match task.await.ok().flatten() {
        Some((bytes, mime, cache)) => {
            ([(CONTENT_TYPE, mime), (CACHE_CONTROL, cache)], bytes).into_response()
        }
        None => (StatusCode::NOT_FOUND, "There is no such page\n").into_response(),
    }
}

fn token_in(uri: &Uri) -> Option<&str> {
    uri.query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))
}

fn read(root: &Path, path: &str) -> Option<(Vec<u8>, &'static str, &'static str)> {
    // Names that need percent signs are not among the built files.
    let asked = Path::new(path);
    if !asked
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        || path.contains('\\')
    {
        return None;
    }
    let is_page = asked.extension().is_none();
    let file = if is_page {
        root.join("index.html")
    } else {
        root.join(asked)
    };
    let file = file
        .canonicalize()
        .ok()
        .filter(|file| file.starts_with(root))?;
    let bytes = std::fs::read(&file).ok()?;
    // Vite puts a hash of the content into the names of these.
    let hashed = path.starts_with("assets/") && !is_page;
    let cache = if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Some((bytes, mime(&file), cache))
}

fn mime(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
