//! Orders and pages: nothing twice, nothing left out, whatever is added in between.

use std::collections::HashSet;

use latent_engine::EngineError;
use latent_engine::engine::PictureSource;
use latent_engine::ids::PhotoId;
use latent_engine::search::{self, Query, Sort, Stacks};

use crate::painter::{self, Shot};
use crate::world::{World, like};

/// Thirty photos with times, ratings and names in other orders than they were added.
fn thirty() -> World {
    const TIMES: [&str; 5] = [
        "2020:01:01 00:00:00",
        "1965:01:01 00:00:00",
        "",
        "2023:01:01 00:00:00",
        "2021:01:01 00:00:00",
    ];
    let world = World::new();
    for seed in 0..30_u64 {
        let taken = TIMES[seed as usize % TIMES.len()];
        let shot = Shot {
            taken,
            rating: (seed % 4) as u16,
            ..Shot::default()
        };
        let name = format!("{:02} boat.jpg", seed * 7 % 30);
        world.write(&name, &painter::with_shot(&painter::photo(seed), shot));
    }
    world.index();
    world
}

const SORTS: [Sort; 6] = [
    Sort::Relevance,
    Sort::TakenAt,
    Sort::TakenAtOldest,
    Sort::Name,
    Sort::Rating,
    Sort::AddedAt,
];

/// All pages of a query, `between` them something happens.
fn pages(world: &World, query: &Query, mut between: impl FnMut(usize)) -> Vec<PhotoId> {
    let mut query = query.clone();
    let mut photos = Vec::new();
    loop {
        let page = world.search(&query);
        photos.extend(page.hits.iter().map(|hit| hit.photo));
        let Some(cursor) = page.next_cursor else {
            return photos;
        };
        assert_eq!(page.hits.len(), query.limit.unwrap());
        query.cursor = Some(cursor);
        between(photos.len());
    }
}

fn queries(world: &World) -> Vec<(&'static str, Query)> {
    let picture = like(PictureSource::Photo(world.id("07 boat.jpg")));
    let words = Query {
        text: Some("boat".into()),
        ..Query::default()
    };
    let both = Query {
        text: Some("boat".into()),
        ..picture.clone()
    };
    vec![
        ("all", Query::default()),
        ("picture", picture),
        ("words", words),
        ("both", both),
    ]
}

#[test]
fn orders_are_what_they_say() {
    let world = thirty();
    let in_order = |sort| {
        let query = Query {
            sort: Some(sort),
            limit: Some(1000),
            ..Query::default()
        };
        let page = world.search(&query);
        page.hits
            .iter()
            .map(|hit| world.engine().photo(hit.photo).unwrap())
            .collect::<Vec<_>>()
    };
    let names: Vec<_> = in_order(Sort::Name)
        .into_iter()
        .map(|photo| photo.file_name)
        .collect();
    assert!(names.is_sorted() && names.len() == 30);
    let taken = |sort| {
        in_order(sort)
            .into_iter()
            .map(|photo| photo.camera.taken_at)
            .collect::<Vec<_>>()
    };
    let latest = taken(Sort::TakenAt);
    assert!(
        latest[..24].is_sorted_by(|a, b| a >= b) && latest[24..] == [None; 6],
        "{latest:?}"
    );
    let oldest = taken(Sort::TakenAtOldest);
    assert!(oldest[..24].is_sorted() && oldest[24..] == [None; 6] && oldest[0] < Some(0));
    let ratings: Vec<_> = in_order(Sort::Rating)
        .into_iter()
        .map(|photo| photo.camera.rating)
        .collect();
    assert!(ratings.is_sorted_by(|a, b| a >= b), "{ratings:?}");
    for sort in SORTS {
        let grid = search::list(world.engine(), None, None, (sort, 0), Stacks::Top)
            .unwrap()
            .shapes;
        let grid: Vec<_> = grid.iter().map(|shape| shape.id).collect();
        if sort != Sort::Relevance {
            assert_eq!(
                grid,
                in_order(sort)
                    .iter()
                    .map(|photo| photo.id)
                    .collect::<Vec<_>>(),
                "{sort:?}"
            );
        }
    }
}

#[test]
fn pages_put_together_are_the_whole_answer() {
    let world = thirty();
    for (name, query) in queries(&world) {
        for sort in SORTS {
            let whole = Query {
                sort: Some(sort),
                limit: Some(1000),
                ..query.clone()
            };
            let whole = pages(&world, &whole, |_| {});
            assert_eq!(whole.len(), 30, "{name} {sort:?}");
            for limit in [1, 7, 15, 29, 30, 31] {
                let query = Query {
                    sort: Some(sort),
                    limit: Some(limit),
                    ..query.clone()
                };
                assert_eq!(
                    pages(&world, &query, |_| {}),
                    whole,
                    "{name} {sort:?} {limit}"
                );
            }
        }
    }
}

#[test]
fn pages_never_repeat_or_leave_out_a_photo_while_others_are_added() {
    for sort in SORTS {
        for number in 0..4 {
            let world = thirty();
            let (name, query) = queries(&world).swap_remove(number);
            let before: HashSet<_> = world.all().into_iter().map(|photo| photo.id).collect();
            let query = Query {
                sort: Some(sort),
                limit: Some(6),
                ..query
            };
            let seen = pages(&world, &query, |so_far| {
                // Names of other lengths shift the ranks of words.
                let boats = "boat ".repeat(so_far % 5);
                let name = format!("new {so_far:02} {boats} and many other words.jpg");
                world.write(&name, &painter::photo(so_far as u64 + 900));
                world.index();
            });
            let distinct: HashSet<_> = seen.iter().copied().collect();
            assert_eq!(
                distinct.len(),
                seen.len(),
                "{name} {sort:?}: a photo was repeated"
            );
            assert!(
                distinct.is_superset(&before),
                "{name} {sort:?}: a photo was left out"
            );
        }
    }
}

#[test]
fn pages_of_words_stay_in_order_while_rare_words_become_common() {
    let world = World::new();
    let content = |number: u32| [painter::photo(1), number.to_le_bytes().to_vec()].concat();
    for number in 0..40_u32 {
        let kind = if number % 4 == 0 { "boat" } else { "car" };
        let more = "and more words ".repeat(number as usize % 5);
        world.write(&format!("{kind} {number} {more}.jpg"), &content(number));
    }
    world.index();
    let before: HashSet<_> = world
        .search(&Query {
            text: Some("boat".into()),
            ..Query::default()
        })
        .hits
        .iter()
        .map(|hit| hit.photo)
        .collect();
    assert_eq!(before.len(), 10);
    let query = Query {
        text: Some("boat".into()),
        limit: Some(3),
        ..Query::default()
    };
    let mut added = 100;
    let seen = pages(&world, &query, |so_far| {
        for number in 0..15 {
            // New boats come last, so that they must not go on being added.
            let name = if number % 2 == 0 && so_far < 9 {
                "boat boat"
            } else {
                "a very long name without it at all"
            };
            world.write(&format!("{name} {added}.jpg"), &content(added));
            added += 1;
        }
        if added < 300 {
            world.index();
        }
    });
    let distinct: HashSet<_> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), seen.len(), "A photo was repeated");
    assert!(distinct.is_superset(&before), "A photo was left out");
}

#[test]
fn a_cursor_of_another_query_is_refused() {
    let world = thirty();
    let picture = |name| like(PictureSource::Photo(world.id(name)));
    let asked = Query {
        limit: Some(5),
        ..picture("07 boat.jpg")
    };
    let cursor = world.search(&asked).next_cursor;
    assert!(cursor.is_some());
    let mut weighted = picture("07 boat.jpg");
    weighted.images[0].weight = 0.5;
    for other in [
        picture("08 boat.jpg"),
        weighted,
        Query {
            sort: Some(Sort::Name),
            ..picture("07 boat.jpg")
        },
        Query {
            space: Some("color".into()),
            ..picture("07 boat.jpg")
        },
        Query {
            filter: Some("rating>1".into()),
            ..picture("07 boat.jpg")
        },
        Query {
            library: Some(world.library),
            ..picture("07 boat.jpg")
        },
        Query {
            text: Some("boat".into()),
            ..Query::default()
        },
        Query::default(),
    ] {
        let query = Query {
            cursor: cursor.clone(),
            ..other
        };
        let answer = search::search(world.engine(), &query);
        assert!(matches!(answer, Err(EngineError::Cursor)), "{query:?}");
    }
    for bad in ["", "x", "1.d.2.3", "....", "🦊"] {
        let query = Query {
            cursor: Some(bad.into()),
            ..asked.clone()
        };
        assert!(
            matches!(
                search::search(world.engine(), &query),
                Err(EngineError::Cursor)
            ),
            "{bad}"
        );
    }
    // The length of a page is no part of the question.
    let longer = Query {
        cursor,
        limit: Some(9),
        ..asked
    };
    assert_eq!(world.search(&longer).hits.len(), 9);
}

#[test]
fn a_limit_is_one_to_a_thousand_and_fifty_when_not_given() {
    let world = thirty();
    for limit in [0, 1001, usize::MAX] {
        let query = Query {
            limit: Some(limit),
            ..Query::default()
        };
        let answer = search::search(world.engine(), &query);
        assert!(
            matches!(answer, Err(EngineError::Invalid { .. })),
            "{limit}"
        );
    }
    for (limit, hits) in [(1, 1), (30, 30), (1000, 30)] {
        let query = Query {
            limit: Some(limit),
            ..Query::default()
        };
        assert_eq!(world.search(&query).hits.len(), hits);
    }
    for number in 0..25 {
        let content = [painter::photo(1), vec![number]].concat();
        world.write(&format!("more/{number}.jpg"), &content);
    }
    world.index();
    let page = world.search(&Query::default());
    assert_eq!((page.hits.len(), page.found.total), (50, 55));
}
