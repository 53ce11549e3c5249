//! Pictures over HTTP.

use std::io;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use latent_commands::media::{self, FilePart};

use crate::router::Shared;

/// Answers with the picture a path names.
pub(crate) async fn picture(
    State(shared): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Ok(place) = shared.pictures.clone().acquire_owned().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    let path = path.strip_prefix("/media/").unwrap_or(path).to_owned();
    let known = header(&headers, &IF_NONE_MATCH);
    // With `If-Range` the whole file is always a right answer.
    let range = header(&headers, &RANGE).filter(|_| !headers.contains_key(IF_RANGE));
    let task = tokio::task::spawn_blocking(move || {
        // Kept here: a client that goes away does not stop the work that it asked for.
        let _place = place;
        media::answer(&shared.engine, &path, known.as_deref(), range.as_deref())
    });
    task.await.map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        respond,
    )
}

fn respond(answer: media::MediaAnswer) -> Response {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let response = match answer.file {
        Some(part) => response
            .header(CONTENT_LENGTH, part.left())
            .body(streamed(part)),
        None => response.body(Body::from(answer.bytes)),
    };
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Reads a part of a file as fast as it is taken; where it fails the connection ends before the
/// length that was promised.
fn streamed(part: FilePart) -> Body {
    Body::from_stream(stream::unfold(Some(part), async |part| {
        let mut part = part?;
        let read = tokio::task::spawn_blocking(move || (part.next_piece(), part)).await;
        match read {
            Ok((Ok(piece), part)) => piece.map(|piece| (Ok(piece), Some(part))),
            Ok((Err(error), _)) => Some((Err(error), None)),
            Err(error) => Some((Err(io::Error::other(error)), None)),
        }
    }))
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}
