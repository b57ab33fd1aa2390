#![doc = include_str!("../ARCHITECTURE.md")]

pub mod ast;
pub mod dataflow;
pub mod diagnostics;
pub mod disk;
pub mod hir;
pub mod parse;
pub mod resolve;
pub mod source;
pub mod typecheck;
pub mod types;
pub mod units;

#[cfg(test)]
mod testing;
