//! Photos in an order, a page at a time: each page is a walk along an index, from where the page
//! before ended. Photos that stand equal come by id; those without the value come last.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, ToSql, params_from_iter};

use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;
use crate::store::Result;

/// An order of photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Latest capture first.
    TakenDown,
    /// Earliest capture first.
    TakenUp,
    /// File name, A to Z; case is disregarded for A to Z.
    Name,
    /// Highest rating first.
    RatingDown,
    /// Last added first.
    AddedDown,
    /// Least like any other first.
    UniquenessDown,
}

/// What a photo is put in order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// A number, or none.
    Number(Option<i64>),
    /// A name, with A to Z in lower case.
    Name(String),
}

impl Order {
    fn column(self) -> &'static str {
        match self {
            Self::TakenDown | Self::TakenUp => "taken_at",
            Self::Name => "file_name",
            Self::RatingDown => "rating",
            Self::AddedDown => "added_at",
            Self::UniquenessDown => "uniqueness",
        }
    }

    fn collation(self) -> &'static str {
        if self == Self::Name {
            " COLLATE NOCASE"
        } else {
            ""
        }
    }

    /// The comparison that holds for what comes later, and the direction.
    fn later(self) -> (&'static str, &'static str) {
        match self {
            Self::TakenUp | Self::Name => (">", "ASC"),
            Self::TakenDown | Self::RatingDown | Self::AddedDown | Self::UniquenessDown => {
                ("<", "DESC")
            }
        }
    }

    fn stand(self, value: Value) -> Stand {
        match value {
            Value::Integer(number) => Stand::Number(Some(number)),
            Value::Text(name) => Stand::Name(name.to_ascii_lowercase()),
            _ => Stand::Number(None),
        }
    }
}

/// Where a photo stands among others as a seed shuffles them: SplitMix64 of both.
///
/// # Source
/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
#[must_use]
pub fn shuffled(photo: PhotoId, seed: u32) -> u64 {
    let start = photo.0.cast_unsigned() ^ (u64::from(seed) << 32);
    let mut z = start.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Which photos a page may hold.
#[derive(Clone, Copy, Debug)]
pub enum Among<'a> {
    /// All that can be found, up to this id.
    UpTo(PhotoId),
    /// These, which can be found.
    These(&'a PhotoSet),
}

impl Among<'_> {
    fn sql(self) -> &'static str {
        match self {
            Self::UpTo(_) => "id <= ?1 AND missing_since IS NULL",
            Self::These(_) => "in_photo_set(?1, id)",
        }
    }

    fn param(&self) -> &dyn ToSql {
        match self {
            Self::UpTo(id) => &id.0,
            Self::These(set) => *set,
        }
    }
}

/// Lists up to `limit` photos in an order, after the place where the page before ended.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn in_order(
    connection: &Connection,
    order: Order,
    among: Among<'_>,
    after: Option<(&Stand, PhotoId)>,
    limit: usize,
) -> Result<Vec<(PhotoId, Stand)>> {
    let mut page = Vec::new();
    let (column, collation) = (order.column(), order.collation());
    let (later, direction) = order.later();
    let value = match after {
        Some((Stand::Number(number), _)) => number.map(Value::Integer),
        Some((Stand::Name(name), _)) => Some(Value::Text(name.clone())),
        None => None,
    };
    let last = after.map_or(i64::MIN, |(_, id)| id.0);
    let mut walk = |condition: &str, sorted: &str, params: &[&dyn ToSql]| -> Result<()> {
        if page.len() >= limit {
            return Ok(());
        }
        let rows = limit - page.len();
        let sql = format!(
            "SELECT id, {column} FROM photo WHERE {} AND {condition} ORDER BY {sorted} LIMIT {rows}",
            among.sql()
        );
        let params = std::iter::once(among.param()).chain(params.iter().copied());
        let mut statement = connection.prepare(&sql)?;
        let found = statement.query_map(params_from_iter(params), |row| {
            Ok((PhotoId(row.get(0)?), order.stand(row.get(1)?)))
        })?;
        page.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
        Ok(())
    };
    let sorted = format!("{column}{collation} {direction}, id");
    match (&value, after) {
        (Some(value), _) => {
            walk(
                &format!("{column} = ?2{collation} AND id > ?3"),
                "id",
                &[value, &last],
            )?;
            walk(
                &format!("{column} {later} ?2{collation}"),
                &sorted,
                &[value],
            )?;
        }
        (None, None) => walk(&format!("{column} IS NOT NULL"), &sorted, &[])?,
        (None, Some(_)) => {}
    }
    let last = if value.is_some() { i64::MIN } else { last };
    walk(&format!("{column} IS NULL AND id > ?2"), "id", &[&last])?;
    Ok(page)
}

/// What some photos are put in order by; those that cannot be found are left out.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn stands(
    connection: &Connection,
    order: Order,
    ids: impl IntoIterator<Item = PhotoId>,
) -> Result<Vec<(PhotoId, Stand)>> {
    let sql = format!(
        "SELECT {} FROM photo WHERE id = ?1 AND missing_since IS NULL",
        order.column()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut stands = Vec::new();
    for id in ids {
        let value = statement.query_row([id.0], |row| row.get(0)).optional()?;
        stands.extend(value.map(|value| (id, order.stand(value))));
    }
    Ok(stands)
}
