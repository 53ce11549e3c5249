//! A seeded catalog of some hundred photos: no pictures, only rows, words, tags and vectors.

use std::collections::BTreeSet;

use half::f16;
use rusqlite::params;

use crate::embed::visual;
use crate::engine::Engine;
use crate::ids::PhotoId;
use crate::search::{Hit, Query, search};
use crate::store::{StoreError, tags, text, vectors};

pub(super) const PHOTOS: usize = 400;
pub(super) const WORDS: [&str; 5] = ["boat", "lake", "night", "red", "tower"];
pub(super) const TAGS: [&str; 6] = ["a", "b/x", "b/y", "c", "d", "e"];

pub(super) struct Photo {
    pub(super) id: PhotoId,
    pub(super) vector: Option<Vec<f32>>,
    /// Words by column: file name, folder, tags, camera.
    pub(super) name: BTreeSet<&'static str>,
    pub(super) folder: BTreeSet<&'static str>,
    pub(super) camera: Option<String>,
    pub(super) rating: i64,
    pub(super) tags: BTreeSet<&'static str>,
    pub(super) gone: bool,
}

pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) photos: Vec<Photo>,
    pub(super) random: Random,
    _folder: tempfile::TempDir,
}

/// Xorshift (Marsaglia 2003).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % below
    }

    pub(super) fn some(&mut self, of: &[&'static str], percent: usize) -> BTreeSet<&'static str> {
        of.iter()
            .copied()
            .filter(|_| self.below(100) < percent)
            .collect()
    }

    pub(super) fn vector(&mut self, near: Option<&[f32]>) -> Vec<f32> {
        let mut vector: Vec<f32> = (0..visual::DIM)
            .map(|place| {
                let noise = self.below(2001) as f32 / 1000.0 - 1.0;
                near.map_or(noise, |near| near[place] * 8.0 + noise)
            })
            .collect();
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|v| *v /= norm);
        // As they are stored.
        vector
            .into_iter()
            .map(|v| f16::from_f32(v).to_f32())
            .collect()
    }
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut random = Random(seed);
        let centres: Vec<Vec<f32>> = (0..8).map(|_| random.vector(None)).collect();
        let photos: Vec<Photo> = (1..=PHOTOS)
            .map(|id| Photo {
                id: PhotoId(id as i64),
                vector: (id % 17 != 0)
                    .then(|| random.vector(centres.get(id % 8).map(Vec::as_slice))),
                name: random.some(&WORDS, 35),
                folder: random.some(&WORDS, 25),
                camera: [None, Some("X1"), Some("X2"), Some("lake 5")][random.below(4)]
                    .map(str::to_owned),
                rating: random.below(6) as i64,
                tags: random.some(&TAGS, 40),
                gone: id % 29 == 0,
            })
            .collect();
        let engine = Engine::open(folder.path()).unwrap();
        engine
            .store()
            .write(|tx| fill(tx, &photos, engine.spaces().visual_id()))
            .unwrap();
        drop(engine);
        let engine = Engine::open(folder.path()).unwrap();
        Self {
            engine,
            photos,
            random,
            _folder: folder,
        }
    }

    /// Adds a photo like another one, with all words and tags.
    pub(super) fn add_like(&mut self, like: usize) {
        let id = PhotoId(self.photos.len() as i64 + 1);
        let photo = Photo {
            id,
            vector: self.photos[like].vector.clone(),
            name: WORDS.into_iter().collect(),
            folder: WORDS.into_iter().collect(),
            camera: Some("X1".to_owned()),
            rating: 5,
            tags: TAGS.into_iter().collect(),
            gone: false,
        };
        let space = self.engine.spaces().visual_id();
        let one = [photo];
        self.engine
            .store()
            .write(|tx| fill(tx, &one, space))
            .unwrap();
        self.engine.follow_vectors().unwrap();
        let [photo] = one;
        self.photos.push(photo);
    }

    pub(super) fn pages(&mut self, query: &Query, limit: usize, grow: bool) -> Vec<(PhotoId, Hit)> {
        let mut query = Query {
            limit: Some(limit),
            ..query.clone()
        };
        let mut hits = Vec::new();
        loop {
            let page = search(&self.engine, &query).unwrap();
            hits.extend(page.hits.into_iter().map(|hit| (hit.photo, hit)));
            let Some(cursor) = page.next_cursor else {
                return hits;
            };
            query.cursor = Some(cursor);
            if grow {
                let like = self.random.below(PHOTOS);
                self.add_like(like);
            }
        }
    }
}

fn fill(
    tx: &crate::store::Transaction<'_>,
    photos: &[Photo],
    space: i64,
) -> Result<(), StoreError> {
    tx.execute_batch(
        "INSERT OR IGNORE INTO library (id, name) VALUES (1, 'Photos');
         INSERT OR IGNORE INTO root (id, library_id, path, shown_path) VALUES (1, 1, x'2f', '/');",
    )?;
    for photo in photos {
        let join = |words: &BTreeSet<&str>| words.iter().copied().collect::<Vec<_>>().join(" ");
        let (name, folder) = (
            format!("{:04} {}", photo.id.0, join(&photo.name)),
            join(&photo.folder),
        );
        tx.execute(
            "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, bytes, \
             mtime_ns, content_hash, format, width, height, camera, rating, decode_version, \
             added_at, missing_since, taken_at) VALUES (?1, 1, 1, ?10, ?3, ?4, ?2, 1, 0, x'00', 'jpeg', \
             3, 2, ?5, ?6, 1, ?7, ?8, ?9)",
            params![
                photo.id.0,
                name,
                format!("/{folder}/{name}"),
                folder,
                photo.camera,
                photo.rating,
                photo.id.0 / 7,
                photo.gone.then_some(1),
                (photo.id.0 % 3 > 0).then_some(photo.id.0 * 7919 % 1000 * 86_400),
                name.as_bytes(),
            ],
        )?;
        for tag in &photo.tags {
            tags::add(tx, photo.id, tag)?;
        }
        text::refresh(tx, photo.id)?;
        if let Some(vector) = &photo.vector {
            let vector: Vec<f16> = vector.iter().map(|v| f16::from_f32(*v)).collect();
            vectors::put(tx, space, photo.id, &vector)?;
        }
    }
    Ok(())
}
