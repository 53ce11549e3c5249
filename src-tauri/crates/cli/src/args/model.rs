//! What can be typed after `latent model`.

use clap::{Args, Subcommand, ValueEnum};

/// How models are named in help.
const MODEL: &str = "ID|DIR";

/// What a model is to compute in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    /// Bytes where the model keeps its meaning on your photos, else f32
    Auto,
    /// 32-bit floating point
    F32,
    /// Bytes
    Int8,
}

/// `latent model …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Model {
    /// Lists the models that are offered, downloaded or in use
    List,
    /// Downloads a model that Latent offers, after asking
    Pull(PullModel),
    /// Uses a model from now on
    Use {
        /// A downloaded model, or a folder of config.json and model.safetensors
        #[arg(value_name = MODEL)]
        model: String,
        /// What it computes in: bytes are a quarter of the memory and faster
        #[arg(long, value_enum, default_value_t = Precision::Auto)]
        precision: Precision,
    },
    /// Removes a model's vectors, and its files where Latent downloaded them
    Remove {
        /// A downloaded model, or a folder; its files stay where they are
        #[arg(value_name = MODEL)]
        model: String,
        /// Removes also the model in use; words and looks go on without it
        #[arg(long)]
        force: bool,
    },
    /// Tells what a model is
    Info {
        /// The model [default: the model in use]
        #[arg(value_name = MODEL)]
        model: Option<String>,
    },
    /// Compares a model's files with their checksums
    Verify {
        /// The model [default: the model in use]
        #[arg(value_name = MODEL)]
        model: Option<String>,
    },
}

/// Arguments of `latent model pull`.
#[derive(Args, Debug)]
#[command(
    after_help = "Size, licence and source are shown before anything is fetched. Ctrl-C stops it; \
    the next pull goes on there.\nHF_ENDPOINT names another source; HTTPS_PROXY and NO_PROXY count."
)]
pub(crate) struct PullModel {
    /// The model, as latent model list names it
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Downloads without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
}
