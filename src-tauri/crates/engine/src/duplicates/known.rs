//! Which known photos a picture is a copy of: one that is not in the catalog yet, or one that has just
//! come in.

use std::collections::{HashMap, HashSet};

use super::pairing::near_pictures;
use super::stacks::{are_stacked, are_two_shots, are_two_times};
use super::{CopyKind, grouping};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PhotoId, PictureId};
use crate::jobs::Ctx;
use crate::near::Print;
use crate::store::pictures::{self, Member};
use crate::store::review::{self, Decision, HashPair};
use crate::store::{Connection, StoreError};

/// New photos that are looked at between two chances to stop.
const CHUNK: usize = 1024;

/// A known photo that a file is a copy of.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownCopy {
    /// The photo.
    pub photo: PhotoId,
    /// Where it lies, as shown.
    pub path: String,
    /// How alike they are.
    pub kind: CopyKind,
    /// 0 … 1.
    pub similarity: f32,
}

/// A picture that is compared with the catalog.
pub(super) struct Own {
    pub(super) content_hash: [u8; 32],
    pub(super) pixel_hash: [u8; 32],
    pub(super) print: Print,
    pub(super) taken_at: Option<i64>,
    /// Names the file on its disk.
    pub(super) file_key: Option<Vec<u8>>,
    /// Its path, as shown.
    pub(super) path: String,
}

/// What the catalog knows of a picture.
#[derive(Default)]
pub(super) struct Found {
    /// The photo that this very file is.
    pub(super) photo: Option<PhotoId>,
    /// The likest first.
    pub(super) copies: Vec<KnownCopy>,
}

/// Compares a picture with the catalog, as the groups of near copies do.
///
/// # Errors
/// [`EngineError::Store`].
pub(super) fn find(
    engine: &Engine,
    own: &Own,
    least: f32,
    decisions: &HashMap<HashPair, Decision>,
) -> Result<Found, EngineError> {
    let near = near_pictures(engine, &own.print, least)?;
    let members = engine.store().read(|connection| {
        let mut members = Vec::new();
        let same = pictures::of_hash(connection, &own.pixel_hash)?;
        for member in same.map_or(Ok(Vec::new()), |same| pictures::members(connection, same))? {
            let is_exact = member.content_hash == own.content_hash;
            let kind = if is_exact {
                CopyKind::Exact
            } else {
                CopyKind::Pixels
            };
            members.push((member, kind, 1.0));
        }
        for (picture, similarity) in near {
            if Some(picture) == same {
                continue;
            }
            let others = pictures::members(connection, picture)?.into_iter();
            let others = others.filter(|other| !are_two_times(own.taken_at, other.taken_at));
            members.extend(others.map(|other| (other, CopyKind::Near, similarity)));
        }
        Ok::<_, StoreError>(members)
    })?;
    let is_itself = |member: &Member| {
        member.path() == own.path || (own.file_key.is_some() && member.file_key == own.file_key)
    };
    let itself = members.iter().find(|(member, ..)| is_itself(member));
    let photo = itself.map(|(member, ..)| member.id);
    let mut copies: Vec<KnownCopy> = members
        .into_iter()
        .filter(|(member, ..)| {
            let pair = grouping::hash_pair(&member.content_hash, &own.content_hash);
            !is_itself(member) && !decisions.contains_key(&pair)
        })
        .map(|(member, kind, similarity)| KnownCopy {
            photo: member.id,
            path: member.path(),
            kind,
            similarity,
        })
        .collect();
    copies.sort_by(|a, b| {
        let rank = |copy: &KnownCopy| match copy.kind {
            CopyKind::Exact => 0,
            CopyKind::Pixels => 1,
            CopyKind::Near | CopyKind::Similar => 2,
        };
        (rank(a).cmp(&rank(b)))
            .then(b.similarity.total_cmp(&a.similarity))
            .then(a.photo.cmp(&b.photo))
    });
    Ok(Found { photo, copies })
}

/// Which of some new photos are copies of photos that were known before, by id. Of new ones that are
/// copies of each other the first by path counts as known.
///
/// # Errors
/// [`EngineError::Cancelled`], [`EngineError::Store`].
pub(crate) fn copied(
    engine: &Engine,
    ctx: &Ctx,
    new: &[PhotoId],
) -> Result<Vec<PhotoId>, EngineError> {
    let store = engine.store();
    let is_new: HashSet<PhotoId> = new.iter().copied().collect();
    let decisions = store.read(review::decisions)?;
    let mut copied = Vec::new();
    for chunk in new.chunks(CHUNK) {
        ctx.checkpoint()?;
        store.read(|connection| {
            for id in chunk {
                let Some(own) = pictures::of_photo(connection, *id)? else {
                    continue;
                };
                let others = alike(connection, &own)?;
                let is_known = |other: &Member| {
                    let pair = grouping::hash_pair(&own.content_hash, &other.content_hash);
                    let is_first = !is_new.contains(&other.id) || other.path() < own.path();
                    is_first && !decisions.contains_key(&pair)
                };
                if others.iter().any(is_known) {
                    copied.push(*id);
                }
            }
            Ok::<_, StoreError>(())
        })?;
    }
    copied.sort_unstable();
    Ok(copied)
}

/// The copies of a photo, but for those that are the same file, or of one stack with it.
fn alike(connection: &Connection, own: &Member) -> Result<Vec<Member>, StoreError> {
    let mut others = pictures::members(connection, own.picture)?;
    for pair in pictures::pairs_of(connection, own.picture, crate::near::THRESHOLD)? {
        let other: PictureId = if pair.a == own.picture {
            pair.b
        } else {
            pair.a
        };
        let near = pictures::members(connection, other)?.into_iter();
        others.extend(near.filter(|other| !are_two_shots(own, other)));
    }
    others.retain(|other| {
        let is_linked = own.file_key.is_some() && own.file_key == other.file_key;
        let is_apart = own.content_hash != other.content_hash && are_stacked(own, other);
        other.id != own.id && !is_linked && !is_apart
    });
    Ok(others)
}
