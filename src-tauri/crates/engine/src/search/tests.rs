//! Answers beside naive ones: every photo scored plainly, then sorted. The catalog is written row
//! by row, with seeded words, tags, values and vectors.

use std::collections::HashSet;

use super::*;
use crate::embed::visual;
use crate::ids::PhotoId;

mod world;

use world::{PHOTOS, Photo, Random, TAGS, WORDS, World};

/// What is asked of the naive answer, beside the pictures' weights.
#[derive(Clone, Debug, Default)]
struct Asked {
    pictures: Vec<(usize, f32)>,
    words: Vec<&'static str>,
    without: Option<&'static str>,
    least_rating: i64,
    tags: Vec<&'static str>,
    tag_weight: f32,
    max_distance: Option<f32>,
}

impl Asked {
    fn query(&self) -> Query {
        let image = |(photo, weight): &(usize, f32)| QueryImage {
            source: PictureSource::Photo(PhotoId(*photo as i64)),
            crop: None,
            weight: *weight,
        };
        Query {
            images: self.pictures.iter().map(image).collect(),
            text: (!self.words.is_empty()).then(|| self.words.join(" ")),
            without: self.without.map(str::to_owned),
            filter: (self.least_rating > 0)
                .then(|| format!("rating>={}", self.least_rating).into()),
            tags: self.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            tag_weight: (!self.tags.is_empty()).then_some(self.tag_weight),
            max_distance: self.max_distance,
            ..Query::default()
        }
    }

    /// Worth of a word in a photo, by the columns it stands in.
    fn frequency(photo: &Photo, word: &str) -> f32 {
        let inside = [
            (photo.name.contains(word), 4.0),
            (photo.folder.contains(word), 1.0),
            (
                photo
                    .camera
                    .as_deref()
                    .is_some_and(|camera| camera.contains(word)),
                2.0,
            ),
        ];
        inside
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, worth)| worth)
            .sum()
    }

    /// The worth of the words, where all are found.
    fn words(&self, photo: &Photo, all: &[Photo]) -> Option<f32> {
        let saturated = |frequency: f32| frequency * 5.0 / (frequency + 4.0);
        let (mut sum, mut most) = (0.0, 0.0);
        for word in &self.words {
            let frequency = Self::frequency(photo, word);
            if frequency == 0.0 {
                return None;
            }
            let with = all
                .iter()
                .filter(|one| Self::frequency(one, word) > 0.0)
                .count() as f32;
            let count = all.len() as f32;
            let idf = (1.0 + (count - with + 0.5) / (with + 0.5)).ln();
            sum += idf * saturated(frequency);
            most += idf * saturated(18.0);
        }
        (!self.words.is_empty()).then(|| sum / most)
    }

    /// Photo, similarity and distance, the best first.
    fn naive(&self, photos: &[Photo]) -> Vec<(PhotoId, f32, Option<f32>)> {
        let mut vector = vec![0.0_f32; visual::DIM];
        for (photo, weight) in &self.pictures {
            let own = photos[photo - 1].vector.as_ref().unwrap();
            vector
                .iter_mut()
                .zip(own)
                .for_each(|(sum, v)| *sum += weight * v);
        }
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        let weights: f32 = self.pictures.iter().map(|(_, weight)| weight.abs()).sum();
        let share = if self.words.is_empty() {
            0.0
        } else {
            1.0 / (1.0 + weights)
        };
        let passes = |photo: &&Photo| {
            let refused = self
                .without
                .is_some_and(|word| Self::frequency(photo, word) > 0.0);
            !photo.gone && photo.rating >= self.least_rating && !refused
        };
        let any_words = photos
            .iter()
            .filter(passes)
            .any(|photo| self.words(photo, photos).is_some());
        let mut found = Vec::new();
        for photo in photos.iter().filter(passes) {
            let word = self.words(photo, photos).map(|worth| 0.5 + 0.5 * worth);
            if self.pictures.is_empty() {
                found.extend(word.map(|word| (0.0, (photo.id, word, None))));
                continue;
            }
            let Some(own) = &photo.vector else { continue };
            let cosine = own
                .iter()
                .zip(&vector)
                .map(|(a, b)| a * b / norm)
                .sum::<f32>();
            let shared = self
                .tags
                .iter()
                .filter(|tag| photo.tags.contains(*tag))
                .count() as f32;
            let union = (self.tags.len() + photo.tags.len()) as f32 - shared;
            let weight = if self.tags.is_empty() {
                0.0
            } else {
                self.tag_weight
            };
            let distance =
                (1.0 - weight) * (1.0 - cosine) + weight * (1.0 - shared / union.max(1.0));
            let picture = (1.0 - distance).max(0.0);
            let similarity = if any_words {
                (1.0 - share) * picture + share * word.unwrap_or(0.0)
            } else {
                picture
            };
            if self.max_distance.is_none_or(|far| distance <= far) {
                found.push((cosine, (photo.id, similarity, Some(distance))));
            }
        }
        found.sort_by(|(cosine, a), (other, b)| {
            b.1.total_cmp(&a.1)
                .then(other.total_cmp(cosine))
                .then(a.0.cmp(&b.0))
        });
        found.into_iter().map(|(_, one)| one).collect()
    }
}

/// Queries of every mix.
fn mixes(random: &mut Random) -> Vec<Asked> {
    let mut mixes = Vec::new();
    for round in 0..60_usize {
        let mut picture = || loop {
            let id = random.below(PHOTOS) + 1;
            // With a vector, and there.
            if !id.is_multiple_of(17) && !id.is_multiple_of(29) {
                return id;
            }
        };
        let mut asked = Asked::default();
        match round % 4 {
            0 => {}
            1 => asked.pictures = vec![(picture(), 1.0), (picture(), -0.4)],
            _ => asked.pictures = vec![(picture(), 1.0)],
        }
        if round % 4 == 0 || round % 3 == 0 {
            asked.words = random.some(&WORDS, 30).into_iter().collect();
        }
        if asked.pictures.is_empty() && asked.words.is_empty() {
            asked.words = vec!["boat"];
        }
        if round % 5 == 1 {
            asked.without = Some("tower");
        }
        asked.least_rating = [0, 0, 2, 4][round % 7 % 4];
        if !asked.pictures.is_empty() && round % 3 != 1 {
            asked.tags = random.some(&TAGS, 50).into_iter().collect();
            asked.tag_weight = [0.3, 0.7, 1.0][round % 3];
        }
        if !asked.pictures.is_empty() && round % 6 == 5 {
            asked.max_distance = Some(0.6);
        }
        mixes.push(asked);
    }
    mixes
}

fn check(hits: &[(PhotoId, Hit)], naive: &[(PhotoId, f32, Option<f32>)], asked: &Asked) {
    assert_eq!(hits.len(), naive.len(), "{asked:?}");
    for ((id, hit), (naive_id, similarity, distance)) in hits.iter().zip(naive) {
        assert!(
            (hit.similarity.unwrap() - similarity.min(1.0)).abs() < 5e-5,
            "{asked:?} {hit:?} {similarity}"
        );
        let own = naive.iter().find(|(own, ..)| own == id);
        let (_, own, own_distance) = own.unwrap_or_else(|| panic!("{asked:?}: {id} is found"));
        // Two that are equal but for rounding may stand either way.
        assert!(
            (own - similarity.min(1.0)).abs() < 5e-5,
            "{asked:?}: {id} stands where {naive_id} should"
        );
        assert_eq!(hit.distance.is_some(), distance.is_some());
        let apart = hit.distance.unwrap_or(0.0) - own_distance.unwrap_or(0.0);
        assert!(apart.abs() < 5e-5, "{asked:?} {hit:?}");
    }
}

#[test]
fn every_mix_is_ranked_as_scoring_all_photos_would() {
    let mut world = World::new(0x5eed);
    for asked in mixes(&mut Random(99)) {
        let naive = asked.naive(&world.photos);
        let query = asked.query();
        let whole = world.pages(&query, 1000, false);
        check(&whole, &naive, &asked);
        let ids: Vec<_> = whole.iter().map(|(id, _)| *id).collect();
        for limit in [7, 64] {
            let pages = world.pages(&query, limit, false);
            let own: Vec<_> = pages.iter().map(|(id, _)| *id).collect();
            assert_eq!(own, ids, "{asked:?} by {limit}");
        }
        let page = search(&world.engine, &query).unwrap();
        assert_eq!(page.found.total, naive.len() as u64, "{asked:?}");
    }
}

#[test]
fn pages_are_one_answer_while_photos_are_added() {
    for (round, asked) in mixes(&mut Random(5)).into_iter().enumerate().take(24) {
        let mut world = World::new(round as u64 + 1);
        let mut query = asked.query();
        query.group_by = (round % 4 == 3).then(|| "camera".to_owned());
        query.sort = (round % 6 == 2).then_some(Sort::Random);
        query.auto_cutoff = round % 5 == 4 && query.max_distance.is_none();
        let before: Vec<_> = world
            .pages(&query, 1000, false)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        let seen: Vec<_> = world
            .pages(&query, 9, true)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        assert_eq!(seen, before, "{query:?}");
    }
    let mut world = World::new(3);
    for sort in [
        Sort::Random,
        Sort::TakenAt,
        Sort::TakenAtOldest,
        Sort::Name,
        Sort::Rating,
        Sort::AddedAt,
    ] {
        for filter in [None, Some("rating>=2")] {
            let query = Query {
                sort: Some(sort),
                seed: 4,
                filter: filter.map(Into::into),
                ..Query::default()
            };
            let before: Vec<_> = world
                .pages(&query, 1000, false)
                .into_iter()
                .map(|(id, _)| id)
                .collect();
            let seen: Vec<_> = world
                .pages(&query, 13, true)
                .into_iter()
                .map(|(id, _)| id)
                .collect();
            assert_eq!(seen, before, "{sort:?} {filter:?}");
        }
    }
}

#[test]
fn a_group_has_its_best_photo_and_those_without_a_value_stand_alone() {
    let mut world = World::new(77);
    for (round, asked) in mixes(&mut Random(7)).into_iter().enumerate().take(20) {
        let camera = |id: &PhotoId| world.photos[id.0 as usize - 1].camera.clone();
        let mut taken = HashSet::new();
        let expect: Vec<_> = asked
            .naive(&world.photos)
            .into_iter()
            .filter(|(id, ..)| camera(id).is_none_or(|camera| taken.insert(camera)))
            .collect();
        let query = Query {
            group_by: Some("camera".to_owned()),
            ..asked.query()
        };
        let limit = [3, 1000][round % 2];
        let hits = world.pages(&query, limit, false);
        check(&hits, &expect, &asked);
        for (id, hit) in &hits {
            assert_eq!(hit.group, world.photos[id.0 as usize - 1].camera);
        }
    }
}

#[test]
fn the_first_counts_find_all_that_was_read_ahead() {
    let world = World::new(7);
    let store = world.engine.store();
    let counted = || count_facets(&world.engine, &Query::default(), &[], None).unwrap();
    assert_eq!(store.remembered(), 0);
    read_ahead(&world.engine).unwrap();
    let started = Instant::now();
    let mut known = 0;
    // Each field leaves something behind; the last is there when nothing more comes.
    while known == 0 || store.remembered() > known {
        assert!(started.elapsed() < std::time::Duration::from_secs(60));
        known = store.remembered();
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    assert_eq!(
        counted().total,
        world.photos.iter().filter(|one| !one.gone).count() as u64
    );
    assert_eq!(store.remembered(), known);
}

#[test]
fn facets_count_what_their_filters_find() {
    let world = World::new(21);
    let queries = [
        Query::default(),
        Query {
            filter: Some("rating>=2 -tag:c".into()),
            text: Some("boat".into()),
            ..Query::default()
        },
    ];
    for query in queries {
        let counted = count_facets(&world.engine, &query, &[], Some(100)).unwrap();
        assert_eq!(
            counted.total,
            search(&world.engine, &query).unwrap().found.total
        );
        assert_eq!(counted.facets.len(), 11);
        for facet in &counted.facets {
            for value in &facet.values {
                let narrowed = Query {
                    typed: Some(value.filter.clone()),
                    ..query.clone()
                };
                let found = search(&world.engine, &narrowed).unwrap().found;
                assert_eq!(found.total, value.photos, "{} {value:?}", facet.field);
            }
            if facet.field != "tags" {
                let sum: u64 = facet.values.iter().map(|value| value.photos).sum();
                assert_eq!(sum + facet.without, counted.total, "{facet:?}");
            }
        }
    }
}

#[test]
fn given_photos_are_ranked_and_others_left_out() {
    let mut world = World::new(8);
    let asked = Asked {
        pictures: vec![(1, 1.0)],
        ..Asked::default()
    };
    let given: Vec<PhotoId> = [5, 9, 33, 34, 29, 100].map(PhotoId).to_vec();
    let mut naive = asked.naive(&world.photos);
    naive.retain(|(id, ..)| given.contains(id));
    let query = Query {
        photos: Some(given),
        ..asked.query()
    };
    check(&world.pages(&query, 2, false), &naive, &asked);
}

#[test]
fn an_explanation_is_that_of_the_hit_and_its_shares_are_one() {
    let world = World::new(13);
    for asked in mixes(&mut Random(31)) {
        let query = asked.query();
        for hit in search(&world.engine, &query).unwrap().hits.iter().take(5) {
            let why = explain(&world.engine, &query, hit.photo).unwrap();
            let near = |a: Option<f32>, b: Option<f32>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() < 5e-5,
                (a, b) => a == b,
            };
            assert!(
                near(why.similarity, hit.similarity),
                "{asked:?} {hit:?} {why:?}"
            );
            assert!(
                near(why.distance, hit.distance),
                "{asked:?} {hit:?} {why:?}"
            );
            let sum: f32 = why.parts.iter().map(|part| part.share).sum();
            assert!(
                (sum - 1.0).abs() < 1e-4 || hit.similarity == Some(0.0),
                "{why:?}"
            );
            assert!(
                why.parts
                    .iter()
                    .all(|part| (0.0..=1.0).contains(&part.share)),
                "{why:?}"
            );
            assert_eq!(why.filters.len(), usize::from(asked.least_rating > 0));
            let mut not_words = why.parts.iter().filter(|p| p.kind == PartKind::Without);
            let found = asked.without.map(|_| Vec::new());
            assert_eq!(not_words.next().map(|part| part.found.clone()), found);
        }
    }
    // One that the not-words leave out says where they are.
    let photos = &world.photos;
    let left_out = photos.iter().find(|photo| photo.name.contains("tower"));
    let query = Query {
        without: Some("tower".to_owned()),
        ..Query::default()
    };
    let why = explain(&world.engine, &query, left_out.unwrap().id).unwrap();
    assert!(
        why.parts[0]
            .found
            .contains(&"tower in file name".to_owned()),
        "{why:?}"
    );
}
