//! Models of the `semantic` space: offered, downloaded, in use.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Uses a model for the `semantic` space: one that is downloaded, by its id, or one in a folder.
    pub struct UseModel {
        /// An id or a folder.
        pub model: String,
        #[serde(default)] pub precision: ModelPrecision,
    }

    /// The models known on this machine: offered, downloaded, in use.
    pub struct Models { pub models: Vec<Model> }

    /// A model for the `semantic` space.
    pub struct Model {
        /// None for a folder that somebody named.
        pub id: Option<String>,
        /// For people.
        pub title: String,
        pub state: ModelState,
        /// Where its files lie; none where it is not here.
        pub folder: Option<String>,
        /// `clip`; empty, as what follows, while the model has not been looked at.
        pub family: String,
        pub dim: u32,
        pub image_px: u32,
        /// Tokens a text may have.
        pub context: u32,
        pub activation: String,
        /// `f32` or `int8`: what its products are computed in.
        pub precision: String,
        /// How its vectors in bytes compare with those in f32, where that was looked at.
        pub agreement: Option<ModelAgreement>,
        /// BLAKE3 over the weights and configuration, hexadecimal.
        pub fingerprint: String,
        /// Answers queries now.
        pub in_use: bool,
        /// Photos that have its vector.
        #[ts(type = "number")] pub photos: u64,
        /// What is wrong with it, if anything: the folder is gone.
        pub problem: Option<String>,
        /// What it is when it can be downloaded.
        pub offer: Option<ModelOffer>,
        /// What was downloaded.
        pub download: Option<ModelDownload>,
        /// Bytes that have come of a download that was begun.
        #[ts(type = "number")] pub kept_bytes: u64,
    }

    /// How a model's vectors in bytes compare with those in f32, on the same pictures.
    pub struct ModelAgreement {
        pub pictures: u32,
        /// The least cosine of a picture's two vectors.
        pub least_cosine: f64,
        /// The share of pictures, 0 … 1, with the same nearest other picture.
        pub same_neighbour: f64,
        /// They were photos of the library's, not drawn.
        pub photos: bool,
    }

    /// A model that can be downloaded.
    pub struct ModelOffer {
        /// None where it is meant for nothing special.
        pub role: Option<ModelRole>,
        /// The repository at the source: `owner/name`.
        pub repo: String,
        /// Of the download, roughly.
        #[ts(type = "number")] pub bytes: u64,
        /// SPDX.
        pub licence: String,
        pub licence_url: String,
        /// For people.
        pub languages: String,
        pub accuracy: Vec<ModelAccuracy>,
        /// Taken while it is loaded, roughly.
        #[ts(type = "number")] pub memory_bytes: u64,
        pub speed: ModelSpeed,
    }

    /// A published measurement.
    pub struct ModelAccuracy { pub benchmark: String, pub percent: f32 }

    /// What was downloaded of a model.
    pub struct ModelDownload {
        pub repo: String,
        /// None where the source did not say it.
        pub commit: Option<String>,
        #[ts(type = "number")] pub bytes: u64,
    }

    /// Names a model by its id or its folder; the one in use when not given.
    pub struct GetModel { #[serde(default)] pub model: Option<String> }

    /// Asks the source what downloading a model takes; fetches nothing.
    pub struct PlanPull { pub id: String }

    /// What downloading a model takes, to be agreed to.
    pub struct PullPlan {
        pub id: String,
        pub title: String,
        /// The address of the repository.
        pub source: String,
        /// None where the source does not say it.
        pub commit: Option<String>,
        pub licence: String,
        pub licence_url: String,
        pub files: Vec<PullFile>,
        #[ts(type = "number")] pub bytes: u64,
        /// Bytes that have still to come.
        #[ts(type = "number")] pub left_bytes: u64,
        /// Free on the disk.
        #[ts(type = "number")] pub free_bytes: u64,
        /// Where it will lie.
        pub folder: String,
        /// It is there already; pulling it again verifies it.
        pub installed: bool,
    }

    /// A file of a download.
    pub struct PullFile { pub name: String, #[ts(type = "number")] pub bytes: u64 }

    /// Downloads a model that somebody agreed to.
    pub struct PullModel { pub id: String }

    /// Takes a model away: its use and its vectors, and its files where Latent downloaded them.
    pub struct RemoveModel {
        /// An id or a folder.
        pub model: String,
        /// Also the one that answers; then words and looks go on without a model.
        #[serde(default)] pub force: bool,
    }

    /// What was taken away.
    pub struct ModelRemoved {
        pub folder: String,
        /// Its files are gone too.
        pub files: bool,
        #[ts(type = "number")] pub freed_bytes: u64,
        /// Photos that had its vector.
        #[ts(type = "number")] pub photos: u64,
    }

    /// Compares the files of a model with their checksums; of the one in use when not given.
    pub struct VerifyModel { #[serde(default)] pub model: Option<String> }
}

words! {
    /// Where a model stands.
    pub enum ModelState {
        /// It can be downloaded.
        Offered,
        /// It is being downloaded.
        Pulling,
        /// A download was begun.
        Partial,
        /// It is here and not in use.
        Installed,
        /// Photos are getting its vectors.
        Building,
        /// It answers.
        InUse,
    }

    /// What a model is to compute in.
    #[derive(Default)]
    pub enum ModelPrecision {
        /// In bytes where it keeps its meaning, else in f32.
        #[default]
        Auto,
        /// 32-bit floating point.
        F32,
        /// Bytes: a quarter of the memory, and faster.
        Int8,
    }

    /// What a model is meant for.
    pub enum ModelRole {
        /// The one to take when nothing speaks against it.
        Default,
        /// The one for little disk and memory.
        Compact,
    }

    /// How fast a model is among models of its kind.
    pub enum ModelSpeed { Fast, Medium, Slow }
}
