//! The graphs of large spaces: made or loaded in the background, and completed there.
//!
//! Nothing waits for a graph. A start answers by scanning until it is there, and goes on so where
//! it cannot be made.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::ServingSpace;
use super::load::{folder_of, name};
use crate::index::{GraphError, GraphWork, ReadyGraph, VectorIndex};

/// When graphs are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphOptions {
    /// Vectors of a space from which it has a graph.
    pub from: usize,
    /// Asks the graph whatever it is expected to cost: for trying it out on little.
    pub always: bool,
}

impl Default for GraphOptions {
    /// By time a graph would pay from about half a million on, but it takes 3 kB a photo: below two
    /// millions a scan of the codes is answered in some milliseconds without.
    fn default() -> Self {
        Self {
            from: 2_000_000,
            always: false,
        }
    }
}

/// The one thread that works on a space's graph.
#[derive(Default)]
pub(super) struct Worker(Mutex<Option<JoinHandle<()>>>);

impl Worker {
    /// Starts work, unless some is going on.
    fn start(&self, work: impl FnOnce() + Send + 'static) {
        let mut thread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.as_ref().is_none_or(JoinHandle::is_finished) {
            let spawned = std::thread::Builder::new()
                .name("graph".to_owned())
                .spawn(work);
            *thread = spawned.ok();
        }
    }

    fn is_idle(&self) -> bool {
        let thread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for the work, which has been told to end.
    pub(super) fn join(&self) {
        let thread = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A thread that panicked has no result to wait for.
        let _ = thread.map(JoinHandle::join);
    }
}

/// Makes, loads or completes the graph of a space where it wants one; answers at once.
///
/// `seq` is that of the snapshot the space was just loaded from; none later on.
pub(super) fn tend(
    space: &Arc<ServingSpace>,
    options: GraphOptions,
    folder: &Path,
    seq: Option<i64>,
    closing: &Arc<AtomicBool>,
) {
    if !space.graph_worker.is_idle() {
        return;
    }
    let wants = space.read(|index| index.wants_graph(options.from));
    let work = if wants {
        space.write(VectorIndex::begin_graph)
    } else {
        None
    };
    if work.is_none() && !space.read(VectorIndex::has_untended) {
        return;
    }
    let (own, closing) = (Arc::clone(space), Arc::clone(closing));
    let folder = folder_of(folder, &space.row).join("graph");
    space.graph_worker.start(move || {
        if let Some(work) = work {
            put_in_place(&own, make(&own, &work, &folder, seq, &closing));
        }
        complete(&own, &closing);
    });
}

/// Loads the graph or builds it, and says why it had to.
fn make(
    space: &ServingSpace,
    work: &GraphWork,
    folder: &Path,
    seq: Option<i64>,
    closing: &AtomicBool,
) -> Result<ReadyGraph, GraphError> {
    let loaded = match seq {
        Some(seq) => work.load(folder, &name(&space.row), seq),
        None => Err(GraphError::Absent),
    };
    match loaded {
        Ok(ready) => return Ok(ready),
        Err(GraphError::Absent) => {}
        Err(error) => {
            tracing::warn!(space = space.row.name, %error, "The graph is built again");
            space.note(&error.to_string());
        }
    }
    work.build(&|_| !closing.load(Ordering::SeqCst))
}

fn put_in_place(space: &ServingSpace, made: Result<ReadyGraph, GraphError>) {
    match made {
        Ok(ready) => space.write(|index| index.adopt_graph(ready)),
        Err(error) => {
            space.write(VectorIndex::give_graph_up);
            if !matches!(error, GraphError::Cancelled) {
                tracing::warn!(space = space.row.name, %error, "Searches go on without a graph");
            }
        }
    }
}

/// Puts what the graph does not know into it, some at a time, so that changes get their turn.
fn complete(space: &ServingSpace, closing: &AtomicBool) {
    while !closing.load(Ordering::SeqCst) {
        let more = space.read(VectorIndex::tend_graph);
        space.write(VectorIndex::note_graph);
        if !more {
            return;
        }
    }
}
