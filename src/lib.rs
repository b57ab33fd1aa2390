#![doc = include_str!("../ARCHITECTURE.md")]

pub mod ast;
pub mod dataflow;
pub mod diagnostics;
pub mod format;
pub mod parse;
pub mod source;
pub mod types;
pub mod units;
