//! Finding, changing and keeping graphs.

mod changes;
mod found;
mod rows;
mod snapshots;
