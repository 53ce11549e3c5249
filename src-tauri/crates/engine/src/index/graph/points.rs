//! Which rows each point of the graph answers for.
//!
//! Rows with equal vectors share one point. Otherwise the links of copies of one picture would all
//! lead to each other, and they would fall out of the graph together. A point that answers for no
//! row is a tombstone: walked through, never answered, and taken up again when the same vector
//! comes back.

use std::collections::HashMap;

use half::f16;

use super::snapshot::Reader;

/// No row.
const NONE: u32 = u32::MAX;
/// The name of points that are not taken up again.
const FORGOTTEN: u64 = 0;

/// The first eight bytes of the BLAKE3 of a vector.
///
/// Two different ones among 1,000,000 agree by chance in one library of 37 million.
pub(super) fn name_of(vector: &[f16]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for value in vector {
        // −0 and 0 are the same vector.
        let value = if *value == f16::ZERO {
            f16::ZERO
        } else {
            *value
        };
        hasher.update(&value.to_le_bytes());
    }
    let mut first = [0; 8];
    first.copy_from_slice(hasher.finalize().as_bytes().split_at(8).0);
    // Zero is kept for points without a name.
    u64::from_le_bytes(first).max(1)
}

/// The table of points; a point's name is its place.
#[derive(Debug, Default)]
pub(super) struct Points {
    /// A row of each point, or none.
    rows: Vec<u32>,
    /// What the point's vector hashes to.
    names: Vec<u64>,
    /// Further rows of the same vector.
    more: HashMap<u32, Vec<u32>>,
    point_of: HashMap<u32, u32>,
    by_name: HashMap<u64, u32>,
    tombstones: usize,
}

impl Points {
    /// Counts the points, tombstones among them.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Counts the rows that are answered.
    pub(super) fn answered(&self) -> usize {
        self.point_of.len()
    }

    pub(super) fn tombstones(&self) -> usize {
        self.tombstones
    }

    pub(super) fn point_of(&self, row: u32) -> Option<u32> {
        self.point_of.get(&row).copied()
    }

    pub(super) fn name(&self, point: u32) -> Option<u64> {
        self.names.get(point as usize).copied()
    }

    /// The point that stands for a vector.
    pub(super) fn named(&self, name: u64) -> Option<u32> {
        self.by_name.get(&name).copied()
    }

    /// Makes a point that answers for nothing yet; none when all names are given out.
    pub(super) fn reserve(&mut self, name: u64) -> Option<u32> {
        let point = u32::try_from(self.rows.len())
            .ok()
            .filter(|&point| point != NONE)?;
        self.rows.push(NONE);
        self.names.push(name);
        if name != FORGOTTEN {
            self.by_name.insert(name, point);
        }
        self.tombstones += 1;
        Some(point)
    }

    /// Sees to it that a point is not taken up again: no search comes to it.
    pub(super) fn forget(&mut self, point: u32) {
        if let Some(name) = self.names.get_mut(point as usize) {
            self.by_name.remove(name);
            *name = FORGOTTEN;
        }
    }

    /// Lets a point answer for nothing any more.
    pub(super) fn drop_point(&mut self, point: u32) {
        let rows: Vec<u32> = self.rows(point).collect();
        rows.into_iter().for_each(|row| self.detach(row));
        self.forget(point);
    }

    /// Lets a point answer for a row that no point has.
    pub(super) fn attach(&mut self, point: u32, row: u32) {
        let Some(first) = self.rows.get_mut(point as usize) else {
            return;
        };
        if *first == NONE {
            *first = row;
            self.tombstones = self.tombstones.saturating_sub(1);
        } else {
            self.more.entry(point).or_default().push(row);
        }
        self.point_of.insert(row, point);
    }

    /// Takes a row from its point.
    pub(super) fn detach(&mut self, row: u32) {
        let Some(point) = self.point_of.remove(&row) else {
            return;
        };
        let Some(first) = self.rows.get_mut(point as usize) else {
            return;
        };
        let more = self.more.get_mut(&point);
        if *first != row {
            more.into_iter()
                .for_each(|rows| rows.retain(|&other| other != row));
        } else if let Some(next) = more.and_then(Vec::pop) {
            *first = next;
        } else {
            *first = NONE;
            self.tombstones += 1;
        }
    }

    /// Names the rows a point answers for.
    pub(super) fn rows(&self, point: u32) -> impl Iterator<Item = u32> {
        let first = self.rows.get(point as usize).copied();
        let more = self.more.get(&point).map(Vec::as_slice).unwrap_or_default();
        first
            .filter(|&row| row != NONE)
            .into_iter()
            .chain(more.iter().copied())
    }

    /// Estimates the bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        let table = size_of::<u32>() + size_of::<u64>();
        // The maps grow by doubling and are half to seven eighths full.
        let maps = (size_of::<(u64, u32)>() + size_of::<(u32, u32)>() + 2) * 3 / 2;
        self.rows.len() * (table + maps) + self.more.len() * 64
    }

    /// Writes the table down: little-endian numbers, lengths before lists.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend((self.rows.len() as u64).to_le_bytes());
        out.extend(self.rows.iter().flat_map(|row| row.to_le_bytes()));
        out.extend(self.names.iter().flat_map(|name| name.to_le_bytes()));
        let mut pairs: Vec<(u32, u32)> = self
            .more
            .iter()
            .flat_map(|(&point, rows)| rows.iter().map(move |&row| (point, row)))
            .collect();
        pairs.sort_unstable();
        out.extend((pairs.len() as u64).to_le_bytes());
        for (point, row) in pairs {
            out.extend(point.to_le_bytes());
            out.extend(row.to_le_bytes());
        }
    }

    /// Reads what [`Points::write`] wrote; none where it is something else.
    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let count = from.length(size_of::<u32>() + size_of::<u64>())?;
        let rows = (0..count)
            .map(|_| from.u32())
            .collect::<Option<Vec<u32>>>()?;
        let names = (0..count)
            .map(|_| from.u64())
            .collect::<Option<Vec<u64>>>()?;
        let mut points = Self::default();
        for (&row, &name) in rows.iter().zip(&names) {
            let point = points.reserve(name)?;
            if row != NONE {
                points.attach(point, row);
            }
        }
        for _ in 0..from.length(2 * size_of::<u32>())? {
            let (point, row) = (from.u32()?, from.u32()?);
            points.attach(point, row);
        }
        Some(points)
    }
}
