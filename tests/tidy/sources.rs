//! The files of the repository: all that git does not ignore.

use std::fs;
use std::path::PathBuf;

use ignore::WalkBuilder;

/// A file and its path from the root, with `/` between its parts.
pub struct Source {
    pub path: String,
    pub full_path: PathBuf,
}

impl Source {
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = self
            .full_path
            .extension()
            .unwrap_or_default()
            .to_ascii_lowercase();
        extensions.iter().any(|known| extension == *known)
    }

    pub fn text(&self) -> String {
        fs::read_to_string(&self.full_path)
            .unwrap_or_else(|error| panic!("Cannot read {}: {error}", self.path))
    }

    pub fn bytes(&self) -> u64 {
        fs::metadata(&self.full_path).unwrap().len()
    }

    /// Whether the file holds tests and nothing else.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.contains("/e2e/")
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
            || name.contains(".test.")
    }
}

/// Every file below `folder`, which may be empty for the whole repository.
pub fn below(folder: &str) -> Vec<Source> {
    let root = latent_tests::repository_root();
    let mut sources: Vec<_> = WalkBuilder::new(root.join(folder))
        .hidden(false)
        .parents(true)
        // A copy without its history is walked the same way.
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build()
        .map(|entry| entry.expect("Every folder of the repository can be read"))
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(|entry| Source {
            path: entry
                .path()
                .strip_prefix(&root)
                .unwrap()
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/"),
            full_path: entry.into_path(),
        })
        .collect();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!sources.is_empty(), "No files below {folder:?}");
    sources
}

/// The Rust files of the repository.
pub fn rust() -> Vec<Source> {
    below("")
        .into_iter()
        .filter(|source| source.has_extension(&["rs"]))
        .collect()
}

/// Fails with every objection, a line each.
pub fn assert_none(objections: &[String], rule: &str) {
    assert!(
        objections.is_empty(),
        "{rule}:\n  {}",
        objections.join("\n  ")
    );
}
