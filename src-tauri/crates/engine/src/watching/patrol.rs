//! The roots: which there are, which are there, and how each is watched.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::Sender;
use globset::GlobSet;

use super::disk::{Disk, News, Refusal};
use super::pending::{Hint, Pending};
use super::poller::Poller;
use super::state::{How, RootWatch, WatchState};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::RootId;
use crate::io;
use crate::library::mounts::{self, Mount};
use crate::library::{folders, locate, scan};
use crate::store::libraries;
use crate::{photo, sidecar};

/// How often a folder is compared that the system's limit leaves unwatched.
const POLL_LOCAL: Duration = Duration::from_secs(10);
/// How often a folder of a network file system is compared.
const POLL_NETWORK: Duration = Duration::from_secs(30);
/// Watched folders that suffice for a few million photos; each takes about 1 kB of the system's memory.
const ENOUGH: u64 = 524_288;

/// A root that is looked after.
struct Root {
    id: RootId,
    path: PathBuf,
    patterns: Vec<String>,
    exclude: GlobSet,
    /// Names the folder on its disk; none while it is not there. Not asked of network file systems.
    identity: Option<Vec<u8>>,
    network: Option<String>,
    refusal: Option<Refusal>,
    poller: Option<Poller>,
}

impl Root {
    fn how(&self) -> How {
        match (&self.poller, &self.identity) {
            (Some(_), _) => How::Polling,
            (None, Some(_)) => How::Events,
            (None, None) => How::Offline,
        }
    }

    fn reason(&self) -> Option<String> {
        if let Some(kind) = &self.network {
            return Some(format!("It is on a network ({kind})"));
        }
        Some(match self.refusal.as_ref()? {
            Refusal::Folders => "The system's limit of watched folders is reached".to_owned(),
            Refusal::Programs => "The system's limit of watching programs is reached".to_owned(),
            Refusal::Other(reason) => format!("The system does not watch it: {reason}"),
        })
    }
}

/// Looks after all roots.
pub(super) struct Patrol {
    disk: Result<Disk, Refusal>,
    news: Sender<News>,
    roots: Vec<Root>,
    /// The system's limit when it was reached.
    limit: Option<u64>,
    /// What was mounted when roots were last looked for elsewhere.
    table: Vec<Mount>,
}

impl Patrol {
    pub(super) fn new(news: Sender<News>) -> Self {
        Self {
            disk: Disk::listen(news.clone()),
            news,
            roots: Vec::new(),
            limit: None,
            table: Vec::new(),
        }
    }

    /// Goes round: takes in new roots, lets go of old ones, and sees which are there.
    pub(super) fn go_round(
        &mut self,
        engine: &Engine,
        pending: &mut Pending,
    ) -> Result<(), EngineError> {
        let table = mounts::mounts();
        if table != self.table {
            locate::find_again(engine, &table)?;
        }
        let rows = engine.store().read(libraries::roots_with_patterns)?;
        let is_listed = |root: &Root| {
            rows.iter().any(|(row, patterns)| {
                row.id == root.id && row.path == root.path && *patterns == root.patterns
            })
        };
        let (kept, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.roots)
            .into_iter()
            .partition(is_listed);
        self.roots = kept;
        for root in left {
            self.leave(&root.path);
        }
        let mut came = Vec::new();
        for (row, patterns) in rows {
            if self.roots.iter().any(|root| root.id == row.id) {
                continue;
            }
            came.push(row.id);
            self.roots.push(Root {
                id: row.id,
                exclude: folders::glob_set(&patterns)?,
                patterns,
                network: None,
                identity: None,
                refusal: None,
                poller: None,
                path: row.path,
            });
        }
        pending.set_roots(
            self.roots
                .iter()
                .map(|root| (root.id, root.path.clone()))
                .collect(),
        );
        let retry = self.limit.is_some_and(|limit| watch_limit() > Some(limit));
        if retry {
            self.limit = None;
        }
        let mut roots = std::mem::take(&mut self.roots);
        for root in &mut roots {
            if self.look_after(root, &table, retry) || came.contains(&root.id) {
                pending.compare(root.id);
            }
        }
        self.roots = roots;
        self.table = table;
        self.tell(engine);
        Ok(())
    }

    /// Sees to it that a root is watched. Answers whether it has to be compared.
    fn look_after(&mut self, root: &mut Root, table: &[Mount], retry: bool) -> bool {
        let network = mounts::network(table, &root.path);
        if network.is_some() {
            if root.network != network {
                self.leave(&root.path);
                root.poller = Some(self.poller(root, POLL_NETWORK));
                (root.network, root.identity, root.refusal) = (network, None, None);
                return true;
            }
            return false;
        }
        let identity = io::file_key(&root.path).filter(|_| root.path.is_dir());
        let is_refused = root.refusal == Some(Refusal::Folders);
        if root.network.is_none() && identity == root.identity && !(retry && is_refused) {
            return false;
        }
        self.leave(&root.path);
        (root.network, root.poller, root.refusal) = (None, None, None);
        root.identity = identity;
        if root.identity.is_some() {
            self.watch(root);
        }
        true
    }

    fn watch(&mut self, root: &mut Root) {
        let outcome = match &mut self.disk {
            Ok(disk) => disk.watch(&root.path),
            Err(refusal) => Err(refusal.clone()),
        };
        if let Err(refusal) = outcome {
            self.refuse(root, refusal);
        }
    }

    /// Compares a root again and again, since it cannot be watched. What was watched of it is given
    /// back, so that others can be.
    fn refuse(&mut self, root: &mut Root, refusal: Refusal) {
        tracing::warn!(folder = %root.path.display(), ?refusal, "A folder cannot be watched");
        self.leave(&root.path);
        if refusal == Refusal::Folders {
            self.limit = self.limit.or_else(watch_limit);
        }
        root.refusal = Some(refusal);
        root.poller = Some(self.poller(root, POLL_LOCAL));
    }

    /// Takes in that something below a path cannot be watched any more.
    pub(super) fn refused(
        &mut self,
        engine: &Engine,
        path: Option<&Path>,
        refusal: &Refusal,
        pending: &mut Pending,
    ) {
        let mut roots = std::mem::take(&mut self.roots);
        for root in &mut roots {
            let is_concerned = path.is_none_or(|path| path.starts_with(&root.path));
            if is_concerned && root.poller.is_none() && *refusal == Refusal::Folders {
                self.refuse(root, refusal.clone());
                pending.compare(root.id);
            }
        }
        self.roots = roots;
        self.tell(engine);
    }

    /// Watches all folders anew, those too whose coming nobody was told of.
    pub(super) fn watch_anew(&mut self) {
        let mut roots = std::mem::take(&mut self.roots);
        for root in &mut roots {
            if root.how() == How::Events {
                // What is known of it may bear names that folders no longer have.
                self.leave(&root.path);
                self.watch(root);
            }
        }
        self.roots = roots;
    }

    fn leave(&mut self, path: &Path) {
        if let Ok(disk) = &mut self.disk {
            disk.leave(path);
        }
    }

    fn poller(&self, root: &Root, every: Duration) -> Poller {
        Poller::start(root.id, root.path.clone(), every, self.news.clone())
    }

    /// The hint, as far as it is worth a look: about a picture or a folder that scans come by, or about
    /// what is there no longer and may have been one.
    pub(super) fn worth(&self, hint: Hint) -> Option<Hint> {
        let (path, may_be_folder) = match hint {
            Hint::Lost => return Some(Hint::Lost),
            Hint::Writing(path) if speaks(&path) => {
                return self.is_looked_at(&path).then_some(Hint::Writing(path));
            }
            Hint::Writing(_) => return None,
            Hint::Touched(path) => (path, false),
            Hint::Folder(path) => (path, true),
        };
        if !self.is_looked_at(&path) {
            return None;
        }
        let hint = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() && may_be_folder => Hint::Folder(path),
            Ok(metadata) if !metadata.is_dir() && !speaks(&path) => return None,
            _ => Hint::Touched(path),
        };
        Some(hint)
    }

    /// Whether scans come by a path. Of a root itself the rounds take care.
    fn is_looked_at(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| {
            path.strip_prefix(&root.path).is_ok_and(|below| {
                !below.as_os_str().is_empty() && scan::is_looked_at(below, &root.exclude)
            })
        })
    }

    /// Tells how the roots are watched, where that is news.
    fn tell(&self, engine: &Engine) {
        let root = |root: &Root| RootWatch {
            root: root.id,
            path: io::shown(&root.path),
            how: root.how(),
            reason: root.reason(),
            every_s: root.poller.as_ref().map(|poller| poller.every.as_secs()),
        };
        let state = WatchState {
            on: true,
            roots: self.roots.iter().map(root).collect(),
            raise: self.raise(),
        };
        if engine.watching().set_state(state) {
            engine.events().changed(&[crate::events::Kind::Watching]);
        }
    }

    /// The command that raises the limit that is reached.
    fn raise(&self) -> Option<String> {
        let is_refused = |refusal: &Refusal| {
            let mut roots = self.roots.iter();
            roots.any(|root| root.refusal.as_ref() == Some(refusal))
        };
        if is_refused(&Refusal::Folders) {
            let more = watch_limit().map_or(ENOUGH, |limit| ENOUGH.max(limit * 2));
            return Some(format!("sudo sysctl fs.inotify.max_user_watches={more}"));
        }
        is_refused(&Refusal::Programs)
            .then(|| "sudo sysctl fs.inotify.max_user_instances=1024".to_owned())
    }
}

/// How many folders one person's programs may watch, where the system says so.
fn watch_limit() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?;
    text.trim().parse().ok()
}

/// Whether a file may be a photo, or say something of one.
fn speaks(path: &Path) -> bool {
    photo::is_candidate(path) || sidecar::is_sidecar(path)
}
