//! The routes, and what they share.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use latent_commands::wire::ErrorCode;
use latent_engine::Engine;
use tokio::sync::Semaphore;

use crate::events::Events;
use crate::token::Token;
use crate::{api, events, guard, media, ui};

/// Largest request body in bytes: pictures come as base64.
pub(crate) const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// What every request can reach.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) engine: Arc<Engine>,
    pub(crate) token: Token,
    pub(crate) port: u16,
    /// The folder of the built user interface, where there is one.
    pub(crate) ui_dir: Option<Arc<PathBuf>>,
    pub(crate) events: Events,
    /// How many pictures are made at once, so that a page full of them leaves room for commands.
    pub(crate) pictures: Arc<Semaphore>,
}

/// Puts the routes together, the guard around them.
pub(crate) fn router(shared: Shared) -> Router {
    let guarded = Router::new()
        .route("/api/commands", get(api::list))
        .route("/api/events", get(events::stream))
        .route("/api/{name}", post(api::command).fallback(no_such_method))
        .route(
            "/api/{name}/{*rest}",
            get(no_such_path).fallback(no_such_path),
        )
        .route("/media/{*path}", get(media::picture))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .route_layer(from_fn_with_state(shared.clone(), guard::token_holder));
    Router::new()
        .merge(guarded)
        .route("/", get(ui::front))
        .fallback(ui::file)
        .layer(from_fn_with_state(shared.clone(), guard::same_origin))
        .with_state(shared)
}

async fn no_such_method() -> Response {
    let message = "Commands are asked with POST";
    api::error(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::InvalidRequest,
        message,
    )
}

async fn no_such_path(uri: Uri) -> Response {
    let message = format!("There is nothing at {}", uri.path());
    api::error(StatusCode::NOT_FOUND, ErrorCode::NotFound, &message)
}
