//! The functions of the language by name.

use std::fmt;

/// A function or a source; which types it takes is `typecheck`'s to say, its value `dataflow`'s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    Batch,
    Csv,
    Exists,
    Ext,
    Glob,
    Hash,
    Join,
    Json,
    Len,
    Lines,
    Match,
    Max,
    Min,
    Name,
    Other,
    Pad,
    Parent,
    Range,
    Rem,
    Replace,
    Size,
    Split,
    Stem,
    Sum,
    Unique,
    Zip,
}

impl Function {
    /// In alphabetical order.
    pub const ALL: [Self; 26] = [
        Self::Batch,
        Self::Csv,
        Self::Exists,
        Self::Ext,
        Self::Glob,
        Self::Hash,
        Self::Join,
        Self::Json,
        Self::Len,
        Self::Lines,
        Self::Match,
        Self::Max,
        Self::Min,
        Self::Name,
        Self::Other,
        Self::Pad,
        Self::Parent,
        Self::Range,
        Self::Rem,
        Self::Replace,
        Self::Size,
        Self::Split,
        Self::Stem,
        Self::Sum,
        Self::Unique,
        Self::Zip,
    ];

    /// The function of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|function| function.word() == name)
    }

    /// As programs write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Csv => "csv",
            Self::Exists => "exists",
            Self::Ext => "ext",
            Self::Glob => "glob",
            Self::Hash => "hash",
            Self::Join => "join",
            Self::Json => "json",
            Self::Len => "len",
            Self::Lines => "lines",
            Self::Match => "match",
            Self::Max => "max",
            Self::Min => "min",
            Self::Name => "name",
            Self::Other => "other",
            Self::Pad => "pad",
            Self::Parent => "parent",
            Self::Range => "range",
            Self::Rem => "rem",
            Self::Replace => "replace",
            Self::Size => "size",
            Self::Split => "split",
            Self::Stem => "stem",
            Self::Sum => "sum",
            Self::Unique => "unique",
            Self::Zip => "zip",
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
