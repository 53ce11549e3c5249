//! A root folder with photos, a plan, a trash and a catalog to try cleanups on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::plan::*;
use super::super::*;
use crate::io::FileStamp;

pub const NOW_S: i64 = 1_790_000_000;

/// A folder tree as it lies on the disk: content, time and permissions by path below it.
pub type Tree = BTreeMap<PathBuf, (Vec<u8>, i64, bool)>;

pub struct World {
    pub folder: TempDir,
    /// Whether there is a home trash on the same disk.
    pub with_home: bool,
    pub catalog: Ledger,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in(quick_folder()).unwrap();
        let catalog = Ledger::at(&folder.path().join("catalog.json"));
        let world = Self {
            folder,
            with_home: true,
            catalog,
        };
        for name in ["root", "home"] {
            fs::create_dir(world.at(name)).unwrap();
        }
        world
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn root(&self) -> PathBuf {
        self.at("root")
    }

    pub fn in_root(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub fn journals(&self) -> PathBuf {
        self.at("data/cleanup")
    }

    pub fn home_trash(&self) -> PathBuf {
        self.at("home/Trash")
    }

    /// Writes a file below the root, with a time of its own long ago.
    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.in_root(name);
        write_old(&path, content);
        path
    }

    pub fn apply(&self, plan: &CleanupPlan) -> Result<Report, CleanupError> {
        self.with(|cleanup| apply(cleanup, plan))
    }

    pub fn undo(&self, id: &str, paths: Option<&[PathBuf]>) -> Result<Report, CleanupError> {
        self.with(|cleanup| undo(cleanup, id, paths))
    }

    pub fn recover(&self) -> Vec<Recovered> {
        self.with(recover).unwrap()
    }

    pub fn with<T>(&self, work: impl FnOnce(&Cleanup<'_>) -> T) -> T {
        self.ticking(&|_| ControlFlow::Continue(()), work)
    }

    pub fn ticking<T>(
        &self,
        tick: &dyn Fn(&Progress) -> ControlFlow<()>,
        work: impl FnOnce(&Cleanup<'_>) -> T,
    ) -> T {
        let home = self.with_home.then(|| self.home_trash());
        clean(
            &self.root(),
            home,
            &self.journals(),
            &self.catalog,
            tick,
            work,
        )
    }

    /// The only session's id.
    pub fn session(&self) -> String {
        let (views, damaged) = sessions(&self.journals()).unwrap();
        assert!(damaged.is_empty(), "{damaged:?}");
        views.first().unwrap().id.clone()
    }

    pub fn view(&self) -> (SessionView, Vec<FileView>) {
        read_session(&self.journals(), &self.session()).unwrap()
    }
}

/// Hands out what a cleanup needs.
pub fn clean<T>(
    root: &Path,
    home: Option<PathBuf>,
    journals: &Path,
    catalog: &Ledger,
    tick: &dyn Fn(&Progress) -> ControlFlow<()>,
    work: impl FnOnce(&Cleanup<'_>) -> T,
) -> T {
    let root = fs::canonicalize(root).unwrap();
    let root_of = |_: &Path| Some(root.clone());
    let trash = Trash {
        home,
        root_of: &root_of,
    };
    work(&Cleanup {
        journals,
        trash: &trash,
        catalog,
        tick,
        now_s: NOW_S,
    })
}

/// A disk in memory, where there is one: it is written out at once.
pub fn quick_folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    match tempfile::tempdir_in(&memory) {
        Ok(_) => memory,
        Err(_) => std::env::temp_dir(),
    }
}

pub fn write_old(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    let seed = i64::from(path.as_os_str().len() as u32) * 1_000_003 + content.len() as i64;
    let file = File::options().append(true).open(path).unwrap();
    relocate::set_mtime(&file, 1_500_000_000_123_456_789 + seed * 7_919).unwrap();
}

/// A plan's entry for a file that is there.
pub fn entry(photo_id: i64, path: &Path, partners: &[&Path]) -> PlanFile {
    let own = partner(path);
    PlanFile {
        photo_id,
        path: own.path,
        bytes: own.bytes,
        mtime_ns: own.mtime_ns,
        hash: own.hash,
        partners: partners.iter().map(|path| partner(path)).collect(),
    }
}

fn partner(path: &Path) -> Partner {
    let stamp = FileStamp::of(&fs::metadata(path).unwrap());
    Partner {
        path: path.to_owned(),
        bytes: stamp.bytes,
        mtime_ns: stamp.mtime_ns,
        hash: ContentHash(*blake3::hash(&fs::read(path).unwrap()).as_bytes()),
    }
}

pub fn group(kind: GroupKind, keeper: PlanFile, remove: Vec<PlanFile>) -> PlanGroup {
    PlanGroup {
        group_id: format!("g{}", keeper.photo_id),
        kind,
        similarity: 1.0,
        keeper,
        reasons: vec!["It has the most pixels".into()],
        remove,
        merge: Merge::default(),
    }
}

pub fn plan(action: Action, groups: Vec<PlanGroup>) -> CleanupPlan {
    CleanupPlan {
        version: PLAN_VERSION,
        created_at: NOW_S - 60,
        action,
        rules: vec!["resolution".into()],
        reference: Vec::new(),
        groups,
        open: Vec::new(),
        refused: Vec::new(),
        files: 0,
        bytes: 0,
    }
}

/// One picture twice: the keeper and the file that goes, byte for byte the same.
pub fn twice(world: &World, action: Action) -> (PathBuf, PathBuf, CleanupPlan) {
    let keeper = world.write("keep/a.jpg", b"one picture");
    let copy = world.write("copies/b.jpg", b"one picture");
    let remove = vec![entry(2, &copy, &[])];
    let groups = vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)];
    (keeper, copy, plan(action, groups))
}

/// Everything below a folder but empty folders.
pub fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let below = entry.path().strip_prefix(folder).unwrap().to_owned();
            let content = fs::read(entry.path()).unwrap_or_default();
            let stamp = FileStamp::of(&metadata);
            let read_only = metadata.permissions().readonly();
            tree.insert(below, (content, stamp.mtime_ns, read_only));
        }
    }
    tree
}

/// A catalog in a file, so that it outlives a process that is killed.
pub struct Ledger {
    path: PathBuf,
    /// Said against every photo of these ids.
    pub objections: RefCell<BTreeMap<i64, String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Tags of keepers, by group.
    pub tags: BTreeMap<String, Vec<String>>,
    /// Photos whose file is away.
    pub away: BTreeSet<i64>,
    /// Photos whose file was replaced.
    pub replaced: BTreeSet<i64>,
    /// Files that went along with photos.
    pub partners: BTreeSet<PathBuf>,
}

impl Ledger {
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            objections: RefCell::default(),
        }
    }

    pub fn rows(&self) -> Rows {
        match fs::read(&self.path) {
            Ok(json) => serde_json::from_slice(&json).unwrap(),
            Err(_) => Rows::default(),
        }
    }

    pub fn change(&self, change: impl FnOnce(&mut Rows)) {
        let mut rows = self.rows();
        change(&mut rows);
        fs::write(&self.path, serde_json::to_vec(&rows).unwrap()).unwrap();
    }

    fn tags_of(&self, group: &PlanGroup) -> Vec<String> {
        self.rows()
            .tags
            .get(&group.group_id)
            .cloned()
            .unwrap_or_default()
    }
}

impl Catalog for Ledger {
    fn objection(
        &self,
        _group: &PlanGroup,
        photo: &PlanFile,
    ) -> Result<Option<String>, CatalogFault> {
        Ok(self.objections.borrow().get(&photo.photo_id).cloned())
    }

    fn before_merge(&self, group: &PlanGroup) -> Result<Value, CatalogFault> {
        Ok(json!(self.tags_of(group)))
    }

    fn merge(&self, group: &PlanGroup) -> Result<(), CatalogFault> {
        let mut tags = self.tags_of(group);
        for tag in &group.merge.tags {
            if tag == "refused" {
                return Err("the disk of the catalog is full".into());
            }
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        self.change(|rows| {
            rows.tags.insert(group.group_id.clone(), tags);
        });
        Ok(())
    }

    fn unmerge(&self, group: &PlanGroup, before: &Value) -> Result<(), CatalogFault> {
        let tags: Vec<String> = serde_json::from_value(before.clone())?;
        self.change(|rows| {
            if tags.is_empty() {
                rows.tags.remove(&group.group_id);
            } else {
                rows.tags.insert(group.group_id.clone(), tags);
            }
        });
        Ok(())
    }

    fn removed(&self, photo: PhotoId) -> Result<(), CatalogFault> {
        self.change(|rows| {
            rows.away.insert(photo.0);
        });
        Ok(())
    }

    fn replaced(&self, photo: PhotoId, path: &Path) -> Result<(), CatalogFault> {
        assert!(path.is_file(), "nothing stands in at {}", path.display());
        self.change(|rows| {
            rows.replaced.insert(photo.0);
        });
        Ok(())
    }

    fn restored(&self, photo: PhotoId, path: &Path) -> Result<(), CatalogFault> {
        assert!(path.is_file(), "nothing is back at {}", path.display());
        self.change(|rows| {
            rows.away.remove(&photo.0);
            rows.replaced.remove(&photo.0);
        });
        Ok(())
    }

    fn partner_removed(&self, path: &Path) -> Result<(), CatalogFault> {
        self.change(|rows| {
            rows.partners.insert(path.to_owned());
        });
        Ok(())
    }

    fn partner_restored(&self, path: &Path, at: &Path) -> Result<(), CatalogFault> {
        assert!(at.is_file(), "nothing is back at {}", at.display());
        self.change(|rows| {
            rows.partners.remove(path);
        });
        Ok(())
    }
}
