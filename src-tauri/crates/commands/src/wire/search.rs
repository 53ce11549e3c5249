//! Queries and answers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::StackShow;

wire! {
    /// A box on a picture: fractions of the upright picture.
    pub struct BoxFractions { pub x: f32, pub y: f32, pub width: f32, pub height: f32 }

    /// Searches by any mix of words, pictures and filters.
    #[derive(Default)]
    pub struct SearchPhotos {
        /// As a person types it: words, `-words` and filters such as `tag:italy` mixed.
        #[serde(default)] pub query: Option<String>,
        /// Words only; nothing in them is taken for a filter.
        #[serde(default)] pub text: Option<String>,
        /// What the photo should not show.
        #[serde(default)] pub without: Option<String>,
        /// How much the words count beside pictures; 1 when not given.
        #[serde(default)] pub text_weight: Option<f32>,
        #[serde(default)] pub images: Vec<QueryImage>,
        /// `semantic`, `visual` or `color`; chosen by what is there when not given.
        #[serde(default)] pub space: Option<String>,
        /// Filters only: as a person types them, or JSON.
        #[serde(default)] #[ts(type = "string | object | null")] pub filter: Option<serde_json::Value>,
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// Only these: they are ranked.
        #[serde(default)] #[ts(type = "number[] | null")] pub photo_ids: Option<Vec<i64>>,
        #[serde(default)] pub sort: Option<Sort>,
        /// Which of the random orders; 0 when not given.
        #[serde(default)] pub seed: Option<u32>,
        /// At most one hit for each value of a field (`camera`, `folder`, `year`, `day`, `burst` …) or an
        /// attribute; photos without it each count by themselves.
        #[serde(default)] pub group_by: Option<String>,
        /// 1 … 1000, 50 when not given.
        #[serde(default)] pub limit: Option<u32>,
        /// `nextCursor` of the page before.
        #[serde(default)] pub cursor: Option<String>,
        /// Leaves out photos farther than this cosine distance, 0 … 2.
        #[serde(default)] pub max_distance: Option<f32>,
        /// `auto` leaves out photos that are no nearer than chance would have them.
        #[serde(default)] pub cutoff: Option<Cutoff>,
        /// Tags the photo should carry; those of the query's photos when not given.
        #[serde(default)] pub tags: Vec<String>,
        /// 0 … 1: distance = (1 − w) · cosine distance + w · Jaccard distance of the tags. 0.3 where
        /// only `tags` are given.
        #[serde(default)] pub tag_weight: Option<f32>,
        /// `top` when not given: one photo of each stack, the topmost that matches. Photos in
        /// `photoIds` are each found.
        #[serde(default)] pub stacks: Option<StackShow>,
    }

    /// A picture in a query: exactly one of `photoId`, `path`, `heldId` and `base64`.
    pub struct QueryImage {
        #[serde(default)] #[ts(type = "number | null")] pub photo_id: Option<i64>,
        /// A file on this machine.
        #[serde(default)] pub path: Option<String>,
        /// From `hold_picture`.
        #[serde(default)] #[ts(type = "number | null")] pub held_id: Option<i64>,
        /// The file's bytes; a `data:` prefix is taken too.
        #[serde(default)] pub base64: Option<String>,
        /// Only this part of it, as fractions.
        #[serde(default, rename = "box")] pub crop: Option<BoxFractions>,
        /// Only this part of it, as pixels of the upright picture: x, y, width, height.
        #[serde(default)] pub box_px: Option<Vec<f32>>,
        /// 1 when not given; negative pushes away.
        #[serde(default)] pub weight: Option<f32>,
    }

    /// Photos found, best first.
    pub struct SearchResult {
        pub hits: Vec<Hit>,
        /// Asks for the next page; `None` on the last.
        pub next_cursor: Option<String>,
        pub found: Found,
    }

    /// One photo found.
    pub struct Hit {
        #[ts(type = "number")] pub photo_id: i64,
        pub path: String,
        /// Width over height, in thousandths.
        pub aspect: u32,
        /// Cosine distance `1 − cos`, 0 … 2, with tags where they count; `None` where nothing was
        /// compared.
        pub distance: Option<f32>,
        /// 0 … 1; `None` where nothing was compared.
        pub similarity: Option<f32>,
        /// Where in the photo it matched; `None` for the whole photo.
        pub region: Option<BoxFractions>,
        /// What matched: `words`, `semantic`, `visual`, `color`.
        pub by: Vec<String>,
        /// The value it stands for, where photos are grouped and it has one.
        pub group: Option<String>,
        /// Photos in its stack; `None` where it is in none.
        pub stack: Option<u32>,
        /// It is a film, shown by a frame.
        pub film: bool,
        /// How long it is, seconds; `None` for pictures, and where nothing tells.
        #[serde(default)] pub duration_s: Option<f64>,
    }

    /// How an answer was found.
    pub struct Found {
        /// `listing`, `words`, `code scan`, `exact scan` or `graph`; the last three with `words + `
        /// before it where words were blended in.
        pub by: String,
        /// The space that was compared in.
        pub space: Option<String>,
        /// Photos that were compared.
        #[ts(type = "number")] pub candidates: u64,
        /// Of these, those whose vectors were looked at in full; `None` where all were.
        #[ts(type = "number | null")] pub rescored: Option<u64>,
        /// The cosine distance that `cutoff` found, 0 … 2.
        pub cutoff: Option<f32>,
        /// Photos that matched.
        #[ts(type = "number")] pub total: u64,
        pub ms: f64,
        /// What the asker should know: "No model is in use, so words were looked up in names…".
        pub note: Option<String>,
    }

    /// Asks why a photo is found.
    pub struct ExplainPhoto { pub search: SearchPhotos, #[ts(type = "number")] pub photo_id: i64 }

    /// What each part of a query says of a photo.
    pub struct Explanation {
        /// 0 … 1; `None` where nothing was compared.
        pub similarity: Option<f32>,
        /// As in the hit.
        pub distance: Option<f32>,
        pub parts: Vec<WhyPart>,
        /// The filters that hold, as they are typed.
        pub filters: Vec<String>,
    }

    /// What one part of a query says of a photo.
    pub struct WhyPart {
        pub kind: WhyKind,
        /// The file's name, the words, the tags.
        pub label: String,
        pub weight: f32,
        pub cosine: Option<f32>,
        /// What it says alone, 0 … 1.
        pub similarity: Option<f32>,
        /// How much of the whole it made; all of them are 1 together.
        pub share: f32,
        /// `boat in file name`; the tags that are shared.
        pub found: Vec<String>,
    }

    /// Counts the photos of an answer by the values of fields.
    pub struct CountFacets {
        pub search: SearchPhotos,
        /// `tags`, `camera`, `lens`, `year`, `folder`, `rating`, `format`, `label`, `orientation`,
        /// `library`, `iso`, or an attribute's name; all but attributes when empty.
        #[serde(default)] pub fields: Vec<String>,
        /// Values a field; 12 when not given.
        #[serde(default)] pub limit: Option<u32>,
    }

    /// Counts by field.
    pub struct Facets {
        /// Photos in the answer.
        #[ts(type = "number")] pub total: u64,
        pub ms: f64,
        pub facets: Vec<Facet>,
    }

    /// The values of a field, the most frequent first; years and stars from the highest.
    pub struct Facet {
        pub field: String,
        pub values: Vec<FacetValue>,
        /// Values that are not listed.
        #[ts(type = "number")] pub more: u64,
        /// Photos that lack the field.
        #[ts(type = "number")] pub without: u64,
    }

    /// A value, and how many photos of the answer have it.
    pub struct FacetValue {
        pub label: String,
        #[ts(type = "number")] pub photos: u64,
        /// What is typed to narrow the answer to them.
        pub filter: String,
    }

    /// Holds an outside picture for queries: exactly one of `path` and `base64`.
    pub struct HoldPicture {
        #[serde(default)] pub path: Option<String>,
        #[serde(default)] pub base64: Option<String>,
    }

    /// A held picture; `/media/held/{heldId}` shows it.
    pub struct HeldPicture {
        #[ts(type = "number")] pub held_id: i64,
        /// Upright, pixels of the file.
        pub width: u32,
        pub height: u32,
    }

    /// Asks for the vector of a picture or of words: exactly one of `image` and `text`.
    pub struct Embed {
        #[serde(default)] pub image: Option<QueryImage>,
        #[serde(default)] pub text: Option<String>,
        #[serde(default)] pub space: Option<String>,
    }

    /// A descriptor.
    pub struct Embedding {
        pub space: String,
        pub dim: u32,
        /// Unit norm.
        pub vector: Vec<f32>,
    }

    /// The spaces there are.
    pub struct Spaces { pub spaces: Vec<Space> }

    /// A way of comparing photos.
    pub struct Space {
        pub name: String,
        pub dim: u32,
        #[ts(type = "number")] pub photos: u64,
        pub answers_text: bool,
    }
}

words! {
    /// The order of an answer. Ties are broken by photo id.
    pub enum Sort { Relevance, TakenAt, TakenAtOldest, Name, Rating, AddedAt, Uniqueness, Random }

    /// A limit that is found.
    pub enum Cutoff { Auto }

    /// What a part of a query is.
    pub enum WhyKind {
        Picture,
        /// What the words mean to the model.
        Meaning,
        /// The words themselves.
        Words,
        /// What the not-words mean to the model.
        Without,
        Tags,
    }
}
