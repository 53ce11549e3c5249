//! Finds the pictures that show the same, as pictures come. A picture is compared once with all that
//! are there; pairs are kept in the catalog.

mod bulk;

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PictureId;
use crate::jobs::{Ctx, Phase};
use crate::near::{self, NearIndex, Prepared, Print};
use crate::store::pictures::{self, NearPair};
use crate::store::{Connection, Store, StoreError};

/// Pictures whose pairs are found and kept together.
const BATCH: u32 = 512;
/// So many waiting pictures that are more than half of all look for their pairs at once.
const MANY: u64 = 32;

/// All prints, ready to be asked for candidates; none before the first question.
#[derive(Default)]
pub(crate) struct Prints {
    index: Mutex<Option<Loaded>>,
}

struct Loaded {
    index: NearIndex,
    /// The last picture that is in it.
    last: PictureId,
}

/// Finds the pairs of the pictures that have none yet.
///
/// # Errors
/// [`EngineError::Cancelled`] with what was found kept; [`EngineError::Store`].
pub(crate) fn run(engine: &Engine, ctx: &Ctx) -> Result<(), EngineError> {
    let store = engine.store();
    let gone = store.write_derived(|tx| pictures::forget_unshown(tx))?;
    let mut loaded = engine
        .prints()
        .index
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(loaded) = loaded.as_mut() {
        for picture in &gone {
            loaded.index.remove(picture.0);
        }
    }
    let waiting = store.read(pictures::count_unpaired)?;
    if waiting == 0 {
        return Ok(());
    }
    ctx.phase(Phase::Pair, Some(waiting))?;
    follow(store, &mut loaded)?;
    if let Some(loaded) = loaded.as_ref()
        && waiting >= MANY
        && waiting * 2 > loaded.index.len() as u64
    {
        return bulk::pair_all(store, &loaded.index, ctx);
    }
    loop {
        let batch = store.read(|connection| pictures::unpaired(connection, BATCH))?;
        if batch.is_empty() {
            return Ok(());
        }
        follow(store, &mut loaded)?;
        let Some(loaded) = loaded.as_ref() else {
            return Ok(());
        };
        let found: Result<Vec<Vec<NearPair>>, StoreError> = batch
            .par_iter()
            .map(|picture| {
                store.read_at_once(|connection| pairs_of(connection, &loaded.index, *picture))
            })
            .collect();
        let pairs: Vec<NearPair> = found?.into_iter().flatten().collect();
        store.write_derived(|tx| pictures::put_pairs(tx, &batch, &pairs))?;
        ctx.advance(batch.len() as u64, None)?;
    }
}

/// Finds the pairs of new pictures as a step of an index job does, for benches.
///
/// # Errors
/// [`EngineError::Internal`] where it failed.
#[cfg(feature = "testing")]
pub fn pair_new(engine: &Engine) -> Result<(), EngineError> {
    use crate::jobs::{JobKind, Report};
    let weak = engine.downgrade();
    let title = "Look for copies".to_owned();
    let job = engine.jobs().add_quiet(JobKind::Index, title, move |ctx| {
        let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
        run(&engine, ctx).map(|()| Report::Grouped(0))
    });
    let ended = engine
        .jobs()
        .wait(job, std::time::Duration::from_secs(600))?;
    match ended.error {
        Some(error) => Err(EngineError::internal(error)),
        None => Ok(()),
    }
}

/// The pictures that show what a print does, with how alike they are.
///
/// # Errors
/// [`EngineError::Store`].
pub(super) fn near_pictures(
    engine: &Engine,
    own: &Print,
    least: f32,
) -> Result<Vec<(PictureId, f32)>, EngineError> {
    let store = engine.store();
    let mut loaded = engine
        .prints()
        .index
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    follow(store, &mut loaded)?;
    let candidates = loaded.as_ref().map(|loaded| loaded.index.candidates(own));
    drop(loaded);
    let own = Prepared::new(own);
    let found = store.read_at_once(|connection| {
        let mut found = Vec::new();
        for other in candidates.unwrap_or_default().into_iter().map(PictureId) {
            let Some(print) = read(connection, other)? else {
                continue;
            };
            let similarity = own.likeness(&print).similarity;
            if similarity >= least {
                found.push((other, similarity));
            }
        }
        Ok::<_, StoreError>(found)
    })?;
    Ok(found)
}

/// Takes in the prints that came since the last time.
fn follow(store: &Store, loaded: &mut Option<Loaded>) -> Result<(), StoreError> {
    let loaded = loaded.get_or_insert_with(|| Loaded {
        index: NearIndex::new(),
        last: PictureId(0),
    });
    let mut last = loaded.last;
    store.read(|connection| {
        pictures::each_print(connection, near::VERSION, last, |id, bytes| {
            if let Some(print) = Print::from_bytes(bytes) {
                loaded.index.insert(id.0, &print);
            }
            last = id;
        })
    })?;
    loaded.last = last;
    Ok(())
}

fn pairs_of(
    connection: &Connection,
    index: &NearIndex,
    picture: PictureId,
) -> Result<Vec<NearPair>, StoreError> {
    let own = pictures::print(connection, picture)?;
    let Some(own) = own.and_then(|bytes| Print::from_bytes(&bytes)) else {
        return Ok(Vec::new());
    };
    let candidates = index.candidates(&own);
    let own = Prepared::new(&own);
    let mut pairs = Vec::new();
    for candidate in candidates {
        let other = PictureId(candidate);
        if other == picture {
            continue;
        }
        let Some(print) = read(connection, other)? else {
            continue;
        };
        pairs.extend(pair((picture, &own), (other, &print)));
    }
    Ok(pairs)
}

/// The pair of two pictures, where they show the same.
fn pair(own: (PictureId, &Prepared<'_>), other: (PictureId, &Print)) -> Option<NearPair> {
    let likeness = own.1.likeness(other.1);
    if likeness.similarity < near::THRESHOLD {
        return None;
    }
    // From the lower to the higher, so that it is the same whichever came last.
    let (a, b, orientation) = if own.0 < other.0 {
        (own.0, other.0, likeness.orientation)
    } else {
        (other.0, own.0, near::inverse(likeness.orientation))
    };
    Some(NearPair {
        a,
        b,
        similarity: likeness.similarity,
        orientation,
    })
}

/// The print of a picture that is in the index, which checked it when it took it in.
fn read(connection: &Connection, picture: PictureId) -> Result<Option<Print>, StoreError> {
    let bytes = pictures::print(connection, picture)?;
    Ok(bytes.and_then(|bytes| Print::from_checked_bytes(&bytes)))
}
