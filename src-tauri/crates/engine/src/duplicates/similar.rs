//! Photos of one scene: bursts, brackets, retakes. Compared in the `visual` space when they are asked
//! for, and remembered until something is written.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use half::f16;
use rayon::prelude::*;

use super::linkage::{Edge, complete_linkage};
use super::stacks::are_stacked;
use super::{CopyQuery, Group, SIMILAR_FROM, grouping};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::index::{IndexError, Pair, VectorIndex, similar_pairs};
use crate::photo::VideoKind;
use crate::photo_set::PhotoSet;
use crate::store::pictures::{self, Member};
use crate::store::{photos, review};

/// Questions whose groups are remembered.
const KEPT: usize = 2;

/// A question, and the groups that answered it.
pub(super) struct Remembered {
    asked: Asked,
    groups: Vec<Arc<Group>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Asked {
    threshold: f32,
    within_s: Option<u64>,
    among: Option<PhotoSet>,
    include_decided: bool,
    /// Writes of the catalog before it was read.
    writes: u64,
}

/// Groups photos of which every two are similar.
pub(super) fn groups(
    engine: &Engine,
    query: &CopyQuery,
    among: Option<&PhotoSet>,
) -> Result<Vec<Arc<Group>>, EngineError> {
    let asked = Asked {
        threshold: query.threshold.unwrap_or(SIMILAR_FROM),
        within_s: query.within_s,
        among: among.cloned(),
        include_decided: query.include_decided,
        writes: engine.store().writes(),
    };
    let remembered = || {
        engine
            .copies()
            .similar
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    };
    if let Some(known) = remembered().iter().find(|known| known.asked == asked) {
        return Ok(known.groups.clone());
    }
    let groups = find(engine, &asked)?;
    let mut remembered = remembered();
    remembered.retain(|known| known.asked.writes == asked.writes);
    remembered.insert(
        0,
        Remembered {
            asked,
            groups: groups.clone(),
        },
    );
    remembered.truncate(KEPT);
    Ok(groups)
}

fn find(engine: &Engine, asked: &Asked) -> Result<Vec<Arc<Group>>, EngineError> {
    let Some(space) = engine.spaces().serving("visual") else {
        return Ok(Vec::new());
    };
    // Photos whose nearest other one is further off are in no group, whatever the others do.
    let ids = engine.store().read(|connection| {
        let most = (1.0 - asked.threshold).max(0.0) + 1e-4;
        photos::with_near_other(connection, most)
    })?;
    let ids: PhotoSet = ids
        .into_iter()
        .filter(|id| asked.among.as_ref().is_none_or(|set| set.contains(*id)))
        .collect();
    let times = match asked.within_s {
        Some(_) => Some(
            engine
                .store()
                .read(|connection| photos::taken(connection, &ids))?,
        ),
        None => None,
    };
    let pairs = match (&times, asked.within_s) {
        (Some(times), Some(within_s)) => {
            space.read(|index| close_in_time(index, times, within_s, asked.threshold))?
        }
        _ => {
            let ids: Vec<PhotoId> = ids.iter().collect();
            similar_pairs(&*space, &ids, asked.threshold, |_| Ok::<_, EngineError>(()))?
        }
    };
    link(engine, asked, &pairs)
}

/// Pairs among photos by the time they were taken.
fn close_in_time(
    index: &VectorIndex,
    times: &[(i64, PhotoId)],
    within_s: u64,
    threshold: f32,
) -> Result<Vec<Pair>, IndexError> {
    let within_s = i64::try_from(within_s).unwrap_or(i64::MAX);
    let found: Result<Vec<Vec<Pair>>, IndexError> = (0..times.len())
        .into_par_iter()
        .map(|place| {
            let Some(((taken_at, id), later)) =
                times.get(place..).and_then(<[(i64, PhotoId)]>::split_first)
            else {
                return Ok(Vec::new());
            };
            let later = later
                .iter()
                .take_while(|(at, _)| at.saturating_sub(*taken_at) <= within_s);
            let later: Vec<PhotoId> = later.map(|(_, id)| *id).collect();
            let Some(own) = index.get(*id).filter(|_| !later.is_empty()) else {
                return Ok(Vec::new());
            };
            let own: Vec<f32> = own.iter().copied().map(f16::to_f32).collect();
            let cosines = index.cosines(&own, &later)?;
            let near = later.into_iter().zip(cosines);
            Ok(near
                .filter_map(|(other, cosine)| Some((other, cosine.filter(|c| *c >= threshold)?)))
                .map(|(other, cosine)| ((*id).min(other), (*id).max(other), cosine))
                .collect())
        })
        .collect();
    Ok(found?.into_iter().flatten().collect())
}

fn link(engine: &Engine, asked: &Asked, pairs: &[Pair]) -> Result<Vec<Arc<Group>>, EngineError> {
    let mut members: HashMap<PhotoId, Member> = HashMap::new();
    let decisions = engine.store().read(|connection| {
        for id in pairs.iter().flat_map(|(a, b, _)| [*a, *b]) {
            if !members.contains_key(&id)
                && let Some(member) = pictures::of_photo(connection, id)?
            {
                members.insert(id, member);
            }
        }
        review::decisions(connection)
    })?;
    let edge = |(a, b, cosine): &Pair| {
        let (one, two) = (members.get(a)?, members.get(b)?);
        let pair = grouping::hash_pair(&one.content_hash, &two.content_hash);
        let is_decided = !asked.include_decided && decisions.contains_key(&pair);
        let ids = (u32::try_from(a.0).ok()?, u32::try_from(b.0).ok()?);
        // One frame does not tell whether two films are alike.
        let is_film = VideoKind::is_named(&one.format) || VideoKind::is_named(&two.format);
        (!is_decided && !is_film && !are_stacked(one, two)).then_some(Edge {
            a: ids.0,
            b: ids.1,
            similarity: cosine.clamp(0.0, 1.0),
        })
    };
    let edges: Vec<Edge> = pairs.iter().filter_map(edge).collect();
    let groups = complete_linkage(&edges).into_iter().filter_map(|linked| {
        let own = linked.nodes.iter();
        let own = own.filter_map(|node| members.get(&PhotoId(i64::from(*node))).cloned());
        Group::of(own.collect(), linked.similarity)
    });
    Ok(groups.map(Arc::new).collect())
}
