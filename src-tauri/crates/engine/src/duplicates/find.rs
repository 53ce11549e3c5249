//! The groups that a query asks for, with a proposal each, a page at a time.

use std::cmp::Reverse;
use std::path::PathBuf;

use super::proposals::{self, Proposal};
use super::{CopyKind, CopyQuery};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::near;
use crate::store::pictures::{self, Member};
use crate::store::review::{self, Mark};
use crate::store::{Connection, StoreError, photos, tags};

/// Groups a page holds at most.
const MOST: u32 = 500;

/// What a query found.
#[derive(Clone, Debug)]
pub struct Found {
    /// A page of groups, those that free the most bytes first.
    pub groups: Vec<FoundGroup>,
    /// Groups in all.
    pub group_count: u64,
    /// Pairs in all groups.
    pub pairs: u64,
    /// Photos in all groups.
    pub photo_count: u64,
    /// Bytes that could be freed in all.
    pub reclaimable_bytes: u64,
    /// Pictures whose copies are still to be found: index to find them.
    pub pending: u64,
    /// Where the next page begins; none after the last.
    pub next: Option<(u64, PhotoId)>,
}

/// A group with what is proposed.
#[derive(Clone, Debug)]
pub struct FoundGroup {
    /// What it is called as long as it holds these photos.
    pub id: String,
    /// How alike they are.
    pub kind: CopyKind,
    /// The least likeness of two of them, 0 … 1.
    pub similarity: f32,
    /// By id.
    pub photos: Vec<FoundPhoto>,
    /// Which one stays; none where the rules leave several.
    pub keeper: Option<PhotoId>,
    /// Why, for people.
    pub reasons: Vec<String>,
    /// Bytes that could be freed.
    pub reclaimable_bytes: u64,
}

/// A photo of a group.
#[derive(Clone, Debug)]
pub struct FoundPhoto {
    /// What is compared.
    pub member: Member,
    /// Tag paths.
    pub tags: Vec<String>,
    /// 0 … 1.
    pub uniqueness: Option<f32>,
    /// How it lies when the first of the group is upright: 1 … 8, as in EXIF.
    pub orientation: u8,
    /// What shall happen to it.
    pub mark: Option<Mark>,
    /// It lies in a reference folder.
    pub is_protected: bool,
    /// It is the same file of its disk as another of the group.
    pub is_linked: bool,
    /// A sidecar lies beside it.
    pub has_sidecar: bool,
    /// In which facts no other of the group is better, where they differ.
    pub best: Vec<&'static str>,
}

/// Finds groups of copies.
///
/// # Errors
/// [`EngineError::Invalid`] for a threshold that is none; [`EngineError`] of the filter or catalog.
pub fn find(
    engine: &Engine,
    query: &CopyQuery,
    photo: Option<PhotoId>,
    limit: u32,
    after: Option<(u64, PhotoId)>,
) -> Result<Found, EngineError> {
    let after = after.map(|(bytes, first)| (Reverse(bytes), first));
    let limit = limit.clamp(1, MOST) as usize;
    let page = proposals::page(engine, query, photo, after, limit)?;
    let (groups, pending) = engine.store().read_at_once(|connection| {
        let groups = page.proposals.into_iter();
        let groups = groups.map(|proposal| shown(connection, query.kind, proposal));
        let groups = groups.collect::<Result<Vec<_>, _>>()?;
        let unread = pictures::count_unread(connection)?;
        Ok::<_, StoreError>((groups, unread + pictures::count_unpaired(connection)?))
    })?;
    Ok(Found {
        groups,
        group_count: page.totals.groups,
        pairs: page.totals.pairs,
        photo_count: page.totals.photos,
        reclaimable_bytes: page.totals.reclaimable_bytes,
        pending,
        next: page.next.map(|(Reverse(bytes), first)| (bytes, first)),
    })
}

fn shown(
    connection: &Connection,
    kind: CopyKind,
    proposal: Proposal,
) -> Result<FoundGroup, StoreError> {
    let group = &proposal.group;
    let first = group.members.first().map(|member| member.picture);
    let turned = match first.filter(|_| kind != CopyKind::Exact) {
        Some(first) => pictures::pairs_of(connection, first, 0.0)?,
        None => Vec::new(),
    };
    let mut facts = Vec::new();
    for member in &group.members {
        let orientation = turned.iter().find_map(|pair| {
            let other = if Some(pair.a) == first {
                pair.b
            } else {
                pair.a
            };
            let way = if Some(pair.a) == first {
                pair.orientation
            } else {
                near::inverse(pair.orientation)
            };
            (other == member.picture).then_some(way)
        });
        facts.push((
            tags::of_photo(connection, member.id)?,
            photos::uniqueness_of(connection, member.id)?,
            orientation.unwrap_or(1),
            review::mark_of(connection, member.id)?,
        ));
    }
    let photos = group.members.iter().zip(facts).enumerate();
    let photos =
        photos.map(
            |(place, (member, (tags, uniqueness, orientation, mark)))| FoundPhoto {
                tags,
                uniqueness,
                orientation,
                mark,
                is_protected: proposal.is_protected.get(place).copied().unwrap_or(false),
                is_linked: group.is_linked(place),
                has_sidecar: has_sidecar(member),
                best: best(&group.members, member),
                member: member.clone(),
            },
        );
    let keeper = proposal
        .choice
        .keeper
        .and_then(|place| group.members.get(place));
    Ok(FoundGroup {
        id: group.id(kind),
        kind,
        similarity: group.similarity,
        photos: photos.collect(),
        keeper: keeper.map(|member| member.id),
        reasons: proposal.choice.reasons.clone(),
        reclaimable_bytes: proposal.reclaimable_bytes,
    })
}

/// A fact as a number; the higher the better.
type Fact = fn(&Member) -> f64;

/// The facts in which a member is not beaten, of those in which members differ.
fn best(members: &[Member], own: &Member) -> Vec<&'static str> {
    let facts: [(&'static str, Fact); 6] = [
        ("resolution", |m| m.pixels() as f64),
        ("bytes", |m| m.bytes as f64),
        ("sharpness", |m| m.sharpness.map_or(0.0, f64::from)),
        ("rating", |m| m.rating.map_or(0.0, f64::from)),
        ("metadata", |m| f64::from(m.metadata)),
        ("earliest", |m| {
            m.taken_at.map_or(f64::NEG_INFINITY, |at| -(at as f64))
        }),
    ];
    facts
        .into_iter()
        .filter(|(_, value)| {
            let most = members.iter().map(value).fold(f64::NEG_INFINITY, f64::max);
            value(own) == most && members.iter().any(|other| value(other) < most)
        })
        .map(|(name, _)| name)
        .collect()
}

/// Whether an XMP file lies beside a photo, by either of its names.
fn has_sidecar(member: &Member) -> bool {
    let path = PathBuf::from(member.path());
    let whole = PathBuf::from(format!("{}.xmp", path.display()));
    whole.is_file() || path.with_extension("xmp").is_file()
}
