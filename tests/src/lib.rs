//! What the test binaries beside this library share.

use std::path::{Path, PathBuf};

/// The repository's root folder.
pub fn repository_root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}
