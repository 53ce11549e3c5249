//! Arguments of `latent watch`.

use clap::Args;

/// Arguments of `latent watch`.
#[derive(Args, Debug)]
#[command(
    after_help = "All libraries are watched. With --json each line is an object: its event is \
    watching or keptUp."
)]
pub(crate) struct Watch {
    /// Folders to add as libraries
    #[arg(value_name = "FOLDER")]
    pub(crate) folders: Vec<String>,
}
