//! AMX: tiles of sixteen rows and sixteen columns, 64 inputs at a step.
//!
//! The panels are the ones of the other paths: a line of four inputs and sixteen outputs is a row
//! of a weight tile. Rows beyond the last whole tile, and inputs that are no multiple of 64, go by
//! AVX-512 VNNI, and answer the same bits.
//!
//! # Source
//! Intel, "Software Developer's Manual", volume 2, TDPBUSD, TILELOADD, LDTILECFG.

#![expect(
    unsafe_code,
    reason = "the compiler knows no tiles: they are instructions by name"
)]

use std::arch::asm;
use std::arch::x86_64::{_mm512_load_si512, _mm512_setzero_si512};

use super::x86::{avx512_vnni, write_512};
use super::{GROUP, Line, Part};
use crate::PANEL;
use crate::tiles::Task;

/// Rows of a tile.
pub(super) const ROWS: usize = 16;
/// Inputs that a tile of a row holds.
const STEP: usize = 64;
/// Lines of a panel that make a weight tile.
const STEP_LINES: usize = STEP / GROUP;

/// What LDTILECFG reads: eight tiles of sixteen rows of 64 bytes.
#[repr(C, align(64))]
struct Config {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

static CONFIG: Config = Config {
    palette: 1,
    start_row: 0,
    reserved: [0; 14],
    row_bytes: [64, 64, 64, 64, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0, 0, 0],
    rows: [16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0],
};

/// Sums of two tiles' rows for a whole panel.
#[repr(C, align(64))]
struct Sums([[i32; PANEL]; 2 * ROWS]);

/// Multiplies a part of a product.
///
/// # Safety
/// The processor has AMX, the system has permitted it, and the part's lengths have been checked.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
pub(super) unsafe fn multiply(part: &Part<'_>) {
    let whole = if part.x.padded.is_multiple_of(STEP) {
        part.task.rows / ROWS * ROWS
    } else {
        0
    };
    if whole > 0 {
        // SAFETY: the caller's.
        unsafe { multiply_tiles(part, whole) };
    }
    if whole < part.task.rows {
        avx512_vnni(&Part {
            task: Task {
                first_row: part.task.first_row + whole,
                rows: part.task.rows - whole,
                ..part.task
            },
            ..*part
        });
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
unsafe fn multiply_tiles(part: &Part<'_>, rows: usize) {
    let mut sums = Sums([[0; PANEL]; 2 * ROWS]);
    // SAFETY: the caller's; the configuration is a valid one, and let go at the end.
    unsafe {
        asm!("ldtilecfg [{}]", in(reg) &raw const CONFIG, options(nostack, readonly));
        let mut row = part.task.first_row;
        let end = row + rows;
        while row < end {
            let tiles = if row + 2 * ROWS <= end { 2 } else { 1 };
            let x = part.x.values.as_ptr().add(row * part.x.padded);
            if tiles == 2 {
                for half in 0..2 {
                    two_by_two(part, x, half, &mut sums);
                }
            } else {
                one_by_four(part, x, &mut sums);
            }
            for (row, sums) in (row..).zip(sums.0.iter().take(tiles * ROWS)) {
                let mut loaded = [_mm512_setzero_si512(); 4];
                for (i, place) in loaded.iter_mut().enumerate() {
                    *place = _mm512_load_si512(sums.as_ptr().add(16 * i).cast());
                }
                write_512(part, row, loaded);
            }
            part.activate(row, tiles * ROWS);
            row += tiles * ROWS;
        }
        asm!("tilerelease", options(nostack, nomem));
    }
}

/// Sums 32 rows for half of a panel: two tiles of inputs by two of weights.
unsafe fn two_by_two(part: &Part<'_>, x: *const u8, half: usize, sums: &mut Sums) {
    let weights = part.panel.as_ptr().cast::<u8>();
    // SAFETY: the caller's: 32 rows of whole steps at `x`, and as many lines in the panel.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "2:",
            "tileloadd tmm4, [{x0} + {x_stride}]",
            "tileloadd tmm6, [{w} + {line}]",
            "tileloadd tmm7, [{w} + {line} + 64]",
            "tdpbusd tmm0, tmm4, tmm6",
            "tileloadd tmm5, [{x1} + {x_stride}]",
            "tdpbusd tmm1, tmm4, tmm7",
            "tdpbusd tmm2, tmm5, tmm6",
            "tdpbusd tmm3, tmm5, tmm7",
            "add {x0}, 64",
            "add {x1}, 64",
            "add {w}, 4096",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {line}], tmm0",
            "tilestored [{sums} + {line} + 64], tmm1",
            "tilestored [{sums} + {line} + 4096], tmm2",
            "tilestored [{sums} + {line} + 4160], tmm3",
            x0 = inout(reg) x => _,
            x1 = inout(reg) x.add(ROWS * part.x.padded) => _,
            w = inout(reg) weights.add(half * 128) => _,
            steps = inout(reg) part.panel.len() / STEP_LINES => _,
            x_stride = in(reg) part.x.padded,
            line = in(reg) size_of::<Line>(),
            sums = in(reg) sums.0.as_mut_ptr().cast::<u8>().add(half * 128),
            options(nostack),
        );
    }
}

/// Sums 16 rows for a whole panel: one tile of inputs by four of weights.
unsafe fn one_by_four(part: &Part<'_>, x: *const u8, sums: &mut Sums) {
    let weights = part.panel.as_ptr().cast::<u8>();
    // SAFETY: the caller's: 16 rows of whole steps at `x`, and as many lines in the panel.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "2:",
            "tileloadd tmm4, [{x} + {x_stride}]",
            "tileloadd tmm5, [{w} + {line}]",
            "tileloadd tmm6, [{w} + {line} + 64]",
            "tileloadd tmm7, [{w} + {line} + 128]",
            "tdpbusd tmm0, tmm4, tmm5",
            "tdpbusd tmm1, tmm4, tmm6",
            "tileloadd tmm5, [{w} + {line} + 192]",
            "tdpbusd tmm2, tmm4, tmm7",
            "tdpbusd tmm3, tmm4, tmm5",
            "add {x}, 64",
            "add {w}, 4096",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {line}], tmm0",
            "tilestored [{sums} + {line} + 64], tmm1",
            "tilestored [{sums} + {line} + 128], tmm2",
            "tilestored [{sums} + {line} + 192], tmm3",
            x = inout(reg) x => _,
            w = inout(reg) weights => _,
            steps = inout(reg) part.panel.len() / STEP_LINES => _,
            x_stride = in(reg) part.x.padded,
            line = in(reg) size_of::<Line>(),
            sums = in(reg) sums.0.as_mut_ptr().cast::<u8>(),
            options(nostack),
        );
    }
}
