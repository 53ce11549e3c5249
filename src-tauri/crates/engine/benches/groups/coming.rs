//! Groups found anew, and what one photo more costs: from the moment its row is in the catalog until the
//! first page of the groups of each kind and the photo's own group are there to be shown.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use latent_engine::Engine;
use latent_engine::duplicates::{self, CopyKind, CopyQuery, Found};
use latent_engine::ids::PhotoId;
use rusqlite::Connection;

use super::catalog::{Made, come, make};
use super::resident_mb;

/// Photos that come one after another.
const COMING: i64 = 200;
/// Groups of a page.
const PAGE: u32 = 50;
const KINDS: [CopyKind; 3] = [CopyKind::Exact, CopyKind::Pixels, CopyKind::Near];

/// Makes a catalog, finds its groups, lets photos come, and finds all groups anew.
///
/// # Errors
/// As the engine; where a new photo is not found, or what was kept current is not what is found anew.
pub fn run(photos: i64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    drop(Engine::open(folder.path())?);
    let catalog = folder.path().join("catalog.db");
    let started = Instant::now();
    let made = make(&catalog, photos)?;
    let made_s = started.elapsed().as_secs_f64();
    println!("{photos} photos made in {made_s:.0} s");
    let engine = Engine::open(folder.path())?;
    let before = resident_mb();
    anew(&engine)?;
    println!("{:>9.0} MB more in memory: groups", resident_mb() - before);
    let before = resident_mb();
    let mut outside = Connection::open(&catalog)?;
    let mut times = Times::default();
    for number in 0..=COMING {
        let (one, of) = next(&made, photos, number).context("a photo")?;
        come(&mut outside, &one)?;
        let took = update(&engine, &one, of)?;
        if number == 0 {
            println!(
                "{:>9.2} s for the first photo after a start, {:.0} MB more in memory: prints",
                took.all() / 1e3,
                resident_mb() - before
            );
        } else {
            times.0.push(took);
        }
    }
    times.print();
    let followed = pages(&engine)?;
    drop((outside, engine));
    let engine = Engine::open(folder.path())?;
    let all_ms = anew(&engine)?;
    ensure!(
        summary(&pages(&engine)?) == summary(&followed),
        "not as found anew"
    );
    let typical = times.part(Took::all, 0.5);
    println!(
        "{:>9.0} times less than finding all groups anew",
        all_ms / typical
    );
    Ok(())
}

/// Finds all groups of all kinds, and answers how long that took, milliseconds.
fn anew(engine: &Engine) -> Result<f64> {
    let mut all_ms = 0.0;
    for kind in KINDS {
        let started = Instant::now();
        let found = page(engine, kind)?;
        let anew_ms = started.elapsed().as_secs_f64() * 1e3;
        all_ms += anew_ms;
        let started = Instant::now();
        page(engine, kind)?;
        let again_ms = started.elapsed().as_secs_f64() * 1e3;
        println!(
            "{:<8} {:>8} groups {:>9} pairs: anew {anew_ms:>7.0} ms, asked again {again_ms:>7.2} ms",
            kind.word(),
            found.group_count,
            found.pairs
        );
    }
    Ok(all_ms)
}

fn query(kind: CopyKind) -> CopyQuery {
    CopyQuery {
        kind,
        ..CopyQuery::default()
    }
}

fn page(engine: &Engine, kind: CopyKind) -> Result<Found> {
    Ok(duplicates::find(engine, &query(kind), None, PAGE, None)?)
}

fn pages(engine: &Engine) -> Result<Vec<Found>> {
    KINDS.into_iter().map(|kind| page(engine, kind)).collect()
}

/// All that a page says of the whole, and its groups.
fn summary(pages: &[Found]) -> Vec<(u64, u64, u64, u64, Vec<&str>)> {
    pages
        .iter()
        .map(|found| {
            let ids = found.groups.iter().map(|group| group.id.as_str());
            (
                found.group_count,
                found.pairs,
                found.photo_count,
                found.reclaimable_bytes,
                ids.collect(),
            )
        })
        .collect()
}

/// The photo that comes, and the one that it is a copy of; none where it is like no other.
fn next(made: &[Made], photos: i64, number: i64) -> Option<(Made, Option<Made>)> {
    let of = made.get((number * 7919 % photos) as usize).copied()?;
    let new = Made {
        id: photos + 1 + number,
        picture: photos + 1 + number,
        content: photos + 1 + number,
        ..of
    };
    Some(match number % 4 {
        0 => (new, Some(of)),
        1 => {
            let (picture, content) = (of.picture, of.content);
            (
                Made {
                    picture,
                    content,
                    ..new
                },
                Some(of),
            )
        }
        2 => {
            let picture = of.picture;
            (Made { picture, ..new }, Some(of))
        }
        _ => {
            let seed = new.picture;
            (Made { seed, ..new }, None)
        }
    })
}

/// Milliseconds of the steps of an update.
struct Took {
    pairs: f64,
    pages: f64,
    own: f64,
}

/// How long one step took, milliseconds.
type Step = fn(&Took) -> f64;

impl Took {
    fn all(&self) -> f64 {
        self.pairs + self.pages + self.own
    }
}

/// Does what follows from a photo that was written until its groups can be shown.
fn update(engine: &Engine, one: &Made, of: Option<Made>) -> Result<Took> {
    let started = Instant::now();
    duplicates::pair_new(engine)?;
    let pairs = started.elapsed().as_secs_f64() * 1e3;
    let started = Instant::now();
    pages(engine)?;
    let pages = started.elapsed().as_secs_f64() * 1e3;
    let started = Instant::now();
    let photo = PhotoId(one.id);
    let near = duplicates::find(engine, &query(CopyKind::Near), Some(photo), PAGE, None)?;
    let own = started.elapsed().as_secs_f64() * 1e3;
    let mut members = near.groups.iter().flat_map(|group| &group.photos);
    let is_found = of.is_none_or(|of| members.any(|photo| photo.member.id.0 == of.id));
    ensure!(
        is_found || one.picture == one.id,
        "photo {} is in no group",
        one.id
    );
    Ok(Took { pairs, pages, own })
}

#[derive(Default)]
struct Times(Vec<Took>);

impl Times {
    fn part(&self, of: impl Fn(&Took) -> f64, part: f64) -> f64 {
        let mut sorted: Vec<f64> = self.0.iter().map(of).collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let place = (sorted.len() as f64 * part) as usize;
        sorted.get(place.min(last)).copied().unwrap_or(f64::NAN)
    }

    fn print(&self) {
        println!("one photo more, of {}:", self.0.len());
        let steps: [(&str, Step); 4] = [
            ("its pairs are found", |took| took.pairs),
            ("first page of each kind", |took| took.pages),
            ("its own group", |took| took.own),
            ("all of it", Took::all),
        ];
        for (name, step) in steps {
            let at = |part| self.part(step, part);
            println!(
                "{name:<28} p50 {:>7.2} ms, p99 {:>7.2} ms, at most {:>7.2} ms",
                at(0.5),
                at(0.99),
                at(1.0)
            );
        }
    }
}
