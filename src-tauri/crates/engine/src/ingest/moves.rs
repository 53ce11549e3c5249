//! Recognises files that moved: a file whose photo was elsewhere, and is there no longer.
//!
//! First by the file's name on its disk, with size and time, which opens nothing and sees through
//! names that were passed on from file to file. Then, for files that are new, by content: only those
//! of the size of a photo whose file is gone are read. Whether a file is gone is asked of the disk,
//! so that libraries need not be looked at together. A copy stays a copy while the other is there, or
//! may be on a disk that is not. Done in the order of paths, so that of two equal files always the
//! same one is taken for the moved one.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::PathBuf;

use super::late_moves::GONE_S;
use super::{IndexReport, ToRead};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{PhotoId, RootId};
use crate::io::{self, FileStamp};
use crate::jobs::Ctx;
use crate::library::mounts;
use crate::library::scan::{self, FoundFile, SidecarsOfRoot};
use crate::photo;
use crate::sidecar;
use crate::store::libraries::{self, RootRow};
use crate::store::photos::{self, Candidate};
use crate::store::{Transaction, faults, text};

/// Photos whose places are written together.
const BATCH: usize = 512;
/// The finest step that every file system's clock divides: a time in whole steps may be a coarse one,
/// which other files have as well.
const COARSE_NS: i64 = 10_000_000;

/// Gives moved photos their new places, and answers the files that still have to be read.
///
/// Photos that moved are taken out of `gone`, those whose file was replaced by one that moved are put
/// into it.
///
/// While the disk is watched, news of a file come one after the other, so that a photo that is gone may
/// turn up yet: a copy is taken for it only where it also has its time, or the photo has been gone for a
/// while and `is_calm` says that no news are left to look at.
pub(super) fn recognise(
    engine: &Engine,
    ctx: &Ctx,
    mut files: Vec<ToRead>,
    gone: &mut HashSet<PhotoId>,
    is_calm: Option<&dyn Fn() -> bool>,
    report: &mut IndexReport,
) -> Result<Vec<ToRead>, EngineError> {
    if files.is_empty() {
        return Ok(files);
    }
    let mut search = Search::new(engine, gone, is_calm)?;
    let mut photos = Vec::with_capacity(files.len());
    for file in &files {
        ctx.advance(1, None)?;
        photos.push(search.by_file_key(file)?);
    }
    let mut owners: Vec<Option<PhotoId>> = files
        .iter()
        .map(|file| file.found.known.map(|(id, _)| id))
        .collect();
    let left_behind = search.left_behind(&mut files);
    owners.resize(owners.len() + left_behind.len(), None);
    photos.resize(photos.len() + left_behind.len(), None);
    files.extend(left_behind);
    for (file, photo) in files.iter().zip(&mut photos) {
        if photo.is_none() && file.found.known.is_none() {
            ctx.checkpoint()?;
            *photo = search.by_content(file)?;
        }
    }
    let mut left = Vec::new();
    let mut moved = Vec::new();
    for ((file, photo), owner) in files.into_iter().zip(photos).zip(owners) {
        match photo {
            Some(photo) => {
                left.extend(search.says_more(photo, &file));
                moved.push(Moved { photo, owner, file });
            }
            None => left.push(file),
        }
    }
    report.moved = moved.len() as u64;
    take_places(engine, moved, gone)?;
    Ok(left)
}

/// A photo that moved.
struct Moved {
    photo: PhotoId,
    /// The photo whose place it was until now.
    owner: Option<PhotoId>,
    /// Its file.
    file: ToRead,
}

/// Where the file of a photo is.
#[derive(PartialEq, Eq)]
enum Whereabouts {
    /// Where it was, or nobody can tell.
    Still,
    /// Not there.
    Gone,
    /// Another file has its place.
    Replaced,
}

struct Search<'a> {
    engine: &'a Engine,
    gone: &'a HashSet<PhotoId>,
    is_calm: Option<&'a dyn Fn() -> bool>,
    /// A file that was seen is there no longer: it was renamed meanwhile.
    is_stale: bool,
    roots: HashMap<RootId, RootRow>,
    /// Whether a root is there, once that was asked.
    there: HashMap<RootId, bool>,
    /// Places below a root whose disk is not there, once that was asked.
    away: HashMap<RootId, Vec<PathBuf>>,
    /// Photos of a size whose file is gone.
    vanished: HashMap<u64, Vec<Candidate>>,
    /// Photos that have moved.
    taken: HashSet<PhotoId>,
    /// What was read of them: the version of the stages, and the state of the sidecar.
    read: HashMap<PhotoId, (u32, i64)>,
    /// Places of moved photos that hold another file now.
    replaced: Vec<Candidate>,
}

impl<'a> Search<'a> {
    fn new(
        engine: &'a Engine,
        gone: &'a HashSet<PhotoId>,
        is_calm: Option<&'a dyn Fn() -> bool>,
    ) -> Result<Self, EngineError> {
        let roots = engine.store().read(libraries::roots)?;
        Ok(Self {
            engine,
            gone,
            is_calm,
            is_stale: false,
            roots: roots.into_iter().map(|root| (root.id, root)).collect(),
            there: HashMap::new(),
            away: HashMap::new(),
            vanished: HashMap::new(),
            taken: HashSet::new(),
            read: HashMap::new(),
            replaced: Vec::new(),
        })
    }

    /// The photo that a file was at its last place; no file is opened.
    fn by_file_key(&mut self, file: &ToRead) -> Result<Option<PhotoId>, EngineError> {
        let found = &file.found;
        if found.stamp.mtime_ns % COARSE_NS == 0 {
            return Ok(None);
        }
        let Some(key) = io::file_key(&found.file) else {
            self.is_stale |= !found.file.exists();
            return Ok(None);
        };
        let candidates = self
            .engine
            .store()
            .read(|connection| photos::with_file_key(connection, &key))?;
        for candidate in candidates {
            let id = candidate.photo_id;
            let read = candidate.read;
            let is_own = found.known.is_some_and(|(known, _)| known == id);
            if is_own || candidate.stamp != found.stamp || self.taken.contains(&id) {
                continue;
            }
            match self.whereabouts(&candidate, Some(&key)) {
                Whereabouts::Still => continue,
                Whereabouts::Gone => {}
                Whereabouts::Replaced => self.replaced.push(candidate),
            }
            self.taken.insert(id);
            self.read.insert(id, read);
            return Ok(Some(id));
        }
        Ok(None)
    }

    /// What lies at the places that moved photos have left: those files belong to no photo any more.
    /// Answers the ones that are not among the files.
    fn left_behind(&mut self, files: &mut [ToRead]) -> Vec<ToRead> {
        for file in files.iter_mut() {
            let photo = file.found.known.map(|(id, _)| id);
            if photo.is_some_and(|id| self.taken.contains(&id)) {
                file.found.known = None;
            }
        }
        let listed: HashSet<PathBuf> = files.iter().map(|file| file.found.file.clone()).collect();
        let mut places = std::mem::take(&mut self.replaced);
        places.retain(|place| !listed.contains(&place.file));
        let mut sidecars = SidecarsOfRoot::default();
        sidecars.add_beside(places.iter().map(|place| place.file.clone()));
        places
            .into_iter()
            .filter_map(|place| {
                let metadata = std::fs::metadata(&place.file).ok()?;
                let root = self.roots.get(&place.root_id)?;
                (metadata.is_file() && photo::is_candidate(&place.file)).then_some(())?;
                Some(ToRead {
                    library_id: root.library_id,
                    found: FoundFile {
                        place: scan::place(root, &place.file)?,
                        stamp: FileStamp::of(&metadata),
                        sidecar: sidecars.of(&place.file),
                        file: place.file,
                        known: None,
                        says_more: false,
                    },
                })
            })
            .collect()
    }

    /// A moved photo's file, where another sidecar speaks for it at its new place.
    fn says_more(&self, photo: PhotoId, file: &ToRead) -> Option<ToRead> {
        let (version, sidecar_stamp) = *self.read.get(&photo)?;
        let sidecar = file.found.sidecar.as_ref().map(|(_, stamp)| *stamp);
        (sidecar::stamp(sidecar) != sidecar_stamp).then(|| ToRead {
            library_id: file.library_id,
            found: FoundFile {
                known: Some((photo, version)),
                says_more: true,
                ..file.found.clone()
            },
        })
    }

    /// The photo that is gone and has the content of a new file. A file that cannot be opened is left
    /// to the reading stage, which says why.
    fn by_content(&mut self, file: &ToRead) -> Result<Option<PhotoId>, EngineError> {
        let bytes = file.found.stamp.bytes;
        if !self.vanished.contains_key(&bytes) {
            let candidates = self
                .engine
                .store()
                .read(|connection| photos::with_size(connection, bytes))?;
            let vanished = candidates
                .into_iter()
                .filter(|candidate| self.whereabouts(candidate, None) == Whereabouts::Gone)
                .collect();
            self.vanished.insert(bytes, vanished);
        }
        let may_turn_up = self
            .is_calm
            .is_some_and(|is_calm| self.is_stale || !is_calm());
        let Some(vanished) = self.vanished.get_mut(&bytes) else {
            return Ok(None);
        };
        vanished.retain(|candidate| !self.taken.contains(&candidate.photo_id));
        if vanished.is_empty() {
            return Ok(None);
        }
        let Some(hash) = content_hash(file) else {
            return Ok(None);
        };
        let has_time = |candidate: &&Candidate| candidate.stamp == file.found.stamp;
        let mut same = vanished
            .iter()
            .filter(|candidate| candidate.content_hash == hash.as_bytes());
        let long_ago = self.engine.now_s() - GONE_S;
        let is_settled = |candidate: &&Candidate| {
            let went = candidate.missing_since;
            self.is_calm.is_none() || (!may_turn_up && went.is_some_and(|since| since <= long_ago))
        };
        let same = same
            .clone()
            .find(has_time)
            .or_else(|| same.find(is_settled));
        self.read
            .extend(same.map(|candidate| (candidate.photo_id, candidate.read)));
        let same = same.map(|candidate| candidate.photo_id);
        self.taken.extend(same);
        Ok(same)
    }

    /// Where a photo's file is; `key` names it on its disk where that is known.
    fn whereabouts(&mut self, photo: &Candidate, key: Option<&[u8]>) -> Whereabouts {
        if photo.missing_since.is_some() || self.gone.contains(&photo.photo_id) {
            return Whereabouts::Gone;
        }
        match std::fs::metadata(&photo.file) {
            Ok(_) if key.is_none() || io::file_key(&photo.file).as_deref() == key => {
                Whereabouts::Still
            }
            Ok(_) => Whereabouts::Replaced,
            Err(error)
                if io::is_absent(&error)
                    && self.is_there(photo.root_id)
                    && !self.is_away(photo) =>
            {
                Whereabouts::Gone
            }
            Err(_) => Whereabouts::Still,
        }
    }

    /// Whether the disk in its root is not there that a photo lies on.
    fn is_away(&mut self, photo: &Candidate) -> bool {
        let (engine, roots) = (self.engine, &self.roots);
        let away = self.away.entry(photo.root_id).or_insert_with(|| {
            let known = engine
                .store()
                .read(|connection| libraries::mounts_of(connection, photo.root_id));
            let root = roots.get(&photo.root_id);
            root.zip(known.ok())
                .map_or_else(Vec::new, |(root, known)| mounts::away(&root.path, &known))
        });
        let below = io::path_from_bytes(&photo.rel_path);
        away.iter().any(|place| below.starts_with(place))
    }

    fn is_there(&mut self, root: RootId) -> bool {
        let row = self.roots.get(&root);
        *self
            .there
            .entry(root)
            .or_insert_with(|| row.is_some_and(|row| scan::is_there(&row.path, true)))
    }
}

fn content_hash(file: &ToRead) -> Option<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update_reader(File::open(&file.found.file).ok()?)
        .ok()?;
    Some(hasher.finalize())
}

/// Writes the new places. Those that take a place from another photo, and what these do, are one
/// transaction.
fn take_places(
    engine: &Engine,
    moved: Vec<Moved>,
    gone: &mut HashSet<PhotoId>,
) -> Result<(), EngineError> {
    if moved.is_empty() {
        return Ok(());
    }
    let movers: HashSet<PhotoId> = moved.iter().map(|moved| moved.photo).collect();
    let ousted: HashSet<PhotoId> = moved.iter().filter_map(|moved| moved.owner).collect();
    let (entangled, free): (Vec<_>, Vec<_>) = moved
        .into_iter()
        .partition(|moved| moved.owner.is_some() || ousted.contains(&moved.photo));
    if !entangled.is_empty() {
        let now_s = engine.now_s();
        engine.store().write(|tx| {
            for photo in &ousted {
                photos::displace(tx, *photo)?;
                if !movers.contains(photo) {
                    photos::set_missing(tx, *photo, now_s)?;
                    text::remove(tx, *photo)?;
                }
            }
            entangled.iter().try_for_each(|moved| take_place(tx, moved))
        })?;
    }
    for batch in free.chunks(BATCH) {
        engine
            .store()
            .write(|tx| batch.iter().try_for_each(|moved| take_place(tx, moved)))?;
    }
    gone.extend(ousted);
    gone.retain(|photo| !movers.contains(photo));
    engine.follow_vectors()?;
    engine
        .events()
        .changed(&[Kind::Photos, Kind::Libraries, Kind::Tags]);
    Ok(())
}

fn take_place(tx: &Transaction<'_>, moved: &Moved) -> Result<(), EngineError> {
    let Moved { photo, file, .. } = moved;
    let place = &file.found.place;
    let key = io::file_key(&file.found.file);
    let mtime_ns = file.found.stamp.mtime_ns;
    photos::set_place(tx, *photo, file.library_id, place, mtime_ns, key.as_deref())?;
    faults::clear(tx, place.root_id, &place.rel_path)?;
    Ok(text::refresh(tx, *photo)?)
}
