//! All integration tests, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm
)]

mod bad_input;
mod cases;
mod chaos;
mod cli;
mod cookbook;
mod editors;
mod errors;
mod forecasts;
mod fuzz;
mod import;
mod language;
mod layout;
mod levels;
mod lsp;
mod main_job;
mod patterns;
mod points;
mod random;
mod schema;
mod scripts;
mod shell;
mod slurm;
mod support;
