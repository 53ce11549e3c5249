//! Stars given by hand: each change tells what was there, stays through reading again, and is written to
//! sidecars where that is wanted.

use std::time::Duration;

use latent_engine::EngineError;
use latent_engine::ids::PhotoId;
use latent_engine::jobs::JobState;
use latent_engine::metadata::{self, RatingChange};

use crate::world::World;

const LONG: Duration = Duration::from_secs(60);

fn rate(world: &World, photos: &[PhotoId], rating: Option<i32>) -> Vec<RatingChange> {
    metadata::rate(world.engine(), photos, rating).unwrap()
}

fn change(before: Option<i32>, photos: &[PhotoId]) -> RatingChange {
    RatingChange {
        before,
        photos: photos.to_vec(),
    }
}

fn two() -> (World, [PhotoId; 2]) {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    let ids = ["a.jpg", "b.jpg"].map(|name| world.id(name));
    (world, ids)
}

#[test]
fn a_rating_tells_what_was_there_and_can_be_taken_back() {
    let (world, [a, b]) = two();
    assert_eq!(rate(&world, &[b], Some(2)), [change(None, &[b])]);
    let done = rate(&world, &[a, b], Some(4));
    assert_eq!(done, [change(None, &[a]), change(Some(2), &[b])]);
    assert_eq!(rate(&world, &[a, b], Some(4)), []);
    assert_eq!(world.typed("rating:4").len(), 2);
    for undone in done {
        rate(&world, &undone.photos, undone.before);
    }
    assert_eq!(world.typed("rating:2"), ["b.jpg"]);
    assert_eq!(world.typed("no:rating"), ["a.jpg"]);
}

#[test]
fn a_rating_stays_when_the_file_is_read_again() {
    let (mut world, [a, _]) = two();
    rate(&world, &[a], Some(5));
    let content = std::fs::read(world.path("a.jpg")).unwrap();
    world.write("a.jpg", &[content.as_slice(), b"changed"].concat());
    world.index();
    world.reopen();
    assert_eq!(world.typed("rating:5"), ["a.jpg"]);
}

#[test]
fn a_rating_goes_to_the_sidecar_and_off_it() {
    let (world, [a, _]) = two();
    metadata::set_writing(world.engine(), true).unwrap();
    let stars = |rating| -> Option<i32> {
        rate(&world, &[a], rating);
        // The job that the change has begun, or one that finds nothing left to write.
        let job = metadata::start(world.engine(), &[a]).unwrap();
        let ended = world.engine().jobs().wait(job, LONG).unwrap();
        assert_eq!(ended.state, JobState::Done, "{ended:?}");
        let shown = metadata::show(world.engine(), a).unwrap();
        shown.sidecar.and_then(|said| said.rating)
    };
    assert_eq!(stars(Some(3)), Some(3));
    assert_eq!(stars(Some(1)), Some(1));
    assert_eq!(stars(None), None);
}

#[test]
fn a_wrong_rating_and_an_unknown_photo_change_nothing() {
    let (world, [a, _]) = two();
    for rating in [-2, 6] {
        let outcome = metadata::rate(world.engine(), &[a], Some(rating));
        assert!(
            matches!(outcome, Err(EngineError::Invalid { .. })),
            "{rating}: {outcome:?}"
        );
    }
    let outcome = metadata::rate(world.engine(), &[a, PhotoId(99)], Some(1));
    assert!(
        matches!(outcome, Err(EngineError::NotFound { .. })),
        "{outcome:?}"
    );
    assert_eq!(world.typed("no:rating").len(), 2);
}
