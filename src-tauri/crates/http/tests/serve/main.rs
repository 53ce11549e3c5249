//! The server as its clients meet it: raw requests over loopback, nothing in between.

mod client;
mod events;
mod guard;
mod pictures;
mod requests;
mod ui;
