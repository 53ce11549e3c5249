//! Turns rows of bytes into columns: vectors then hold one place of many rows.

/// Rows that are turned together: bytes of the smallest vector.
pub(super) const BAND: usize = 16;

/// The columns of sixteen rows of bytes.
///
/// Neighbours are joined four times: single bytes, then pairs, fours and eights.
#[inline(always)]
pub(super) fn turn<const N: usize>(rows: &[[u8; N]; BAND], columns: &mut [[u8; BAND]; N]) {
    let mut pairs = [[0_u16; N]; 8];
    join(rows, &mut pairs, |a, b| u16::from(a) | (u16::from(b) << 8));
    let mut fours = [[0_u32; N]; 4];
    join(&pairs, &mut fours, |a, b| {
        u32::from(a) | (u32::from(b) << 16)
    });
    let mut eights = [[0_u64; N]; 2];
    join(&fours, &mut eights, |a, b| {
        u64::from(a) | (u64::from(b) << 32)
    });
    let [low, high] = &eights;
    for ((column, low), high) in columns.iter_mut().zip(low).zip(high) {
        *column = (u128::from(*low) | (u128::from(*high) << 64)).to_le_bytes();
    }
}

#[inline(always)]
fn join<A: Copy, B, const N: usize>(
    rows: &[[A; N]],
    joined: &mut [[B; N]],
    both: impl Fn(A, A) -> B,
) {
    for ([upper, lower], joined) in rows.as_chunks::<2>().0.iter().zip(joined) {
        for ((joined, a), b) in joined.iter_mut().zip(upper).zip(lower) {
            *joined = both(*a, *b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_finds_its_place() {
        let byte = |row: usize, column: usize| (row * 64 + column * 7 % 61) as u8;
        let rows: [[u8; 64]; BAND] =
            std::array::from_fn(|row| std::array::from_fn(|column| byte(row, column)));
        let mut columns = [[0; BAND]; 64];
        turn(&rows, &mut columns);
        for (at, column) in columns.iter().enumerate() {
            assert_eq!(*column, std::array::from_fn(|row| byte(row, at)));
        }
    }
}
