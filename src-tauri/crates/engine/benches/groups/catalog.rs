//! A catalog of photos of which some are copies, and photos that come to it.

use std::path::Path;

use anyhow::{Context as _, Result};
use latent_engine::near::{self, Print};
use rayon::prelude::*;
use rusqlite::{Connection, Statement, Transaction, params};

use super::drawn::draw;

/// Photos whose pictures are drawn at once.
const TURN: usize = 16_384;

/// A photo to be written.
#[derive(Clone, Copy)]
pub struct Made {
    pub id: i64,
    pub picture: i64,
    /// What the picture is drawn from; its copies share it.
    pub seed: i64,
    /// Photos with equal contents are equal byte by byte.
    pub content: i64,
    pub width: i64,
}

impl Made {
    fn print(&self) -> Result<Vec<u8>> {
        let changed = (self.picture != self.seed).then_some(self.picture as u64);
        Ok(Print::of(&draw(self.seed as u64, changed)?).to_bytes())
    }
}

/// Writes a catalog of so many photos, and answers them by id.
///
/// # Errors
/// As SQLite.
pub fn make(catalog: &Path, photos: i64) -> Result<Vec<Made>> {
    let mut connection = Connection::open(catalog)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    let tx = connection.transaction()?;
    tx.execute_batch(
        "INSERT INTO library (name) VALUES ('Photos');
         INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');",
    )?;
    let (made, pairs) = plan(photos);
    for turn in made.chunks(TURN) {
        let prints: Vec<Vec<u8>> = turn.par_iter().map(Made::print).collect::<Result<_>>()?;
        let mut put = Put::new(&tx)?;
        for (one, print) in turn.iter().zip(&prints) {
            put.photo(one, print)?;
        }
    }
    let mut put = tx.prepare("INSERT INTO near_pair VALUES (?1, ?2, ?3, 1)")?;
    for (a, b) in pairs {
        put.execute(params![a, b, 0.9 + (b % 10) as f64 / 100.0])?;
    }
    tx.execute("UPDATE picture SET paired = 1", [])?;
    drop(put);
    tx.commit().context("the catalog")?;
    Ok(made)
}

/// Photos, and the pairs of their pictures.
fn plan(photos: i64) -> (Vec<Made>, Vec<(i64, i64)>) {
    let (mut made, mut pairs) = (Vec::new(), Vec::new());
    let (mut id, mut next) = (0, 0);
    while id < photos {
        // One draw in forty is a group, of two to five.
        let form = next % 40;
        next += 1;
        let size = if form == 0 { 2 + next / 40 % 4 } else { 1 };
        let first = id + 1;
        let is_exact = form == 0 && next / 40 % 3 == 0;
        for member in 0..size.min(photos - id) {
            id += 1;
            let picture = if is_exact { first } else { id };
            made.push(Made {
                id,
                picture,
                seed: first,
                content: picture,
                width: 4000 - member * 500,
            });
            // A chain of three and more lacks the pairs of its ends.
            let from = if next / 40 % 2 == 0 {
                first
            } else {
                (id - 1).max(first)
            };
            pairs.extend((from..id).filter(|_| !is_exact).map(|other| (other, id)));
        }
    }
    (made, pairs)
}

/// Writes a photo as an index job does, in one transaction.
///
/// # Errors
/// As SQLite.
pub fn come(connection: &mut Connection, made: &Made) -> Result<()> {
    let print = made.print()?;
    let tx = connection.transaction()?;
    Put::new(&tx)?.photo(made, &print)?;
    Ok(tx.commit()?)
}

/// The statements that write a photo.
struct Put<'a> {
    picture: Statement<'a>,
    print: Statement<'a>,
    photo: Statement<'a>,
}

impl<'a> Put<'a> {
    fn new(tx: &'a Transaction<'_>) -> Result<Self> {
        Ok(Self {
            picture: tx.prepare(
                "INSERT OR IGNORE INTO picture (id, pixel_hash, print_version) VALUES (?1, ?2, ?3)",
            )?,
            print: tx.prepare("INSERT OR IGNORE INTO print (picture_id, value) VALUES (?1, ?2)")?,
            photo: tx.prepare(INSERT)?,
        })
    }

    fn photo(&mut self, made: &Made, print: &[u8]) -> Result<()> {
        let id = made.id;
        let pixels = blake3::hash(&made.picture.to_le_bytes());
        self.picture
            .execute(params![made.picture, pixels.as_bytes(), near::VERSION])?;
        self.print.execute(params![made.picture, print])?;
        let content = blake3::hash(&(made.content * 3).to_le_bytes());
        let rating = (id % 7 == 0).then_some(id % 6);
        self.photo.execute(params![
            id,
            format!("f{}/IMG_{id}.jpg", id / 500),
            format!("/f{}", id / 500),
            format!("IMG_{id}.jpg"),
            1_000_000 + id * 7919 % 9_000_000,
            content.as_bytes(),
            made.width,
            rating,
            made.picture,
            made.seed * 900
        ])?;
        Ok(())
    }
}

const INSERT: &str = "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, \
    bytes, mtime_ns, content_hash, format, width, height, taken_at, camera, rating, picture_id, \
    sharpness, decode_version, added_at) \
    VALUES (?1, 1, 1, CAST(?2 AS BLOB), ?2, ?3, ?4, ?5, 1, ?6, 'jpeg', ?7, 3000, ?10, 'Canon EOS', ?8, ?9, \
    100.0, 2, 1)";
