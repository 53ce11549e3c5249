//! Copies, marks and decisions.

use std::path::PathBuf;

use latent_engine::Engine;
use latent_engine::duplicates::{self, CopyKind, CopyQuery, FoundGroup, FoundPhoto};
use latent_engine::error::EngineError;
use latent_engine::ids::PhotoId;
use latent_engine::store::review;

use super::Answer;
use crate::wire;

/// Confidences of one question: every percent.
const MOST_CONFIDENCES: usize = 101;

pub(crate) fn find(engine: &Engine, request: wire::FindDuplicates) -> Answer<wire::Duplicates> {
    let query = query(request.query)?;
    let after = request.cursor.as_deref().map(cursor).transpose()?;
    let limit = request.limit.unwrap_or(50);
    let photo = request.photo_id.map(PhotoId);
    let found = duplicates::find(engine, &query, photo, limit, after)?;
    Ok(wire::Duplicates {
        groups: found.groups.into_iter().map(group).collect(),
        group_count: found.group_count,
        pairs: found.pairs,
        photo_count: found.photo_count,
        reclaimable_bytes: found.reclaimable_bytes,
        pending: found.pending,
        next_cursor: found.next.map(|(bytes, first)| format!("{bytes}-{first}")),
    })
}

/// The engine's query of a request.
pub(crate) fn query(request: wire::DuplicateQuery) -> Answer<CopyQuery> {
    let rules = match request.rules {
        Some(words) => {
            duplicates::parse(&words).map_err(|error| EngineError::invalid(error.to_string()))?
        }
        None => duplicates::defaults(),
    };
    Ok(CopyQuery {
        kind: request.kind.map_or(CopyKind::Near, kind),
        threshold: request.threshold,
        within_s: request.within_s,
        filter: request.filter,
        rules,
        reference: request.reference.into_iter().map(PathBuf::from).collect(),
        include_decided: request.include_decided,
    })
}

pub(crate) fn align(engine: &Engine, request: wire::AlignCopies) -> Answer<wire::Alignment> {
    let (a, b) = (PhotoId(request.photo_id), PhotoId(request.other_id));
    let overlay = duplicates::align(engine, a, b)?;
    Ok(wire::Alignment {
        overlay: overlay.map(|overlay| wire::Overlay {
            orientation: overlay.orientation,
            left: overlay.left,
            top: overlay.top,
            right: overlay.right,
            bottom: overlay.bottom,
        }),
    })
}

pub(crate) fn mark(engine: &Engine, request: wire::MarkPhotos) -> Answer<wire::PhotosMarked> {
    let ids: Vec<PhotoId> = request.photo_ids.into_iter().map(PhotoId).collect();
    let mark = request.mark.map(|mark| match mark {
        wire::Mark::Keep => review::Mark::Keep,
        wire::Mark::Remove => review::Mark::Remove,
        wire::Mark::Skip => review::Mark::Skip,
    });
    let changed = duplicates::mark(engine, &ids, mark)?;
    Ok(wire::PhotosMarked { changed })
}

pub(crate) fn accept(
    engine: &Engine,
    request: wire::AcceptProposals,
) -> Answer<wire::ProposalsAccepted> {
    let (accepted, marked) =
        duplicates::accept(engine, &query(request.query)?, request.confidence)?;
    Ok(wire::ProposalsAccepted {
        groups: accepted.groups,
        photos: accepted.photos,
        bytes: accepted.bytes,
        marked: marked.into_iter().map(|id| id.0).collect(),
    })
}

pub(crate) fn count_proposals(
    engine: &Engine,
    request: wire::CountProposals,
) -> Answer<wire::ProposalCounts> {
    if request.confidences.len() > MOST_CONFIDENCES {
        let reason = format!("Ask about at most {MOST_CONFIDENCES} confidences at once");
        return Err(EngineError::invalid(reason).into());
    }
    let query = query(request.query)?;
    let counts = duplicates::count_acceptable(engine, &query, &request.confidences)?;
    let count = |count: duplicates::Accepted| wire::ProposalCount {
        groups: count.groups,
        photos: count.photos,
        bytes: count.bytes,
    };
    Ok(wire::ProposalCounts {
        counts: counts.into_iter().map(count).collect(),
    })
}

pub(crate) fn progress(engine: &Engine, request: wire::GetReview) -> Answer<wire::Review> {
    let progress = duplicates::progress(engine, &query(request.query)?)?;
    Ok(wire::Review {
        groups: progress.groups,
        decided: progress.decided,
        skipped: progress.skipped,
        remove_files: progress.remove_files,
        remove_bytes: progress.remove_bytes,
    })
}

pub(crate) fn decide(
    engine: &Engine,
    request: wire::DecideDuplicates,
) -> Answer<wire::DuplicatesDecided> {
    let ids: Vec<PhotoId> = request.photo_ids.into_iter().map(PhotoId).collect();
    let decision = request.decision.map(|decision| match decision {
        wire::Decision::NotDuplicates => review::Decision::NotDuplicates,
        wire::Decision::KeepBoth => review::Decision::KeepBoth,
    });
    let pairs = duplicates::decide(engine, &ids, decision)?;
    Ok(wire::DuplicatesDecided { pairs })
}

fn kind(kind: wire::DuplicateKind) -> CopyKind {
    match kind {
        wire::DuplicateKind::Exact => CopyKind::Exact,
        wire::DuplicateKind::Pixels => CopyKind::Pixels,
        wire::DuplicateKind::Near => CopyKind::Near,
        wire::DuplicateKind::Similar => CopyKind::Similar,
    }
}

pub(super) fn kind_word(kind: CopyKind) -> wire::DuplicateKind {
    match kind {
        CopyKind::Exact => wire::DuplicateKind::Exact,
        CopyKind::Pixels => wire::DuplicateKind::Pixels,
        CopyKind::Near => wire::DuplicateKind::Near,
        CopyKind::Similar => wire::DuplicateKind::Similar,
    }
}

/// Where a page begins: bytes and lowest photo of the last group before it.
fn cursor(text: &str) -> Result<(u64, PhotoId), EngineError> {
    let (bytes, first) = text.split_once('-').ok_or(EngineError::Cursor)?;
    let bytes = bytes.parse().map_err(|_| EngineError::Cursor)?;
    let first = first.parse().map_err(|_| EngineError::Cursor)?;
    Ok((bytes, PhotoId(first)))
}

fn group(group: FoundGroup) -> wire::DuplicateGroup {
    wire::DuplicateGroup {
        id: group.id,
        kind: kind_word(group.kind),
        similarity: group.similarity,
        photos: group.photos.into_iter().map(photo).collect(),
        keeper: group.keeper.map(|id| id.0),
        reasons: group.reasons,
        reclaimable_bytes: group.reclaimable_bytes,
    }
}

fn photo(photo: FoundPhoto) -> wire::DuplicatePhoto {
    let path = photo.member.path();
    let member = photo.member;
    wire::DuplicatePhoto {
        photo_id: member.id.0,
        path,
        folder: member.folder,
        file_name: member.file_name,
        bytes: member.bytes,
        width: member.width,
        height: member.height,
        format: member.format,
        taken_at: member.taken_at,
        camera: member.camera,
        rating: member.rating,
        tags: photo.tags,
        sharpness: member.sharpness,
        uniqueness: photo.uniqueness,
        orientation: photo.orientation,
        mark: photo.mark.map(|mark| match mark {
            review::Mark::Keep => wire::Mark::Keep,
            review::Mark::Remove => wire::Mark::Remove,
            review::Mark::Skip => wire::Mark::Skip,
        }),
        protected: photo.is_protected,
        hard_linked: photo.is_linked,
        has_sidecar: photo.has_sidecar,
        best: photo.best.into_iter().map(str::to_owned).collect(),
    }
}
