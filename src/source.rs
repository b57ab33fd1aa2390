//! Program texts and places in them.
//!
//! Takes nothing; gives [`Source`] and [`Span`] to every pass. Knows nothing of the language.

use std::{fmt, io};

/// Which of the loaded texts a [`Span`] lies in; 0 is the program named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SourceId(pub u16);

/// One text: a `.flow` file, or a CSV sheet that a diagnostic points into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as the user wrote it; shown in diagnostics.
    pub name: String,
    pub text: String,
}

/// A half-open range of bytes in one source.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            source,
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// The smallest span that covers both; both lie in one source.
    pub fn to(self, other: Self) -> Self {
        Self {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end.saturating_sub(self.start)) as usize
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A place for `miette`, which knows of one text: above the 32 bits of the place itself stands the
/// source, so that labels can be told apart.
impl From<Span> for miette::SourceSpan {
    fn from(span: Span) -> Self {
        let source = usize::from(span.source.0) << 32;
        (source + span.start as usize, span.len()).into()
    }
}

impl From<miette::SourceSpan> for Span {
    fn from(span: miette::SourceSpan) -> Self {
        let source = SourceId(u16::try_from(span.offset() >> 32).unwrap_or(u16::MAX));
        let start = span.offset() & 0xffff_ffff;
        Self::new(source, start, start + span.len())
    }
}

/// A thing with the place where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    pub node: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}

/// The texts that spans point into, by [`SourceId`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    pub fn add(&mut self, source: Source) -> SourceId {
        let id = SourceId(u16::try_from(self.all.len()).unwrap_or(u16::MAX));
        self.all.push(source);
        id
    }

    /// All of them; a [`SourceId`] is a place in here.
    pub fn all(&self) -> &[Source] {
        &self.all
    }
}

/// What a compile may read from outside the program; paths are relative to the program's folder.
pub trait Files {
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Bytes.
    fn size(&self, path: &str) -> io::Result<u64>;

    fn exists(&self, path: &str) -> bool;

    /// The paths that match, sorted, spelled like the pattern (relative stays relative).
    fn glob(&self, pattern: &str) -> io::Result<Vec<String>>;
}
