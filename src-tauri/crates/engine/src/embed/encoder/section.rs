//! One object of a config file, read key by key: a wrong value is refused by its name.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::ModelError;

/// A JSON object with the name it goes by in messages, such as `config.json: text_config`.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    name: String,
    map: Map<String, Value>,
}

impl Section {
    /// Reads a file that holds one object.
    ///
    /// # Errors
    /// [`ModelError::MissingFile`], [`ModelError::Io`], [`ModelError::Json`].
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes = fs::read(path).map_err(|source| read_error(path, source))?;
        let map = serde_json::from_slice(&bytes).map_err(|source| ModelError::Json {
            path: path.to_owned(),
            source,
        })?;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: format!("{file}:"),
            map,
        })
    }

    /// Makes a section of a map, for files that do not exist and for tests.
    #[cfg(any(test, feature = "testing"))]
    pub fn of(name: &str, map: Map<String, Value>) -> Self {
        Self {
            name: format!("{name}:"),
            map,
        }
    }

    /// The value of a key; a `null` is no value.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.map.get(key).filter(|v| !v.is_null())
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.map.keys().map(String::as_str)
    }

    /// The object under a key; an empty one where the key is absent.
    pub fn section(&self, key: &str) -> Result<Self, ModelError> {
        let name = format!("{} {key}.", self.name);
        match self.get(key) {
            None => Ok(Self {
                name,
                map: Map::new(),
            }),
            Some(Value::Object(map)) => Ok(Self {
                name,
                map: map.clone(),
            }),
            Some(_) => Err(self.refuse(key, "an object")),
        }
    }

    /// A whole number of `1..=max`, or the default where the key is absent.
    pub fn size_or(&self, key: &str, default: usize, max: usize) -> Result<usize, ModelError> {
        let Some(value) = self.get(key) else {
            return Ok(default);
        };
        value
            .as_u64()
            .and_then(|v| usize::try_from(v).ok())
            .filter(|v| (1..=max).contains(v))
            .ok_or_else(|| self.refuse(key, &format!("a whole number of 1 to {max}")))
    }

    /// A finite number, or the default.
    pub fn number_or(&self, key: &str, default: f64) -> Result<f64, ModelError> {
        let Some(value) = self.get(key) else {
            return Ok(default);
        };
        value.as_f64().ok_or_else(|| self.refuse(key, "a number"))
    }

    /// A truth value, or the default.
    pub fn bool_or(&self, key: &str, default: bool) -> Result<bool, ModelError> {
        let Some(value) = self.get(key) else {
            return Ok(default);
        };
        value
            .as_bool()
            .ok_or_else(|| self.refuse(key, "true or false"))
    }

    /// The error that names this section's key, its value and what would have been accepted.
    pub fn refuse(&self, key: &str, supported: &str) -> ModelError {
        let value = self
            .map
            .get(key)
            .map_or_else(|| "absent".to_owned(), Value::to_string);
        let gap = if self.name.ends_with('.') { "" } else { " " };
        ModelError::Unsupported {
            key: format!("{}{gap}{key}", self.name),
            value,
            supported: supported.to_owned(),
        }
    }
}

/// A read that failed: a missing file is told apart from an unreadable one.
pub(crate) fn read_error(path: &Path, source: std::io::Error) -> ModelError {
    if source.kind() == std::io::ErrorKind::NotFound {
        return ModelError::MissingFile {
            path: path.to_owned(),
        };
    }
    ModelError::Io {
        path: path.to_owned(),
        operation: "read",
        source,
    }
}
