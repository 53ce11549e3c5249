//! The one command of the shell: every command of Latent goes through it.

use std::sync::Arc;

use latent_commands::wire::{ErrorBody, ErrorCode};
use latent_engine::Engine;
use serde_json::Value;
use tauri::State;

/// Runs a command away from the window's thread; rejects with an `ErrorBody`.
#[tauri::command]
pub(crate) async fn rpc(
    engine: State<'_, Arc<Engine>>,
    name: String,
    request: Value,
) -> Result<Value, ErrorBody> {
    let engine = Arc::clone(&engine);
    let run = move || latent_commands::dispatch(&engine, &name, request);
    match tauri::async_runtime::spawn_blocking(run).await {
        Ok(answer) => answer.map_err(|cause| cause.body()),
        Err(_) => Err(ErrorBody {
            code: ErrorCode::Internal,
            message: "Latent failed while it ran this command".to_owned(),
            details: None,
        }),
    }
}
