#![doc = include_str!("../ARCHITECTURE.md")]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod adopt;
pub mod ast;
pub mod code;
pub mod commands;
pub mod cost;
pub mod dataflow;
pub mod diagnostics;
pub mod disk;
pub mod emit;
pub mod format;
pub mod grains;
pub mod graph;
pub mod hir;
pub mod import;
pub mod learned;
pub mod lsp;
pub mod manifest;
pub mod optimise;
pub mod output;
pub mod parse;
pub mod pipeline;
pub mod plan;
pub mod records;
pub mod report;
pub mod resolve;
pub mod settings;
pub mod simulate;
pub mod site;
pub mod source;
pub mod typecheck;
pub mod types;
pub mod units;
pub mod version;
pub mod yaml;

#[cfg(test)]
mod testing;
