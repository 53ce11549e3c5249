//! The groups of a library, found once and then kept: what changes concerns one connected component
//! of pictures, and only that is grouped anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::linkage::{Edge, complete_linkage};
use super::stacks::{are_stacked, are_two_shots};
use super::{CopyKind, Group};
use crate::ids::PictureId;
use crate::store::pictures::{self, Member, NearPair};
use crate::store::review::{self, Decision, HashPair};
use crate::store::{Connection, StoreError};

/// What makes two photos copies of each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Terms {
    pub(super) kind: CopyKind,
    /// Of near copies, 0 … 1.
    pub(super) threshold: f32,
    /// Whatever was decided about them.
    pub(super) include_decided: bool,
}

/// Pictures that are connected by pairs, and their groups.
struct Component {
    pictures: Vec<PictureId>,
    groups: Vec<Arc<Group>>,
}

/// The groups by one set of terms.
pub(super) struct Grouping {
    pub(super) terms: Terms,
    /// By the lowest picture.
    components: BTreeMap<PictureId, Component>,
    of_picture: HashMap<PictureId, PictureId>,
    /// The last change that is in it.
    seq: i64,
}

/// Groups that are no more, and those that came.
#[derive(Default)]
pub(super) struct Turnover {
    pub(super) gone: Vec<Arc<Group>>,
    pub(super) come: Vec<Arc<Group>>,
}

impl Grouping {
    /// Finds all groups.
    pub(super) fn build(connection: &Connection, terms: Terms) -> Result<Self, StoreError> {
        let mut own = Self {
            terms,
            components: BTreeMap::new(),
            of_picture: HashMap::new(),
            seq: pictures::last_change(connection)?,
        };
        let decisions = review::decisions(connection)?;
        let pairs = match terms.kind {
            CopyKind::Near => pictures::pairs(connection, terms.threshold)?,
            _ => Vec::new(),
        };
        let shared = pictures::shared_pictures(connection)?;
        for (mut pictures, pairs) in components(&pairs, &shared) {
            pictures.sort_unstable();
            let members = members(connection, &pictures)?;
            let groups = groups(members, &pairs, terms, &decisions);
            own.put(pictures, groups);
        }
        Ok(own)
    }

    /// Takes what changed since.
    pub(super) fn follow(&mut self, connection: &Connection) -> Result<Turnover, StoreError> {
        let (changed, seq) = pictures::changes(connection, self.seq)?;
        let mut turnover = Turnover::default();
        let mut seeds: BTreeSet<PictureId> = changed.into_iter().collect();
        let tops: BTreeSet<PictureId> = seeds
            .iter()
            .filter_map(|id| self.of_picture.get(id).copied())
            .collect();
        for top in tops {
            if let Some(old) = self.components.remove(&top) {
                for picture in &old.pictures {
                    self.of_picture.remove(picture);
                }
                seeds.extend(old.pictures);
                turnover.gone.extend(old.groups);
            }
        }
        while let Some(seed) = seeds.pop_first() {
            let (pictures, pairs) = self.reach(connection, seed)?;
            for picture in &pictures {
                seeds.remove(picture);
                // What a new pair has connected with this one.
                if let Some(top) = self.of_picture.remove(picture)
                    && let Some(old) = self.components.remove(&top)
                {
                    turnover.gone.extend(old.groups);
                    for other in old.pictures {
                        self.of_picture.remove(&other);
                        if !pictures.contains(&other) {
                            seeds.insert(other);
                        }
                    }
                }
            }
            let pictures: Vec<PictureId> = pictures.into_iter().collect();
            let members = members(connection, &pictures)?;
            let contents = members.iter().map(|member| &member.content_hash);
            let decisions = review::decisions_among(connection, contents)?;
            let groups = groups(members, &pairs, self.terms, &decisions);
            turnover.come.extend(self.put(pictures, groups));
        }
        self.seq = seq;
        Ok(turnover)
    }

    /// The last change that is in it.
    pub(super) fn seq(&self) -> i64 {
        self.seq
    }

    /// The groups, by their lowest picture.
    pub(super) fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.components
            .values()
            .flat_map(|component| &component.groups)
    }

    /// The groups of the pictures that are connected with a picture.
    pub(super) fn groups_about(&self, picture: PictureId) -> &[Arc<Group>] {
        let top = self.of_picture.get(&picture);
        let component = top.and_then(|top| self.components.get(top));
        component.map_or(&[], |component| &component.groups)
    }

    /// The pictures and pairs that are connected with a picture.
    fn reach(
        &self,
        connection: &Connection,
        seed: PictureId,
    ) -> Result<(BTreeSet<PictureId>, Vec<NearPair>), StoreError> {
        let (mut reached, mut pairs) = (BTreeSet::from([seed]), BTreeMap::new());
        if self.terms.kind == CopyKind::Near {
            let mut open = vec![seed];
            while let Some(picture) = open.pop() {
                for pair in pictures::pairs_of(connection, picture, self.terms.threshold)? {
                    for end in [pair.a, pair.b] {
                        if reached.insert(end) {
                            open.push(end);
                        }
                    }
                    pairs.insert((pair.a, pair.b), pair);
                }
            }
        }
        Ok((reached, pairs.into_values().collect()))
    }

    /// Keeps the groups of connected pictures, which come by id, and answers them.
    fn put(&mut self, pictures: Vec<PictureId>, groups: Vec<Group>) -> Vec<Arc<Group>> {
        let groups: Vec<Arc<Group>> = groups.into_iter().map(Arc::new).collect();
        let Some(top) = pictures
            .first()
            .copied()
            .filter(|_| pictures.len() > 1 || !groups.is_empty())
        else {
            return groups;
        };
        for picture in &pictures {
            self.of_picture.insert(*picture, top);
        }
        let component = Component {
            pictures,
            groups: groups.clone(),
        };
        self.components.insert(top, component);
        groups
    }
}

/// The photos of some pictures.
fn members(connection: &Connection, pictures: &[PictureId]) -> Result<Vec<Member>, StoreError> {
    let mut members = Vec::new();
    for picture in pictures {
        members.extend(pictures::members(connection, *picture)?);
    }
    Ok(members)
}

/// Parts pictures into those that are connected, each part with its pairs.
fn components(pairs: &[NearPair], alone: &[PictureId]) -> Vec<(Vec<PictureId>, Vec<NearPair>)> {
    let mut parents: HashMap<PictureId, PictureId> = HashMap::new();
    for picture in alone {
        parents.insert(*picture, *picture);
    }
    for pair in pairs {
        let (a, b) = (top(&mut parents, pair.a), top(&mut parents, pair.b));
        parents.insert(a.max(b), a.min(b));
    }
    let mut parts: BTreeMap<PictureId, (Vec<PictureId>, Vec<NearPair>)> = BTreeMap::new();
    let all: Vec<PictureId> = parents.keys().copied().collect();
    for picture in all {
        parts
            .entry(top(&mut parents, picture))
            .or_default()
            .0
            .push(picture);
    }
    for pair in pairs {
        parts
            .entry(top(&mut parents, pair.a))
            .or_default()
            .1
            .push(*pair);
    }
    parts.into_values().collect()
}

/// The lowest picture connected with one, with the way there shortened.
fn top(parents: &mut HashMap<PictureId, PictureId>, picture: PictureId) -> PictureId {
    let mut at = picture;
    loop {
        let parent = *parents.entry(at).or_insert(at);
        if parent == at {
            return at;
        }
        let above = parents.get(&parent).copied().unwrap_or(parent);
        parents.insert(at, above);
        at = above;
    }
}

/// Photos with equal bytes: alike to everything in the same way.
struct Unit {
    members: Vec<Member>,
}

/// Groups the photos of connected pictures.
fn groups(
    members: Vec<Member>,
    pairs: &[NearPair],
    terms: Terms,
    decisions: &HashMap<HashPair, Decision>,
) -> Vec<Group> {
    let is_decided = |a: &Member, b: &Member| {
        !terms.include_decided
            && decisions.contains_key(&hash_pair(&a.content_hash, &b.content_hash))
    };
    let mut units: Vec<Unit> = Vec::new();
    let mut by_content: HashMap<[u8; 32], usize> = HashMap::new();
    for member in members {
        let apart = is_decided(&member, &member);
        match by_content.get(&member.content_hash).filter(|_| !apart) {
            Some(place) => {
                if let Some(unit) = units.get_mut(*place) {
                    unit.members.push(member);
                }
            }
            None => {
                by_content.insert(member.content_hash, units.len());
                units.push(Unit {
                    members: vec![member],
                });
            }
        }
    }
    let mut by_picture: HashMap<PictureId, Vec<usize>> = HashMap::new();
    for (place, unit) in units.iter().enumerate() {
        if let Some(first) = unit.members.first() {
            by_picture.entry(first.picture).or_default().push(place);
        }
    }
    let mut edges = Vec::new();
    let mut link = |a: usize, b: usize, similarity: f32| {
        let (Some(one), Some(two)) = (units.get(a), units.get(b)) else {
            return;
        };
        let mut couples = one
            .members
            .iter()
            .flat_map(|x| two.members.iter().map(move |y| (x, y)));
        let same_bytes = couples
            .clone()
            .any(|(x, y)| x.content_hash == y.content_hash);
        if !couples.any(|(x, y)| is_decided(x, y) || (!same_bytes && are_stacked(x, y))) {
            edges.push(Edge {
                a: a as u32,
                b: b as u32,
                similarity,
            });
        }
    };
    let is_two_shots = |a: usize, b: usize| {
        let members = |place: usize| units.get(place).map_or(&[] as &[Member], |u| &u.members);
        let mut couples = members(a)
            .iter()
            .flat_map(|x| members(b).iter().map(move |y| (x, y)));
        couples.any(|(x, y)| are_two_shots(x, y))
    };
    if terms.kind != CopyKind::Exact {
        for places in by_picture.values() {
            for (number, a) in places.iter().enumerate() {
                for b in places.iter().skip(number + 1) {
                    link(*a, *b, 1.0);
                }
            }
        }
        for pair in pairs {
            let places = |id| by_picture.get(&id).map_or(&[] as &[usize], Vec::as_slice);
            for a in places(pair.a) {
                for b in places(pair.b) {
                    if !is_two_shots(*a, *b) {
                        link(*a, *b, pair.similarity);
                    }
                }
            }
        }
    }
    let linked = complete_linkage(&edges);
    let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    let mut found = Vec::new();
    for group in linked {
        let own = group
            .nodes
            .iter()
            .filter_map(|node| units.get_mut(*node as usize)?.take());
        found.extend(Group::of(
            own.flat_map(|unit| unit.members).collect(),
            group.similarity,
        ));
    }
    let rest = units.into_iter().flatten();
    found.extend(rest.filter_map(|unit| Group::of(unit.members, 1.0)));
    found.sort_by_key(|group| group.members.first().map(|member| member.id));
    found
}

/// Two contents as they are decided about.
pub(crate) fn hash_pair(a: &[u8; 32], b: &[u8; 32]) -> HashPair {
    (*a.min(b), *a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PhotoId;

    fn member(id: i64, picture: i64, taken_at: Option<i64>) -> Member {
        Member {
            id: PhotoId(id),
            picture: PictureId(picture),
            content_hash: [id as u8; 32],
            file_key: None,
            folder: format!("/{id}"),
            file_name: format!("{id}.jpg"),
            bytes: 1,
            width: 1,
            height: 1,
            format: "jpeg".into(),
            taken_at,
            camera: None,
            rating: None,
            metadata: 0,
            sharpness: None,
            stack: None,
            added_in: 0,
        }
    }

    #[test]
    fn two_shots_are_no_near_copies_and_the_same_pixels_are_whatever_the_times_say() {
        let pair = |a, b| NearPair {
            a: PictureId(a),
            b: PictureId(b),
            similarity: 0.95,
            orientation: 1,
        };
        // Pictures 1 and 2 are two frames of a burst, 3 is a copy of the first without a time.
        let members = vec![
            member(1, 1, Some(100)),
            member(2, 2, Some(101)),
            member(3, 3, None),
            member(4, 1, Some(777)),
        ];
        let terms = Terms {
            kind: CopyKind::Near,
            threshold: 0.9,
            include_decided: false,
        };
        let found = groups(members, &[pair(1, 2), pair(1, 3)], terms, &HashMap::new());
        let ids: Vec<Vec<i64>> = found
            .iter()
            .map(|group| group.members.iter().map(|member| member.id.0).collect())
            .collect();
        assert_eq!(ids, [[1, 3, 4]]);
    }
}
