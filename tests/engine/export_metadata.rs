//! What new pictures say of the photos that they were made of.

use std::fs;

use latent_engine::export::{self, Encoding, Export, Form, KeptMetadata, Pattern, Which};
use latent_engine::jobs::{JobState, Report};
use latent_engine::photo::metadata::{self, Metadata};

use crate::painter;
use crate::world::{LONG, World};

/// A sidecar with a place, a caption and a rating.
const SIDECAR: &str = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>
    <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/'
    xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'
    xmp:Rating='4' exif:GPSLatitude='47,22.5N' exif:GPSLongitude='8,32.5E'>
    <dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Z\u{fc}rich</rdf:li></rdf:Alt>
    </dc:description></rdf:Description></rdf:RDF></x:xmpmeta>";

/// A photo that says much, and its tag.
fn world() -> World {
    let world = World::new();
    let shot = painter::Shot {
        camera: "X100",
        taken: "2023:06:30 12:00:00",
        iso: 400,
        ..painter::Shot::default()
    };
    world.write("a.jpg", &painter::with_shot(&painter::photo(1), shot));
    world.write("a.jpg.xmp", SIDECAR.as_bytes());
    world.index();
    crate::tags::add(&world, &[world.id("a.jpg")], &["places/lake"]);
    world
}

/// Exports the photo, and reads what the picture says.
fn exported(world: &World, encoding: Encoding, metadata: KeptMetadata) -> Metadata {
    let output = world.beside(&format!("{encoding:?} {metadata:?}"));
    let export = Export {
        photos: Which::These(vec![(world.id("a.jpg"), None)]),
        crop: None,
        form: Form::Pictures {
            pattern: Pattern::read("out").unwrap(),
            encoding,
            long_side_px: Some(300),
            metadata,
        },
        output: output.clone(),
    };
    let job = export::start(world.engine(), export).unwrap();
    let view = world.engine().jobs().wait(job, LONG).unwrap();
    assert_eq!(view.state, JobState::Done, "{:?}", view.error);
    let Some(Report::Export(report)) = view.report else {
        panic!("{:?}", view.report);
    };
    assert!(report.failed.is_empty(), "{report:?}");
    let ending = match encoding {
        Encoding::Jpeg { .. } => "out.jpg",
        Encoding::Png => "out.png",
    };
    metadata::read(&fs::read(output.join(ending)).unwrap())
}

#[test]
fn new_pictures_say_what_is_known_and_no_place_where_none_is_wanted() {
    let world = world();
    assert_eq!(world.photo("a.jpg").camera.lat, Some(47.375));
    for encoding in [Encoding::Jpeg { quality: 80 }, Encoding::Png] {
        let said = exported(&world, encoding, KeptMetadata::All);
        assert_eq!(said.taken_at, Some(1_688_126_400));
        assert_eq!(
            (said.camera.as_deref(), said.iso),
            (Some("X100"), Some(400))
        );
        assert_eq!(said.caption.as_deref(), Some("Z\u{fc}rich"));
        assert_eq!((said.lat, said.orientation), (Some(47.375), 1));
        let packet = String::from_utf8(said.packets.concat()).unwrap();
        for words in ["places|lake", "xmp:Rating=\"4\"", "Z\u{fc}rich"] {
            assert!(packet.contains(words), "{words}: {packet}");
        }
        let placeless = exported(&world, encoding, KeptMetadata::WithoutPlace);
        assert_eq!((placeless.lat, placeless.lon), (None, None));
        assert_eq!(placeless.camera, said.camera);
        let nothing = exported(&world, encoding, KeptMetadata::Nothing);
        assert_eq!(nothing, Metadata::default());
    }
}
