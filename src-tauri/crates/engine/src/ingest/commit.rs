//! Writes what was read: rows, words and vectors of a batch in one transaction, then the vectors
//! in memory, then the event.

use half::f16;

use super::read::{Outcome, ReadPhoto, ReadSaid};
use super::{IndexReport, ToRead};
use crate::engine::Engine;
use crate::engine::models::OpenModel;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::io::{self, FileStamp};
use crate::metadata;
use crate::near;
use crate::photo::{Format, VideoKind};
use crate::store::{Transaction, faults, photos, pictures, settings, tags, text, vectors};
use crate::video;

/// Setting: films are in the catalog without a frame of theirs.
const TILES: &str = "tiles";

/// Commits batches and counts what they did.
pub(super) struct Committer<'a> {
    engine: &'a Engine,
    model: Option<&'a OpenModel>,
    report: &'a mut IndexReport,
    /// The number of this job; none before its first batch.
    added_in: Option<i64>,
}

impl<'a> Committer<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        model: Option<&'a OpenModel>,
        report: &'a mut IndexReport,
    ) -> Self {
        Self {
            engine,
            model,
            report,
            added_in: None,
        }
    }

    /// Commits a batch: all of it, or nothing.
    ///
    /// # Errors
    /// [`EngineError`] of the catalog.
    pub(super) fn commit(&mut self, batch: &[Outcome]) -> Result<(), EngineError> {
        let now_s = self.engine.now_s();
        let (mut changed, mut faulty) = (0, false);
        let (mut new, mut lost) = (Vec::new(), Vec::new());
        let mut added_in = self.added_in;
        self.engine.store().write(|tx| {
            let job = match added_in {
                Some(job) => job,
                None => *added_in.insert(photos::next_job(tx)?),
            };
            for outcome in batch {
                match outcome {
                    Outcome::Photo(photo) => {
                        let (id, cured) = self.write(tx, photo, now_s, job)?;
                        faulty |= cured;
                        match photo.file.found.known {
                            Some(_) => changed += 1,
                            None => new.push(id),
                        }
                    }
                    Outcome::Said(said) => {
                        write_said(tx, said)?;
                        changed += 1;
                    }
                    Outcome::Same(file, stamp) => write_same(tx, file, *stamp)?,
                    Outcome::Fault(fault) => {
                        faults::put(tx, fault)?;
                        faulty = true;
                    }
                    Outcome::Gone(file) => lost.push(file.found.place.root_id),
                }
            }
            Ok::<_, EngineError>(())
        })?;
        self.engine.follow_vectors()?;
        self.added_in = added_in;
        let added = new.len() as u64;
        self.report.added += added;
        self.report.new.extend(new);
        self.report.changed += changed;
        self.report.lost.extend(lost);
        let mut kinds = Vec::new();
        if added + changed > 0 {
            kinds.extend([Kind::Photos, Kind::Libraries]);
        }
        if faulty {
            kinds.push(Kind::Faults);
        }
        self.engine.events().changed(&kinds);
        Ok(())
    }

    /// Answers the photo, and whether a fault was cured.
    fn write(
        &self,
        tx: &Transaction<'_>,
        photo: &ReadPhoto,
        now_s: i64,
        added_in: i64,
    ) -> Result<(PhotoId, bool), EngineError> {
        let record = &photo.record;
        if photo.is_tile {
            settings::set(tx, TILES, Some("1"))?;
        }
        let id = match photo.file.found.known {
            Some((id, _)) => {
                photos::update(tx, id, record)?;
                if !photo.is_same {
                    vectors::clear_photo(tx, id)?;
                }
                id
            }
            None => photos::insert(tx, record, now_s, added_in)?,
        };
        let mut gathered = photo.gathered.clone();
        if photo.file.found.known.is_none() {
            gathered.in_exif = (None, None);
        }
        let sidecar = metadata::stamp_of(&photo.file.found);
        metadata::take_over(tx, id, &gathered, sidecar)?;
        let cured = faults::clear(tx, record.place.root_id, &record.place.rel_path)?;
        text::refresh(tx, id)?;
        let print = &photo.description.print;
        let picture = pictures::ensure(tx, &photo.pixel_hash, near::VERSION, print)?;
        let file_key = photo.file_key.as_deref();
        pictures::set(tx, id, picture, photo.sharpness, file_key)?;
        let spaces = self.engine.spaces();
        let put = |space: i64, vector: &[f16]| vectors::put(tx, space, id, vector);
        put(spaces.visual_id(), &photo.description.visual)?;
        put(spaces.color_id(), &photo.description.color)?;
        if let (Some(model), Some(vector)) = (self.model, &photo.semantic) {
            put(model.space().id, vector)?;
        }
        Ok((id, cured))
    }
}

/// Takes over what is said of a photo whose picture is what it was.
fn write_said(tx: &Transaction<'_>, said: &ReadSaid) -> Result<(), EngineError> {
    write_same(tx, &said.file, said.stamp)?;
    if let Some((id, _)) = said.file.found.known {
        let sidecar = metadata::stamp_of(&said.file.found);
        metadata::take_over(tx, id, &said.gathered, sidecar)?;
        tags::drop_unused(tx)?;
        text::refresh(tx, id)?;
    }
    Ok(())
}

fn write_same(tx: &Transaction<'_>, file: &ToRead, stamp: FileStamp) -> Result<(), EngineError> {
    if let Some((id, _)) = file.found.known {
        photos::touch(tx, id, stamp.mtime_ns)?;
        pictures::set_file_key(tx, id, io::file_key(&file.found.file).as_deref())?;
        faults::clear(tx, file.found.place.root_id, &file.found.place.rel_path)?;
    }
    Ok(())
}

/// Has films read again that a tile stands for, where frames can be made now.
pub(super) fn retry_tiles(engine: &Engine) -> Result<(), EngineError> {
    let has_tiles = engine
        .store()
        .read(|connection| settings::get(connection, TILES))?
        .is_some();
    if !has_tiles || video::program().is_none() {
        return Ok(());
    }
    engine.store().write(|tx| {
        for kind in VideoKind::ALL {
            photos::read_again(tx, Format::Video(kind).name())?;
        }
        settings::set(tx, TILES, None)?;
        Ok::<_, EngineError>(())
    })
}
