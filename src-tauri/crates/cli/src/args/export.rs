//! What can be typed after `latent export`.

use clap::{ArgGroup, Args, ValueEnum};
use latent_commands::wire;

use super::{BOX, PICTURE};
use crate::picture::BoxArg;

/// Arguments of `latent export`.
#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("which").required(true).args(["photo", "filter", "search"]),
    override_usage = "latent export [OPTIONS] <FORM> <OUTPUT> <--photo <FILE|ID>...|--filter <FILTER>|--search <WORDS>>",
    after_help = "The pattern names each file; its ending comes by itself, a / makes a folder.\n\
    Fields: {name} {seq} {seq:4} {date} {time} {year} {month} {day} {tag} {camera} {lens} {rating}\n\
    {library} {folder} {width} {height} {ext} {id}\n\
    Nothing that is there is written over: a taken name gets a number."
)]
pub(crate) struct Export {
    /// As what
    #[arg(value_name = "FORM")]
    pub(crate) form: ExportForm,
    /// The folder; the file of a list or contact sheet
    #[arg(value_name = "OUTPUT")]
    pub(crate) output: String,
    /// The photos: files, or numbers
    #[arg(long, value_name = PICTURE, num_args = 1..)]
    pub(crate) photo: Vec<String>,
    /// All photos that pass this filter: 'folder:rome rating>=4'
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(crate) filter: Option<String>,
    /// What the search box finds, best first
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    pub(crate) search: Option<String>,
    /// At most so many of what is found
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// How files are named [default: {name}]
    #[arg(long, value_name = "PATTERN")]
    pub(crate) pattern: Option<String>,
    /// Originals: copies their sidecars, too
    #[arg(long)]
    pub(crate) sidecars: bool,
    /// JPEG and PNG: the long side in pixels, at most [default: their own]
    #[arg(long, value_name = "PX")]
    pub(crate) long_side: Option<u32>,
    /// JPEG: 1 to 100 [default: 90]
    #[arg(long, value_name = "Q")]
    pub(crate) quality: Option<u8>,
    /// JPEG and PNG: what is written into them of what is known of the photos [default: all]
    #[arg(long, value_name = "WHAT")]
    pub(crate) metadata: Option<KeptMetadata>,
    /// JPEG, PNG and contact sheet: only this part of each, as fractions
    #[arg(long = "box", value_name = BOX, allow_hyphen_values = true)]
    pub(crate) crop: Option<BoxArg>,
    /// Contact sheet: the paper
    #[arg(long, value_name = "PAGE", default_value = "a4")]
    pub(crate) page: PageSize,
    /// Contact sheet: the paper lies on its side
    #[arg(long)]
    pub(crate) landscape: bool,
    /// Contact sheet: pictures in a row, 1 to 12
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub(crate) columns: u32,
    /// Contact sheet: lines below each picture
    #[arg(
        long,
        value_name = "LINES",
        value_delimiter = ',',
        default_value = "name"
    )]
    pub(crate) captions: Vec<Caption>,
    /// Contact sheet: what stands on top of every page
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
}

/// As what photos are exported.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExportForm {
    /// Copies of the files
    Originals,
    /// JPEG files, upright, in sRGB
    Jpeg,
    /// PNG files, upright, in sRGB
    Png,
    /// A list that spreadsheets open
    Csv,
    /// A list for programs
    Json,
    /// A contact sheet as PDF
    Sheet,
}

/// What a new picture says of its photo.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KeptMetadata {
    /// Date, camera, place, caption, tags and rating
    All,
    /// All but where it was taken
    WithoutPlace,
    /// Nothing
    Nothing,
}

/// The size of a page.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PageSize {
    A4,
    A3,
    Letter,
}

/// A line below a picture of a contact sheet.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Caption {
    /// The file's name
    Name,
    /// When it was taken
    Date,
    /// Camera, aperture, time and sensitivity
    Exposure,
    /// Its stars
    Rating,
    /// Its tags
    Tags,
}

impl From<ExportForm> for wire::ExportForm {
    fn from(form: ExportForm) -> Self {
        match form {
            ExportForm::Originals => Self::Originals,
            ExportForm::Jpeg => Self::Jpeg,
            ExportForm::Png => Self::Png,
            ExportForm::Csv => Self::Csv,
            ExportForm::Json => Self::Json,
            ExportForm::Sheet => Self::Sheet,
        }
    }
}

impl From<KeptMetadata> for wire::KeptMetadata {
    fn from(kept: KeptMetadata) -> Self {
        match kept {
            KeptMetadata::All => Self::All,
            KeptMetadata::WithoutPlace => Self::WithoutPlace,
            KeptMetadata::Nothing => Self::Nothing,
        }
    }
}

impl From<PageSize> for wire::PageSize {
    fn from(page: PageSize) -> Self {
        match page {
            PageSize::A4 => Self::A4,
            PageSize::A3 => Self::A3,
            PageSize::Letter => Self::Letter,
        }
    }
}

impl From<Caption> for wire::SheetCaption {
    fn from(caption: Caption) -> Self {
        match caption {
            Caption::Name => Self::Name,
            Caption::Date => Self::Date,
            Caption::Exposure => Self::Exposure,
            Caption::Rating => Self::Rating,
            Caption::Tags => Self::Tags,
        }
    }
}
