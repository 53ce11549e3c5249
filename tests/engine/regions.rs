//! Regions that a person draws: found by their names, written to sidecars, and taken off again.

use std::fs;

use latent_engine::EngineError;
use latent_engine::crop_box::CropBox;
use latent_engine::ids::{PhotoId, RegionId};
use latent_engine::metadata::{self, NewRegion};
use latent_engine::sidecar::RegionKind;
use latent_engine::store::regions::RegionRow;

use crate::world::{LONG, World};

pub(crate) fn drawn(name: Option<&str>, x: f32) -> NewRegion {
    NewRegion {
        kind: RegionKind::Face,
        name: name.map(str::to_owned),
        area: CropBox::new(x, 0.25, 0.25, 0.5).unwrap(),
    }
}

pub(crate) fn shown(world: &World, photo: PhotoId) -> Vec<(RegionId, RegionRow)> {
    metadata::show(world.engine(), photo).unwrap().regions
}

fn write(world: &World, photo: PhotoId) {
    let job = metadata::start(world.engine(), &[photo]).unwrap();
    world.engine().jobs().wait(job, LONG).unwrap();
}

#[test]
fn a_drawn_region_is_found_by_its_name_until_it_is_removed() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    let photo = world.id("a.jpg");
    let (id, row) =
        metadata::add_region(world.engine(), photo, &drawn(Some(" Anna "), 0.5)).unwrap();
    assert_eq!(row.name.as_deref(), Some("Anna"));
    assert_eq!((row.kind.as_str(), row.is_own), ("face", true));
    assert_eq!(row.area, [0.5, 0.25, 0.25, 0.5]);
    assert_eq!(shown(&world, photo), [(id, row.clone())]);
    assert_eq!(world.typed("anna"), ["a.jpg"]);
    let again = metadata::add_region(world.engine(), photo, &drawn(Some("Anna"), 0.5)).unwrap();
    assert_eq!(again.0, id, "the same region is not there twice");
    let (of, removed) = metadata::remove_region(world.engine(), id).unwrap();
    assert_eq!((of, removed), (photo, row));
    assert!(shown(&world, photo).is_empty());
    assert!(world.typed("anna").is_empty());
}

#[test]
fn a_drawn_region_goes_to_the_sidecar_and_is_one_with_it() {
    let world = World::with(&[("a.jpg", 1)]);
    let photo = world.id("a.jpg");
    let (id, _) = metadata::add_region(world.engine(), photo, &drawn(Some("Anna"), 0.5)).unwrap();
    metadata::add_region(world.engine(), photo, &drawn(None, 0.0)).unwrap();
    write(&world, photo);
    let sidecar = fs::read_to_string(world.path("a.jpg.xmp")).unwrap();
    assert!(sidecar.contains("Anna"), "{sidecar}");
    // Another program touches it, so that it is read again.
    fs::write(world.path("a.jpg.xmp"), sidecar + "\n").unwrap();
    world.index();
    assert_eq!(shown(&world, photo).len(), 2);
    metadata::remove_region(world.engine(), id).unwrap();
    let left = shown(&world, photo);
    let of_file = left.iter().find(|(_, row)| row.name.is_some()).unwrap();
    assert!(!of_file.1.is_own, "the sidecar still has it");
    let refused = metadata::remove_region(world.engine(), of_file.0).unwrap_err();
    assert!(
        matches!(refused, EngineError::Invalid { .. }),
        "{refused:?}"
    );
}

#[test]
fn what_is_not_there_is_refused() {
    let world = World::with(&[("a.jpg", 1)]);
    let unknown = metadata::add_region(world.engine(), PhotoId(99), &drawn(None, 0.5));
    assert!(
        matches!(unknown, Err(EngineError::NotFound { .. })),
        "{unknown:?}"
    );
    let unknown = metadata::remove_region(world.engine(), RegionId(99));
    assert!(
        matches!(unknown, Err(EngineError::NotFound { .. })),
        "{unknown:?}"
    );
}
