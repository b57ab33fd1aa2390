#![doc = include_str!("../ARCHITECTURE.md")]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod ast;
pub mod dataflow;
pub mod diagnostics;
pub mod disk;
pub mod format;
pub mod hir;
pub mod parse;
pub mod resolve;
pub mod settings;
pub mod source;
pub mod typecheck;
pub mod types;
pub mod units;

#[cfg(test)]
mod testing;
