//! A running server: from options to an address, and to its end.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle, available_parallelism};
use std::time::Duration;

use axum::Router;
use latent_engine::Engine;
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};

use crate::events::{self, Forwarder};
use crate::router::{Shared, router};
use crate::token::Token;
use crate::ui;

/// How long requests in flight may take to end once the server stops.
const GRACE: Duration = Duration::from_secs(3);

/// How to serve.
#[derive(Clone, Debug, Default)]
pub struct ServeOptions {
    /// The port on loopback; 0 takes any free one.
    pub port: u16,
    /// The secret that lets clients in; 256 random bits when not given.
    pub token: Option<String>,
    /// The folder of the built user interface, `ui/dist`. Where not given: the environment's
    /// `LATENT_UI_DIR`, then `ui` beside the program, then `ui/dist` in the working folder.
    pub ui_dir: Option<PathBuf>,
}

/// Where a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Opens the user interface in a browser and lets it in: `http://127.0.0.1:PORT/?token=T`.
    pub url: String,
    /// The secret, for `Authorization: Bearer T`.
    pub token: String,
    /// The port on loopback.
    pub port: u16,
}

/// The server could not start, or ended badly.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The port is taken or not allowed.
    #[error("Port {port} on this machine cannot be used: choose another, or 0 for any")]
    Bind {
        /// The port asked for.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The token does not fit a cookie and an address.
    #[error("A token needs at least 16 letters, digits, '-' or '_'")]
    UnusableToken,
    /// The operating system gave no random numbers.
    #[error("The system gave no random numbers for the token")]
    NoRandomness {
        /// Why.
        source: getrandom::Error,
    },
    /// The system gave no threads or signals.
    #[error("The server could not start")]
    Start {
        /// Why.
        source: std::io::Error,
    },
    /// The listening socket broke.
    #[error("The server stopped by itself")]
    Stopped,
}

/// A server that answers until it is stopped or dropped.
pub struct Server {
    address: Address,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl Server {
    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Ends it: lets requests in flight end for three seconds, then closes the port.
    ///
    /// # Errors
    /// [`ServeError::Stopped`] where it had failed before.
    pub fn stop(mut self) -> Result<(), ServeError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), ServeError> {
        self.stop.send_replace(true);
        self.wait()
    }

    fn wait(&mut self) -> Result<(), ServeError> {
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        match thread.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => {
                tracing::error!(%cause, "The server stopped by itself");
                Err(ServeError::Stopped)
            }
            Err(_) => Err(ServeError::Stopped),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(cause) = self.end() {
            tracing::error!(%cause, "The server did not end well");
        }
    }
}

/// Serves on loopback until the program is interrupted (ctrl-c, or SIGTERM where there is one).
///
/// `on_ready` hears the address once connections are taken.
///
/// # Errors
/// Every kind of [`ServeError`].
pub fn serve(
    engine: Arc<Engine>,
    options: ServeOptions,
    on_ready: impl FnOnce(&Address),
) -> Result<(), ServeError> {
    let mut server = launch(engine, options, true)?;
    on_ready(server.address());
    server.wait()
}

/// Starts to serve on loopback and comes back at once.
///
/// # Errors
/// Every kind of [`ServeError`] but `Stopped`.
pub fn start(engine: Arc<Engine>, options: ServeOptions) -> Result<Server, ServeError> {
    launch(engine, options, false)
}

fn launch(
    engine: Arc<Engine>,
    options: ServeOptions,
    until_interrupted: bool,
) -> Result<Server, ServeError> {
    let token = match options.token {
        Some(text) => Token::chosen(text).ok_or(ServeError::UnusableToken)?,
        None => Token::random().map_err(|source| ServeError::NoRandomness { source })?,
    };
    let (listener, port) = bind(options.port).map_err(|source| ServeError::Bind {
        port: options.port,
        source,
    })?;
    let address = Address {
        url: format!("http://127.0.0.1:{port}/?token={}", token.reveal()),
        token: token.reveal().to_owned(),
        port,
    };
    let (stop, stopping) = watch::channel(false);
    let failed = |source| ServeError::Start { source };
    let (events, forwarder) = events::forward(&engine, stopping.clone()).map_err(failed)?;
    let shared = Shared {
        engine,
        token,
        port,
        ui_dir: options
            .ui_dir
            .or_else(ui::find)
            .and_then(ui::opened)
            .map(Arc::new),
        events,
        pictures: Arc::new(Semaphore::new(pictures_at_once())),
    };
    let router = router(shared);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("http")
        .enable_all()
        .build()
        .map_err(failed)?;
    let stopper = stop.clone();
    let thread = Builder::new()
        .name("http-server".to_owned())
        .spawn(move || {
            if until_interrupted {
                runtime.spawn(stop_when_interrupted(stopper));
            }
            run(runtime, forwarder, listener, router, stopping)
        })
        .map_err(failed)?;
    Ok(Server {
        address,
        stop,
        thread: Some(thread),
    })
}

fn bind(port: u16) -> std::io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

fn run(
    runtime: Runtime,
    forwarder: Forwarder,
    listener: TcpListener,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut late = stopping.clone();
    let ended = runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
            // An error means that nobody can stop the server any more: then it ends too.
            drop(stopping.wait_for(|stop| *stop).await);
        });
        tokio::select! {
            ended = serving => ended,
            () = async {
                drop(late.wait_for(|stop| *stop).await);
                tokio::time::sleep(GRACE).await;
            } => Ok(()),
        }
    });
    // A command may still wait for a job; it is left behind rather than waited for.
    runtime.shutdown_background();
    drop(forwarder);
    ended
}

async fn stop_when_interrupted(stop: watch::Sender<bool>) {
    if let Err(cause) = interrupted().await {
        tracing::error!(%cause, "Interrupts cannot be heard");
        return;
    }
    stop.send_replace(true);
}

#[cfg(unix)]
async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        heard = tokio::signal::ctrl_c() => heard,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn interrupted() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

fn pictures_at_once() -> usize {
    available_parallelism().map_or(4, |cores| cores.get().clamp(4, 16))
}
