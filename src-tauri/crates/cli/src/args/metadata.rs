//! What can be typed after `latent metadata`.

use clap::{Args, Subcommand, ValueEnum};

use super::{BOX, PICTURE, Which};
use crate::picture::BoxArg;

/// What to do with metadata.
#[derive(Debug, Subcommand)]
pub(crate) enum Metadata {
    /// Tells what a photo's file and its sidecar say, and where they differ
    Show(ShowMetadata),
    /// Writes tags, rating, label, caption and regions to the sidecars of photos
    #[command(
        override_usage = "latent metadata write [OPTIONS] <--photo <FILE|ID>...|--filter <FILTER>>"
    )]
    Write(WriteMetadata),
    /// Draws a region on a photo: a face or a thing with its name
    Draw(DrawRegion),
    /// Removes a region by its number; one in the photo's own file stays
    Erase(EraseRegion),
    /// Tells whether every change is written to sidecars, or turns that on or off
    Writing(Writing),
}

/// Arguments of `latent metadata show`.
#[derive(Args, Debug)]
pub(crate) struct ShowMetadata {
    /// The photos: files, or numbers
    #[arg(value_name = PICTURE, required = true)]
    pub(crate) photos: Vec<String>,
}

/// Arguments of `latent metadata write`.
#[derive(Args, Debug)]
#[command(
    after_help = "An image file is never written to. What other programs wrote into a sidecar stays."
)]
pub(crate) struct WriteMetadata {
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Arguments of `latent metadata draw`.
#[derive(Args, Debug)]
pub(crate) struct DrawRegion {
    /// The photo: its file, or its number
    #[arg(value_name = PICTURE)]
    pub(crate) photo: String,
    /// Where it is: fractions, or pixels after px:
    #[arg(long = "box", value_name = BOX, allow_hyphen_values = true)]
    pub(crate) area: BoxArg,
    /// Who or what it is
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// face, pet, focus, barCode or object
    #[arg(long, default_value = "object")]
    pub(crate) kind: String,
}

/// Arguments of `latent metadata erase`.
#[derive(Args, Debug)]
pub(crate) struct EraseRegion {
    /// The region's number, as metadata show tells it
    #[arg(value_name = "REGION")]
    pub(crate) region: i64,
}

/// Arguments of `latent metadata writing`.
#[derive(Args, Debug)]
pub(crate) struct Writing {
    /// Turns it on or off
    #[arg(value_name = "ON|OFF", value_enum)]
    pub(crate) set: Option<Switch>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Changes are written
    On,
    /// Nothing is written
    Off,
}
