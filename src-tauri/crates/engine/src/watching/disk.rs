//! The system's news of the disk, as hints. The one place that knows `notify`.

use std::path::{Path, PathBuf};

use crossbeam_channel::Sender;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{
    Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
};

use super::pending::Hint;
use crate::ids::RootId;

/// What the system tells.
#[derive(Debug)]
pub(super) enum News {
    /// Something happened.
    Hints(Vec<Hint>),
    /// A folder below this path could not be watched any more.
    Refused(Option<PathBuf>, Refusal),
    /// It is time to compare a root that is not watched.
    Poll(RootId),
}

/// Why folders cannot be watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The system's limit of watched folders is reached.
    Folders,
    /// The system's limit of programs that watch is reached.
    Programs,
    /// Another reason of the system's.
    Other(String),
}

/// Watches folders and all that is in them.
pub(super) struct Disk {
    watcher: RecommendedWatcher,
}

impl Disk {
    /// Sends what the system tells until it is dropped.
    pub(super) fn listen(news: Sender<News>) -> Result<Self, Refusal> {
        let tell = move |event: notify::Result<Event>| {
            let told = match event {
                Ok(event) => News::Hints(hints(&event)),
                Err(error) => News::Refused(error.paths.first().cloned(), refusal(&error)),
            };
            if !matches!(&told, News::Hints(hints) if hints.is_empty()) {
                let _nobody_listens_any_more = news.send(told);
            }
        };
        // Links are not followed: what is told of would bear the name of one way to it only.
        let config = Config::default().with_follow_symlinks(false);
        let watcher = RecommendedWatcher::new(tell, config).map_err(|error| refusal(&error))?;
        Ok(Self { watcher })
    }

    /// Watches a folder and all folders in it. Doing so again adds those that are new.
    pub(super) fn watch(&mut self, folder: &Path) -> Result<(), Refusal> {
        self.watcher
            .watch(folder, RecursiveMode::Recursive)
            .map_err(|error| refusal(&error))
    }

    /// Stops watching a folder.
    pub(super) fn leave(&mut self, folder: &Path) {
        // It was not watched, or is gone: then there is nothing to stop.
        let _not_watched = self.watcher.unwatch(folder);
    }
}

/// What an event says has to be looked at. Reading is no news; our own would be the most of it.
fn hints(event: &Event) -> Vec<Hint> {
    if event.need_rescan() {
        return vec![Hint::Lost];
    }
    let each = |hint: fn(PathBuf) -> Hint| event.paths.iter().cloned().map(hint).collect();
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => each(Hint::Touched),
        EventKind::Access(_) => Vec::new(),
        EventKind::Create(CreateKind::Folder) => each(Hint::Folder),
        EventKind::Modify(ModifyKind::Data(_)) => each(Hint::Writing),
        // The two names were told of one by one.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if cfg!(target_os = "linux") => {
            Vec::new()
        }
        // A folder may have come by this name, and files into it before it was watched.
        EventKind::Modify(ModifyKind::Name(_)) => each(Hint::Folder),
        _ => each(Hint::Touched),
    }
}

fn refusal(error: &notify::Error) -> Refusal {
    match &error.kind {
        ErrorKind::MaxFilesWatch => Refusal::Folders,
        ErrorKind::Io(cause) if is_out_of_instances(cause) => Refusal::Programs,
        ErrorKind::Io(cause) => Refusal::Other(crate::io::plain_reason(cause)),
        _ => Refusal::Other(error.to_string()),
    }
}

/// inotify_init(2) answers EMFILE at the limit of instances; so does the limit of open files, which is
/// much higher.
#[cfg(unix)]
fn is_out_of_instances(cause: &std::io::Error) -> bool {
    cause.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error())
}

#[cfg(not(unix))]
fn is_out_of_instances(_cause: &std::io::Error) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use notify::event::{DataChange, Flag, MetadataKind, RemoveKind};

    use super::*;

    #[test]
    fn each_event_becomes_what_has_to_be_looked_at() {
        let path = PathBuf::from("/p/a.jpg");
        let check = |kind: EventKind, expect: &[Hint]| {
            let event = Event::new(kind).add_path(path.clone());
            assert_eq!(hints(&event), expect, "{kind:?}");
        };
        let touched = [Hint::Touched(path.clone())];
        check(EventKind::Access(AccessKind::Open(AccessMode::Any)), &[]);
        check(EventKind::Access(AccessKind::Close(AccessMode::Read)), &[]);
        check(
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
            &touched,
        );
        check(EventKind::Create(CreateKind::File), &touched);
        check(EventKind::Remove(RemoveKind::File), &touched);
        check(EventKind::Remove(RemoveKind::Folder), &touched);
        check(
            EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)),
            &touched,
        );
        check(
            EventKind::Modify(ModifyKind::Data(DataChange::Any)),
            &[Hint::Writing(path.clone())],
        );
        for kind in [
            EventKind::Create(CreateKind::Folder),
            EventKind::Modify(ModifyKind::Name(RenameMode::To)),
            EventKind::Modify(ModifyKind::Name(RenameMode::From)),
        ] {
            check(kind, &[Hint::Folder(path.clone())]);
        }
    }

    #[test]
    fn lost_events_and_the_limit_of_watches_are_told_apart() {
        let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(hints(&event), [Hint::Lost]);
        let check = |kind, expect| assert_eq!(refusal(&notify::Error::new(kind)), expect);
        check(ErrorKind::MaxFilesWatch, Refusal::Folders);
        check(
            ErrorKind::Io(std::io::Error::from_raw_os_error(24)),
            Refusal::Programs,
        );
    }
}
