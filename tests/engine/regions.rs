//! Regions that a person draws: found by their names, written to sidecars, and taken off again.

use std::fs;

use latent_engine::EngineError;
use latent_engine::crop_box::CropBox;
use latent_engine::ids::{PhotoId, RegionId};
use latent_engine::metadata::{self, NewRegion};
use latent_engine::photo::metadata::{Metadata, with_metadata};
use latent_engine::sidecar::{self, RegionKind};
use latent_engine::store::regions::RegionRow;

use crate::painter;
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
    assert_eq!(names(&world, photo), [None]);
    write(&world, photo);
    let sidecar = fs::read_to_string(world.path("a.jpg.xmp")).unwrap();
    assert!(!sidecar.contains("Anna"), "{sidecar}");
    assert_eq!(names(&world, photo), [None]);
}

fn names(world: &World, photo: PhotoId) -> Vec<Option<String>> {
    let shown = shown(world, photo).into_iter();
    shown.map(|(_, row)| row.name).collect()
}

/// A packet with faces of these names, beside each other.
fn packet(names: &[&str]) -> String {
    let face = |(place, name): (u8, &&str)| {
        let area = [0.2 * f64::from(place), 0.25, 0.1, 0.5];
        (RegionKind::Face, Some((*name).to_owned()), area)
    };
    let wanted = sidecar::Wanted {
        regions: (0..).zip(names).map(face).collect(),
        ..sidecar::Wanted::default()
    };
    let packet = sidecar::packet(&wanted, (48, 32), "2024-05-06T07:08:09Z");
    packet.unwrap().unwrap()
}

#[test]
fn a_region_of_a_sidecar_that_is_removed_here_goes_from_it_when_it_is_written() {
    let world = World::new();
    world.write("a.jpg", &painter::photo(1));
    world.write("a.jpg.xmp", packet(&["Anna", "Ben"]).as_bytes());
    world.index();
    let photo = world.id("a.jpg");
    let named =
        |names: &[&str]| -> Vec<_> { names.iter().map(|n| Some((*n).to_owned())).collect() };
    assert_eq!(names(&world, photo), named(&["Anna", "Ben"]));
    let anna = shown(&world, photo)[0].clone();
    assert!(!anna.1.is_own);
    metadata::remove_region(world.engine(), anna.0).unwrap();
    assert_eq!(names(&world, photo), named(&["Ben"]));
    assert!(world.typed("anna").is_empty());
    // It is still in the sidecar, and stays removed when others write there.
    world.write("a.jpg.xmp", packet(&["Anna", "Ben", "Cleo"]).as_bytes());
    world.index();
    assert_eq!(names(&world, photo), named(&["Ben", "Cleo"]));
    write(&world, photo);
    let text = fs::read_to_string(world.path("a.jpg.xmp")).unwrap();
    assert!(
        !text.contains("Anna") && text.contains("Ben") && text.contains("Cleo"),
        "{text}"
    );
    assert_eq!(names(&world, photo), named(&["Ben", "Cleo"]));
    // Whoever puts it there again wants it.
    world.write("a.jpg.xmp", packet(&["Anna", "Ben"]).as_bytes());
    world.index();
    assert_eq!(names(&world, photo), named(&["Anna", "Ben"]));
    // Drawn again it is no longer removed.
    let anna = shown(&world, photo)[0].clone();
    metadata::remove_region(world.engine(), anna.0).unwrap();
    let [x, y, width, height] = anna.1.area.map(|side| side as f32);
    let again = NewRegion {
        area: CropBox::new(x, y, width, height).unwrap(),
        ..drawn(Some("Anna"), 0.5)
    };
    metadata::add_region(world.engine(), photo, &again).unwrap();
    write(&world, photo);
    let text = fs::read_to_string(world.path("a.jpg.xmp")).unwrap();
    assert!(text.contains("Anna") && text.contains("Ben"), "{text}");
}

#[test]
fn a_region_of_the_photos_own_file_is_not_removed() {
    let world = World::new();
    let picture = with_metadata(
        painter::photo(1),
        &Metadata::default(),
        Some(&packet(&["Anna"])),
    );
    world.write("a.jpg", &picture);
    world.write("a.jpg.xmp", packet(&["Anna"]).as_bytes());
    world.index();
    let photo = world.id("a.jpg");
    let refused = metadata::remove_region(world.engine(), shown(&world, photo)[0].0).unwrap_err();
    assert!(
        refused.to_string().contains("never written to"),
        "{refused}"
    );
    assert_eq!(names(&world, photo), [Some("Anna".to_owned())]);
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
