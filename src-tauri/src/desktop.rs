//! The window's life: opened on an engine, or a message why there is none.

use std::path::PathBuf;
use std::sync::Arc;

use latent_engine::Engine;
use tauri::{AppHandle, Manager, Url, WebviewWindowBuilder};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::args::Args;
use crate::{events, folders};

/// Opens the engine and the window on it, and starts to look for changed photos.
///
/// Where the engine cannot be opened a message says why, and the program ends with 1.
pub(crate) fn open(app: &AppHandle, args: &Args) -> tauri::Result<()> {
    let Some(data_dir) = args.data_dir() else {
        give_up(
            app,
            "You have no home folder to keep the catalog in: name one with --data-dir",
        );
        return Ok(());
    };
    let engine = match Engine::open(&data_dir) {
        Ok(engine) => Arc::new(engine),
        Err(cause) => {
            give_up(app, &cause.to_string());
            return Ok(());
        }
    };
    events::forward(app, &engine)?;
    if let Err(cause) = latent_engine::watching::start(&engine) {
        tracing::warn!(%cause, "Folders are not watched");
    }
    if let Err(cause) = latent_engine::search::read_ahead(&engine) {
        tracing::warn!(%cause, "The first counts will take longer");
    }
    app.manage(engine);
    let folders = args.folders(&std::env::current_dir().unwrap_or_default());
    folders::look_through(app, folders);
    open_window(app)
}

/// Brings the window to the front and takes the folders of a second start.
pub(crate) fn started_again(app: &AppHandle, folders: Vec<PathBuf>) {
    if let Some(window) = app.get_webview_window("main") {
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(cause) = shown {
            tracing::warn!(%cause, "The window cannot be brought to the front");
        }
    }
    folders::add(app, folders);
}

/// Shows a message about something that went wrong, without waiting for it to be read.
pub(crate) fn complain(app: &AppHandle, title: &str, message: &str) {
    tracing::error!("{title}: {message}");
    app.dialog()
        .message(message)
        .title(title)
        .kind(MessageDialogKind::Error)
        .show(|_| {});
}

fn open_window(app: &AppHandle) -> tauri::Result<()> {
    for config in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app, config)?
            .on_navigation(is_ours)
            .build()?;
    }
    Ok(())
}

/// A link or a dropped page never replaces the user interface.
fn is_ours(url: &Url) -> bool {
    matches!(
        (url.scheme(), url.host_str()),
        ("tauri", _) | ("http" | "https", Some("tauri.localhost"))
    )
}

fn give_up(app: &AppHandle, message: &str) {
    const TITLE: &str = "Latent cannot start";
    tracing::error!("{TITLE}: {message}");
    let leaving = app.clone();
    let dialog = app
        .dialog()
        .message(message)
        .title(TITLE)
        .kind(MessageDialogKind::Error);
    dialog.show(move |_| leaving.exit(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_user_interface_is_shown_in_the_window() {
        let check = |url: &str, expect| assert_eq!(is_ours(&url.parse().unwrap()), expect, "{url}");
        check("tauri://localhost/index.html", true);
        check("http://tauri.localhost/", true);
        check("https://example.org/", false);
        check("file:///etc/passwd", false);
        check("data:text/html,x", false);
    }
}
