//! The contract: every command of Latent once, with its request, response, handler and help.
//!
//! The one list in [`list`] makes the JSON dispatch, the TypeScript types, the command line's
//! `latent call` and `POST /api/<name>`. Nothing here knows a window, a socket or a terminal.

pub mod bindings;
mod convert;
mod error;
mod handlers;
mod list;
pub mod media;
pub mod wire;

pub use convert::event;
pub use error::CommandError;
pub use list::{COMMANDS, CommandInfo, dispatch, typescript};
