//! What an editor asks about programs that are being written.
//!
//! Takes the texts of open files and places in them; gives the answers of the language server
//! protocol. Texts that are half written are the rule: what a name means is looked up in as much as
//! can be read. Each question reads the program anew, which takes milliseconds, so nothing here can
//! be out of date. Knows no transport: the messages are `commands::lsp`'s.

mod action;
mod complete;
mod cursor;
mod declare;
mod diagnose;
mod hover;
mod index;
mod outline;
mod program;
mod shape;
mod text;
mod walk;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{
    CodeActionOrCommand, CodeActionParams, CompletionItem, Diagnostic, DocumentSymbol, Hover,
    Location, TextDocumentPositionParams, TextEdit, Url,
};

use crate::source::{SourceId, Span};
use crate::{format, parse};
use index::Index;
use program::Program;
use text::Lines;

/// The files that are open, as they are in the editor.
#[derive(Debug, Default)]
pub struct Workspace {
    open: Documents,
}

/// Open files by their paths.
type Documents = BTreeMap<PathBuf, Document>;

/// An open file.
#[derive(Debug)]
struct Document {
    /// As the editor calls it.
    url: Url,
    text: String,
}

/// One of the open files, among the others.
#[derive(Clone, Copy)]
struct OpenFile<'w> {
    path: &'w Path,
    document: &'w Document,
    all: &'w Documents,
}

impl Workspace {
    /// Opens a file, or gives it another text.
    pub fn set(&mut self, url: Url, text: String) {
        self.open.insert(path(&url), Document { url, text });
    }

    pub fn close(&mut self, url: &Url) {
        self.open.remove(&path(url));
    }

    /// The files that are open.
    pub fn files(&self) -> Vec<Url> {
        self.open.values().map(|it| it.url.clone()).collect()
    }

    /// What is wrong with an open file and what it imports, by file.
    pub fn check(&self, url: &Url) -> BTreeMap<Url, Vec<Diagnostic>> {
        self.file(url).map(diagnose::check).unwrap_or_default()
    }

    /// What makes a file look as `flowc fmt` writes it; None where it cannot be read.
    pub fn format(&self, url: &Url) -> Option<Vec<TextEdit>> {
        let file = self.file(url)?;
        let text = &file.document.text;
        let source = program::source(file.path, text);
        let parsed = parse::parse(&source, SourceId::default()).ok()?;
        let formatted = format::format(&parsed, text);
        if formatted == *text {
            return Some(Vec::new());
        }
        let whole = Lines::new(text).range(text, 0, text.len());
        Some(vec![TextEdit::new(whole, formatted)])
    }

    /// What is at a place.
    pub fn hover(&self, at: &TextDocumentPositionParams) -> Option<Hover> {
        let (program, offset) = self.program(at)?;
        hover::hover(&Index::new(&program), offset)
    }

    /// Where the name at a place is declared; in a branch or a round it may be in several places.
    pub fn definition(&self, at: &TextDocumentPositionParams) -> Vec<Location> {
        let Some((program, offset)) = self.program(at) else {
            return Vec::new();
        };
        let index = Index::new(&program);
        let places = index.declared_at(offset).into_iter();
        places.filter_map(|it| program.location(it)).collect()
    }

    /// Where the name at a place is used, in all open programs.
    pub fn references(&self, at: &TextDocumentPositionParams, declaration: bool) -> Vec<Location> {
        let Some((program, offset)) = self.program(at) else {
            return Vec::new();
        };
        let declared = Index::new(&program).declared_at(offset).into_iter().next();
        let declared = declared.and_then(|it| Some((program.path(it.source)?, it)));
        let Some((file, place)) = declared else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for url in self.files() {
            let Some(program) = self.file(&url).map(OpenFile::program) else {
                continue;
            };
            let Some(source) = program.source(&file) else {
                continue;
            };
            let index = Index::new(&program);
            let Some(thing) = index.thing(Span { source, ..place }) else {
                continue;
            };
            let declared = index.places(thing);
            let mentions = index.mentions(thing);
            let wanted = mentions.filter(|it| declaration || !declared.contains(it));
            found.extend(wanted.filter_map(|it| program.location(it)));
        }
        found.sort_by_key(|it| (it.uri.clone(), it.range.start));
        found.dedup();
        found
    }

    /// The items of a file.
    pub fn outline(&self, url: &Url) -> Vec<DocumentSymbol> {
        let program = self.file(url).map(OpenFile::program);
        let found = program.map(|program| outline::outline(&Index::new(&program)));
        found.unwrap_or_default()
    }

    /// What may be written at a place.
    pub fn complete(&self, at: &TextDocumentPositionParams) -> Vec<CompletionItem> {
        let Some(file) = self.file(&at.text_document.uri) else {
            return Vec::new();
        };
        let offset = text::offset(&file.document.text, at.position);
        complete::complete(file, offset)
    }

    /// What mends the mistakes at a place.
    pub fn actions(&self, asked: CodeActionParams) -> Vec<CodeActionOrCommand> {
        match self.file(&asked.text_document.uri) {
            Some(file) => action::actions(&file.document.text, asked),
            None => Vec::new(),
        }
    }

    fn file(&self, url: &Url) -> Option<OpenFile<'_>> {
        let (path, document) = self.open.get_key_value(&path(url))?;
        Some(OpenFile {
            path,
            document,
            all: &self.open,
        })
    }

    /// The program at a place, and the byte that it is in its text.
    fn program(&self, at: &TextDocumentPositionParams) -> Option<(Program<'_>, usize)> {
        let file = self.file(&at.text_document.uri)?;
        let offset = text::offset(&file.document.text, at.position);
        Some((file.program(), offset))
    }
}

impl<'w> OpenFile<'w> {
    fn program(self) -> Program<'w> {
        Program::read(self, &self.document.text)
    }
}

/// Where a file is; one that was never saved is nowhere, under its own name.
fn path(url: &Url) -> PathBuf {
    url.to_file_path()
        .unwrap_or_else(|()| url.path().trim_start_matches('/').into())
}
