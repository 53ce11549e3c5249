//! The state of the machine.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
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
