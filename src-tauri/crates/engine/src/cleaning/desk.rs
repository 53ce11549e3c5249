//! What a cleanup asks of the catalog, and tells it.

use std::path::Path;

use half::f16;
use serde_json::{Map, Value, json};

use super::regions;
use crate::cleanup::plan::{GroupKind, PlanFile, PlanGroup};
use crate::cleanup::{Catalog, CatalogFault};
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::io::{self, FileStamp};
use crate::store::attributes::PhotoList;
use crate::store::photos::{self, Facts};
use crate::store::pictures::{self, Member};
use crate::store::{Connection, Store, StoreError, attributes, review, tags, text, vectors};

/// By how much a cosine may have come out lower than when the plan was made.
const ROUNDING: f64 = 1e-3;

/// The catalog as a cleanup sees it.
pub(super) struct Desk<'a> {
    store: &'a Store,
}

impl<'a> Desk<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store }
    }
}

impl Catalog for Desk<'_> {
    fn objection(
        &self,
        group: &PlanGroup,
        photo: &PlanFile,
    ) -> Result<Option<String>, CatalogFault> {
        Ok(self
            .store
            .read(|connection| objection(connection, group, photo))?)
    }

    fn before_merge(&self, group: &PlanGroup) -> Result<Value, CatalogFault> {
        let keeper = PhotoId(group.keeper.photo_id);
        let row = self
            .store
            .read(|connection| photos::by_id(connection, keeper))?;
        let row = row.ok_or_else(|| EngineError::not_found("photo", keeper))?;
        let names = group.merge.attributes.iter().flat_map(Map::keys);
        let attributes: Map<String, Value> = names
            .map(|name| {
                (
                    name.clone(),
                    row.attributes.get(name).cloned().unwrap_or(Value::Null),
                )
            })
            .collect();
        let store = self.store;
        let regions = store.read(|connection| regions::known(connection, keeper))?;
        Ok(json!({
            "tags": row.tags, "rating": row.camera.rating, "label": row.label,
            "caption": row.camera.caption, "attributes": attributes, "regions": regions,
        }))
    }

    fn merge(&self, group: &PlanGroup) -> Result<(), CatalogFault> {
        let keeper = PhotoId(group.keeper.photo_id);
        let merge = &group.merge;
        Ok(self.store.write(|tx| {
            for tag in &merge.tags {
                tags::add(tx, keeper, tag)?;
            }
            for (name, value) in merge.attributes.iter().flatten() {
                attributes::put(tx, &PhotoList::new(&[keeper]), name, &value.to_string())?;
            }
            let known = photos::facts(tx, keeper)?.unwrap_or_default();
            let facts = Facts {
                rating: number(merge.rating.as_ref()).or(known.rating),
                label: words(merge.label.as_ref()).or(known.label),
                caption: words(merge.caption.as_ref()).or(known.caption),
                title: known.title,
            };
            photos::set_facts(tx, keeper, &facts)?;
            regions::draw(tx, keeper, &merge.regions)?;
            Ok::<_, EngineError>(text::refresh(tx, keeper)?)
        })?)
    }

    fn unmerge(&self, group: &PlanGroup, before: &Value) -> Result<(), CatalogFault> {
        let keeper = PhotoId(group.keeper.photo_id);
        let merge = &group.merge;
        let had = |tag: &String| {
            before
                .get("tags")
                .and_then(Value::as_array)
                .is_some_and(|tags| tags.iter().any(|known| known.as_str() == Some(tag)))
        };
        Ok(self.store.write(|tx| {
            for tag in merge.tags.iter().filter(|tag| !had(tag)) {
                tags::remove(tx, keeper, tag)?;
            }
            tags::drop_unused(tx)?;
            for name in merge.attributes.iter().flat_map(Map::keys) {
                let list = PhotoList::new(&[keeper]);
                match before.get("attributes").and_then(|known| known.get(name)) {
                    None | Some(Value::Null) => attributes::remove(tx, &list, name)?,
                    Some(value) => attributes::put(tx, &list, name, &value.to_string())?,
                }
            }
            let drawn = regions::fresh(&merge.regions, before.get("regions"));
            regions::erase(tx, keeper, &drawn)?;
            // Only what was taken over goes back: the rest may have been changed since.
            let known = photos::facts(tx, keeper)?.unwrap_or_default();
            let facts = Facts {
                rating: match &merge.rating {
                    Some(_) => number(before.get("rating")),
                    None => known.rating,
                },
                label: match &merge.label {
                    Some(_) => words(before.get("label")),
                    None => known.label,
                },
                caption: match &merge.caption {
                    Some(_) => words(before.get("caption")),
                    None => known.caption,
                },
                title: known.title,
            };
            photos::set_facts(tx, keeper, &facts)?;
            Ok::<_, EngineError>(text::refresh(tx, keeper)?)
        })?)
    }

    fn removed(&self, photo: PhotoId) -> Result<(), CatalogFault> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now_s = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        Ok(self.store.write(|tx| {
            photos::set_missing(tx, photo, now_s)?;
            text::remove(tx, photo)?;
            review::mark(tx, photo, None).map(drop)
        })?)
    }

    fn replaced(&self, photo: PhotoId, path: &Path) -> Result<(), CatalogFault> {
        self.note_file(photo, path)
    }

    fn restored(&self, photo: PhotoId, path: &Path) -> Result<(), CatalogFault> {
        let known = self
            .store
            .read(|connection| photos::path_of(connection, photo))?;
        if known.as_deref() != Some(path) {
            self.store.write(|tx| photos::rename(tx, photo, path))?;
        }
        self.store.write(|tx| {
            photos::walk_back(tx, photo)?;
            text::refresh(tx, photo)
        })?;
        self.note_file(photo, path)
    }

    fn partner_removed(&self, path: &Path) -> Result<(), CatalogFault> {
        let at_path = self
            .store
            .read(|connection| photos::at_path(connection, path))?;
        for photo in at_path.into_iter().filter(|photo| !photo.is_missing) {
            self.removed(photo.id)?;
        }
        Ok(())
    }

    fn partner_restored(&self, path: &Path, at: &Path) -> Result<(), CatalogFault> {
        let at_path = self
            .store
            .read(|connection| photos::at_path(connection, path))?;
        for photo in at_path.into_iter().filter(|photo| photo.is_missing) {
            self.restored(photo.id, at)?;
        }
        Ok(())
    }
}

impl Desk<'_> {
    /// Takes size and time of the file that is at a photo's place now.
    fn note_file(&self, photo: PhotoId, path: &Path) -> Result<(), CatalogFault> {
        let stamp = FileStamp::of(&std::fs::metadata(path)?);
        let key = io::file_key(path);
        Ok(self.store.write(|tx| {
            photos::touch(tx, photo, stamp.mtime_ns)?;
            pictures::set_file_key(tx, photo, key.as_deref())
        })?)
    }
}

fn number(value: Option<&Value>) -> Option<i32> {
    value
        .and_then(Value::as_i64)
        .and_then(|number| i32::try_from(number).ok())
}

fn words(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// Why a photo must not go in favour of another.
fn objection(
    connection: &Connection,
    group: &PlanGroup,
    photo: &PlanFile,
) -> Result<Option<String>, StoreError> {
    let own = pictures::of_photo(connection, PhotoId(photo.photo_id))?;
    let kept = pictures::of_photo(connection, PhotoId(group.keeper.photo_id))?;
    let anew = |what: &str| Ok(Some(format!("{what}: make the plan anew")));
    let Some(own) = own else {
        return anew("It is no longer in the catalog");
    };
    let Some(kept) = kept else {
        return anew("The photo that stays is no longer in the catalog");
    };
    let is_at = |member: &Member, file: &PlanFile| -> Result<bool, StoreError> {
        let path = photos::path_of(connection, member.id)?;
        Ok(path.as_deref() == Some(&file.path) && member.content_hash == file.hash.0)
    };
    if !is_at(&own, photo)? {
        return anew("It was changed or moved since it was planned");
    }
    if !is_at(&kept, &group.keeper)? {
        return anew("The photo that stays was changed or moved since it was planned");
    }
    let pair = crate::duplicates::hash_pair(&own.content_hash, &kept.content_hash);
    if review::decisions(connection)?.get(&pair) == Some(&review::Decision::NotDuplicates) {
        return Ok(Some("It was decided to be no duplicate".into()));
    }
    Ok((!are_copies(connection, group, &own, &kept)?)
        .then(|| "It is no copy of the photo that stays, as far as is known".to_owned()))
}

fn are_copies(
    connection: &Connection,
    group: &PlanGroup,
    own: &Member,
    kept: &Member,
) -> Result<bool, StoreError> {
    if own.content_hash == kept.content_hash {
        return Ok(true);
    }
    match group.kind {
        GroupKind::Exact => Ok(false),
        GroupKind::Pixels => Ok(own.picture == kept.picture),
        GroupKind::Near => {
            if own.picture == kept.picture {
                return Ok(true);
            }
            if crate::duplicates::are_two_shots(own, kept) {
                return Ok(false);
            }
            let pairs = pictures::pairs_of(connection, own.picture, 0.0)?;
            Ok(pairs
                .iter()
                .any(|pair| pair.a == kept.picture || pair.b == kept.picture))
        }
        GroupKind::Similar => {
            let spaces = vectors::spaces(connection)?;
            let Some(space) = spaces
                .iter()
                .find(|one| one.serving && one.name == "visual")
            else {
                return Ok(false);
            };
            let vector = |id| vectors::get(connection, space, id);
            let (Some(one), Some(other)) = (vector(own.id)?, vector(kept.id)?) else {
                return Ok(false);
            };
            let product = |(a, b): (&f16, &f16)| a.to_f64() * b.to_f64();
            let cosine: f64 = one.iter().zip(&other).map(product).sum();
            Ok(cosine >= group.similarity - ROUNDING)
        }
    }
}
