//! What can be typed after `latent stacks`.

use clap::{Args, Subcommand};

use super::PICTURE;

/// `latent stacks …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Stacks {
    /// Lists stacks: the files of one shot, the one that stands for it first
    List(ListStacks),
    /// Lists bursts: shots that follow each other within a second
    Bursts(ListStacks),
    /// Makes one stack of photos, the first on top; no file is touched
    Make(StackPhotos),
    /// Takes the stacks of photos apart; no file is touched
    Break(StackPhotos),
    /// Forgets what was said of photos: they stack by their names again
    Forget(StackPhotos),
}

/// Arguments of `latent stacks list` and `latent stacks bursts`.
#[derive(Args, Debug)]
pub(crate) struct ListStacks {
    /// Only this library
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
    /// How many, 1 to 1000 [default: 100]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// Leaves out the first ones
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: u32,
}

/// Arguments of `latent stacks make` and `latent stacks break`.
#[derive(Args, Debug)]
pub(crate) struct StackPhotos {
    /// The photos: files, or numbers
    #[arg(value_name = PICTURE, required = true)]
    pub(crate) photos: Vec<String>,
}
