//! Searching by a part of a picture.

use image::RgbImage;
use latent_engine::EngineError;
use latent_engine::crop_box::CropBox;
use latent_engine::engine::PictureSource;
use latent_engine::search::{self, Crop, Query};

use crate::painter;
use crate::world::{World, like};

/// Four pictures, and a mosaic of them in a folder of its own.
fn world() -> World {
    let world = World::new();
    for seed in 0..8 {
        world.write(&format!("{seed}.jpg"), &painter::photo(seed));
    }
    let mut mosaic = RgbImage::new(800, 600);
    for part in 0..4_u64 {
        let picture = painter::picture(part, 400, 300);
        let (x, y) = (part as i64 % 2 * 400, part as i64 / 2 * 300);
        image::imageops::replace(&mut mosaic, &picture, x, y);
    }
    world.write("mosaic.jpg", &painter::jpeg(&mosaic));
    world.index();
    world
}

/// The box of a part of the mosaic, in pixels.
fn pixels(part: u32) -> [f32; 4] {
    [
        (part % 2) as f32 * 400.0,
        (part / 2) as f32 * 300.0,
        400.0,
        300.0,
    ]
}

fn boxed(source: PictureSource, crop: Crop) -> Query {
    let mut query = like(source);
    query.images[0].crop = Some(crop);
    query
}

#[test]
fn a_box_finds_the_photo_that_is_that_part() {
    let world = world();
    for part in 0..4 {
        for source in [
            PictureSource::Photo(world.id("mosaic.jpg")),
            PictureSource::File(world.path("mosaic.jpg")),
            PictureSource::Bytes(std::fs::read(world.path("mosaic.jpg")).unwrap().into()),
        ] {
            let page = world.search(&boxed(source, Crop::Pixels(pixels(part))));
            assert_eq!(
                page.hits[0].photo,
                world.id(&format!("{part}.jpg")),
                "{part}"
            );
            assert!(page.hits[0].distance.unwrap() < 0.05, "{:?}", page.hits[0]);
        }
    }
}

#[test]
fn the_colours_of_a_box_are_those_of_its_part() {
    let world = world();
    for part in 0..4 {
        let source = PictureSource::Photo(world.id("mosaic.jpg"));
        let query = Query {
            space: Some("color".into()),
            ..boxed(source, Crop::Pixels(pixels(part)))
        };
        assert_eq!(world.hits(&query)[0], format!("{part}.jpg"));
    }
}

#[test]
fn a_box_in_pixels_equals_the_same_box_in_fractions() {
    let world = world();
    let source = PictureSource::Photo(world.id("mosaic.jpg"));
    let fractions = CropBox::new(0.5, 0.0, 0.5, 0.5).unwrap();
    let one = world.search(&boxed(source.clone(), Crop::Fractions(fractions)));
    let other = world.search(&boxed(source, Crop::Pixels(pixels(1))));
    let distances = |page: &search::Page| {
        page.hits
            .iter()
            .map(|hit| (hit.photo, hit.distance))
            .collect::<Vec<_>>()
    };
    assert_eq!(distances(&one), distances(&other));
}

#[test]
fn a_box_over_the_edge_is_clipped_and_one_outside_is_refused() {
    let world = world();
    let photo = PictureSource::Photo(world.id("mosaic.jpg"));
    let over = boxed(photo.clone(), Crop::Pixels([400.0, 300.0, 4000.0, 3000.0]));
    assert_eq!(world.hits(&over)[0], "3.jpg");
    for bad in [
        [800.0, 0.0, 10.0, 10.0],
        [-50.0, 0.0, 20.0, 20.0],
        [0.0, 0.0, 0.0, 10.0],
        [0.0, 0.0, -5.0, 10.0],
        [f32::NAN, 0.0, 10.0, 10.0],
        [0.0, 0.0, f32::INFINITY, 10.0],
    ] {
        for source in [photo.clone(), PictureSource::File(world.path("mosaic.jpg"))] {
            let answer = search::search(world.engine(), &boxed(source, Crop::Pixels(bad)));
            assert!(
                matches!(answer, Err(EngineError::Box(_))),
                "{bad:?}: {answer:?}"
            );
        }
    }
}

#[test]
fn a_box_of_one_pixel_is_a_box() {
    let world = world();
    let source = PictureSource::Photo(world.id("mosaic.jpg"));
    let page = world.search(&boxed(source, Crop::Pixels([799.0, 599.0, 1.0, 1.0])));
    assert_eq!(page.hits.len(), 9);
}

#[test]
fn a_box_on_an_unknown_photo_is_not_found() {
    let world = world();
    let source = PictureSource::Photo(latent_engine::ids::PhotoId(99));
    for crop in [
        Crop::Pixels(pixels(0)),
        Crop::Fractions(CropBox::new(0.0, 0.0, 0.5, 0.5).unwrap()),
    ] {
        let answer = search::search(world.engine(), &boxed(source.clone(), crop));
        assert!(
            matches!(answer, Err(EngineError::NotFound { .. })),
            "{answer:?}"
        );
    }
}

#[test]
fn a_crop_and_an_export_show_the_part() {
    let world = world();
    let id = world.id("mosaic.jpg");
    let crop = CropBox::from_pixels(pixels(2), 800, 600).unwrap();
    let jpeg = world.engine().crop_jpeg(id, crop, 2000).unwrap();
    let page = world.search(&like(PictureSource::Bytes(jpeg.into())));
    assert_eq!(page.hits[0].photo, world.id("2.jpg"));
    let out = world.beside("part.png");
    let source = PictureSource::Photo(id);
    let size = world
        .engine()
        .export_crop(&source, Some(crop), &out, false)
        .unwrap();
    assert_eq!(
        (size, image::image_dimensions(&out).unwrap()),
        ((400, 300), (400, 300))
    );
    let again = world.engine().export_crop(&source, Some(crop), &out, false);
    assert!(matches!(again, Err(EngineError::AlreadyExists { .. })));
    assert!(
        world
            .engine()
            .export_crop(&source, None, &out, true)
            .is_ok()
    );
    assert_eq!(image::image_dimensions(&out).unwrap(), (800, 600));
}
