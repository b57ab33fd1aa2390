#![doc = include_str!("../ARCHITECTURE.md")]

pub mod ast;
pub mod code;
pub mod cost;
pub mod dataflow;
pub mod diagnostics;
pub mod emit;
pub mod manifest;
pub mod optimise;
pub mod output;
pub mod parse;
pub mod plan;
pub mod site;
pub mod source;
pub mod types;
pub mod units;
pub mod version;
