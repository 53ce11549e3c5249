//! Regions of copies that go: the one that stays takes them over, until it is undone.

use image::imageops::{self, FilterType};
use latent_engine::cleaning;
use latent_engine::cleanup::plan::MergeRegion;
use latent_engine::duplicates::{CopyKind, CopyQuery};
use latent_engine::ids::PhotoId;
use latent_engine::metadata;

use crate::cleaning::{apply, plan, query, undo};
use crate::painter;
use crate::regions::{drawn, shown};
use crate::world::World;

/// A picture, the same file, and a smaller one of it.
fn world() -> World {
    let picture = painter::picture(1, 480, 320);
    let world = World::new();
    world.write("a/one.jpg", &painter::jpeg(&picture));
    // Files of one job come in any order; this one is known before them.
    world.index();
    world.write("b/same.jpg", &painter::jpeg(&picture));
    let small = imageops::resize(&picture, 240, 160, FilterType::Lanczos3);
    world.write("c/small.jpg", &painter::jpeg(&small));
    world.index();
    world
}

fn names(world: &World, photo: PhotoId) -> Vec<Option<String>> {
    let shown = shown(world, photo).into_iter();
    shown.map(|(_, region)| region.name).collect()
}

#[test]
fn regions_of_the_same_pixels_are_taken_over_and_given_back() {
    let world = world();
    let [one, same, small] = ["a/one.jpg", "b/same.jpg", "c/small.jpg"].map(|name| world.id(name));
    let draw = |photo, name: &str, x| {
        metadata::add_region(world.engine(), photo, &drawn(Some(name), x)).unwrap();
    };
    draw(one, "Anna", 0.0);
    draw(same, "Anna", 0.0);
    draw(same, "Ben", 0.5);
    draw(small, "Cleo", 0.75);
    let near = CopyQuery {
        kind: CopyKind::Near,
        ..query()
    };
    let plan = plan(&world, &near, false);
    let merge = &plan.groups[0].merge;
    let ben = MergeRegion {
        kind: "face".to_owned(),
        name: Some("Ben".to_owned()),
        x: 0.5,
        y: 0.25,
        width: 0.25,
        height: 0.5,
    };
    assert_eq!(
        (merge.regions.as_slice(), merge.regions_left),
        ([ben].as_slice(), 1)
    );
    let read = latent_engine::cleanup::CleanupPlan::parse(&serde_json::to_string(&plan).unwrap());
    assert_eq!(read.unwrap(), plan);
    let report = apply(&world, plan);
    assert_eq!(
        names(&world, one),
        [Some("Anna".to_owned()), Some("Ben".to_owned())]
    );
    assert_eq!(world.typed("Ben"), ["one.jpg"]);
    undo(&world, &report.session_id, None);
    assert_eq!(names(&world, one), [Some("Anna".to_owned())]);
    assert_eq!(
        names(&world, same),
        [Some("Anna".to_owned()), Some("Ben".to_owned())]
    );
    assert_eq!(world.typed("Ben"), ["same.jpg"]);
}

#[test]
fn regions_at_any_fractions_are_given_back() {
    let world = world();
    let same = world.id("b/same.jpg");
    for number in 0..20_u8 {
        let region = drawn(
            Some(&format!("p{number}")),
            0.0073 + 0.031 * f32::from(number),
        );
        metadata::add_region(world.engine(), same, &region).unwrap();
    }
    // As it comes from a file: text that was read.
    let text = serde_json::to_string(&plan(&world, &query(), false)).unwrap();
    let plan = latent_engine::cleanup::CleanupPlan::parse(&text).unwrap();
    let report = apply(&world, plan);
    let one = world.id("a/one.jpg");
    assert_eq!(names(&world, one).len(), 20);
    undo(&world, &report.session_id, None);
    assert_eq!(names(&world, one), []);
    assert_eq!(names(&world, same).len(), 20);
}

#[test]
fn a_region_that_a_plan_has_made_up_is_refused_and_nothing_goes() {
    let world = world();
    metadata::add_region(world.engine(), world.id("b/same.jpg"), &drawn(None, 0.5)).unwrap();
    let mut plan = plan(&world, &query(), false);
    plan.groups[0].merge.regions[0].width = 7.0;
    let report = apply(&world, plan);
    assert_eq!((report.files, report.skipped.len()), (0, 1));
    let (_, reason) = &report.skipped[0];
    assert!(reason.contains("cannot be drawn"), "{reason}");
    assert!(world.path("b/same.jpg").exists());
    let sessions = cleaning::list(world.engine()).unwrap();
    assert_eq!(sessions[0].files, 0);
}
