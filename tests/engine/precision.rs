//! A model in f32 or in bytes: chosen by looking at pictures, remembered, and never mixed.

use std::path::PathBuf;

use latent_engine::embed::encoder::Precision;
use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};
use latent_engine::engine::models::{self, ModelView};
use latent_engine::engine::precision::PrecisionChoice;
use latent_engine::search;

use crate::painter;
use crate::world::World;

fn photos(count: u32) -> World {
    let world = World::with(&[]);
    for number in 1..=count {
        world.write(&format!("{number}.jpg"), &painter::photo(number.into()));
    }
    world
}

fn model(world: &World) -> PathBuf {
    let folder = world.beside("model");
    write_random_checkpoint(&folder, 3, &Shape::tiny()).unwrap();
    folder
}

fn take(world: &World, choice: PrecisionChoice) -> ModelView {
    models::use_model(world.engine(), &model(world), choice).unwrap()
}

fn serving(world: &World) -> ModelView {
    let mut listed = models::list(world.engine()).unwrap();
    let view = listed.remove(0);
    assert!(view.in_use);
    view
}

fn vector(world: &World) -> Vec<f32> {
    let described = search::embed_text(world.engine(), "a red boat", None);
    described.unwrap().vector
}

#[test]
fn without_photos_drawn_pictures_are_compared_and_the_next_job_looks_again() {
    let world = photos(14);
    let agreement = take(&world, PrecisionChoice::Auto).agreement.unwrap();
    assert!(!agreement.photos && agreement.pictures > 0, "{agreement:?}");
    assert_eq!(serving(&world).info.unwrap().precision, Precision::Int8);
    world.index();
    let view = serving(&world);
    let agreement = view.agreement.unwrap();
    assert!(
        agreement.photos && agreement.pictures >= 12,
        "{agreement:?}"
    );
    assert!(agreement.least_cosine >= 0.99, "{agreement:?}");
    assert_eq!(
        (view.info.unwrap().precision, view.photos),
        (Precision::Int8, 14)
    );
}

#[test]
fn photos_that_are_there_are_compared_at_once() {
    let world = photos(14);
    world.index();
    let agreement = take(&world, PrecisionChoice::Auto).agreement.unwrap();
    assert!(agreement.photos, "{agreement:?}");
}

#[test]
fn what_was_chosen_holds_after_a_restart() {
    for precision in [Precision::F32, Precision::Int8] {
        let mut world = photos(3);
        take(&world, PrecisionChoice::Always(precision));
        world.index();
        let before = vector(&world);
        world.reopen();
        let view = serving(&world);
        assert_eq!((view.info.unwrap().precision, view.photos), (precision, 3));
        assert_eq!(vector(&world), before);
        assert!(view.agreement.is_none(), "nothing was compared");
    }
}

#[test]
fn another_precision_is_built_beside_the_one_that_serves() {
    let mut world = photos(3);
    take(&world, PrecisionChoice::Always(Precision::Int8));
    world.index();
    let of_bytes = vector(&world);
    let view = take(&world, PrecisionChoice::Always(Precision::F32));
    assert!(!view.in_use && view.photos == 0, "{view:?}");
    assert_eq!(vector(&world), of_bytes);
    world.reopen();
    assert_eq!(vector(&world), of_bytes);
    assert_eq!(serving(&world).info.unwrap().precision, Precision::Int8);
    world.index();
    let view = serving(&world);
    assert_eq!(
        (view.info.unwrap().precision, view.photos),
        (Precision::F32, 3)
    );
    assert_ne!(vector(&world), of_bytes);
    assert_eq!(models::list(world.engine()).unwrap().len(), 1);
}
