//! A search from filter to JSON over a made catalog: 1,000,000 photos (or as many as are named) with
//! five tags and a vector of 512 dimensions each, in milliseconds.
//!
//! The catalog is written by SQL in one go and opened as the app opens it, which reads ahead what the
//! counts need while the first queries are asked. Queries are a photo and a filter that passes all,
//! 50, 5, 0.5 and 0.05 % of the photos: asked for the first time, right after a write (of which photos
//! were touched), and once more. Beside the whole: a picture of whose like none pass (a query near
//! nothing), words, tags, lists and counts. In the end six photos of ten become stacks of two, and
//! some of it is asked again; with `stacks` nothing else is.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use half::f16;
use latent_engine::Engine;
use latent_engine::engine::PictureSource;
use latent_engine::ids::PhotoId;
use latent_engine::library::folders;
use latent_engine::search::{self, Query, QueryImage, Sort};
use rusqlite::{Connection, params};
use serde_json::json;

const DIM: usize = 512;
const CLUSTERS: usize = 1000;
const ROUNDS: usize = 40;

/// Filters, and about how many photos in a hundred pass.
const FILTERS: [(&str, &str); 6] = [
    ("all", ""),
    ("50", "rating>=3"),
    ("50, no index", "megapixels>=20"),
    ("5", "tag:half/a"),
    ("0.5", "iso:12800"),
    ("0.05", "tag:rare/one"),
];

fn main() -> Result<()> {
    let photos: usize = std::env::args()
        .skip(1)
        .find_map(|word| word.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    let started = Instant::now();
    drop(Engine::open(folder.path())?);
    make(&folder.path().join("catalog.db"), photos)?;
    println!(
        "{photos} photos made in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    let started = Instant::now();
    let engine = Engine::open(folder.path())?;
    println!("opened in {:.1} s", started.elapsed().as_secs_f64());
    search::read_ahead(&engine)?;
    if !std::env::args().any(|word| word == "stacks") {
        searches(&engine, photos)?;
    }
    in_stacks(engine, folder.path(), photos)
}

/// Queries in pairs, a picture and a list for each filter.
fn filtered(engine: &Engine, photos: usize, filters: &[(&str, &str)]) -> Result<()> {
    println!(
        "{:<37} {:>9} {:>9} {:>9} {:>9} {:>9} {:>10}",
        "milliseconds", "first", "write p50", "write p99", "p50", "p99", "photos"
    );
    for (percent, filter) in filters {
        let query = |round: usize| Query {
            images: vec![like(round * 7919 % photos + 1)],
            filter: (!filter.is_empty()).then(|| (*filter).into()),
            ..Query::default()
        };
        let name = format!("picture, filter passing {percent} %");
        line(engine, &name, query)?;
        let listed = |_| Query {
            images: Vec::new(),
            ..query(0)
        };
        line(engine, &format!("list, filter passing {percent} %"), listed)?;
    }
    Ok(())
}

/// Measures queries and counts over photos of which six in ten are stacks of two, beside the same
/// without stacks.
fn in_stacks(engine: Engine, folder: &Path, photos: usize) -> Result<()> {
    let [all, .., five, _, _] = FILTERS;
    let asked = [all, five];
    println!("no stacks:");
    filtered(&engine, photos, &asked)?;
    counted(&engine)?;
    drop(engine);
    let connection = Connection::open(folder.join("catalog.db"))?;
    connection.execute(
        "INSERT INTO stack_member (photo_id, top_id, place) \
         SELECT id, id - 1 + id % 2, 1 - id % 2 FROM photo WHERE id <= ?1",
        [photos as i64 / 10 * 6],
    )?;
    drop(connection);
    let engine = Engine::open(folder)?;
    println!("six photos of ten in stacks of two:");
    filtered(&engine, photos, &asked)?;
    counted(&engine)
}

/// Measures the counts of the libraries, after a write.
fn counted(engine: &Engine) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        touch(engine, times.len())?;
        let started = Instant::now();
        let libraries = folders::list(engine)?;
        let hidden = folders::below_tops(engine)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(libraries.len() == 1 && hidden.len() <= 1, "{hidden:?}");
    }
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
    println!("{:<37} {median:>9.2}", "libraries and their counts");
    Ok(())
}

/// Measures queries and counts over photos without stacks.
fn searches(engine: &Engine, photos: usize) -> Result<()> {
    filtered(engine, photos, &FILTERS)?;
    let unlike = |round: usize| Query {
        images: vec![like(round * 7920 % photos + 20)],
        filter: Some("-tag:half/a".into()),
        ..Query::default()
    };
    line(engine, "picture, none of its like pass", unlike)?;
    for words in ["rare", "sea", "img"] {
        let query = |round: usize| Query {
            text: Some(words.into()),
            images: vec![like(round * 7919 % photos + 1)],
            ..Query::default()
        };
        line(engine, &format!("picture and the word {words}"), query)?;
    }
    let tagged = |round: usize| Query {
        images: vec![like(round * 7919 % photos + 1)],
        tag_weight: Some(0.3),
        ..Query::default()
    };
    line(engine, "picture and its tags", tagged)?;
    for field in ["camera", "folder", "day"] {
        let grouped = |round: usize| Query {
            images: vec![like(round * 7919 % photos + 1)],
            group_by: Some(field.into()),
            ..Query::default()
        };
        line(engine, &format!("picture, one a {field}"), grouped)?;
    }
    let cut = |round: usize| Query {
        images: vec![like(round * 7919 % photos + 1)],
        auto_cutoff: true,
        ..Query::default()
    };
    line(engine, "picture, cutoff auto", cut)?;
    let shuffled = |round: usize| Query {
        sort: Some(Sort::Random),
        seed: round as u32,
        ..Query::default()
    };
    line(engine, "random", shuffled)?;
    for (percent, filter) in FILTERS {
        let query = Query {
            filter: (!filter.is_empty()).then(|| filter.into()),
            ..Query::default()
        };
        let (mut times, mut total) = (Vec::new(), 0);
        for round in 0..3 {
            if round == 1 {
                touch(engine, round)?;
            }
            let started = Instant::now();
            total = search::count_facets(engine, &query, &[], None)?.total;
            times.push(format!("{:.1}", started.elapsed().as_secs_f64() * 1e3));
        }
        println!(
            "{:<37} {:>9} {:>19} {:>19} {total:>10}",
            format!("facets of {percent} %"),
            times.first().map_or("", String::as_str),
            times.get(1).map_or("", String::as_str),
            times.get(2).map_or("", String::as_str),
        );
    }
    Ok(())
}

/// Writes to 32 photos, as many as are indexed at once: a tag more on each.
fn touch(engine: &Engine, round: usize) -> Result<()> {
    let photos: Vec<PhotoId> = (0..32)
        .map(|i| PhotoId(1 + round as i64 * 32 + i))
        .collect();
    latent_engine::tags::add(engine, &photos, &[format!("bench {round}")])?;
    Ok(())
}

fn like(id: usize) -> QueryImage {
    QueryImage {
        source: PictureSource::Photo(PhotoId(id as i64)),
        crop: None,
        weight: 1.0,
    }
}

/// Measures a kind of query, each right after a write and once more.
fn line(engine: &Engine, name: &str, query: impl Fn(usize) -> Query) -> Result<()> {
    let mut times = [Vec::new(), Vec::new()];
    let mut total = 0;
    for round in 0..ROUNDS {
        let query = query(round);
        touch(engine, round)?;
        for times in &mut times {
            let started = Instant::now();
            let page = search::search(engine, &query)?;
            let hits: Vec<_> = page
                .hits
                .iter()
                .map(|hit| {
                    json!({
                        "photoId": hit.photo.0, "path": hit.path, "distance": hit.distance,
                        "similarity": hit.similarity, "by": hit.by, "group": hit.group,
                    })
                })
                .collect();
            let answer = serde_json::to_string(&hits)?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
            anyhow::ensure!(!answer.is_empty(), "no answer");
            total = page.found.total;
        }
    }
    let first = times
        .first()
        .and_then(|times| times.first())
        .copied()
        .unwrap_or(f64::NAN);
    let [cold, warm] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            times
                .get((times.len() - 1) * percent / 100)
                .copied()
                .unwrap_or(f64::NAN)
        };
        [at(50), at(99)]
    });
    println!(
        "{name:<37} {first:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {total:>10}",
        cold[0], cold[1], warm[0], warm[1]
    );
    Ok(())
}

/// Writes the catalog: rows, tags, words and vectors.
fn make(catalog: &Path, photos: usize) -> Result<()> {
    let mut connection = Connection::open(catalog)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -2_000_000)?;
    let left_out = leave_out(&connection)?;
    let space: i64 =
        connection.query_row("SELECT id FROM space WHERE name = 'visual'", [], |row| {
            row.get(0)
        })?;
    connection.execute(
        "UPDATE space SET dim = ?1 WHERE id = ?2",
        params![DIM as i64, space],
    )?;
    let mut random = Random(11);
    let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| random.unit(None)).collect();
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "INSERT INTO library (id, name) VALUES (1, 'Photos');
         INSERT INTO root (id, library_id, path, shown_path) VALUES (1, 1, x'2f', '/');
         INSERT INTO tag (id, path) VALUES (1, 'half/a'), (2, 'rare/one');
         WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         INSERT INTO tag (id, path) SELECT i, 'places/' || (i % 40) || '/' || i FROM n;",
    )?;
    {
        let mut photo = transaction.prepare(
            "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, bytes, \
             mtime_ns, content_hash, format, width, height, taken_at, camera, lens, iso, aperture, \
             rating, decode_version, added_at, tag_count) VALUES (?1, 1, 1, ?2, ?3, ?4, ?5, 5000000, \
             0, ?6, ?7, ?8, 4000, ?9, ?10, ?11, ?12, 2.8, ?13, 1, ?14, 5)",
        )?;
        let mut tag = transaction.prepare("INSERT OR IGNORE INTO photo_tag VALUES (?1, ?2)")?;
        let mut text = transaction.prepare(
            "INSERT INTO photo_text (rowid, file_name, folder, tags, camera, caption, visual) \
             VALUES (?1, ?2, ?3, ?4, ?5, '', ?6)",
        )?;
        let mut vector = transaction.prepare("INSERT INTO vector VALUES (?1, ?2, ?3)")?;
        for id in 1..=photos {
            let pick = |random: &mut Random, below: u64| (random.bits() % below) as i64;
            let folder = format!(
                "/photos/{}/trip {}",
                2000 + id % 25,
                pick(&mut random, 5000)
            );
            let name = format!("IMG_{id:07}.jpg");
            let camera = format!("Maker X-{}", pick(&mut random, 12));
            let iso = 100 << pick(&mut random, 4);
            let iso = if id % 200 == 0 { 12800 } else { iso };
            photo.execute(params![
                id as i64,
                name.as_bytes(),
                format!("{folder}/{name}"),
                folder,
                name,
                (id as u64).to_le_bytes().repeat(4),
                if id % 10 == 0 { "png" } else { "jpeg" },
                3000 * (1 + pick(&mut random, 2)),
                946_684_800 + pick(&mut random, 750_000_000),
                camera,
                format!("{}mm", 23 + 11 * pick(&mut random, 4)),
                iso,
                pick(&mut random, 6),
                1_700_000_000 + (id / 32) as i64,
            ])?;
            let mut names = String::new();
            for slot in 0..5 {
                let own = match slot {
                    0 if id % 20 == 0 => 1,
                    0 if id % 2000 == 7 => 2,
                    _ => 3 + pick(&mut random, 1998),
                };
                tag.execute([id as i64, own])?;
                names.push_str(&format!("places {} {own} ", own % 40));
            }
            let look = if id % 3 == 0 { "sea blue" } else { "red dark" };
            let rare = if id % 5000 == 0 { "rare" } else { "" };
            text.execute(params![
                id as i64,
                format!("{name} img {id} {rare}"),
                folder,
                names,
                camera,
                look
            ])?;
            let value = random.unit(centres.get(id % CLUSTERS).map(Vec::as_slice));
            let value: Vec<u8> = value
                .iter()
                .flat_map(|v| f16::from_f32(*v).to_le_bytes())
                .collect();
            vector.execute(params![space, id as i64, value])?;
        }
    }
    transaction.commit()?;
    for made_again in left_out {
        connection.execute_batch(&made_again)?;
    }
    connection
        .close()
        .map_err(|(_, error)| error)
        .context("closing the catalog")
}

/// Drops the indexes and triggers that rows are faster written without, and answers what makes them
/// again: a million rows in no order touch a page of each index for every row.
///
/// The log of vectors stays; tags and folders are counted as they are written.
fn leave_out(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT type, name, sql FROM sqlite_master
         WHERE sql IS NOT NULL AND (type = 'index' OR type = 'trigger' AND tbl_name <> 'vector')",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
        ))
    })?;
    let all: Vec<(String, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut left_out = Vec::new();
    for (kind, name, sql) in all {
        connection.execute_batch(&format!("DROP {kind} {name}"))?;
        left_out.push(sql);
    }
    Ok(left_out)
}

/// A small generator (SplitMix64), so that every run makes the same catalog.
///
/// # Source
/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A unit vector, near a centre where one is given.
    fn unit(&mut self, centre: Option<&[f32]>) -> Vec<f32> {
        let mut vector: Vec<f32> = (0..DIM)
            .map(|_| (self.bits() >> 40) as f32 / (1 << 23) as f32 - 1.0)
            .collect();
        if let Some(centre) = centre {
            let spread = 1.0 / (DIM as f32).sqrt();
            vector
                .iter_mut()
                .zip(centre)
                .for_each(|(v, c)| *v = c + *v * spread);
        }
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|v| *v /= norm);
        vector
    }
}
