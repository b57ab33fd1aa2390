//! Files that are read when compiling: sheets, lines, globs and JSON.

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::{DataflowError, Items, SourceKind, TrackedSource};
use crate::source::{Files, Source, SourceId, Sources, Span};
use crate::types::Type;

mod captures;
mod cell;
mod csv;
mod error;
mod json;
mod lines;

pub(super) use captures::captured;
pub(super) use csv::sheet;
pub use error::SourceError;
pub(super) use json::json;
pub(super) use lines::lines;

/// The outside, and what was read from it.
pub(super) struct Outside<'f> {
    pub files: &'f dyn Files,
    pub texts: &'f mut Sources,
    tracked: IndexMap<String, TrackedSource>,
    /// Off while costs are read: these decide nothing about results.
    pub tracking: bool,
}

/// The items of a collection and where each stands.
pub(super) struct Collection {
    pub items: Items,
    pub origin: Origin,
}

/// Where the items of a collection were written.
pub(super) enum Origin {
    /// In the program, item by item; or, without items, at one place for all.
    Program(Vec<Span>),
    /// In a file, each from that byte to the end of its line.
    File { text: FileText, starts: Vec<u32> },
}

/// The text of a file; it joins the sources when a message first points into it.
pub(super) struct FileText {
    pub path: String,
    pub text: String,
    id: Option<SourceId>,
}

impl FileText {
    /// A place in the file.
    pub fn span(&mut self, texts: &mut Sources, start: usize, end: usize) -> Span {
        let id = *self.id.get_or_insert_with(|| {
            texts.add(Source {
                name: self.path.clone(),
                text: self.text.clone(),
            })
        });
        Span::new(id, start, end)
    }

    /// From a byte to the end of its line.
    pub fn line(&mut self, texts: &mut Sources, start: usize) -> Span {
        let rest = self.text.get(start..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("").trim_end();
        let end = start + line.len();
        self.span(texts, start, end)
    }
}

impl<'f> Outside<'f> {
    pub fn new(files: &'f dyn Files, texts: &'f mut Sources) -> Self {
        Self {
            files,
            texts,
            tracked: IndexMap::new(),
            tracking: true,
        }
    }

    pub fn into_tracked(self) -> Vec<TrackedSource> {
        self.tracked.into_values().collect()
    }

    /// Reads a file and remembers that the program depends on it.
    pub fn read(&mut self, path: &str, span: Span) -> Result<Vec<u8>, DataflowError> {
        let bytes = self
            .files
            .read(path)
            .map_err(|error| SourceError::Unreadable {
                path: path.to_owned(),
                reason: reason(&error),
                span,
            })?;
        self.track(SourceKind::File, path, &bytes);
        Ok(bytes)
    }

    pub fn read_text(&mut self, path: &str, span: Span) -> Result<FileText, DataflowError> {
        let bytes = self.read(path, span)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let before = error.as_bytes().iter().take(good);
            SourceError::NotUtf8 {
                path: path.to_owned(),
                line: 1 + before.filter(|byte| **byte == b'\n').count(),
                span,
            }
        })?;
        Ok(FileText {
            path: path.to_owned(),
            text,
            id: None,
        })
    }

    /// The files that match, sorted; at least one.
    pub fn glob(&mut self, pattern: &str, span: Span) -> Result<Vec<String>, DataflowError> {
        let mut found = self
            .files
            .glob(pattern)
            .map_err(|error| SourceError::GlobPattern {
                pattern: pattern.to_owned(),
                reason: reason(&error),
                span,
            })?;
        found.sort();
        if found.is_empty() {
            return Err(SourceError::EmptyGlob {
                pattern: pattern.to_owned(),
                span,
            }
            .into());
        }
        let listing: String = found
            .iter()
            .flat_map(|path| [path.as_str(), "\n"])
            .collect();
        self.track(SourceKind::Glob, pattern, listing.as_bytes());
        Ok(found)
    }

    fn track(&mut self, kind: SourceKind, path: &str, content: &[u8]) {
        if !self.tracking {
            return;
        }
        let digest = Sha256::digest(content);
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.tracked.insert(
            format!("{kind:?} {path}"),
            TrackedSource {
                kind,
                path: path.to_owned(),
                sha256,
            },
        );
    }
}

/// An error of the file system without the path, which messages name themselves.
pub(super) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}

/// A type with its article, as messages name it.
fn article(ty: &Type) -> String {
    match ty {
        Type::Int => "an `Int`".to_owned(),
        Type::Enum(words) => {
            let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("one of {}", quoted.join(", "))
        }
        Type::Float
        | Type::Bool
        | Type::String
        | Type::File
        | Type::Dir
        | Type::Duration
        | Type::Size
        | Type::List(_)
        | Type::Optional(_)
        | Type::Record(_) => format!("a `{ty}`"),
    }
}
