//! How unlike every other photo each photo is, kept current as photos come and go.

use latent_engine::engine::PictureSource;
use latent_engine::search::{self, Sort, Stacks};

use crate::copies::{drawn, jpeg};
use crate::painter::{self, Random};
use crate::world::{World, image};

#[test]
fn uniqueness_is_the_distance_to_the_nearest_other_photo_and_follows_it() {
    let mut world = World::new();
    let mut random = Random(3);
    let mut seeds = Vec::new();
    for number in 0..40 {
        seeds.push(u64::from(random.below(30)));
        world.write(
            &format!("{number}.jpg"),
            &jpeg(&drawn(seeds[number]), 80 + (number % 15) as u8),
        );
        if number % 13 == 12 {
            world.index();
            check_uniqueness(&world);
        }
    }
    world.remove("3.jpg");
    world.remove("7.jpg");
    world.write("11.jpg", &jpeg(&drawn(77), 90));
    world.index();
    check_uniqueness(&world);
    world.reopen();
    world.write("3.jpg", &jpeg(&drawn(seeds[3]), 83));
    world.index();
    check_uniqueness(&world);
    let order = (Sort::Uniqueness, 0);
    let sorted = search::list(world.engine(), None, None, order, Stacks::Each)
        .unwrap()
        .shapes;
    let values: Vec<f32> = sorted
        .iter()
        .map(|shape| world.engine().photo(shape.id).unwrap().uniqueness.unwrap())
        .collect();
    assert!(values.is_sorted_by(|a, b| a >= b), "{values:?}");
    let copies = world.typed("uniqueness<0.05").len();
    assert_eq!(copies, values.iter().filter(|value| **value < 0.05).count());
    assert!(copies > 4);
}

#[test]
fn many_new_photos_are_measured_together_and_few_after_them_one_by_one() {
    let mut world = World::new();
    let mut random = Random(11);
    let put = |world: &World, number: u32, seed: u32| {
        let picture = painter::picture(u64::from(seed), 96, 64);
        world.write(&format!("{number}.jpg"), &jpeg(&picture, 90));
    };
    for number in 0..560 {
        put(&world, number, random.below(400));
    }
    world.index();
    check_uniqueness(&world);
    for number in (0..560).step_by(37) {
        world.remove(&format!("{number}.jpg"));
        put(&world, 1000 + number, random.below(500));
    }
    world.index();
    check_uniqueness(&world);
    // And many beside those that were measured.
    for number in 2000..2510 {
        put(&world, number, 300 + random.below(500));
    }
    world.index();
    world.reopen();
    check_uniqueness(&world);
}

fn check_uniqueness(world: &World) {
    let photos = world.all();
    let vector = |id| {
        let picture = image(PictureSource::Photo(id), 1.0);
        search::embed_image(world.engine(), &picture, Some("visual"))
            .unwrap()
            .vector
    };
    let vectors: Vec<Vec<f32>> = photos.iter().map(|photo| vector(photo.id)).collect();
    for (place, photo) in photos.iter().enumerate() {
        let others = vectors
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place);
        let cosines = others.map(|(_, other)| {
            vectors[place]
                .iter()
                .zip(other)
                .map(|(a, b)| a * b)
                .sum::<f32>()
        });
        let expect = 1.0 - cosines.fold(0.0_f32, f32::max).clamp(0.0, 1.0);
        let got = photo.uniqueness.unwrap();
        assert!(
            (got - expect).abs() < 2e-3,
            "{}: {got} {expect}",
            photo.path
        );
    }
}
