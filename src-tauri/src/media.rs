//! Pictures for the page: the `media:` scheme, answered beside the window's thread.

use std::sync::Arc;
use std::thread::{Builder, available_parallelism};

use crossbeam_channel::{Receiver, Sender, unbounded};
use latent_commands::media::{MediaAnswer, answer};
use latent_engine::Engine;
use tauri::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

/// Most bytes of a film that are answered at once: the window takes whole answers only.
const AT_ONCE: u64 = 4 << 20;

/// A picture the page waits for.
struct Wanted {
    engine: Arc<Engine>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
}

/// Makes the scheme's handler and the threads behind it.
pub(crate) fn scheme()
-> impl Fn(UriSchemeContext<'_, Wry>, Request<Vec<u8>>, UriSchemeResponder) + Send + Sync + 'static
{
    let queue = start_threads();
    move |context, request, responder| {
        let Some(engine) = context.app_handle().try_state::<Arc<Engine>>() else {
            responder.respond(empty(StatusCode::SERVICE_UNAVAILABLE));
            return;
        };
        let wanted = Wanted {
            engine: Arc::clone(&engine),
            request,
            responder,
        };
        if let Err(unsent) = queue.send(wanted) {
            unsent
                .into_inner()
                .responder
                .respond(empty(StatusCode::SERVICE_UNAVAILABLE));
        }
    }
}

fn start_threads() -> Sender<Wanted> {
    let (queue, waiting) = unbounded();
    let count = available_parallelism().map_or(4, |cores| cores.get().clamp(4, 8));
    for number in 0..count {
        let waiting = waiting.clone();
        let thread = Builder::new()
            .name(format!("media-{number}"))
            .spawn(move || work(&waiting));
        if let Err(cause) = thread {
            tracing::error!(%cause, "A thread for pictures cannot be started");
        }
    }
    queue
}

fn work(waiting: &Receiver<Wanted>) {
    for Wanted {
        engine,
        request,
        responder,
    } in waiting
    {
        let path = request
            .uri()
            .path_and_query()
            .map_or("", |path| path.as_str());
        let known = header(request.headers(), "if-none-match");
        let range = header(request.headers(), "range");
        let mut response = response(answer(&engine, path, known, range));
        if let Some(origin) = header(request.headers(), "origin").and_then(own_page) {
            let origin = HeaderValue::from_static(origin);
            response
                .headers_mut()
                .insert("access-control-allow-origin", origin);
        }
        responder.respond(response);
    }
}

/// The page of the window, which is of another origin than its pictures and may read a film whole.
fn own_page(origin: &str) -> Option<&'static str> {
    let pages = ["tauri://localhost", "http://tauri.localhost"];
    pages.into_iter().find(|page| *page == origin)
}

fn response(answer: MediaAnswer) -> Response<Vec<u8>> {
    let answer = answer.in_memory(AT_ONCE);
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    response
        .body(answer.bytes)
        .unwrap_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR))
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
