//! Models, and the state of the machine.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Uses the model in a folder for the `semantic` space.
    pub struct UseModel { pub folder: String }

    /// The models known on this machine.
    pub struct Models { pub models: Vec<Model> }

    /// A model for the `semantic` space.
    pub struct Model {
        pub folder: String,
        /// `clip`.
        pub family: String,
        pub dim: u32,
        pub image_px: u32,
        /// Tokens a text may have.
        pub context: u32,
        pub activation: String,
        /// BLAKE3 over the weights and configuration, hexadecimal.
        pub fingerprint: String,
        /// Answers queries now.
        pub in_use: bool,
        /// Photos that have its vector.
        #[ts(type = "number")] pub photos: u64,
        /// What is wrong with it, if anything: the folder is gone.
        pub problem: Option<String>,
    }

    /// Names a model by its folder; the one in use when not given.
    pub struct GetModel { #[serde(default)] pub folder: Option<String> }

    /// What the engine found when it looked at itself.
    pub struct Diagnosis {
        pub version: String,
        pub data_dir: String,
        pub checks: Vec<Check>,
        /// Everything is in order.
        pub ok: bool,
    }

    /// One thing looked at.
    pub struct Check {
        pub name: String,
        pub ok: bool,
        /// What was seen, and what to do where it is not in order.
        pub detail: String,
    }
}
