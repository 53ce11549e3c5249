//! The arithmetic of transformers on a CPU, on plain slices: products with weights that are packed
//! once, attention, what is done row by row, the resizing of the pictures they look at, what colours are
//! compared by, and the products of short codes that a search runs on.
//!
//! Not a model, and not a tensor library: shapes are the caller's, who checks them once. The widest
//! instructions of the processor are picked at run time. Work is split over the rayon pool it is
//! called in, but for resizing; results do not depend on the number of threads.
//!
//! # Source
//! The layout of packed panels: Goto and van de Geijn, "Anatomy of High-Performance Matrix
//! Multiplication", 2008.

mod activation;
mod attention;
mod bilinear;
mod bit_codes;
mod code_grid;
mod colors;
mod estimates;
mod f32_matrix;
mod gram;
mod hadamard;
mod int8_matrix;
mod laid_rows;
mod level;
mod mixed_rows;
mod multiversion;
mod resample;
mod rows;
mod sign_tiles;
mod signs;
mod small_products;
mod tiles;

pub use activation::Activation;
pub use attention::{Heads, Projected, Visible, attention};
pub use bilinear::{Grid, Read, bilinear};
pub use bit_codes::{BLOCK, BitQuery, PAGE, Page, fetch, front_dim, page_bytes, put_code};
pub use code_grid::{CodeGrid, LENGTHS};
pub use colors::{Channels, lab, nearer, share};
pub use estimates::{Estimates, Line, highest_of, reaching};
pub use f32_matrix::F32Matrix;
pub use gram::{GRAM_LANES, gram};
pub use hadamard::hadamard;
pub use int8_matrix::{Int8Matrix, Int8Rows};
pub use laid_rows::{CellRow, Kept, MOST_CELLS, PlaneMap, lay_row, mapped};
pub use level::Level;
pub use mixed_rows::{Mix, TAPS, mix_rows, transpose};
pub use resample::{Axis, Filter, resample};
pub use rows::layer_norm;
pub use sign_tiles::{Below, Lanes, SIGN_BITS, SignCode, SignTile, TILE, sign_code};
pub use signs::{Nearest, SIGNS, Signs, alike, nearest};
pub use small_products::product;
pub use tiles::{Finish, Rows};

/// Columns of a packed panel: four vectors of 16 numbers, one of AVX-512 each.
pub(crate) const PANEL: usize = 64;

/// Rows that one tile of the product takes: with four vectors each they fill the registers.
pub(crate) const TILE_ROWS: usize = 6;
