//! Sidecars of real programs, written and read again.
