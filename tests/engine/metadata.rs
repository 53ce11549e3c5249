//! What files and sidecars say is taken over, and what the person did since stays.

use std::fs;
use std::path::PathBuf;

use latent_engine::ids::PhotoId;
use latent_engine::metadata::{self, PhotoMetadata};
use latent_engine::tags;

use crate::painter;
use crate::world::{LONG, World, mtime, set_mtime};

fn packet(rating: Option<i32>, keywords: &[&str], more: &str) -> String {
    let rating = rating.map_or(String::new(), |r| format!("xmp:Rating=\"{r}\""));
    let items: String = keywords
        .iter()
        .map(|k| format!("<rdf:li>{k}</rdf:li>"))
        .collect();
    format!(
        r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
        xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
        xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:own="http://example.invalid/"
        own:note="kept" {rating}><lr:hierarchicalSubject><rdf:Bag>{items}</rdf:Bag>
        </lr:hierarchicalSubject>{more}</rdf:Description></rdf:RDF></x:xmpmeta>"#
    )
}

const FACE: &str = r#"<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
    <rdf:li rdf:parseType="Resource"><mwg-rs:Name>Anna</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
    <mwg-rs:Area stArea:x="0.5" stArea:y="0.25" stArea:w="0.2" stArea:h="0.1" stArea:unit="normalized"/>
    </rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"#;

struct Place {
    world: World,
    sidecar: PathBuf,
    photo: PhotoId,
}

impl Place {
    fn with(packet: &str) -> Self {
        let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
        let photo = world.id("a.jpg");
        let sidecar = world.path("a.xmp");
        let place = Self {
            world,
            sidecar,
            photo,
        };
        place.says(packet);
        place
    }

    /// Another program writes the sidecar.
    fn says(&self, packet: &str) {
        fs::write(&self.sidecar, packet).unwrap();
        self.world.index();
    }

    fn shown(&self) -> PhotoMetadata {
        metadata::show(self.world.engine(), self.photo).unwrap()
    }

    fn tags(&self) -> Vec<String> {
        self.shown().photo.tags
    }

    fn rating(&self) -> Option<i32> {
        self.shown().photo.camera.rating
    }

    fn tag(&self, tag: &str) {
        tags::add(self.world.engine(), &[self.photo], &[tag.to_owned()]).unwrap();
    }

    fn untag(&self, tag: &str) {
        tags::remove(self.world.engine(), &[self.photo], &[tag.to_owned()]).unwrap();
    }

    fn write(&self) -> metadata::WriteReport {
        let job = metadata::start(self.world.engine(), &[self.photo]).unwrap();
        match self.world.engine().jobs().wait(job, LONG).unwrap().report {
            Some(latent_engine::jobs::Report::Metadata(report)) => report,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_sidecar_is_read_with_its_photo_and_when_it_changes() {
    let place = Place::with(&packet(Some(4), &["places|italy|rome", "sea"], FACE));
    assert_eq!(place.tags(), ["places/italy/rome", "sea"]);
    assert_eq!(place.rating(), Some(4));
    assert_eq!(place.world.typed("rating>=4 tag:places"), ["a.jpg"]);
    assert_eq!(place.world.typed("anna"), ["a.jpg"]);
    let [(_, region)] = &place.shown().regions[..] else {
        panic!("one region");
    };
    assert_eq!(region.name.as_deref(), Some("Anna"));
    assert!((region.area[0] - 0.4).abs() < 1e-9 && (region.area[1] - 0.2).abs() < 1e-9);
    place.says(&packet(Some(2), &["places|italy|pisa"], ""));
    assert_eq!(place.tags(), ["places/italy/pisa"]);
    assert_eq!((place.rating(), place.shown().regions.len()), (Some(2), 0));
    fs::remove_file(&place.sidecar).unwrap();
    place.world.index();
    assert_eq!((place.tags(), place.rating()), (vec![], None));
}

#[test]
fn a_photo_that_replaces_another_is_read_with_its_sidecar() {
    let world = World::new();
    let (mut one, mut other) = (painter::photo(1), painter::photo(2));
    let size = one.len().max(other.len());
    one.resize(size, 0);
    other.resize(size, 0);
    world.write("a.jpg", &one);
    world.write("a.xmp", packet(Some(3), &["sea"], "").as_bytes());
    world.index();
    let photo = world.id("a.jpg");
    // Another picture of the same size and time, so that nothing seems to have changed at the place.
    let time = mtime(&world.path("a.jpg"));
    world.rename("a.jpg", "b.jpg");
    world.write("a.jpg", &other);
    set_mtime(&world.path("a.jpg"), time);
    world.index();
    assert_eq!(world.id("b.jpg"), photo);
    let new = world.photo("a.jpg");
    assert_ne!(new.id, photo);
    assert_eq!(
        (new.camera.rating, new.tags),
        (Some(3), vec!["sea".to_owned()])
    );
    let again = world.index();
    assert_eq!((again.added, again.changed), (0, 0));
}

#[test]
fn a_photo_that_moves_to_a_sidecar_is_read_with_it_at_once() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    let photo = world.id("a.jpg");
    world.rename("a.jpg", "c.jpg");
    world.write("c.xmp", packet(Some(3), &["sea"], "").as_bytes());
    let report = world.index();
    assert_eq!((report.moved, report.added), (1, 0));
    let moved = world.photo("c.jpg");
    assert_eq!((moved.id, moved.camera.rating), (photo, Some(3)));
    let again = world.index();
    assert_eq!((again.moved, again.changed), (0, 0));
}

#[test]
fn what_the_person_did_stays_until_the_file_says_something_else() {
    let place = Place::with(&packet(Some(4), &["sea", "draft"], ""));
    place.untag("draft");
    place.tag("mine");
    place.tag("sea");
    // The sidecar changes elsewhere: the tag that was taken off does not come back.
    place.says(&packet(Some(4), &["sea", "draft", "new"], ""));
    assert_eq!(place.tags(), ["mine", "new", "sea"]);
    // What the person put on stays when the keyword goes; what only the file brought goes with it.
    place.says(&packet(Some(4), &["draft"], ""));
    assert_eq!(place.tags(), ["mine", "sea"]);
    // A keyword that went and came back is a new one.
    place.says(&packet(Some(4), &[], ""));
    place.says(&packet(Some(4), &["draft"], ""));
    assert_eq!(place.tags(), ["draft", "mine", "sea"]);
}

#[test]
fn a_sidecar_that_cannot_be_understood_takes_nothing_away() {
    let place = Place::with(&packet(Some(4), &["sea"], ""));
    place.says("<x:xmpmeta cut off");
    assert_eq!(
        (place.tags(), place.rating()),
        (vec!["sea".to_owned()], Some(4))
    );
    assert!(place.shown().problem.is_some());
    place.says(&packet(Some(3), &["sea"], ""));
    assert_eq!((place.shown().problem, place.rating()), (None, Some(3)));
}

#[test]
fn what_is_written_is_no_change_of_somebody_elses() {
    let place = Place::with(&packet(Some(4), &["sea"], ""));
    place.tag("people/anna");
    let report = place.write();
    assert_eq!((report.written, report.failed.len()), (1, 0));
    let text = fs::read_to_string(&place.sidecar).unwrap();
    assert!(
        text.contains("people|anna") && text.contains("own:note=\"kept\""),
        "{text}"
    );
    let changed = place.world.index().changed;
    assert_eq!(
        (changed, place.tags()),
        (0, vec!["people/anna".into(), "sea".into()])
    );
    assert_eq!(place.write().same, 1);
    // In step now: a keyword that another program takes out goes.
    fs::write(
        &place.sidecar,
        text.replace("people|anna", "sea")
            .replace("people/anna", "sea")
            .replace("<rdf:li>anna</rdf:li>", ""),
    )
    .unwrap();
    place.world.index();
    assert_eq!(place.tags(), ["sea"]);
}

#[test]
fn what_another_program_wrote_meanwhile_is_read_before_it_is_written_over() {
    let place = Place::with(&packet(Some(4), &["sea"], ""));
    place.tag("mine");
    fs::write(&place.sidecar, packet(Some(5), &["sea", "theirs"], "")).unwrap();
    assert_eq!(place.write().written, 1);
    assert_eq!(
        (place.tags(), place.rating()),
        (vec!["mine".into(), "sea".into(), "theirs".into()], Some(5))
    );
    assert!(
        fs::read_to_string(&place.sidecar)
            .unwrap()
            .contains("theirs")
    );
}

#[test]
fn changes_are_written_only_where_that_is_wanted() {
    let place = Place::with(&packet(None, &["sea"], ""));
    let before = fs::read(&place.sidecar).unwrap();
    place.tag("one");
    place.world.index();
    assert_eq!(fs::read(&place.sidecar).unwrap(), before);
    metadata::set_writing(place.world.engine(), true).unwrap();
    place.tag("two");
    place.write();
    let text = fs::read_to_string(&place.sidecar).unwrap();
    assert!(text.contains("one") && text.contains("two"));
}

#[test]
fn a_change_that_comes_while_a_sidecar_is_written_is_written_too() {
    let place = Place::with(&packet(None, &["sea"], ""));
    let engine = place.world.engine();
    let tags: Vec<String> = (0..300).map(|n| format!("tag-{n:03}")).collect();
    let mut last = None;
    for tag in &tags {
        place.tag(tag);
        last = Some(metadata::start(engine, &[place.photo]).unwrap());
    }
    let told = engine.jobs().wait(last.unwrap(), LONG).unwrap();
    assert!(told.state.is_ended() && told.error.is_none(), "{told:?}");
    let text = fs::read_to_string(&place.sidecar).unwrap();
    let lacking: Vec<_> = tags.iter().filter(|tag| !text.contains(*tag)).collect();
    assert_eq!(lacking, Vec::<&String>::new());
    place.world.index();
    assert_eq!(place.tags().len(), tags.len() + 1);
}

#[cfg(unix)]
#[test]
fn a_sidecar_that_may_not_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::with(&packet(None, &["sea"], ""));
    place.tag("one");
    fs::set_permissions(&place.sidecar, fs::Permissions::from_mode(0o444)).unwrap();
    let report = place.write();
    assert_eq!((report.written, report.failed.len()), (0, 1));
    assert!(place.shown().write_problem.is_some());
    fs::set_permissions(&place.sidecar, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(place.write().written, 1);
    assert_eq!(place.shown().write_problem, None);
}
