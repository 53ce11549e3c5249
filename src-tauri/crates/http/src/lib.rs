//! The door for programs and browsers: Latent's commands, events, pictures and user interface
//! over HTTP on loopback.
//!
//! It holds no logic of its own: commands go to `latent_commands::dispatch`, pictures to
//! `latent_commands::media::answer`. What it adds is the [`guard`]: only this machine, only who
//! knows the token, only pages that Latent served itself.
//!
//! | request | answer |
//! |---|---|
//! | `POST /api/{command}` | the command's answer, or an `ErrorBody` |
//! | `GET /api/commands` | every command with its help |
//! | `GET /api/events` | events as they happen (server-sent events) |
//! | `GET /media/{path}` | thumbnails, pictures, originals, crops |
//! | `GET /?token=T` | lets this browser in, then the user interface |
//! | `GET /{path}` | the user interface |

mod api;
mod events;
mod guard;
mod media;
mod router;
mod server;
mod token;
mod ui;

pub use server::{Address, ServeError, ServeOptions, Server, serve, start};
