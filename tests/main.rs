//! All integration tests, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm
)]

mod cases;
mod cli;
mod errors;
mod layout;
mod schema;
mod scripts;
mod slurm;
mod support;
