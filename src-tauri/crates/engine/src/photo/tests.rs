//! Tests of the room as its callers see it.

mod decoding;
mod faults;
mod metadata;
mod real_files;
mod small;
