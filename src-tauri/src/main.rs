//! Latent's window.
//!
//! A thin shell around the engine: one command (`rpc`), one stream of events (`latent`) and one
//! scheme for pictures (`media:`). Nothing here knows what a command does.

// No console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod args;
mod desktop;
mod events;
mod folders;
mod media;
mod rpc;

use std::process::ExitCode;

use clap::Parser;
use latent_engine::decoder;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|a| a == decoder::WORKER_ARGUMENT)
    {
        return decoder::run_worker();
    }
    decoder::use_this_program();
    let filter = EnvFilter::try_from_env("LATENT_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let args = args::Args::parse();
    let builder = tauri::Builder::default();
    let builder = match args.lone_instance() {
        Some(plugin) => builder.plugin(plugin),
        None => builder,
    };
    let app = builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .register_asynchronous_uri_scheme_protocol("media", media::scheme())
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .setup(move |app| Ok(desktop::open(app.handle(), &args)?))
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(cause) => {
            tracing::error!(%cause, "The window cannot be opened");
            ExitCode::FAILURE
        }
    }
}
