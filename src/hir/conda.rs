//! `conda`: the environment in which a script runs.

use crate::source::Spanned;

/// An environment that is made from a file, or that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conda {
    /// What it is made from, as seen from the program's folder.
    File(Spanned<String>),
    /// Its folder: absolute, of the home folder (`~/`), or as seen from the program's.
    Prefix(String),
    Name(String),
}

impl Conda {
    pub fn text(&self) -> &str {
        match self {
            Self::File(path) => &path.node,
            Self::Prefix(text) | Self::Name(text) => text,
        }
    }

    /// The file that it is made from.
    pub fn file(&self) -> Option<&Spanned<String>> {
        match self {
            Self::File(path) => Some(path),
            Self::Prefix(_) | Self::Name(_) => None,
        }
    }
}
