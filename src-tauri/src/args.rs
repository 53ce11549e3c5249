//! What the program was started with.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use clap::Parser;
use directories::ProjectDirs;
use tauri::Wry;
use tauri::plugin::TauriPlugin;

use crate::desktop;

/// Finds your photos by words, pictures and boxes.
#[derive(Clone, Debug, Parser)]
#[command(name = "latent-desktop", version)]
pub(crate) struct Args {
    /// Where the catalog and its cache lie; otherwise the environment's LATENT_DATA_DIR, then the
    /// user's own data folder.
    #[arg(long, value_name = "D")]
    data_dir: Option<PathBuf>,
    /// Folders with photos, each added as a library.
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
}

impl Args {
    /// The data folder; `None` where the user has no home folder and none is named.
    pub(crate) fn data_dir(&self) -> Option<PathBuf> {
        self.named_data_dir().or_else(|| {
            ProjectDirs::from("app", "latent", "Latent").map(|dirs| dirs.data_dir().to_path_buf())
        })
    }

    /// The folders to add, seen from the folder the program was started in.
    pub(crate) fn folders(&self, started_in: &Path) -> Vec<PathBuf> {
        self.folders
            .iter()
            .map(|folder| started_in.join(folder))
            .collect()
    }

    /// Makes a second start on the same data folder hand its folders to the first, which comes to
    /// the front. `None` where only the catalog's lock can tell instances apart.
    pub(crate) fn lone_instance(&self) -> Option<TauriPlugin<Wry>> {
        let builder = tauri_plugin_single_instance::Builder::new().callback(|app, words, cwd| {
            match Self::try_parse_from(words) {
                Ok(args) => desktop::started_again(app, args.folders(Path::new(&cwd))),
                Err(cause) => tracing::warn!(%cause, "A second start was not understood"),
            }
        });
        match self.named_data_dir() {
            None => Some(builder.build()),
            // Other systems tell programs apart by their identifier alone.
            Some(_) if !cfg!(target_os = "linux") => None,
            Some(folder) => Some(builder.dbus_id(instance_name(&folder)).build()),
        }
    }

    fn named_data_dir(&self) -> Option<PathBuf> {
        let in_environment = || std::env::var_os("LATENT_DATA_DIR").filter(|name| !name.is_empty());
        self.data_dir
            .clone()
            .or_else(|| in_environment().map(PathBuf::from))
    }
}

/// A name on the session bus that only programs on this data folder share.
fn instance_name(data_dir: &Path) -> String {
    let absolute = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_path_buf());
    let mut hasher = DefaultHasher::new();
    absolute
        .canonicalize()
        .unwrap_or(absolute)
        .hash(&mut hasher);
    format!("app.latent.desktop.d{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_seen_from_where_the_program_was_started() {
        let args = Args::parse_from(["latent-desktop", "photos", "/mnt/disk"]);
        let expect = [
            PathBuf::from("/home/ada/photos"),
            PathBuf::from("/mnt/disk"),
        ];
        assert_eq!(args.folders(Path::new("/home/ada")), expect);
    }

    #[test]
    fn a_named_data_folder_has_its_own_name_on_the_bus() {
        let args = Args::parse_from(["latent-desktop", "--data-dir", "/tmp/a"]);
        assert_eq!(args.data_dir(), Some(PathBuf::from("/tmp/a")));
        let name = instance_name(Path::new("/tmp/a"));
        assert_eq!(name, instance_name(Path::new("/tmp/./a")));
        assert_ne!(name, instance_name(Path::new("/tmp/b")));
        assert!(name.starts_with("app.latent.desktop.d"));
    }
}
