//! Recognises moves that looked like a copy at first: a file is copied to another disk, and the
//! original is removed once the copy is whole. While the disk is watched the copy may have been read
//! as a new photo by then.
//!
//! Only a copy that came lately and that nobody has done anything with is taken for it, and only when
//! the original has been gone for a moment and no news of the disk are left to look at: a file that is
//! being renamed again and again comes back by its name on the disk.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::store::{photos, text};

/// How long a file may take from the copy to the removal, seconds.
const LATELY_S: i64 = 600;
/// How long the original must be gone, seconds.
pub(super) const GONE_S: i64 = 2;

/// Gives photos that are gone the places of their late copies. Answers how many moved.
pub(crate) fn run(engine: &Engine) -> Result<u64, EngineError> {
    let now_s = engine.now_s();
    let late = engine
        .store()
        .read(|connection| photos::late_copies(connection, now_s - LATELY_S, now_s - GONE_S))?;
    if late.is_empty() {
        return Ok(0);
    }
    let mut moved = 0;
    engine.store().write(|tx| {
        for (gone, copy) in &late {
            if photos::take_over(tx, *gone, *copy)? {
                text::remove(tx, *copy)?;
                text::refresh(tx, *gone)?;
                moved += 1;
            }
        }
        Ok::<_, EngineError>(())
    })?;
    engine.follow_vectors()?;
    engine
        .events()
        .changed(&[Kind::Photos, Kind::Tags, Kind::Libraries]);
    Ok(moved)
}
