//! A review of copies: how far it is, and its questions, which can be cancelled.

use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use latent_engine::duplicates::{self, CopyKind, CopyQuery, Found};
use latent_engine::ids::{JobId, PhotoId};
use latent_engine::jobs::{JobKind, JobView, Report};
use latent_engine::store::review::Mark;
use latent_engine::{Engine, EngineError};

use crate::copies::{drawn, jpeg};
use crate::painter;
use crate::world::{LONG, World};

/// Three copies of one picture, two of another, and one alone.
fn world() -> World {
    let world = World::new();
    for (name, seed, quality) in [
        ("a1.jpg", 1, 95),
        ("a2.jpg", 1, 85),
        ("a3.jpg", 1, 75),
        ("b1.jpg", 2, 95),
        ("b2.jpg", 2, 80),
        ("c.jpg", 3, 90),
    ] {
        world.write(name, &jpeg(&drawn(seed), quality));
    }
    world.index();
    world
}

fn similar(within_s: Option<u64>) -> CopyQuery {
    CopyQuery {
        kind: CopyKind::Similar,
        within_s,
        ..CopyQuery::default()
    }
}

fn find(engine: &Engine, query: &CopyQuery) -> Result<Found, EngineError> {
    duplicates::find(engine, query, None, 500, None)
}

/// A job that holds up those that look for similar photos.
fn blocked(engine: &Engine) -> JobId {
    let hold = |ctx: &latent_engine::jobs::Ctx| loop {
        ctx.checkpoint()?;
        sleep(Duration::from_millis(5));
    };
    engine
        .jobs()
        .add(JobKind::Group, "Hold".to_owned(), None, hold)
}

/// Waits until a question waits for its turn.
fn waiting(engine: &Engine, other: JobId) -> Vec<JobView> {
    let until = Instant::now() + LONG;
    loop {
        let jobs = engine.jobs().views();
        let jobs: Vec<_> = jobs
            .into_iter()
            .filter(|job| job.kind == JobKind::Group && job.id != other && !job.state.is_ended())
            .collect();
        if !jobs.is_empty() {
            return jobs;
        }
        assert!(Instant::now() < until, "Nothing is looked for");
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn looking_for_similar_photos_is_a_job_that_can_be_cancelled() {
    let world = world();
    let engine = world.engine();
    for query in [similar(None), similar(Some(10))] {
        let other = blocked(engine);
        thread::scope(|scope| {
            let question = scope.spawn(|| find(engine, &query));
            let jobs = waiting(engine, other);
            engine.jobs().cancel(jobs[0].id).unwrap();
            engine.jobs().cancel(other).unwrap();
            let answer = question.join().unwrap();
            assert!(matches!(answer, Err(EngineError::Cancelled)), "{answer:?}");
        });
    }
    let found = find(engine, &similar(None)).unwrap();
    assert_eq!(found.group_count, 2, "asked again it answers: {found:?}");
}

#[test]
fn who_asks_the_same_waits_for_the_same_job() {
    let world = world();
    let engine = world.engine();
    let other = blocked(engine);
    thread::scope(|scope| {
        let one = scope.spawn(|| find(engine, &similar(None)));
        waiting(engine, other);
        let two = scope.spawn(|| duplicates::progress(engine, &similar(None)));
        sleep(Duration::from_millis(50));
        let jobs = waiting(engine, other);
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        assert!(jobs[0].quiet);
        engine.jobs().cancel(other).unwrap();
        assert_eq!(one.join().unwrap().unwrap().group_count, 2);
        assert_eq!(two.join().unwrap().unwrap().groups, 2);
        let job = engine.jobs().wait(jobs[0].id, LONG).unwrap();
        assert!(matches!(job.report, Some(Report::Grouped(2))), "{job:?}");
        let last = &job.progress;
        assert_eq!(last.phase.name(), "Putting groups together");
        assert_eq!((last.phase.number(), last.phase.count()), (2, 2));
        assert_eq!(
            last.total, None,
            "no bar stands full while groups are put together"
        );
    });
    assert!(
        engine
            .jobs()
            .listed()
            .iter()
            .all(|job| job.kind != JobKind::Group || job.id == other),
        "it is forgotten when it ended well"
    );
}

#[test]
fn frames_are_compared_with_those_taken_soon_after() {
    let world = World::new();
    let picture = painter::photo(1);
    for (number, taken) in [
        "2023:06:30 12:00:00",
        "2023:06:30 12:00:10",
        "2023:06:30 12:01:00",
        "2023:06:30 12:01:10",
    ]
    .into_iter()
    .enumerate()
    {
        let shot = painter::Shot {
            taken,
            ..painter::Shot::default()
        };
        world.write(
            &format!("{number}.jpg"),
            &painter::with_shot(&picture, shot),
        );
    }
    world.index();
    let sizes = |within_s| {
        let found = find(world.engine(), &similar(Some(within_s))).unwrap();
        let mut sizes: Vec<usize> = found.groups.iter().map(|one| one.photos.len()).collect();
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sizes(70), [4]);
    assert_eq!(sizes(10), [2, 2]);
    assert_eq!(sizes(9), [0; 0]);
}

#[test]
fn a_group_is_decided_when_one_stays_for_certain() {
    let world = world();
    let near = CopyQuery::default();
    let decided = |marks: &[(usize, Option<Mark>)]| {
        let found = find(world.engine(), &near).unwrap();
        let group = found
            .groups
            .iter()
            .find(|group| group.photos.len() == 3)
            .unwrap();
        let ids: Vec<PhotoId> = group.photos.iter().map(|photo| photo.member.id).collect();
        duplicates::mark(world.engine(), &ids, None).unwrap();
        for (place, mark) in marks {
            duplicates::mark(world.engine(), &[ids[*place]], *mark).unwrap();
        }
        duplicates::progress(world.engine(), &near).unwrap().decided
    };
    let (keep, remove, skip) = (Some(Mark::Keep), Some(Mark::Remove), Some(Mark::Skip));
    assert_eq!(decided(&[]), 0);
    assert_eq!(decided(&[(0, remove)]), 0);
    assert_eq!(decided(&[(0, remove), (1, remove)]), 1, "the third stays");
    assert_eq!(decided(&[(0, keep), (1, remove), (2, keep)]), 1);
    assert_eq!(decided(&[(0, remove), (1, remove), (2, skip)]), 0);
    assert_eq!(
        decided(&[(0, remove), (1, remove), (2, remove)]),
        0,
        "one has to stay"
    );
}
