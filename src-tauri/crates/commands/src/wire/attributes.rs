//! Attributes of photos: any JSON values by name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

wire! {
    /// Gives each of the photos all of the values; their other attributes stay.
    pub struct SetAttributes {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        /// Any JSON by name: `{"price": 200, "rights": ["web", "print"]}`. An integer stays an integer.
        #[ts(type = "Record<string, unknown>")] pub attributes: BTreeMap<String, Value>,
    }

    /// Takes attributes off photos.
    pub struct RemoveAttributes {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        pub names: Vec<String>,
    }

    /// What really changed, so that it can be taken back exactly.
    pub struct AttributesChanged { pub changed: Vec<AttributeChange> }

    /// An attribute of a photo that changed.
    pub struct AttributeChange {
        pub name: String,
        #[ts(type = "number")] pub photo_id: i64,
        /// Its value before; `null` also where it had none.
        #[ts(type = "unknown")] pub before: Value,
        /// It had a value before.
        pub had: bool,
    }

    /// Lists the names of attributes.
    pub struct ListAttributes {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
    }

    /// Attributes with their counts, by name.
    pub struct Attributes { pub attributes: Vec<AttributeCount> }

    /// An attribute and how many photos carry it.
    pub struct AttributeCount {
        pub name: String,
        #[ts(type = "number")] pub photos: u64,
        /// The kinds of its values.
        pub kinds: Vec<ValueKind>,
    }
}

words! {
    /// The kind of a JSON value.
    pub enum ValueKind { Number, String, Boolean, Array, Object, Null }
}
