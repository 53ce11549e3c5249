//! Tests of the room as a whole, on folders of their own.
