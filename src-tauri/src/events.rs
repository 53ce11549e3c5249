//! Events of the engine, handed to the page as `latent`.

use std::thread::Builder;

use latent_engine::Engine;
use tauri::{AppHandle, Emitter};

/// Hands events on until the engine is gone.
pub(crate) fn forward(app: &AppHandle, engine: &Engine) -> std::io::Result<()> {
    let events = engine.subscribe();
    let app = app.clone();
    let hand_on = move || {
        for event in events {
            if let Err(cause) = app.emit("latent", latent_commands::event(&event)) {
                tracing::warn!(%cause, "An event did not reach the window");
            }
        }
    };
    Builder::new()
        .name("window-events".to_owned())
        .spawn(hand_on)?;
    Ok(())
}
