//! The list of models that Latent offers: `offered.json`, read at the first use and checked, so
//! that no name in it can leave the folder of the models.

use std::sync::LazyLock;

use serde::Deserialize;

use super::DownloadError;

const LIST: &str = include_str!("offered.json");

static OFFERED: LazyLock<Vec<Offered>> = LazyLock::new(|| {
    parse(LIST).unwrap_or_else(|error| {
        tracing::error!(%error, "No model can be offered");
        Vec::new()
    })
});

/// A model that can be downloaded.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offered {
    /// Its name here, and that of its folder.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it is meant for, if for something.
    pub role: Option<Role>,
    /// The repository at the source: `owner/name`.
    pub repo: String,
    /// A commit, or a branch where the commit is not known.
    pub revision: String,
    /// The files it consists of.
    pub files: Vec<OfferedFile>,
    /// The licence of the weights, by its SPDX name.
    pub licence: String,
    /// Where the licence is stated.
    pub licence_url: String,
    /// The languages its texts may be in, for people.
    pub languages: String,
    /// What its authors measured.
    pub accuracy: Vec<Accuracy>,
    /// Memory of the program with both towers loaded in int8, roughly, in bytes; about three times
    /// that in f32.
    pub memory_bytes: u64,
    /// How fast it is among models of its kind.
    pub speed: Speed,
}

/// A file of a model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferedFile {
    /// Its name.
    pub name: String,
    /// Its length in bytes: exact where the checksum is known, else roughly.
    pub bytes: u64,
    /// SHA-256 in hexadecimal, where it is known: then nothing else is accepted.
    pub sha256: Option<String>,
}

/// A published measurement.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accuracy {
    /// What was measured.
    pub benchmark: String,
    /// The result, percent.
    pub percent: f32,
}

/// What a model is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// The one to take when nothing speaks against it.
    Default,
    /// The one for little disk and memory.
    Compact,
}

/// How fast a model is among models of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Speed {
    /// Patches of 32 pixels.
    Fast,
    /// Patches of 16 pixels: four times the work.
    Medium,
    /// Larger still.
    Slow,
}

impl Offered {
    /// Bytes of all files, roughly where a length is not known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

#[derive(Deserialize)]
struct List {
    models: Vec<Offered>,
}

/// The models that Latent offers.
#[must_use]
pub fn offered() -> &'static [Offered] {
    &OFFERED
}

/// Finds a model by its id, or by its repository's name.
#[must_use]
pub fn find<'a>(list: &'a [Offered], name: &str) -> Option<&'a Offered> {
    list.iter()
        .find(|model| model.id == name || model.repo == name)
}

/// Reads a list of models.
///
/// # Errors
/// [`DownloadError::Malformed`], also for a name that is no plain name.
pub fn parse(text: &str) -> Result<Vec<Offered>, DownloadError> {
    let list: List = serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))?;
    for model in &list.models {
        check(model)?;
    }
    for (place, model) in list.models.iter().enumerate() {
        if list.models.iter().take(place).any(|m| m.id == model.id) {
            return Err(malformed(&format!("{} is there twice", model.id)));
        }
    }
    Ok(list.models)
}

fn check(model: &Offered) -> Result<(), DownloadError> {
    let (owner, name) = model.repo.split_once('/').unwrap_or_default();
    let files = model.files.iter().map(|file| file.name.as_str());
    let names = [&model.id, &model.revision].map(String::as_str);
    for name in names.into_iter().chain([owner, name]).chain(files) {
        if !is_plain(name) {
            let reason = format!("{} has a name that is no plain name: {name:?}", model.id);
            return Err(malformed(&reason));
        }
    }
    if model.files.is_empty() {
        return Err(malformed(&format!("{} has no files", model.id)));
    }
    let bad_sum = |sum: &&String| sum.len() != 64 || !sum.bytes().all(is_lower_hex);
    let sums = model.files.iter().filter_map(|file| file.sha256.as_ref());
    match sums.into_iter().find(bad_sum) {
        Some(sum) => Err(malformed(&format!("{sum} is no SHA-256"))),
        None => Ok(()),
    }
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Whether a name is one part of a path and needs no escaping in an address.
pub(super) fn is_plain(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(letter)
}

fn malformed(reason: &str) -> DownloadError {
    DownloadError::Malformed {
        what: "The list of models".to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let list = parse(LIST).unwrap();
        let with = |role| list.iter().filter(|m| m.role == Some(role)).count();
        assert_eq!((with(Role::Default), with(Role::Compact)), (1, 1));
        for model in &list {
            assert!(model.revision.len() == 40, "{} is not pinned", model.id);
            assert!(model.licence_url.starts_with("https://"), "{}", model.id);
            assert!(!model.accuracy.is_empty(), "{}", model.id);
            let weights = |name: &str| name.ends_with(".safetensors");
            assert!(model.files.iter().any(|file| weights(&file.name)));
        }
        assert_eq!(offered(), list);
        assert_eq!(find(&list, &list[0].repo), Some(&list[0]));
        assert_eq!(find(&list, "nothing"), None);
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        for (from, to) in [
            ("\"id\": \"clip-vit-base-patch32\"", "\"id\": \"..\""),
            ("openai/clip-vit-base-patch32", "openai/../x"),
            ("\"config.json\"", "\"../config.json\""),
            ("\"config.json\"", "\"/etc/passwd\""),
            ("\"config.json\"", "\"C:\\\\x\""),
            ("\"config.json\"", "\".hidden\""),
            ("c237dc49a33fc61debc9276459120b7eac67e7ef", "main?x=1"),
        ] {
            assert!(LIST.contains(from), "{from}");
            let error = parse(&LIST.replace(from, to)).unwrap_err();
            assert!(matches!(error, DownloadError::Malformed { .. }), "{to}");
        }
        let twice = LIST.replace("\"clip-vit-b-32-laion2b\"", "\"clip-vit-base-patch32\"");
        assert!(parse(&twice).unwrap_err().to_string().contains("twice"));
        assert!(parse(&LIST.replace("7d241bb3", "xx")).is_err());
    }
}
