//! What is known to have been touched and has not been looked at yet. Gathers hints until the files
//! they are about are quiet, so that one look serves a storm of them. Knows no disk; the time is told.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::ids::RootId;
use crate::ingest::Touched;
use crate::io::FileStamp;

/// A file is looked at when it was quiet for so long.
const QUIET: Duration = Duration::from_millis(300);
/// A file that is touched again and again is looked at all the same after so long.
const STORM: Duration = Duration::from_secs(3);
/// How long a file that was written to and not closed is waited for. Where the system does not tell
/// of closing, files are waited for until they are quiet for longer.
const UNCLOSED: Duration = Duration::from_secs(if cfg!(target_os = "linux") { 10 } else { 1 });
/// How long a file must stay the same that nothing was heard of.
const SAME: Duration = Duration::from_secs(1);
/// A folder that came is looked into once more when nothing was heard for so long: what came into it
/// before it was watched was not told of.
const AGAIN: Duration = Duration::from_secs(1);
/// So many places of one root are no longer looked at one by one.
const MANY: usize = 20_000;

/// Something that may have changed on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Something is or was there: a file that changed, went, or got this name.
    Touched(PathBuf),
    /// A file is being written to.
    Writing(PathBuf),
    /// A folder came, with whatever is in it.
    Folder(PathBuf),
    /// Nobody knows what changed: everything is to be compared.
    Lost,
}

/// A place to look at.
#[derive(Clone, Copy, Debug)]
struct Touch {
    first: Instant,
    last: Instant,
    is_writing: bool,
    /// What a look has seen there that nothing was heard of.
    seen: Option<FileStamp>,
}

impl Touch {
    fn due(&self) -> Instant {
        if self.is_writing {
            self.last + UNCLOSED
        } else if self.seen.is_some() {
            self.last + SAME
        } else {
            (self.last + QUIET).min(self.first + STORM)
        }
    }
}

/// What is looked at next.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Where.
    pub(crate) touched: Vec<Touched>,
    /// The files that are quiet, with what they must still be for it.
    ready: HashMap<PathBuf, Option<FileStamp>>,
    /// Files that are written to at this moment.
    busy: BTreeSet<PathBuf>,
}

impl Batch {
    /// Whether a file that the look finds is whole. One that nothing was heard of is when it has not
    /// changed within the last second, `age` being the time since then; none is ahead of the clock.
    pub(crate) fn is_settled(&self, file: &Path, stamp: FileStamp, age: Option<Duration>) -> bool {
        if self.busy.contains(file) {
            return false;
        }
        match self.ready.get(file) {
            Some(seen) => seen.is_none_or(|seen| seen == stamp),
            None => age.is_none_or(|age| age >= SAME),
        }
    }
}

/// All that waits to be looked at.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    roots: Vec<(RootId, PathBuf)>,
    touched: BTreeMap<PathBuf, Touch>,
    whole: BTreeSet<RootId>,
    folders: BTreeSet<PathBuf>,
    heard: Option<Instant>,
}

impl Pending {
    /// Follows the list of roots; what waits of those that are gone is forgotten.
    pub(crate) fn set_roots(&mut self, roots: Vec<(RootId, PathBuf)>) {
        self.roots = roots;
        let (roots, all) = (&self.roots, &mut self.touched);
        all.retain(|path, _| roots.iter().any(|(_, root)| path.starts_with(root)));
        self.whole
            .retain(|id| roots.iter().any(|(root, _)| root == id));
    }

    /// Takes a hint. Which places are worth a look is decided before.
    pub(crate) fn hear(&mut self, hint: Hint, now: Instant) {
        self.heard = Some(now);
        match hint {
            Hint::Touched(path) => self.touch(path, now, false),
            Hint::Writing(path) => self.touch(path, now, true),
            Hint::Folder(path) => {
                self.folders.insert(path.clone());
                self.touch(path, now, false);
            }
            Hint::Lost => self.whole.extend(self.roots.iter().map(|(id, _)| *id)),
        }
    }

    fn touch(&mut self, path: PathBuf, now: Instant, is_writing: bool) {
        let touch = self.touched.entry(path).or_insert(Touch {
            first: now,
            last: now,
            is_writing,
            seen: None,
        });
        touch.last = now;
        touch.is_writing = is_writing;
        touch.seen = None;
    }

    /// Has a whole root compared.
    pub(crate) fn compare(&mut self, root: RootId) {
        self.whole.insert(root);
    }

    /// Looks at a file again that was not whole, as it was seen.
    pub(crate) fn wait_for(&mut self, file: PathBuf, stamp: FileStamp, now: Instant) {
        let touch = self.touched.entry(file).or_insert(Touch {
            first: now,
            last: now,
            is_writing: false,
            seen: Some(stamp),
        });
        // What was heard of it since tells more.
        if touch.seen.is_some() {
            (touch.seen, touch.last) = (Some(stamp), now);
        }
    }

    /// Takes back what was not looked at after all.
    pub(crate) fn take_back(&mut self, batch: &Batch, now: Instant) {
        for touched in &batch.touched {
            let root = self.roots.iter().find(|(id, _)| *id == touched.root);
            match (&touched.parts, root.map(|(_, path)| path.clone())) {
                (None, Some(_)) => {
                    self.whole.insert(touched.root);
                }
                (Some(parts), Some(root)) => {
                    for part in parts {
                        self.touch(root.join(part), now, false);
                    }
                }
                (_, None) => {}
            }
        }
    }

    /// When there will be something to look at.
    pub(crate) fn next(&self) -> Option<Instant> {
        let touched = self.touched.values().map(Touch::due).min();
        let whole = (!self.whole.is_empty()).then(Instant::now);
        let again = self.heard.filter(|_| !self.folders.is_empty());
        [touched, whole, again.map(|heard| heard + AGAIN)]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether there were news since then.
    pub(crate) fn has_heard_since(&self, then: Instant) -> bool {
        self.heard.is_some_and(|heard| heard >= then)
    }

    /// Takes what can be looked at by now.
    pub(crate) fn take(&mut self, now: Instant) -> Batch {
        let is_calm = self.heard.is_none_or(|heard| heard + AGAIN <= now);
        if is_calm {
            for folder in std::mem::take(&mut self.folders) {
                self.touched.entry(folder).or_insert(Touch {
                    first: now,
                    last: now - QUIET,
                    is_writing: false,
                    seen: None,
                });
            }
        }
        let is_due = |touch: &Touch| touch.due() <= now;
        let due: BTreeMap<PathBuf, Touch> = self
            .touched
            .extract_if(.., |_, touch| is_due(touch))
            .collect();
        let busy = self.touched.iter().filter(|(_, touch)| touch.is_writing);
        let mut batch = Batch {
            busy: busy.map(|(path, _)| path.clone()).collect(),
            ..Batch::default()
        };
        for (id, root) in &self.roots {
            let is_whole = self.whole.remove(id);
            let below = || {
                due.range(root.clone()..)
                    .take_while(|(path, _)| path.starts_with(root))
            };
            let parts = (!is_whole && below().count() < MANY).then(|| outermost(root, below()));
            if parts.as_ref().is_none_or(|parts| !parts.is_empty()) {
                batch.touched.push(Touched { root: *id, parts });
            }
        }
        batch.ready = due
            .into_iter()
            .map(|(path, touch)| (path, touch.seen))
            .collect();
        batch
    }
}

/// The places below a root of which none lies in another, relative to it. Paths come in order.
fn outermost<'a>(
    root: &Path,
    paths: impl Iterator<Item = (&'a PathBuf, &'a Touch)>,
) -> Vec<PathBuf> {
    let mut parts: Vec<PathBuf> = Vec::new();
    for (path, _) in paths {
        let Ok(below) = path.strip_prefix(root) else {
            continue;
        };
        if parts.last().is_none_or(|last| !below.starts_with(last)) {
            parts.push(below.to_owned());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: RootId = RootId(1);

    /// A pending of one root, and a clock that the test turns.
    fn pending() -> (Pending, Instant) {
        let mut pending = Pending::default();
        pending.set_roots(vec![(ROOT, "/p".into())]);
        (pending, Instant::now())
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn parts(batch: &Batch) -> Vec<String> {
        let parts = batch
            .touched
            .iter()
            .filter_map(|touched| touched.parts.as_ref());
        parts
            .flatten()
            .map(|part| part.display().to_string())
            .collect()
    }

    fn touched(path: &str) -> Hint {
        Hint::Touched(path.into())
    }

    #[test]
    fn a_touched_file_is_looked_at_when_it_is_quiet() {
        let (mut pending, start) = pending();
        pending.hear(touched("/p/a.jpg"), start);
        pending.hear(touched("/p/a.jpg"), start + ms(200));
        assert!(parts(&pending.take(start + ms(400))).is_empty());
        assert_eq!(pending.next(), Some(start + ms(500)));
        assert_eq!(parts(&pending.take(start + ms(500))), ["a.jpg"]);
        assert_eq!(pending.next(), None);
    }

    #[test]
    fn a_file_that_is_saved_without_end_is_looked_at_now_and_then() {
        let (mut pending, start) = pending();
        let mut looks = 0;
        for step in 0..100 {
            let now = start + ms(100) * step;
            pending.hear(touched("/p/a.jpg"), now);
            looks += parts(&pending.take(now)).len();
        }
        assert_eq!(looks, 3);
    }

    #[test]
    fn a_file_that_is_written_to_is_waited_for_until_it_is_closed() {
        let (mut pending, start) = pending();
        pending.hear(Hint::Writing("/p/a.jpg".into()), start);
        assert!(parts(&pending.take(start + UNCLOSED - ms(1))).is_empty());
        pending.hear(touched("/p/a.jpg"), start + UNCLOSED - ms(1));
        let batch = pending.take(start + UNCLOSED + QUIET);
        assert_eq!(parts(&batch), ["a.jpg"]);
        assert!(batch.is_settled(Path::new("/p/a.jpg"), stamp(1), Some(ms(0))));
    }

    #[test]
    fn a_file_that_is_never_closed_is_looked_at_all_the_same() {
        let (mut pending, start) = pending();
        pending.hear(Hint::Writing("/p/a.jpg".into()), start);
        assert_eq!(parts(&pending.take(start + UNCLOSED)), ["a.jpg"]);
    }

    fn stamp(bytes: u64) -> FileStamp {
        FileStamp { bytes, mtime_ns: 0 }
    }

    #[test]
    fn a_look_into_a_folder_leaves_files_that_are_written_to() {
        let (mut pending, start) = pending();
        pending.hear(Hint::Folder("/p/new".into()), start);
        pending.hear(Hint::Writing("/p/new/a.jpg".into()), start);
        let batch = pending.take(start + QUIET);
        assert_eq!(parts(&batch), ["new"]);
        let check = |file: &str, age, expect| {
            assert_eq!(
                batch.is_settled(Path::new(file), stamp(1), age),
                expect,
                "{file} {age:?}"
            );
        };
        check("/p/new/a.jpg", Some(ms(5000)), false);
        check("/p/new/b.jpg", Some(ms(10)), false);
        check("/p/new/b.jpg", Some(ms(1000)), true);
        check("/p/new/b.jpg", None, true);
    }

    #[test]
    fn a_file_that_nothing_was_heard_of_must_stay_the_same() {
        let (mut pending, start) = pending();
        let file = Path::new("/p/a.jpg");
        pending.wait_for(file.to_owned(), stamp(1), start);
        assert!(parts(&pending.take(start + QUIET)).is_empty());
        let batch = pending.take(start + SAME);
        assert!(!batch.is_settled(file, stamp(2), Some(ms(0))));
        assert!(batch.is_settled(file, stamp(1), Some(ms(0))));
    }

    #[test]
    fn a_folder_that_came_is_looked_into_once_more_when_all_is_calm() {
        let (mut pending, start) = pending();
        pending.hear(Hint::Folder("/p/new".into()), start);
        assert_eq!(parts(&pending.take(start + QUIET)), ["new"]);
        pending.hear(touched("/p/a.jpg"), start + ms(900));
        assert_eq!(parts(&pending.take(start + ms(1300))), ["a.jpg"]);
        assert_eq!(pending.next(), Some(start + ms(1900)));
        assert_eq!(parts(&pending.take(start + ms(1900))), ["new"]);
        assert_eq!(pending.next(), None);
    }

    #[test]
    fn what_lies_in_a_touched_folder_is_looked_at_with_it() {
        let (mut pending, start) = pending();
        for path in ["/p/a/b.jpg", "/p/a", "/p/a/c/d.jpg", "/p/a.jpg", "/q/x.jpg"] {
            pending.hear(touched(path), start);
        }
        assert_eq!(parts(&pending.take(start + QUIET)), ["a", "a.jpg"]);
    }

    #[test]
    fn a_lost_hint_has_every_root_compared_whole() {
        let (mut pending, start) = pending();
        pending.hear(touched("/p/a.jpg"), start);
        pending.hear(Hint::Lost, start);
        let batch = pending.take(start);
        assert_eq!(
            batch.touched,
            [Touched {
                root: ROOT,
                parts: None
            }]
        );
        assert_eq!(parts(&pending.take(start + QUIET)), ["a.jpg"]);
    }

    #[test]
    fn very_many_places_are_one_comparison() {
        let (mut pending, start) = pending();
        for number in 0..=MANY {
            pending.hear(touched(&format!("/p/{number}.jpg")), start);
        }
        let batch = pending.take(start + QUIET);
        assert_eq!(
            batch.touched,
            [Touched {
                root: ROOT,
                parts: None
            }]
        );
    }

    #[test]
    fn what_waits_of_a_root_that_is_gone_is_forgotten() {
        let (mut pending, start) = pending();
        pending.hear(touched("/p/a.jpg"), start);
        pending.hear(Hint::Lost, start);
        pending.set_roots(vec![(RootId(2), "/q".into())]);
        assert!(pending.take(start + QUIET).touched.is_empty());
    }

    #[test]
    fn what_was_not_looked_at_after_all_waits_again() {
        let (mut pending, start) = pending();
        pending.hear(touched("/p/a.jpg"), start);
        let batch = pending.take(start + QUIET);
        pending.take_back(&batch, start + QUIET);
        assert_eq!(parts(&pending.take(start + QUIET + QUIET)), ["a.jpg"]);
    }
}
