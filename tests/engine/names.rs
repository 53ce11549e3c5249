//! Names that trip programs up.

use std::ffi::OsString;
use std::fs;

use latent_engine::cache::ThumbSize;
use latent_engine::engine::PictureSource;
use latent_engine::search::Query;

use crate::painter;
use crate::world::{World, counts, like};

/// Hostile names, and a word by which each is found.
fn names() -> Vec<(OsString, &'static str)> {
    let mut names: Vec<(OsString, &str)> = [
        ("  two   spaces .jpg", "spaces"),
        ("quo\"te'd \"double\".jpg", "double"),
        ("line\nbreak.jpg", "break"),
        ("-rf dash.jpg", "dash"),
        ("--help.jpg", "help"),
        ("fox 🦊 face.jpg", "face"),
        ("100% sure.jpg", "sure"),
        ("under_score_here.jpg", "score"),
        ("O'Brien; DROP TABLE photo;--.jpg", "brien"),
        ("straße Ñandú.jpg", "nandu"),
        ("cafe\u{301} combining.jpg", "café"),
        ("海辺.jpg", "海辺"),
        ("tab\there.jpg", "here"),
        ("back\\slash.jpg", "slash"),
        ("star*glob?[x].jpg", "glob"),
        ("rtl\u{202e}gpj.jpg", "rtl"),
        ("AND OR NOT near.jpg", "near"),
        ("trailing dot..jpg", "trailing"),
    ]
    .map(|(name, word)| (OsString::from(name), word))
    .into();
    names.push((format!("long {}.jpg", "n".repeat(246)).into(), "long"));
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        names.push((
            OsString::from_vec(b"latin caf\xe9 one.jpg".to_vec()),
            "latin",
        ));
        names.push((
            OsString::from_vec(b"latin caf\xe8 one.jpg".to_vec()),
            "latin",
        ));
        names.push((OsString::from_vec(b"\xff\xfe bytes.jpg".to_vec()), "bytes"));
    }
    names
}

#[test]
fn photos_with_hostile_names_are_indexed_found_shown_and_tagged() {
    let mut world = World::new();
    let names = names();
    for (seed, (name, _)) in names.iter().enumerate() {
        fs::write(world.root().join(name), painter::photo(seed as u64)).unwrap();
    }
    assert_eq!(counts(&world.index())[..2], [names.len() as u64; 2]);
    for (seed, (name, word)) in names.iter().enumerate() {
        let source = PictureSource::Bytes(painter::photo(seed as u64).into());
        let id = world.search(&like(source)).hits[0].photo;
        let path = world.root().join(name);
        assert_eq!(world.engine().original_path(id).unwrap(), path);
        let query = Query {
            text: Some((*word).into()),
            ..Query::default()
        };
        let hits = world.search(&query).hits;
        assert!(
            hits.iter().any(|hit| hit.photo == id),
            "{name:?} by {word:?}: {hits:?}"
        );
        assert!(
            world.engine().thumbnail(id, ThumbSize::Small).is_ok(),
            "{name:?}"
        );
        assert!(world.engine().full_picture(id).is_ok(), "{name:?}");
        crate::tags::add(&world, &[id], &[&format!("number/{seed}")]);
        let tagged = Query {
            filter: Some(format!("tag:number/{seed}").into()),
            ..Query::default()
        };
        let hits = world.search(&tagged).hits;
        assert!(hits.iter().any(|hit| hit.photo == id), "{name:?}: {hits:?}");
    }
    world.reopen();
    assert_eq!(counts(&world.index()), [names.len() as u64, 0, 0, 0, 0, 0]);
}

#[test]
fn signs_of_sql_patterns_stand_for_themselves_in_filters() {
    let world = World::with(&[
        ("100% sure.jpg", 1),
        ("100 sure.jpg", 2),
        ("under_score.jpg", 3),
        ("underXscore.jpg", 4),
        ("O'Brien.jpg", 5),
    ]);
    assert_eq!(world.typed("name:\"0%\""), ["100% sure.jpg"]);
    assert_eq!(world.typed("name:\"r_s\""), ["under_score.jpg"]);
    assert_eq!(world.typed("name:\"O'B\""), ["O'Brien.jpg"]);
    assert_eq!(world.typed("name:\"%\""), ["100% sure.jpg"]);
}

#[test]
fn hostile_folder_names_are_excluded_and_found_like_others() {
    let world = World::with(&[
        ("it's 50%/a.jpg", 1),
        ("-x\nΩ/b.jpg", 2),
        ("[brackets]/c.jpg", 3),
    ]);
    assert_eq!(world.typed("folder:\"50%\""), ["a.jpg"]);
    assert_eq!(world.typed("brackets"), ["c.jpg"]);
    assert_eq!(world.typed("Ω"), ["b.jpg"]);
}

#[test]
fn what_a_person_types_is_never_query_syntax_of_the_index() {
    let world = World::with(&[("boat.jpg", 1), ("red.jpg", 2)]);
    for text in [
        "\"",
        "*",
        "boat*",
        "file_name:boat",
        "boat AND",
        "NEAR(boat red)",
        "boat OR",
        "^boat",
        "{boat}",
        "'; DROP TABLE photo; --",
        "%",
        "\0",
        "(",
        ")",
        "🦊",
        "--",
        "boat\u{0}",
    ] {
        let query = Query {
            text: Some(text.to_owned()),
            ..Query::default()
        };
        world.search(&query);
    }
    assert_eq!(
        world.hits(&Query {
            text: Some("boat".into()),
            ..Query::default()
        }),
        ["boat.jpg"]
    );
}
