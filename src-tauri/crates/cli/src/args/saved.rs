//! What can be typed after `latent saved`.

use clap::{Args, Subcommand};

use super::Search;

/// `latent saved …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Saved {
    /// Lists the saved searches with the number of photos each finds now
    List,
    /// Keeps a search by name
    Save(Box<SaveSearch>),
    /// Finds the photos of a saved search
    Run(RunSaved),
    /// Forgets a saved search; no photo is touched
    Remove {
        /// The saved search
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// Arguments of `latent saved save`.
#[derive(Args, Debug)]
#[command(
    after_help = "Words, filters and options are those of latent search; --limit and --cursor are not \
    kept.\nThe first --box and --weight belong to the first --image, the second to the second."
)]
pub(crate) struct SaveSearch {
    /// The name to keep it by
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Replaces the saved search of that name
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) search: Search,
}

/// Arguments of `latent saved run`.
#[derive(Args, Debug)]
pub(crate) struct RunSaved {
    /// The saved search
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// How many, 1 to 1000 [default: 50]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// Goes on where the page before ended
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
    pub(crate) cursor: Option<String>,
}
