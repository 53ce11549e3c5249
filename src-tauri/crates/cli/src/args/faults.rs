//! What can be typed after `latent faults`.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use latent_commands::wire;

/// `latent faults …`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Faults {
    #[command(subcommand)]
    pub(crate) what: Option<FaultVerb>,
    #[command(flatten)]
    pub(crate) list: ListFaults,
}

/// What is done with files that could not be read.
#[derive(Debug, Subcommand)]
pub(crate) enum FaultVerb {
    /// Lists files that could not be read, and why
    List(ListFaults),
    /// Tries files again
    Retry(MeantFaults),
    /// Ignores files until they change, or takes that back; no file is touched
    Ignore(IgnoreFaults),
}

/// Arguments of `latent faults list`.
#[derive(Args, Debug)]
pub(crate) struct ListFaults {
    /// Only this library
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
    /// Only those of a kind
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<FaultKind>,
    /// Those that are ignored instead of the others
    #[arg(long)]
    pub(crate) ignored: bool,
}

/// The files that something is done with.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("meant").required(true).multiple(false).args(["files", "kind", "all"]))]
pub(crate) struct MeantFaults {
    /// The files
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// All of a kind
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<FaultKind>,
    /// All of them
    #[arg(long)]
    pub(crate) all: bool,
    /// Only of this library
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
}

/// Arguments of `latent faults ignore`.
#[derive(Args, Debug)]
pub(crate) struct IgnoreFaults {
    #[command(flatten)]
    pub(crate) meant: MeantFaults,
    /// Shows them among the others again
    #[arg(long)]
    pub(crate) undo: bool,
}

/// Why files cannot be read.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FaultKind {
    /// Nothing is in it, or nothing but zeros
    Empty,
    /// It breaks off or contradicts itself
    Damaged,
    /// The reader crashed, took too long or too much memory
    GaveUp,
    /// It asks for more pixels or memory than is allowed
    TooLarge,
    /// A picture of a kind that has no reader yet
    Unsupported,
    /// Something else than a picture
    NotAPicture,
    /// Permissions forbid to read it
    NotAllowed,
    /// A link to what is not there
    BrokenLink,
    /// The system refused, for another reason
    Unreadable,
}

impl From<FaultKind> for wire::FaultKind {
    fn from(kind: FaultKind) -> Self {
        match kind {
            FaultKind::Empty => Self::Empty,
            FaultKind::Damaged => Self::Damaged,
            FaultKind::GaveUp => Self::GaveUp,
            FaultKind::TooLarge => Self::TooLarge,
            FaultKind::Unsupported => Self::Unsupported,
            FaultKind::NotAPicture => Self::NotAPicture,
            FaultKind::NotAllowed => Self::NotAllowed,
            FaultKind::BrokenLink => Self::BrokenLink,
            FaultKind::Unreadable => Self::Unreadable,
        }
    }
}
