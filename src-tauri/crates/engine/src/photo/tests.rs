//! Tests of the room as its callers see it.

mod decoding;
mod faults;
mod formats;
mod metadata;
mod real_files;
mod small;
