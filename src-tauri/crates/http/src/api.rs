//! Commands over HTTP.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use latent_commands::media::status_of;
use latent_commands::wire::{ErrorBody, ErrorCode};
use serde_json::{Value, json};

use crate::router::{BODY_LIMIT, Shared};

/// Runs a command; an empty body stands for a request without fields.
pub(crate) async fn command(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_json(&headers) {
        let message = "Send the request as JSON, with Content-Type: application/json";
        return error(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::InvalidRequest,
            message,
        );
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return unread(&rejection),
    };
    let task = tokio::task::spawn_blocking(move || run(&shared, &name, &body));
    task.await.unwrap_or_else(|_| {
        let message = "Latent failed while it ran this command";
        error(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::Internal,
            message,
        )
    })
}

/// Lists the commands with their help.
pub(crate) async fn list() -> Response {
    let commands: Vec<Value> = latent_commands::COMMANDS
        .iter()
        .map(|command| json!({ "name": command.name, "help": command.help }))
        .collect();
    answer(StatusCode::OK, &json!({ "commands": commands }))
}

/// A refusal in the shape every client knows.
pub(crate) fn error(status: StatusCode, code: ErrorCode, message: &str) -> Response {
    fault(
        status,
        &ErrorBody {
            code,
            message: message.to_owned(),
            details: None,
        },
    )
}

fn run(shared: &Shared, name: &str, body: &[u8]) -> Response {
    let request = match body {
        [] => Ok(json!({})),
        body => serde_json::from_slice(body),
    };
    let request = match request {
        Ok(request) => request,
        Err(cause) => {
            let message = format!("The request is not valid JSON: {cause}");
            return error(StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest, &message);
        }
    };
    match latent_commands::dispatch(&shared.engine, name, request) {
        Ok(value) => answer(StatusCode::OK, &value),
        Err(cause) => {
            let status = StatusCode::from_u16(status_of(cause.code()));
            fault(
                status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                &cause.body(),
            )
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn unread(rejection: &BytesRejection) -> Response {
    let status = rejection.status();
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let message = format!(
            "A request may have {} MiB at most",
            BODY_LIMIT / (1024 * 1024)
        );
        return error(status, ErrorCode::InvalidRequest, &message);
    }
    error(
        status,
        ErrorCode::InvalidRequest,
        "The request did not arrive whole",
    )
}

fn fault(status: StatusCode, body: &ErrorBody) -> Response {
    answer(status, &json!(body))
}

fn answer(status: StatusCode, value: &Value) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, value.to_string()).into_response()
}
