//! Our own steps: building, starting from the snapshot, and searching beside the plain scan.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use half::f16;
use latent_engine::ids::PhotoId;
use latent_engine::index::{By, Candidates, Nearest, Stamp, VectorIndex};
use latent_engine::photo_set::PhotoSet;

use crate::data::{K, Space};
use crate::goals;
use crate::lines::{Line, Measured, tell, tell_figure};
use crate::plain::{self, Truth};
use crate::table::percentile;

/// Queries that one side answers before the other has its turn: other work on the machine
/// disturbs both alike.
const TURN: usize = 20;

/// Name of the plain scan's rows.
const PLAIN: &str = "plain f32 scan";
/// Names of the two ways to search without a filter.
const SCAN: &str = "ours, by scan";
const GRAPH: &str = "ours, by graph";
/// What the snapshot bears.
const TOKEN: &str = "bench";

/// Takes a step over the space in a folder.
///
/// # Errors
/// There is no such step, or it fails.
pub fn step(name: &str, folder: &Path) -> Result<()> {
    let space = Space::open(folder)?;
    match name {
        "build" => build(&space),
        "start" => start(&space),
        "search" => search(&space),
        "graph" => graph(&space),
        _ => bail!("No step {name}"),
    }
}

/// Fills an index, learns its codes and keeps it; looks for the true nearest in the same pass.
fn build(space: &Space) -> Result<()> {
    let mut index = VectorIndex::create(&kept(space), space.about.dim)?;
    let mut truth = Truth::begin(space)?;
    let mut filling = Duration::ZERO;
    space.each_block(|first, rows| {
        let halves: Vec<f16> = rows.iter().copied().map(f16::from_f32).collect();
        let started = Instant::now();
        for (id, row) in (first..).zip(halves.chunks_exact(space.about.dim)) {
            index.fill(PhotoId(id as i64), row)?;
        }
        filling += started.elapsed();
        truth.see(first, rows);
        Ok(())
    })?;
    space.put_truth(&truth.end()?)?;
    let started = Instant::now();
    let learnt = index.retrain();
    index.adopt(learnt);
    let learning = started.elapsed();
    let started = Instant::now();
    index.save(&kept(space), &stamp(space))?;
    let saving = started.elapsed();
    let extra = format!(
        "filling {:.2}, learning {:.2}; {} threads; saving takes {:.2} more",
        filling.as_secs_f64(),
        learning.as_secs_f64(),
        rayon::current_num_threads(),
        saving.as_secs_f64()
    );
    let total = (filling + learning).as_secs_f64();
    tell_figure("ours: build", total, "s", extra)
}

/// Starts as the program does, with a snapshot: how soon it answers, and what it holds then.
fn start(space: &Space) -> Result<()> {
    let queries = space.queries()?;
    let before = resident_bytes();
    let started = Instant::now();
    let index = load(space)?;
    let loaded = started.elapsed();
    if let Some(query) = queries.chunks_exact(space.about.dim).next() {
        index.search(query, K, Candidates::All)?;
    }
    let ready = started.elapsed().as_secs_f64();
    let extra = format!("of it loading the snapshot {:.3}", loaded.as_secs_f64());
    tell_figure(goals::READY, ready, "s", extra)?;
    for query in queries.chunks_exact(space.about.dim) {
        index.search(query, K, Candidates::All)?;
    }
    let own = index.bytes_a_photo();
    tell_figure(
        "ours: codes and slots",
        own,
        "bytes a photo",
        "as it counts",
    )?;
    match before.zip(resident_bytes()) {
        Some((before, after)) => {
            let each = (after - before) / space.about.count as f64;
            let extra = format!("after {} queries", space.about.queries);
            tell_figure(goals::RESIDENT, each, "bytes a photo", extra)
        }
        None => tell(&Line::Skipped {
            name: goals::RESIDENT.to_owned(),
            why: "not measured on this system".to_owned(),
        }),
    }
}

/// Builds a graph with one thread and asks it and the scan in turns, without a filter.
fn graph(space: &Space) -> Result<()> {
    let mut scanned = load(space)?;
    let mut graphed = load(space)?;
    let work = graphed
        .begin_graph()
        .context("the rows are not in a file")?;
    let started = Instant::now();
    let ready = work.build(&|_| true)?;
    let extra = "one thread";
    tell_figure(
        "ours: build of the graph",
        started.elapsed().as_secs_f64(),
        "s",
        extra,
    )?;
    graphed.adopt_graph(ready);
    graphed.always_ask_graph(true);
    scanned.give_graph_up();
    let rows = space.vectors()?;
    let queries = space.queries()?;
    let queries: Vec<&[f32]> = queries.chunks_exact(space.about.dim).collect();
    let (mut scan, mut graph) = (Side::new(), Side::new());
    for queries in queries.chunks(TURN) {
        for (index, side) in [(&scanned, &mut scan), (&graphed, &mut graph)] {
            for query in queries {
                side.time(|| Ok(index.search(query, K, Candidates::All)?))?;
            }
        }
    }
    let truth = space.truth(0)?;
    let asked = graph
        .answers
        .iter()
        .filter(|found| found.by == By::Graph)
        .count();
    let p50s = [percentile(&scan.ms, 50), percentile(&graph.ms, 50)];
    let extra = format!("× {:.1}, the graph answered {asked}", p50s[0] / p50s[1]);
    for (name, side, extra) in [(SCAN, scan, String::new()), (GRAPH, graph, extra)] {
        let found: Vec<Vec<i64>> = side.answers.iter().map(ids_of).collect();
        tell(&Line::Measured(Measured {
            name: with_threads(name),
            filter: 0,
            ms: side.ms,
            recall: recall(&rows, &queries, &truth, &found),
            extra,
        }))?;
    }
    // A scan takes longer in step with the vectors; a graph hardly does.
    let meet = space.about.count as f64 * p50s[1] / p50s[0];
    let extra = "where the scan takes as long as this graph";
    tell_figure(
        "ours: vectors from which a graph pays, at least",
        meet,
        "",
        extra,
    )
}

/// Searches with every filter, taking turns with the plain scan.
fn search(space: &Space) -> Result<()> {
    let index = load(space)?;
    let rows = space.vectors()?;
    let queries = space.queries()?;
    let queries: Vec<&[f32]> = queries.chunks_exact(space.about.dim).collect();
    for filter in 0..space.about.filters.len() {
        let set = space.filter(filter)?;
        let (own, plainly) = take_turns(&index, &rows, &queries, set.as_ref())?;
        let truth = space.truth(filter)?;
        let found: Vec<Vec<i64>> = own.answers.iter().map(ids_of).collect();
        let ratio = percentile(&plainly.ms, 50) / percentile(&own.ms, 50);
        let missed = Missed::count(&index, &rows, &queries, &truth, &own.answers)?;
        for (name, ms, found, extra) in [
            (goals::OURS, own.ms, found, how(&own.answers, &missed)),
            (PLAIN, plainly.ms, plainly.answers, format!("× {ratio:.1}")),
        ] {
            tell(&Line::Measured(Measured {
                name: with_threads(name),
                filter,
                ms,
                recall: recall(&rows, &queries, &truth, &found),
                extra,
            }))?;
        }
    }
    Ok(())
}

/// What one side answered, and how long each answer took.
struct Side<T> {
    ms: Vec<f64>,
    answers: Vec<T>,
}

impl<T> Side<T> {
    fn new() -> Self {
        Self {
            ms: Vec::new(),
            answers: Vec::new(),
        }
    }

    fn time(&mut self, work: impl FnOnce() -> Result<T>) -> Result<()> {
        let started = Instant::now();
        let answer = work()?;
        self.ms.push(started.elapsed().as_secs_f64() * 1e3);
        self.answers.push(answer);
        Ok(())
    }
}

/// Asks the index and the plain scan the same, of the photos in a set or of all.
fn take_turns(
    index: &VectorIndex,
    rows: &[f32],
    queries: &[&[f32]],
    set: Option<&PhotoSet>,
) -> Result<(Side<Nearest>, Side<Vec<i64>>)> {
    let candidates = set.map_or(Candidates::All, Candidates::Only);
    let ids = set.map(|set| set.iter().map(|id| id.0 as usize).collect::<Vec<_>>());
    // Not timed: the first touch of every page of the file costs more.
    for query in queries.iter().take(TURN) {
        index.search(query, K, candidates)?;
    }
    let (mut own, mut plainly) = (Side::new(), Side::new());
    for turn in queries.chunks(TURN) {
        for query in turn {
            own.time(|| Ok(index.search(query, K, candidates)?))?;
        }
        for query in turn {
            plainly.time(|| Ok(plain::scan(rows, query, ids.as_deref())))?;
        }
    }
    Ok((own, plainly))
}

fn with_threads(name: &str) -> String {
    match rayon::current_num_threads() {
        1 => name.to_owned(),
        threads => format!("{name}, {threads} threads"),
    }
}

/// How the answers were found, how many originals were looked at, and why some were missed.
fn how(answers: &[Nearest], missed: &Missed) -> String {
    let by = answers.first().map(|answer| match answer.by {
        By::ExactScan => "exact scan",
        By::CodeScan => "code scan",
        By::Graph => "graph",
    });
    let looked_at: u64 = answers.iter().map(|answer| answer.rescored).sum();
    let each = looked_at / answers.len().max(1) as u64;
    let found = format!("{}, {each} originals looked at", by.unwrap_or_default());
    match (missed.by_code, missed.by_rounding) {
        (0, 0) => found,
        (code, rounding) => format!("{found}; missed {code} by codes, {rounding} by f16"),
    }
}

/// True nearest that were not found, over all queries.
#[derive(Default)]
struct Missed {
    /// Nearer than what was found, also in f16: the code ruled it out.
    by_code: usize,
    /// Not so near once it is f16, as it is stored.
    by_rounding: usize,
}

impl Missed {
    fn count(
        index: &VectorIndex,
        rows: &[f32],
        queries: &[&[f32]],
        truth: &[Vec<i64>],
        answers: &[Nearest],
    ) -> Result<Self> {
        let mut own = Self::default();
        for ((query, truth), answer) in queries.iter().zip(truth).zip(answers) {
            let found = ids_of(answer);
            if plain::count_found(rows, query, truth, &found) == truth.len() {
                continue;
            }
            let missing = truth.iter().filter(|id| !found.contains(id));
            let missing: Vec<PhotoId> = missing.copied().map(PhotoId).collect();
            let farthest = answer.neighbours.last().map(|one| one.cosine);
            for cosine in index.cosines(query, &missing)? {
                let nearer = cosine > farthest;
                own.by_code += usize::from(nearer);
                own.by_rounding += usize::from(!nearer);
            }
        }
        Ok(own)
    }
}

/// Share of the true nearest of all queries that were found.
fn recall(rows: &[f32], queries: &[&[f32]], truth: &[Vec<i64>], found: &[Vec<i64>]) -> f64 {
    let each = queries.iter().zip(truth).zip(found);
    let kept: usize = each
        .map(|((query, truth), found)| plain::count_found(rows, query, truth, found))
        .sum();
    kept as f64 / truth.iter().map(Vec::len).sum::<usize>().max(1) as f64
}

fn ids_of(answer: &Nearest) -> Vec<i64> {
    answer.neighbours.iter().map(|one| one.id.0).collect()
}

fn load(space: &Space) -> Result<VectorIndex> {
    let tokens = [TOKEN.to_owned()];
    let loaded = VectorIndex::load(&kept(space), space.about.dim, &space.about.name, &tokens)?;
    Ok(loaded.index)
}

fn stamp(space: &Space) -> Stamp {
    Stamp {
        space: space.about.name.clone(),
        token: TOKEN.to_owned(),
        seq: 0,
    }
}

/// Where the index is kept.
fn kept(space: &Space) -> PathBuf {
    space.folder.join("index")
}

/// Memory of this process that is no file's, where the system tells.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kb: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kb * 1024.0)
}
