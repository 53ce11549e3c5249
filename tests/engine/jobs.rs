//! Jobs while they run: progress, pause, cancel, searches beside them, and closing the engine.

use std::thread::sleep;
use std::time::{Duration, Instant};

use latent_engine::EngineError;
use latent_engine::engine::PictureSource;
use latent_engine::events::Event;
use latent_engine::ids::JobId;
use latent_engine::ingest;
use latent_engine::jobs::{JobState, JobView, Phase};
use latent_engine::library::folders;
use latent_engine::search::Query;

use crate::painter;
use crate::world::{LONG, World, counts, done, like};

/// Enough for a job to be caught at work.
const MANY: u64 = 150;

/// A library of large pictures that differ in their last bytes only.
fn slow() -> World {
    let world = World::new();
    let picture = painter::jpeg(&painter::picture(1, 1600, 1200));
    for number in 0..MANY {
        let content = [picture.as_slice(), &number.to_le_bytes()].concat();
        world.write(&format!("{number:03}.jpg"), &content);
    }
    world
}

fn start(world: &World) -> JobId {
    ingest::start(world.engine(), None, false).unwrap()
}

/// Waits until a job has read some files.
fn at_work(world: &World, job: JobId) -> JobView {
    let until = Instant::now() + LONG;
    loop {
        let view = world.engine().jobs().view(job).unwrap();
        assert!(!view.state.is_ended(), "The job was too quick: {view:?}");
        assert!(Instant::now() < until, "The job never got to work");
        if view.progress.phase == Phase::Read && view.progress.done > 0 {
            return view;
        }
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_cancelled_job_keeps_what_it_read_and_the_next_one_does_the_rest() {
    let world = slow();
    let job = start(&world);
    at_work(&world, job);
    world.engine().jobs().cancel(job).unwrap();
    let view = world.engine().jobs().wait(job, LONG).unwrap();
    assert_eq!((view.state, view.error), (JobState::Cancelled, None));
    let kept = world.all().len() as u64;
    assert!(kept > 0 && kept < MANY, "{kept}");
    let rest = world.index();
    assert_eq!(counts(&rest), [MANY, MANY - kept, 0, 0, 0, 0]);
    let ended = world.engine().jobs().cancel(job).unwrap();
    assert_eq!(ended.state, JobState::Cancelled);
}

#[test]
fn a_paused_job_holds_still_and_goes_on_when_resumed() {
    let world = slow();
    let job = start(&world);
    at_work(&world, job);
    let jobs = world.engine().jobs();
    assert_eq!(jobs.pause(job).unwrap().state, JobState::Paused);
    // Files that were being read when it was paused are still committed.
    sleep(Duration::from_millis(2500));
    let (held, photos) = (jobs.view(job).unwrap(), world.all().len());
    sleep(Duration::from_millis(800));
    let still = jobs.view(job).unwrap();
    assert_eq!(
        (still.state, still.progress.done),
        (JobState::Paused, held.progress.done)
    );
    assert!(still.progress.done < MANY && world.all().len() == photos);
    assert_eq!(jobs.resume(job).unwrap().state, JobState::Running);
    assert_eq!(done(jobs.wait(job, LONG).unwrap()).photos, MANY);
    assert_eq!(jobs.pause(job).unwrap().state, JobState::Done);
}

#[test]
fn a_paused_job_can_be_cancelled() {
    let world = slow();
    let job = start(&world);
    at_work(&world, job);
    world.engine().jobs().pause(job).unwrap();
    world.engine().jobs().cancel(job).unwrap();
    assert_eq!(
        world.engine().jobs().wait(job, LONG).unwrap().state,
        JobState::Cancelled
    );
}

#[test]
fn progress_counts_up_to_its_total_and_tells_the_time_left() {
    let world = slow();
    let events = world.engine().subscribe();
    let job = start(&world);
    let end = world.engine().jobs().wait(job, LONG).unwrap();
    assert_eq!(end.progress.done, MANY);
    assert_eq!(
        (end.progress.total, end.progress.seconds_left),
        (Some(MANY), None)
    );
    let views: Vec<JobView> = events
        .try_iter()
        .filter_map(|event| match event {
            Event::Job(view) if view.id == job => Some(*view),
            _ => None,
        })
        .collect();
    let places: Vec<_> = views
        .iter()
        .map(|v| (v.progress.phase, v.progress.done))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(views.iter().all(|v| {
        v.progress
            .total
            .is_none_or(|total| v.progress.done <= total)
    }));
    let at_work = |v: &&JobView| v.progress.phase == Phase::Read && v.progress.done > 0;
    let reading: Vec<_> = views.iter().filter(at_work).collect();
    assert!(reading.len() > 2, "{places:?}");
    assert!(
        reading
            .iter()
            .any(|v| v.progress.seconds_left.is_some_and(|s| s > 0.0))
    );
    assert!(reading.iter().any(|v| {
        v.progress
            .current
            .as_deref()
            .is_some_and(|c| c.ends_with(".jpg"))
    }));
    assert_eq!(views.last().unwrap().state, JobState::Done);
}

#[test]
fn searches_answer_while_a_job_runs() {
    let world = slow();
    crate::world::write(&world.beside("first/needle.jpg"), &painter::photo(9));
    let first = folders::add(world.engine(), Some("First"), &[world.beside("first")], &[]).unwrap();
    let job = ingest::start(world.engine(), Some(first.id), false).unwrap();
    done(world.engine().jobs().wait(job, LONG).unwrap());
    let needle = world.all()[0].id;
    let job = start(&world);
    let (mut answers, mut most) = (0, 0);
    while !world.engine().jobs().view(job).unwrap().state.is_ended() {
        let pictures = like(PictureSource::Bytes(painter::photo(9).into()));
        let page = world.search(&pictures);
        assert_eq!(page.hits[0].photo, needle);
        let words = Query {
            text: Some("needle".into()),
            ..Query::default()
        };
        assert_eq!(world.search(&words).hits[0].photo, needle);
        assert!(page.found.total >= most, "Photos went away while indexing");
        most = page.found.total;
        answers += 1;
    }
    done(world.engine().jobs().view(job).unwrap());
    assert!(answers > 0);
    assert_eq!(
        world
            .search(&like(PictureSource::Photo(needle)))
            .found
            .total,
        MANY + 1
    );
}

#[test]
fn a_job_is_not_started_twice_and_waits_for_the_one_before() {
    let world = slow();
    crate::world::write(&world.beside("other/a.jpg"), &painter::photo(9));
    let other = folders::add(world.engine(), Some("Other"), &[world.beside("other")], &[]).unwrap();
    let job = start(&world);
    assert_eq!(start(&world), job);
    let next = ingest::start(world.engine(), Some(other.id), false).unwrap();
    let third = ingest::start(world.engine(), Some(world.library), false).unwrap();
    assert_ne!(job, next);
    at_work(&world, job);
    let jobs = world.engine().jobs();
    assert_eq!(jobs.view(next).unwrap().state, JobState::Queued);
    jobs.cancel(third).unwrap();
    jobs.cancel(job).unwrap();
    done(jobs.wait(next, LONG).unwrap());
    assert_eq!(jobs.wait(third, LONG).unwrap().state, JobState::Cancelled);
    let order: Vec<_> = jobs.views().into_iter().map(|view| view.id).collect();
    assert_eq!(order, [third, next, job]);
}

#[test]
fn an_unknown_job_or_library_is_not_found() {
    let world = World::new();
    let jobs = world.engine().jobs();
    for answer in [
        jobs.view(JobId(9)),
        jobs.cancel(JobId(9)),
        jobs.pause(JobId(9)),
    ] {
        assert!(matches!(
            answer,
            Err(EngineError::NotFound { what: "job", .. })
        ));
    }
    let refused = ingest::start(
        world.engine(),
        Some(latent_engine::ids::LibraryId(9)),
        false,
    );
    assert!(matches!(
        refused,
        Err(EngineError::NotFound {
            what: "library",
            ..
        })
    ));
}

#[test]
fn closing_the_engine_ends_its_job_and_frees_the_data_folder() {
    let mut world = slow();
    let job = start(&world);
    at_work(&world, job);
    world.reopen();
    let kept = world.all().len() as u64;
    assert!(kept > 0 && kept < MANY, "{kept}");
    assert_eq!(counts(&world.index()), [MANY, MANY - kept, 0, 0, 0, 0]);
}

#[test]
fn a_library_removed_while_it_is_indexed_leaves_nothing_to_find() {
    let world = slow();
    let job = start(&world);
    at_work(&world, job);
    folders::remove(world.engine(), world.library).unwrap();
    let view = world.engine().jobs().wait(job, LONG).unwrap();
    assert!(view.state.is_ended());
    assert_eq!(world.names(), [""; 0]);
    assert!(
        world
            .engine()
            .list_spaces()
            .unwrap()
            .iter()
            .all(|space| space.photos == 0)
    );
    assert_eq!(counts(&world.index()), [0; 6]);
}
