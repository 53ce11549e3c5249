//! Events to everyone who listens, as server-sent events.
//!
//! One thread takes them from the engine and hands them on without waiting. A client that reads
//! too slowly is let go; a browser comes back by itself and fetches anew.

use std::convert::Infallible;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use crossbeam_channel::{Receiver, Sender, bounded, select};
use futures_util::{Stream, StreamExt, future};
use latent_engine::Engine;
use tokio::sync::{broadcast, watch};
use tokio_stream::wrappers::{BroadcastStream, WatchStream};

use crate::router::Shared;

/// Events a client may be behind before it is let go.
const BACKLOG: usize = 256;
/// A sign of life for proxies and for finding clients that are gone.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where clients get their events from.
#[derive(Clone)]
pub(crate) struct Events {
    feed: broadcast::Sender<String>,
    /// Turns true when the server stops: an open stream would keep it waiting.
    closing: watch::Receiver<bool>,
}

/// Hands events on until dropped.
pub(crate) struct Forwarder {
    /// Dropping it wakes the thread and ends it.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("The thread that hands events on has failed");
        }
    }
}

/// Listens to the engine and hands its events on.
pub(crate) fn forward(
    engine: &Engine,
    closing: watch::Receiver<bool>,
) -> std::io::Result<(Events, Forwarder)> {
    let (feed, _) = broadcast::channel(BACKLOG);
    let (stop, stopped) = bounded(0);
    let received = engine.subscribe();
    let sender = feed.clone();
    let thread = Builder::new()
        .name("http-events".to_owned())
        .spawn(move || hand_on(&received, &stopped, &sender))?;
    Ok((
        Events { feed, closing },
        Forwarder {
            stop: Some(stop),
            thread: Some(thread),
        },
    ))
}

fn hand_on(
    received: &Receiver<latent_engine::events::Event>,
    stopped: &Receiver<()>,
    feed: &broadcast::Sender<String>,
) {
    loop {
        select! {
            recv(received) -> event => {
                let Ok(event) = event else { return };
                match serde_json::to_string(&latent_commands::event(&event)) {
                    // Nobody listening is no error.
                    Ok(json) => drop(feed.send(json)),
                    Err(cause) => tracing::error!(%cause, "An event cannot be written as JSON"),
                }
            }
            recv(stopped) -> _ => return,
        }
    }
}

/// Streams events to one client.
pub(crate) async fn stream(
    State(shared): State<Shared>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let Events { feed, closing } = shared.events;
    // The first line goes out at once, so that a client knows that it is connected.
    let hello = futures_util::stream::iter([Event::default().comment("connected")]);
    let events = BroadcastStream::new(feed.subscribe())
        .take_while(|event| future::ready(event.is_ok()))
        .filter_map(|event| future::ready(event.ok()))
        .map(|json| Event::default().data(json));
    let closed = WatchStream::new(closing)
        .filter(|closing| future::ready(*closing))
        .into_future();
    let stream = hello.chain(events).take_until(closed).map(Ok);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}
