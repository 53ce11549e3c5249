//! Stacks: one shot in several files is one photo in an answer; what a person says of it is remembered.

use latent_engine::duplicates::{self, CopyKind, CopyQuery};
use latent_engine::engine::PictureSource;
use latent_engine::error::EngineError;
use latent_engine::ids::PhotoId;
use latent_engine::library::folders;
use latent_engine::search::{self, Query, Sort, Stacks};
use latent_engine::stacks::{self, Listing};
use rusqlite::Connection;
use serde_json::json;

use crate::copies;
use crate::painter::{self, Shot};
use crate::world::{World, like};

/// Two shots in three files each, and a photo alone.
fn world() -> World {
    let world = World::new();
    for (seed, folder) in [(1, "one"), (2, "two")] {
        let picture = copies::drawn(seed);
        for (quality, name) in [(95, "IMG_7.CR2"), (90, "img_7.jpg"), (80, "IMG_E7.JPG")] {
            world.write(
                &format!("{folder}/{name}"),
                &copies::jpeg(&picture, quality),
            );
        }
    }
    world.write("one/alone.jpg", &painter::photo(3));
    world.index();
    world
}

/// Names below the root of what the grid shows, sorted.
fn shown(world: &World, filter: Option<&str>) -> Vec<String> {
    let filter = filter.map(|filter| json!(filter));
    let order = (Sort::Name, 0);
    let listing = search::list(world.engine(), None, filter.as_ref(), order, Stacks::Top).unwrap();
    let mut names: Vec<String> = listing
        .shapes
        .iter()
        .map(|shape| name(world, shape.id))
        .collect();
    names.sort();
    names
}

fn name(world: &World, id: PhotoId) -> String {
    let path = world.engine().photo(id).unwrap().path;
    let root = format!("{}/", world.root().display());
    path.strip_prefix(&root).unwrap().to_owned()
}

fn stack(world: &World, photo: &str) -> Vec<String> {
    let photos = stacks::of_photo(world.engine(), world.id(photo)).unwrap();
    photos.iter().map(|one| name(world, one.id)).collect()
}

fn ids(world: &World, names: &[&str]) -> Vec<PhotoId> {
    names.iter().map(|name| world.id(name)).collect()
}

fn groups(world: &World) -> usize {
    let query = CopyQuery {
        kind: CopyKind::Near,
        ..CopyQuery::default()
    };
    let found = duplicates::find(world.engine(), &query, None, 50, None).unwrap();
    found.groups.len()
}

fn catalog(world: &World) -> Connection {
    Connection::open(world.data().join("catalog.db")).unwrap()
}

fn sql(world: &World, sql: &str) -> i64 {
    catalog(world).query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_stack_is_one_photo_in_every_answer() {
    let world = world();
    let tops = ["one/IMG_E7.JPG", "one/alone.jpg", "two/IMG_E7.JPG"];
    assert_eq!(shown(&world, None), tops);
    let listed = Query {
        limit: Some(2),
        ..Query::default()
    };
    let page = world.search(&listed);
    assert_eq!(page.found.total, 3);
    let rest = world.search(&Query {
        cursor: page.next_cursor,
        ..listed.clone()
    });
    let mut hits: Vec<String> = page
        .hits
        .iter()
        .chain(&rest.hits)
        .map(|hit| name(&world, hit.photo))
        .collect();
    hits.sort();
    assert_eq!(hits, tops);
    let sizes: Vec<_> = page
        .hits
        .iter()
        .chain(&rest.hits)
        .map(|hit| hit.stack)
        .collect();
    assert_eq!(sizes.iter().filter(|size| **size == Some(3)).count(), 2);
    assert_eq!(sizes.iter().filter(|size| size.is_none()).count(), 1);
    let counts = search::count_facets(world.engine(), &listed, &[], None).unwrap();
    assert_eq!(counts.total, 3);
    let format = counts
        .facets
        .iter()
        .find(|one| one.field == "format")
        .unwrap();
    assert_eq!(format.values[0].photos, 3);

    let alike = like(PictureSource::Photo(world.id("one/IMG_7.CR2")));
    let page = world.search(&alike);
    assert_eq!((page.hits.len(), page.found.total), (3, 3));
    assert_eq!(name(&world, page.hits[0].photo), "one/IMG_E7.JPG");
    let each = Query {
        stacks: Stacks::Each,
        ..alike.clone()
    };
    assert_eq!(world.search(&each).found.total, 7);
    // Photos that are named are each meant.
    let ranked = Query {
        photos: Some(ids(&world, &["one/IMG_7.CR2", "one/img_7.jpg"])),
        ..alike
    };
    assert_eq!(world.search(&ranked).found.total, 2);
}

#[test]
fn libraries_count_what_their_list_shows() {
    let world = world();
    world.write("../other/single.jpg", &painter::photo(9));
    let other = world.root().join("../other").canonicalize().unwrap();
    folders::add(world.engine(), Some("Other"), &[other], &[]).unwrap();
    world.index();
    let count = |name: &str| {
        let libraries = folders::list(world.engine()).unwrap();
        let library = libraries.iter().find(|one| one.name == name).unwrap();
        let hidden = folders::below_tops(world.engine()).unwrap();
        (library.photos, hidden.get(&library.id).copied())
    };
    let first = folders::list(world.engine()).unwrap();
    let first = first.iter().find(|one| one.name != "Other").unwrap();
    assert_eq!(count(&first.name), (7, Some(4)));
    assert_eq!(count("Other"), (1, None));
    stacks::take_apart(world.engine(), &[world.id("one/img_7.jpg")]).unwrap();
    assert_eq!(count(&first.name), (7, Some(2)));
}

#[test]
fn what_passes_only_below_the_top_is_found_there() {
    let world = world();
    assert_eq!(
        shown(&world, Some("name:cr2")),
        ["one/IMG_7.CR2", "two/IMG_7.CR2"]
    );
    assert_eq!(
        shown(&world, Some("-name:img_e7")),
        ["one/alone.jpg", "one/img_7.jpg", "two/img_7.jpg"]
    );
    assert_eq!(world.typed("cr2"), ["IMG_7.CR2", "IMG_7.CR2"]);
    let query = Query {
        typed: Some("cr2".into()),
        ..Query::default()
    };
    let counts = search::count_facets(world.engine(), &query, &[], None).unwrap();
    assert_eq!((counts.total, world.search(&query).found.total), (2, 2));
}

#[test]
fn a_stack_follows_its_files() {
    let world = world();
    world.remove("one/IMG_E7.JPG");
    world.index();
    assert_eq!(
        stack(&world, "one/IMG_7.CR2"),
        ["one/img_7.jpg", "one/IMG_7.CR2"]
    );
    world.remove("one/img_7.jpg");
    world.index();
    assert!(stack(&world, "one/IMG_7.CR2").is_empty());
    assert_eq!(
        shown(&world, None),
        ["one/IMG_7.CR2", "one/alone.jpg", "two/IMG_E7.JPG"]
    );
    world.rename("two/img_7.jpg", "one/Img_7.jpg");
    world.index();
    assert_eq!(
        stack(&world, "one/IMG_7.CR2"),
        ["one/Img_7.jpg", "one/IMG_7.CR2"]
    );
    assert_eq!(
        stack(&world, "two/IMG_7.CR2"),
        ["two/IMG_E7.JPG", "two/IMG_7.CR2"]
    );
    assert_eq!(sql(&world, "SELECT count(*) FROM stack_due"), 0);
}

#[test]
fn a_photo_whose_top_is_gone_is_shown_before_anything_is_looked_at() {
    let world = world();
    let top = world.id("one/IMG_E7.JPG");
    let hide = "UPDATE photo SET missing_since = 1 WHERE id = ?1";
    catalog(&world).execute(hide, [top.0]).unwrap();
    let names = shown(&world, None);
    assert!(names.contains(&"one/img_7.jpg".to_owned()), "{names:?}");
}

#[test]
fn only_folders_with_news_are_looked_at() {
    let world = world();
    // Whoever looked at the folder again would put this right.
    let wrong = "UPDATE stack_member SET place = place + 5 WHERE photo_id IN \
                 (SELECT id FROM photo WHERE folder LIKE '%two')";
    catalog(&world).execute_batch(wrong).unwrap();
    world.write("one/new.jpg", &painter::photo(9));
    world.index();
    assert_eq!(
        sql(&world, "SELECT count(*) FROM stack_member WHERE place >= 5"),
        3
    );
    world.write("two/new.jpg", &painter::photo(10));
    world.index();
    assert_eq!(
        sql(&world, "SELECT count(*) FROM stack_member WHERE place >= 5"),
        0
    );
}

#[test]
fn a_stack_taken_apart_stays_so_and_can_be_made_again() {
    let mut world = world();
    let members = ["one/IMG_E7.JPG", "one/img_7.jpg", "one/IMG_7.CR2"];
    let photos = ids(&world, &members);
    let apart = stacks::take_apart(world.engine(), &photos[1..2]).unwrap();
    assert_eq!(apart, [photos]);
    assert!(stack(&world, members[0]).is_empty());
    assert_eq!(shown(&world, None).len(), 5);
    // Remembered by content: after a restart, and when the folder has another name.
    world.reopen();
    std::fs::rename(world.path("one"), world.path("three")).unwrap();
    world.index();
    assert!(stack(&world, "three/img_7.jpg").is_empty());
    assert_eq!(shown(&world, None).len(), 5);
    let photos = ids(
        &world,
        &["three/IMG_E7.JPG", "three/img_7.jpg", "three/IMG_7.CR2"],
    );
    let made = stacks::make(world.engine(), &photos).unwrap();
    assert_eq!(made.iter().map(|one| one.id).collect::<Vec<_>>(), photos);
    // That is what the names say anyway: nothing is remembered, and what comes later joins.
    assert_eq!(sql(&world, "SELECT count(*) FROM stack_choice"), 0);
    world.write("three/img_7-edit.jpg", &painter::photo(77));
    world.index();
    assert_eq!(stack(&world, "three/IMG_7.CR2").len(), 4);
}

#[test]
fn a_stack_made_by_hand_outlives_moves() {
    let mut world = world();
    let photos = ids(&world, &["one/alone.jpg", "two/IMG_7.CR2"]);
    stacks::make(world.engine(), &photos).unwrap();
    assert_eq!(
        stack(&world, "two/IMG_7.CR2"),
        ["one/alone.jpg", "two/IMG_7.CR2"]
    );
    // What it was taken from goes on without it.
    assert_eq!(
        stack(&world, "two/img_7.jpg"),
        ["two/IMG_E7.JPG", "two/img_7.jpg"]
    );
    world.rename("one/alone.jpg", "else/where.jpg");
    world.index();
    world.reopen();
    world.index();
    assert_eq!(
        stack(&world, "two/IMG_7.CR2"),
        ["else/where.jpg", "two/IMG_7.CR2"]
    );
    // One of them goes into another stack: nothing stays hidden below it.
    let others = ids(&world, &["else/where.jpg", "one/IMG_E7.JPG"]);
    stacks::make(world.engine(), &others).unwrap();
    assert!(stack(&world, "two/IMG_7.CR2").is_empty());
    assert!(shown(&world, None).contains(&"two/IMG_7.CR2".to_owned()));
}

#[test]
fn what_was_said_can_be_forgotten() {
    let world = world();
    let members = ["one/IMG_E7.JPG", "one/img_7.jpg", "one/IMG_7.CR2"];
    let photos = ids(&world, &members);
    assert_eq!(stacks::forget(world.engine(), &photos).unwrap(), 0);
    let other = world.id("two/IMG_7.CR2");
    stacks::make(world.engine(), &[photos[2], other]).unwrap();
    assert_eq!(stack(&world, members[0]).len(), 2);
    assert_eq!(stacks::forget(world.engine(), &photos[2..]).unwrap(), 1);
    assert_eq!(stack(&world, members[0]), members);
    assert_eq!(stack(&world, "two/IMG_7.CR2").len(), 3);
    assert_eq!(sql(&world, "SELECT count(*) FROM stack_choice"), 0);
}

#[test]
fn copies_of_a_stack_are_a_stack_and_stay_copies() {
    let world = world();
    world.write("backup/alone.jpg", &painter::photo(3));
    world.write("one/pair.jpg", &painter::photo(4));
    world.write("backup/pair.jpg", &painter::photo(4));
    world.write("far/pair.jpg", &painter::photo(4));
    world.index();
    let photos = ids(&world, &["one/alone.jpg", "one/pair.jpg"]);
    stacks::make(world.engine(), &photos).unwrap();
    assert_eq!(
        stack(&world, "one/pair.jpg"),
        ["one/alone.jpg", "one/pair.jpg"]
    );
    assert_eq!(
        stack(&world, "backup/pair.jpg"),
        ["backup/alone.jpg", "backup/pair.jpg"]
    );
    assert!(stack(&world, "far/pair.jpg").is_empty());
    let query = CopyQuery {
        kind: CopyKind::Exact,
        ..CopyQuery::default()
    };
    let found = duplicates::find(world.engine(), &query, None, 50, None).unwrap();
    let mut sizes: Vec<usize> = found
        .groups
        .iter()
        .map(|group| group.photos.len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 3]);
}

#[test]
fn photos_of_one_stack_are_no_copies_of_each_other() {
    let world = World::new();
    world.write("a/IMG_1.NEF", &copies::jpeg(&copies::drawn(1), 95));
    world.write("a/IMG_1.JPG", &copies::jpeg(&copies::drawn(1), 85));
    world.write("a/IMG_1.png", &copies::jpeg(&copies::drawn(1), 75));
    world.write("b/first.jpg", &copies::jpeg(&copies::drawn(2), 95));
    world.write("c/second.jpg", &copies::jpeg(&copies::drawn(2), 80));
    world.index();
    // The RAW file joins picture and PNG, so these two are of one shot as well.
    assert_eq!(stack(&world, "a/IMG_1.NEF").len(), 3);
    assert_eq!(groups(&world), 1);
    let photos = ids(&world, &["b/first.jpg", "c/second.jpg"]);
    stacks::make(world.engine(), &photos).unwrap();
    assert_eq!(groups(&world), 0);
    // Taken apart they are copies again; RAW file and picture are not.
    stacks::take_apart(world.engine(), &photos).unwrap();
    assert_eq!(groups(&world), 1);
}

#[test]
fn a_stack_needs_two_photos_that_are_there() {
    let world = world();
    world.write("one/copy.jpg", &painter::photo(3));
    world.index();
    let one = ids(&world, &["one/alone.jpg"]);
    let copies = ids(&world, &["one/alone.jpg", "one/copy.jpg"]);
    for photos in [&[][..], &one[..], &copies[..]] {
        let refused = stacks::make(world.engine(), photos);
        assert!(
            matches!(refused, Err(EngineError::Invalid { .. })),
            "{refused:?}"
        );
    }
    let unknown = [one[0], PhotoId(9999)];
    let refused = stacks::make(world.engine(), &unknown);
    assert!(matches!(refused, Err(EngineError::NotFound { .. })));
    assert!(stacks::take_apart(world.engine(), &unknown).is_err());
    assert!(stacks::take_apart(world.engine(), &one).unwrap().is_empty());
    assert_eq!(sql(&world, "SELECT count(*) FROM stack_choice"), 0);
}

#[test]
fn a_burst_is_a_view_and_hides_nothing() {
    let world = World::new();
    let taken = [
        "2023:06:30 12:00:00",
        "2023:06:30 12:00:00",
        "2023:06:30 12:00:01",
        "2023:06:30 12:00:09",
    ];
    for (number, taken) in (5..).zip(taken) {
        let shot = Shot {
            camera: "X100",
            taken,
            ..Shot::default()
        };
        let bytes = painter::with_shot(&painter::photo(number), shot);
        world.write(&format!("DSCF000{number}.JPG"), &bytes);
    }
    world.write("DSCF0006.RAF", &painter::photo(99));
    world.index();
    let bursts = stacks::list(world.engine(), Listing::Bursts, Some(world.library), 10, 0).unwrap();
    assert_eq!(bursts.total, 1);
    let names: Vec<String> = bursts.groups[0]
        .iter()
        .map(|one| name(&world, one.id))
        .collect();
    assert_eq!(names, ["DSCF0005.JPG", "DSCF0006.JPG", "DSCF0007.JPG"]);
    assert_eq!(shown(&world, None).len(), 4);
    let grouped = Query {
        group_by: Some("burst".into()),
        sort: Some(Sort::Name),
        ..Query::default()
    };
    assert_eq!(world.hits(&grouped), ["DSCF0005.JPG", "DSCF0008.JPG"]);
    world.remove("DSCF0006.JPG");
    world.index();
    let bursts = stacks::list(world.engine(), Listing::Bursts, None, 10, 0).unwrap();
    assert_eq!((bursts.total, bursts.groups.len()), (0, 0));
}

#[test]
fn a_burst_goes_on_where_numbers_and_folders_begin_anew() {
    let world = World::new();
    let shot = Shot {
        camera: "X100",
        taken: "2023:06:30 12:00:00",
        ..Shot::default()
    };
    let write = |seed: u64, name: &str| {
        let bytes = painter::with_shot(&painter::photo(seed), shot);
        world.write(&format!("DCIM/{name}"), &bytes);
    };
    let listed = || {
        let bursts = stacks::list(world.engine(), Listing::Bursts, None, 10, 0).unwrap();
        let names = bursts.groups.iter().map(|burst| {
            let mut names: Vec<String> = burst.iter().map(|one| name(&world, one.id)).collect();
            names.sort();
            names
        });
        names.collect::<Vec<_>>()
    };
    write(1, "100CANON/IMG_9998.JPG");
    write(2, "100CANON/IMG_9999.JPG");
    world.index();
    assert!(listed().is_empty());
    // The folder before is looked at again.
    write(3, "101CANON/IMG_0001.JPG");
    world.index();
    let shots = |last: &str| {
        let first = "DCIM/100CANON/IMG_9998.JPG";
        let mut names = [first, "DCIM/100CANON/IMG_9999.JPG", last].map(str::to_owned);
        names.sort();
        [names]
    };
    assert_eq!(listed(), shots("DCIM/101CANON/IMG_0001.JPG"));
    let first = world.id("DCIM/100CANON/IMG_9998.JPG");
    let bursts = stacks::list(world.engine(), Listing::Bursts, None, 10, 0).unwrap();
    assert_eq!(bursts.groups[0][0].id, first, "the first shot comes first");
    world.remove("DCIM/101CANON/IMG_0001.JPG");
    world.index();
    assert!(listed().is_empty());
    write(4, "100CANON/IMG_0001.JPG");
    world.index();
    assert_eq!(listed(), shots("DCIM/100CANON/IMG_0001.JPG"));
}

#[test]
fn a_catalog_of_before_is_stacked_at_the_next_look() {
    let mut world = world();
    let as_before = "DELETE FROM stack_member; DELETE FROM stack_due; \
                     INSERT INTO stack_due SELECT DISTINCT folder FROM photo";
    catalog(&world).execute_batch(as_before).unwrap();
    world.reopen();
    world.index();
    let listed = stacks::list(world.engine(), Listing::Stacks, None, 10, 0).unwrap();
    assert_eq!((listed.total, listed.groups.len()), (2, 2));
    assert!(listed.groups.iter().all(|group| group.len() == 3));
}
