//! Queries and answers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
        #[serde(default)] pub images: Vec<QueryImage>,
        /// `semantic`, `visual` or `color`; chosen by what is there when not given.
        #[serde(default)] pub space: Option<String>,
        /// Typed filters only.
        #[serde(default)] pub filter: Option<String>,
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        #[serde(default)] pub sort: Option<Sort>,
        /// 1 … 1000, 50 when not given.
        #[serde(default)] pub limit: Option<u32>,
        /// `nextCursor` of the page before.
        #[serde(default)] pub cursor: Option<String>,
        /// Leaves out photos farther than this cosine distance, 0 … 2.
        #[serde(default)] pub max_distance: Option<f32>,
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
        /// Cosine distance `1 − cos`, 0 … 2; `None` where nothing was compared.
        pub distance: Option<f32>,
        /// 0 … 1; `None` where nothing was compared.
        pub similarity: Option<f32>,
        /// Where in the photo it matched; `None` for the whole photo.
        pub region: Option<BoxFractions>,
        /// What matched: `words`, `semantic`, `visual`, `color`.
        pub by: Vec<String>,
    }

    /// How an answer was found.
    pub struct Found {
        /// `exact scan`, `words`, `words + exact scan` or `listing`.
        pub by: String,
        /// The space that was compared in.
        pub space: Option<String>,
        /// Photos that were compared.
        #[ts(type = "number")] pub candidates: u64,
        /// Photos that matched.
        #[ts(type = "number")] pub total: u64,
        pub ms: f64,
        /// What the asker should know: "No model is in use, so words were looked up in names…".
        pub note: Option<String>,
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
    pub enum Sort { Relevance, TakenAt, TakenAtOldest, Name, Rating, AddedAt }
}
