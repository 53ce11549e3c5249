//! What can be typed after `latent duplicates`, `latent clean` and `latent uniqueness`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use latent_commands::wire;

const RULES: &str = "Rules: resolution, original-format, rating, sharpness, earliest, latest, \
    largest-file, metadata, shortest-path, first-added, folder=DIR, and preset=card (a camera card \
    imported twice), preset=messenger, preset=exports (beside originals), preset=bursts.\n\
    [default: resolution, original-format, rating, metadata, earliest]";

/// How alike copies are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// Every byte is the same
    Exact,
    /// Every pixel is the same
    Pixels,
    /// The picture is the same: resized, recompressed, cropped, turned, retouched
    Near,
    /// The scene is the same: bursts, brackets
    Similar,
}

impl From<Kind> for wire::DuplicateKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Exact => Self::Exact,
            Kind::Pixels => Self::Pixels,
            Kind::Near => Self::Near,
            Kind::Similar => Self::Similar,
        }
    }
}

/// Which copies are meant, and which of them stays.
#[derive(Args, Debug)]
pub(crate) struct Copies {
    /// How alike they are; a kind holds the stricter ones [default: near]
    #[arg(long, value_name = "KIND", value_enum)]
    pub(crate) kind: Option<Kind>,
    /// The least likeness of every two, 0 to 1; of near and similar ones
    #[arg(long, value_name = "T")]
    pub(crate) threshold: Option<f32>,
    /// Taken at most so many seconds apart; of similar ones
    #[arg(long, value_name = "SECONDS")]
    pub(crate) within: Option<u64>,
    /// Only photos that pass this filter: 'folder:rome rating>=4'
    #[arg(long, value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// Which one stays; several in order
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Vec<String>,
    /// Nothing in this folder is removed
    #[arg(long, value_name = "DIR")]
    pub(crate) reference: Vec<PathBuf>,
}

/// Arguments of `latent duplicates`.
#[derive(Args, Debug)]
#[command(after_help = RULES, args_conflicts_with_subcommands = true)]
pub(crate) struct Duplicates {
    #[command(subcommand)]
    pub(crate) verb: Option<DuplicatesVerb>,
    #[command(flatten)]
    pub(crate) copies: Copies,
    /// Only groups that hold this photo: a file, or a photo's number
    #[arg(long, value_name = "FILE|ID")]
    pub(crate) photo: Option<String>,
    /// Also what was decided to be no duplicates, or to be kept
    #[arg(long)]
    pub(crate) decided: bool,
    /// How many groups, 1 to 500 [default: 50]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// Goes on where the page before ended
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
}

/// `latent duplicates …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DuplicatesVerb {
    /// Tells of files that need not be in a library which known photos they are copies of
    Check(CheckFiles),
}

/// Arguments of `latent duplicates check`.
#[derive(Args, Debug)]
#[command(
    after_help = "Nothing is taken in, and no file is touched. With --refuse a script can stop \
    an import: exit code 4 says that a copy is among the files."
)]
pub(crate) struct CheckFiles {
    /// Files, and folders with all that is in them
    #[arg(value_name = "FILE|FOLDER", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// The least likeness of near copies, 0 to 1
    #[arg(long, value_name = "T")]
    pub(crate) threshold: Option<f32>,
    /// Lists only files that are copies
    #[arg(long)]
    pub(crate) copies: bool,
    /// Ends with exit code 4 where a file is a copy of a known photo
    #[arg(long)]
    pub(crate) refuse: bool,
}

/// `latent clean …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Clean {
    /// Writes down what a cleanup would do; changes nothing
    Plan(PlanClean),
    /// Does what a plan says, after checking every file again
    Apply {
        /// A plan, as latent clean plan wrote it
        #[arg(value_name = "PLAN")]
        plan: PathBuf,
    },
    /// Takes a cleanup back, whole or some of its files
    Undo {
        /// The cleanup, from latent clean sessions
        #[arg(value_name = "ID")]
        id: String,
        /// Only this file, by the path it had
        #[arg(long, value_name = "FILE")]
        file: Vec<String>,
    },
    /// Lists the cleanups there were
    Sessions {
        /// The files of this one
        #[arg(value_name = "ID")]
        id: Option<String>,
    },
}

/// Arguments of `latent clean plan`.
#[derive(Args, Debug)]
#[command(
    after_help = RULES,
    group = ArgGroup::new("action").args(["move_to", "hard_link", "reflink"])
)]
pub(crate) struct PlanClean {
    #[command(flatten)]
    pub(crate) copies: Copies,
    /// Only what is marked for removal in a review
    #[arg(long)]
    pub(crate) marked: bool,
    /// Moves files into this folder instead of the trash
    #[arg(long, value_name = "DIR")]
    pub(crate) move_to: Option<PathBuf>,
    /// Replaces files by hard links to the one that stays
    #[arg(long)]
    pub(crate) hard_link: bool,
    /// Replaces files by copies that share the disk's blocks
    #[arg(long)]
    pub(crate) reflink: bool,
    /// Writes the plan to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Arguments of `latent uniqueness`.
#[derive(Args, Debug)]
pub(crate) struct Uniqueness {
    /// Only photos that pass this filter: 'uniqueness<0.1'
    #[arg(long, value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// How many, 1 to 1000 [default: 50]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// Goes on where the page before ended
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
    pub(crate) cursor: Option<String>,
}
