#![doc = include_str!("../ARCHITECTURE.md")]

pub mod ast;
pub mod dataflow;
pub mod diagnostics;
pub mod hir;
pub mod resolve;
pub mod source;
pub mod typecheck;
pub mod types;
