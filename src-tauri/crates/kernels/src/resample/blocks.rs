//! How pictures of bytes lie in memory: row by row, or in blocks of columns.

/// Columns of bytes in a block: four vectors of sums on AVX-512.
pub(super) const BLOCK: usize = 64;

/// Rows of bytes.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// They begin with the first byte of the first row; what is missing counts as zero.
    pub bytes: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
}

impl Rows<'_> {
    /// The bytes of a row from a column on; what is behind its end is of no account.
    #[inline(always)]
    pub(super) fn load(&self, row: usize, column: usize, into: &mut [u8; BLOCK]) {
        let bytes = self.bytes.get(row * self.stride + column..);
        let bytes = bytes.unwrap_or_default();
        if let Some(block) = bytes.first_chunk() {
            *into = *block;
        } else {
            into.iter_mut()
                .zip(bytes)
                .for_each(|(to, byte)| *to = *byte);
        }
    }
}

/// A picture in blocks of columns, each row by row: going down is one walk through memory.
pub(super) struct Blocks {
    rows: usize,
    blocks: Vec<[u8; BLOCK]>,
}

impl Blocks {
    /// Room for so many rows of so many bytes.
    pub(super) fn new(rows: usize, bytes: usize) -> Self {
        Self {
            rows,
            blocks: vec![[0; BLOCK]; rows * bytes.div_ceil(BLOCK)],
        }
    }

    /// The first `count` rows, the first `bytes` of each.
    pub(super) fn of(rows: Rows, count: usize, bytes: usize) -> Self {
        let mut all = Self::new(count, bytes);
        for (at, block) in all.by_block_mut().enumerate() {
            for (number, row) in block.iter_mut().enumerate() {
                rows.load(number, at * BLOCK, row);
            }
        }
        all
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The rows of each block.
    #[inline(always)]
    pub(super) fn by_block(&self) -> impl Iterator<Item = &[[u8; BLOCK]]> {
        self.blocks.chunks_exact(self.rows.max(1))
    }

    #[inline(always)]
    pub(super) fn by_block_mut(&mut self) -> impl Iterator<Item = &mut [[u8; BLOCK]]> {
        self.blocks.chunks_exact_mut(self.rows.max(1))
    }

    /// Writes the rows one behind the other; they are as long as they then fit.
    pub(super) fn write(&self, out: &mut [u8]) {
        let stride = out.len() / self.rows.max(1);
        for (at, block) in self.by_block().enumerate() {
            for (row, out) in block.iter().zip(out.chunks_exact_mut(stride.max(1))) {
                store(row, out, at * BLOCK);
            }
        }
    }
}

/// Writes a row of a block into a whole row, as far as that goes.
#[inline(always)]
pub(super) fn store(block: &[u8; BLOCK], row: &mut [u8], column: usize) {
    let row = row.get_mut(column..).unwrap_or_default();
    if let Some(place) = row.first_chunk_mut() {
        *place = *block;
    } else {
        row.iter_mut().zip(block).for_each(|(to, byte)| *to = *byte);
    }
}
