//! The program as people and programs meet it: run for real, on a data folder of its own.

mod errors;
mod help;
mod latent;
mod photos;
