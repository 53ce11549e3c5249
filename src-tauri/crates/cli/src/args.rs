//! What can be typed after `latent`, and the help of it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand, ValueEnum};
use latent_commands::wire;

use crate::picture::BoxArg;

mod attribute;
mod clean;
mod export;
mod faults;
mod metadata;
mod model;
mod saved;
mod stacks;
mod watch;

pub(crate) use attribute::{Attribute, ListAttributes, RemoveAttributes, SetAttributes};
pub(crate) use clean::{
    CheckFiles, Clean, Copies, Duplicates, DuplicatesVerb, PlanClean, Uniqueness,
};
pub(crate) use export::{Export, ExportForm};
pub(crate) use faults::{FaultVerb, Faults, IgnoreFaults, ListFaults, MeantFaults};
pub(crate) use metadata::{
    DrawRegion, EraseRegion, Metadata, ShowMetadata, Switch, WriteMetadata, Writing,
};
pub(crate) use model::{Model, Precision, PullModel};
pub(crate) use saved::{RunSaved, SaveSearch, Saved};
pub(crate) use stacks::{ListStacks, StackPhotos, Stacks};
pub(crate) use watch::Watch;

/// How boxes are named in help.
const BOX: &str = "X,Y,W,H";

/// How pictures are named in help.
const PICTURE: &str = "FILE|ID";

/// Finds your photos by words, pictures, boxes and filters
#[derive(Debug, Parser)]
#[command(
    name = "latent",
    version,
    propagate_version = true,
    disable_help_subcommand = false,
    after_help = "Exit codes: 0 done, 1 failed, 2 misuse, 3 done but some files could not be read, 4 copies among files that were to be refused"
)]
pub(crate) struct Cli {
    /// Folder of catalog and thumbnails [default: LATENT_DATA_DIR, else the system's place]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Prints JSON for programs, errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Logs more to stderr: -v, -vv, -vvv
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Reads the photos in folders, so that they can be found; no file is touched
    Index(Index),
    /// Finds photos by words, pictures, boxes and filters
    Search(Box<Search>),
    /// Prints the vector of a picture or of words
    Embed(Embed),
    /// Puts tags on photos, takes them off, lists them
    #[command(subcommand)]
    Tag(Tag),
    /// Gives photos attributes, any values by name, takes them off, lists them
    #[command(subcommand)]
    Attribute(Attribute),
    /// Tells what files and sidecars say of photos, and writes sidecars
    #[command(subcommand)]
    Metadata(Metadata),
    /// Keeps searches by name and asks them again
    #[command(subcommand)]
    Saved(Saved),
    /// Lists the files of one shot, which are shown as one, makes such stacks, takes them apart
    #[command(subcommand)]
    Stacks(Stacks),
    /// Finds copies of pictures in groups, and proposes which one stays
    Duplicates(Duplicates),
    /// Cleans copies up by a plan, and takes a cleanup back whole
    #[command(subcommand)]
    Clean(Clean),
    /// Lists photos by how unlike any other they are
    Uniqueness(Uniqueness),
    /// Takes photos out of the library: copies, pictures, a list, a contact sheet
    Export(Box<Export>),
    /// Writes a part of a picture to a new file, in the original's pixels
    Crop(Crop),
    /// Tells what is known of a photo
    Show(Show),
    /// Lists the libraries, or forgets one
    Libraries(Libraries),
    /// Lists files that could not be read, and why; tries them again, or ignores them
    Faults(Faults),
    /// Downloads and chooses the model that understands words and pictures
    #[command(subcommand)]
    Model(Model),
    /// Serves the user interface and the commands on this machine only
    Serve(Serve),
    /// Keeps the libraries as the disk is, and tells what happened, until Ctrl-C
    Watch(Watch),
    /// Looks whether everything is in order
    Doctor,
    /// Calls any command by its name with JSON and prints its JSON answer
    Call(Call),
    /// Lists the commands that latent call takes
    Commands,
}

/// Arguments of `latent index`.
#[derive(Args, Debug)]
#[command(
    after_help = "Without PATH it looks again at every library, or at the one named.\n\
    Ctrl-C stops it; what is read stays, and the next run goes on there."
)]
pub(crate) struct Index {
    /// Folders with photos
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// The library the folders belong to [default: the first folder's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
    /// Leaves out what matches, below each folder: '*.psd', 'exports/**'
    #[arg(long, value_name = "GLOB", requires = "paths")]
    pub(crate) exclude: Vec<String>,
    /// Tries files again that could not be read before
    #[arg(long)]
    pub(crate) retry_faults: bool,
}

/// Arguments of `latent search`.
#[derive(Args, Debug)]
#[command(
    after_help = "WORDS are what the search box takes: words, -words, \"phrases\" and \
    filters such as tag:italy rating>=4.\nThe first --box and --weight belong to the first \
    --image, the second to the second."
)]
pub(crate) struct Search {
    /// Words, -words and filters
    #[arg(value_name = "WORDS")]
    pub(crate) words: Vec<String>,
    /// A picture that photos should be like: a file, or a photo's number
    #[arg(long, value_name = PICTURE)]
    pub(crate) image: Vec<String>,
    /// Only this part of the picture: fractions, or pixels after px:
    #[arg(long = "box", value_name = BOX, allow_hyphen_values = true)]
    pub(crate) boxes: Vec<BoxArg>,
    /// How much the picture counts; below 0 pushes away [default: 1]
    #[arg(long, value_name = "W", allow_hyphen_values = true, value_parser = finite)]
    pub(crate) weight: Vec<f32>,
    /// How much the words count beside pictures [default: 1]
    #[arg(long, value_name = "W", value_parser = finite)]
    pub(crate) text_weight: Option<f32>,
    /// What the photos should not show
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    pub(crate) without: Option<String>,
    /// How photos are compared: semantic, visual, color
    #[arg(long, value_name = "SPACE")]
    pub(crate) space: Option<String>,
    /// Only photos that pass: 'rating>=4 -tag:draft'
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(crate) filter: Option<String>,
    /// The order [default: relevance, or taken where nothing is compared]
    #[arg(long, value_name = "ORDER")]
    pub(crate) sort: Option<Sort>,
    /// Which of the random orders [default: 0]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u32>,
    /// One photo for each camera, folder, year, day, burst or value of an attribute
    #[arg(long, value_name = "FIELD")]
    pub(crate) group_by: Option<String>,
    /// Each photo of a stack that matches, not only the topmost
    #[arg(long)]
    pub(crate) unstacked: bool,
    /// Ranks these photos instead of searching: their numbers
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub(crate) rank: Vec<i64>,
    /// How many, 1 to 1000 [default: 50]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// Goes on where the page before ended
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
    pub(crate) cursor: Option<String>,
    /// Only photos of this library
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
    /// Leaves out photos farther than this cosine distance, 0 to 2
    #[arg(long, value_name = "D", allow_hyphen_values = true, value_parser = finite)]
    pub(crate) max_distance: Option<f32>,
    /// Leaves out photos that are no nearer than chance would have them
    #[arg(long, value_name = "HOW", conflicts_with = "max_distance")]
    pub(crate) cutoff: Option<Cutoff>,
    /// A tag the photos should carry [default: those of the photos given as --image]
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// How much tags count beside the likeness, 0 to 1 [default: 0.3 with --tag, else 0]
    #[arg(long, value_name = "W", value_parser = finite)]
    pub(crate) tag_weight: Option<f32>,
    /// Counts what is found by field instead of listing it: --facets, --facets=camera,year
    #[arg(long, value_name = "FIELDS", num_args = 0..=1, require_equals = true,
        value_delimiter = ',', default_missing_value = "", conflicts_with = "explain")]
    pub(crate) facets: Option<Vec<String>>,
    /// Tells why a photo is found, by its number
    #[arg(long, value_name = "ID")]
    pub(crate) explain: Option<i64>,
}

/// A limit that is found.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Cutoff {
    /// From how the photos of this library lie around the query
    Auto,
}

/// The order of an answer.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Sort {
    /// Best first
    Relevance,
    /// Newest capture first
    Taken,
    /// Oldest capture first
    Oldest,
    /// By file name
    Name,
    /// Most stars first
    Rating,
    /// Last added first
    Added,
    /// Least like any other first
    Uniqueness,
    /// Shuffled by --seed
    Random,
}

impl From<Sort> for wire::Sort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Relevance => Self::Relevance,
            Sort::Taken => Self::TakenAt,
            Sort::Oldest => Self::TakenAtOldest,
            Sort::Name => Self::Name,
            Sort::Rating => Self::Rating,
            Sort::Added => Self::AddedAt,
            Sort::Uniqueness => Self::Uniqueness,
            Sort::Random => Self::Random,
        }
    }
}

/// Arguments of `latent embed`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("what").required(true).args(["picture", "text"]))]
pub(crate) struct Embed {
    /// A file, or a photo's number
    #[arg(value_name = PICTURE)]
    pub(crate) picture: Option<String>,
    /// Words instead of a picture
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    pub(crate) text: Option<String>,
    /// Only this part of the picture: fractions, or pixels after px:
    #[arg(
        long = "box",
        value_name = BOX,
        allow_hyphen_values = true,
        requires = "picture",
        conflicts_with = "text"
    )]
    pub(crate) crop: Option<BoxArg>,
    /// The space of the vector: semantic, visual, color
    #[arg(long, value_name = "SPACE")]
    pub(crate) space: Option<String>,
}

/// `latent tag …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Tag {
    /// Puts tags on photos
    #[command(
        override_usage = "latent tag add [OPTIONS] <TAG>... <--photo <FILE|ID>...|--filter <FILTER>>"
    )]
    Add(TagPhotos),
    /// Takes tags off photos
    #[command(
        override_usage = "latent tag remove [OPTIONS] <TAG>... <--photo <FILE|ID>...|--filter <FILTER>>"
    )]
    Remove(TagPhotos),
    /// Lists tags with the number of photos that carry each
    List(ListTags),
}

/// Arguments of `latent tag add` and `latent tag remove`.
#[derive(Args, Debug)]
pub(crate) struct TagPhotos {
    /// Tags; a path such as places/italy/rome makes a tree
    #[arg(value_name = "TAG", required = true)]
    pub(crate) tags: Vec<String>,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// The photos that something is done to.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("which").required(true).args(["photo", "filter"]))]
pub(crate) struct Which {
    /// The photos: files, or numbers
    #[arg(long, value_name = PICTURE, num_args = 1..)]
    pub(crate) photo: Vec<String>,
    /// All photos that pass this filter: 'folder:rome rating>=4'
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(crate) filter: Option<String>,
}

/// Arguments of `latent tag list`.
#[derive(Args, Debug)]
pub(crate) struct ListTags {
    /// Only this library
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
    /// Only tags that contain this
    #[arg(long, value_name = "TEXT")]
    pub(crate) containing: Option<String>,
}

/// Arguments of `latent crop`.
#[derive(Args, Debug)]
pub(crate) struct Crop {
    /// A file, or a photo's number
    #[arg(value_name = PICTURE)]
    pub(crate) picture: String,
    /// The part: fractions, or pixels after px:
    #[arg(long = "box", value_name = BOX, allow_hyphen_values = true)]
    pub(crate) crop: BoxArg,
    /// A .jpg or .png file that is not there yet
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: String,
    /// Replaces the file where it is there; never a photo of a library
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `latent show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The photo's number, or its file
    #[arg(value_name = "ID|FILE")]
    pub(crate) photo: String,
}

/// Arguments of `latent libraries`.
#[derive(Args, Debug)]
pub(crate) struct Libraries {
    #[command(subcommand)]
    pub(crate) what: Option<LibraryVerb>,
}

/// `latent libraries …`.
#[derive(Debug, Subcommand)]
pub(crate) enum LibraryVerb {
    /// Lists the libraries with their folders and counts
    List,
    /// Says where a folder is now whose disk came back elsewhere; no file is touched
    Locate {
        /// The folder as the list names it
        #[arg(value_name = "FOLDER")]
        folder: String,
        /// Where it is now
        #[arg(value_name = "PATH")]
        path: String,
    },
    /// Forgets a library with the tags and attributes of its photos; no file is touched
    Remove {
        /// The library
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// Arguments of `latent serve`.
#[derive(Args, Debug)]
#[command(after_help = "The first line on stdout is JSON with address, token and url.")]
pub(crate) struct Serve {
    /// Folders to add as libraries
    #[arg(value_name = "FOLDER")]
    pub(crate) folders: Vec<String>,
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// The folder of the built user interface
    #[arg(long, value_name = "DIR")]
    pub(crate) ui: Option<PathBuf>,
    /// The secret that lets clients in [default: a random one]
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
}

/// Arguments of `latent call`.
#[derive(Args, Debug)]
pub(crate) struct Call {
    /// The command, as latent commands lists it
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The request; - reads it from stdin
    #[arg(value_name = "JSON", allow_hyphen_values = true)]
    pub(crate) request: Option<String>,
}

/// A number that JSON can hold: not infinite, not "nan".
fn finite(text: &str) -> Result<f32, NotANumber> {
    text.parse()
        .ok()
        .filter(|number: &f32| number.is_finite())
        .ok_or(NotANumber)
}

/// What was typed is no number.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("write a number such as 0.5")]
struct NotANumber;

/// Whether errors should be JSON, even where the arguments cannot be understood.
pub(crate) fn asks_for_json(arguments: &[OsString]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--json")
}

/// What clap has to say about a misuse, without usage and hints.
pub(crate) fn first_sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let sentence = text.split("\n\n").next().unwrap_or(&text);
    let sentence = sentence.strip_prefix("error: ").unwrap_or(sentence);
    sentence.split_whitespace().collect::<Vec<_>>().join(" ")
}
