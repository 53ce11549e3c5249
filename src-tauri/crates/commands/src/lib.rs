//! Stub.
pub mod wire;
