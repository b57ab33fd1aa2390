//! A program as far as it can be read, with open texts in place of those on disk.

use std::io;
use std::path::{Path, PathBuf};

use lsp_types::{Location, Range, Url};

use super::text::Lines;
use super::{Documents, OpenFile};
use crate::disk::Disk;
use crate::import::{self, Modules};
use crate::parse;
use crate::source::{Files, Source, SourceId, Sources, Span};

/// A file with all that it imports.
pub(super) struct Program<'w> {
    pub modules: Modules,
    pub sources: Sources,
    /// Those of each of the sources.
    lines: Vec<Lines>,
    folder: PathBuf,
    open: &'w Documents,
}

impl<'w> Program<'w> {
    /// Reads a file as if it had this text.
    pub fn read(file: OpenFile<'w>, text: &str) -> Self {
        let mut sources = Sources::default();
        let source = source(file.path, text);
        let id = sources.add(source.clone());
        let (parsed, _) = parse::partial(&source, id);
        let (modules, _) = import::partial(parsed, &Overlay::new(file), &mut sources);
        let lines = sources.all().iter().map(|it| Lines::new(&it.text));
        Self {
            modules,
            lines: lines.collect(),
            sources,
            folder: folder(file.path),
            open: file.all,
        }
    }

    pub fn text(&self, id: SourceId) -> &str {
        let source = self.sources.all().get(usize::from(id.0));
        source.map_or("", |it| &it.text)
    }

    pub fn slice(&self, span: Span) -> &str {
        let place = span.start as usize..span.end as usize;
        self.text(span.source).get(place).unwrap_or_default()
    }

    pub fn range(&self, span: Span) -> Range {
        let text = self.text(span.source);
        let lines = self.lines.get(usize::from(span.source.0));
        let (start, end) = (span.start as usize, span.end as usize);
        lines.map_or(Range::default(), |it| it.range(text, start, end))
    }

    /// Where a text is.
    pub fn path(&self, id: SourceId) -> Option<PathBuf> {
        let source = self.sources.all().get(usize::from(id.0))?;
        Some(absolute(&self.folder, &source.name))
    }

    /// The text that is at a path.
    pub fn source(&self, path: &Path) -> Option<SourceId> {
        let mut modules = self.modules.all().map(|it| it.source);
        modules.find(|it| self.path(*it).as_deref() == Some(path))
    }

    /// The path of an imported text; none of the program itself.
    pub fn imported(&self, id: SourceId) -> Option<&str> {
        self.modules.path(id)
    }

    pub fn location(&self, span: Span) -> Option<Location> {
        let url = url(&self.path(span.source)?, self.open)?;
        Some(Location::new(url, self.range(span)))
    }
}

/// A file as the first of the sources.
pub(super) fn source(path: &Path, text: &str) -> Source {
    let name = path.file_name().unwrap_or(path.as_os_str());
    Source {
        name: name.to_string_lossy().into_owned(),
        text: text.to_owned(),
    }
}

/// What paths of a program are relative to.
pub(super) fn folder(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_owned()
}

/// A path of a program from the root on.
pub(super) fn absolute(folder: &Path, path: &str) -> PathBuf {
    let folder = folder.to_string_lossy();
    import::joined(&format!("{folder}/"), path).into()
}

/// How the editor calls a file.
pub(super) fn url(path: &Path, open: &Documents) -> Option<Url> {
    match open.get(path) {
        Some(document) => Some(document.url.clone()),
        None => Url::from_file_path(path).ok(),
    }
}

/// The files of a folder, open texts first.
pub(super) struct Overlay<'w> {
    folder: PathBuf,
    disk: Disk,
    open: &'w Documents,
}

impl<'w> Overlay<'w> {
    /// What a file may read.
    pub fn new(file: OpenFile<'w>) -> Self {
        let folder = folder(file.path);
        Self {
            disk: Disk::new(&folder),
            folder,
            open: file.all,
        }
    }

    fn open(&self, path: &str) -> Option<&str> {
        let document = self.open.get(&absolute(&self.folder, path))?;
        Some(&document.text)
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self.open(path) {
            Some(text) => Ok(text.into()),
            None => self.disk.read(path),
        }
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        match self.open(path) {
            Some(text) => Ok(text.len() as u64),
            None => self.disk.size(path),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.open(path).is_some() || self.disk.exists(path)
    }

    fn glob(&self, pattern: &str) -> io::Result<Vec<String>> {
        self.disk.glob(pattern)
    }
}
