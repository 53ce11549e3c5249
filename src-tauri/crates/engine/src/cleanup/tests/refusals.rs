//! Placeholder for the moment.
