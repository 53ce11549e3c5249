//! Groups and their pages as photos come, go and change: what is kept current is what is found anew.

use ::image::imageops::{self, FilterType};
use latent_engine::duplicates::{self, CopyKind, CopyQuery, Found, Rule};
use latent_engine::ids::PhotoId;
use latent_engine::store::review::Decision;

use crate::copies::{commented, drawn, groups, jpeg, query};
use crate::painter::Random;
use crate::world::World;

#[test]
fn what_is_followed_equals_what_is_found_anew() {
    let mut world = World::new();
    let mut random = Random(11);
    for round in 0..6 {
        for _ in 0..10 {
            let name = format!("{}.jpg", random.below(24));
            match random.below(4) {
                0 if world.path(&name).exists() => world.remove(&name),
                _ => {
                    let picture = drawn(u64::from(random.below(6)));
                    let side = 160 + random.below(4) * 80;
                    let small =
                        imageops::resize(&picture, side, side * 2 / 3, FilterType::Triangle);
                    world.write(&name, &jpeg(&small, 60 + random.below(35) as u8));
                }
            }
        }
        world.index();
        for kind in [CopyKind::Exact, CopyKind::Pixels, CopyKind::Near] {
            let followed = groups(&world, &query(kind));
            if round % 2 == 1 {
                world.reopen();
                assert_eq!(
                    followed,
                    groups(&world, &query(kind)),
                    "round {round} {kind:?}"
                );
            }
        }
    }
    assert!(!groups(&world, &query(CopyKind::Near)).is_empty());
}

/// All that is told of the groups of a query, page by page, and of the group of each photo.
fn told(world: &World, query: &CopyQuery) -> Vec<String> {
    let line = |found: &Found| {
        let totals = (found.group_count, found.photo_count, found.pairs);
        let groups = found.groups.iter();
        let groups = groups.map(|group| (&group.id, group.keeper, group.reclaimable_bytes));
        let groups: Vec<_> = groups.collect();
        format!("{totals:?} {} {groups:?}", found.reclaimable_bytes)
    };
    let find = |photo, after| duplicates::find(world.engine(), query, photo, 3, after).unwrap();
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let page = find(None, after);
        told.push(line(&page));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let photos = world.all();
    told.extend(photos.iter().map(|photo| line(&find(Some(photo.id), None))));
    told
}

#[test]
fn pages_that_are_kept_current_are_those_that_are_found_anew() {
    let mut world = World::new();
    let mut random = Random(5);
    let rules = [vec![Rule::Resolution], vec![Rule::ShortestPath]];
    let queries: Vec<CopyQuery> = [CopyKind::Exact, CopyKind::Pixels, CopyKind::Near]
        .into_iter()
        .flat_map(|kind| {
            let rules = rules.iter().cloned();
            rules.map(move |rules| CopyQuery {
                rules,
                ..query(kind)
            })
        })
        .collect();
    let all = |world: &World| -> Vec<Vec<String>> {
        queries.iter().map(|query| told(world, query)).collect()
    };
    for round in 0..8 {
        for _ in 0..8 {
            let name = format!("{}.jpg", random.below(20));
            if random.below(4) == 0 && world.path(&name).exists() {
                world.remove(&name);
                continue;
            }
            let picture = drawn(u64::from(random.below(7)));
            let bytes = jpeg(&picture, 70 + 20 * random.below(2) as u8);
            if random.below(3) == 0 {
                world.write(&name, &commented(&bytes, &format!("{round}")));
            } else {
                world.write(&name, &bytes);
            }
        }
        world.index();
        let photos: Vec<PhotoId> = world.all().iter().map(|photo| photo.id).collect();
        let pair = [
            random.below(photos.len() as u32),
            random.below(photos.len() as u32),
        ];
        if pair[0] != pair[1] {
            let pair = pair.map(|place| photos[place as usize]);
            let decision = (random.below(3) > 0).then_some(Decision::NotDuplicates);
            duplicates::decide(world.engine(), &pair, decision).unwrap();
        }
        let followed = all(&world);
        if round % 2 == 1 {
            world.reopen();
            assert_eq!(followed, all(&world), "round {round}");
        }
    }
    assert!(groups(&world, &queries[5]).len() > 1);
}
