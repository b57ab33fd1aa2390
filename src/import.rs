//! The files that a program is made of.
//!
//! Takes the program's own file; gives [`Modules`]: it and all that it imports, directly or through
//! others, each read once. Knows which file sees which, and nothing of what is in them.

use std::io;

use indexmap::IndexMap;

use crate::ast::{self, Item, ItemKind};
use crate::diagnostics::{Report, reports};
use crate::parse;
use crate::source::{Files, Source, SourceId, Sources, Span};

mod error;
mod path;

pub use error::ImportError;
pub use path::{folder, joined};

/// The files of a program; the first is its own.
#[derive(Debug)]
pub struct Modules {
    all: IndexMap<String, Module>,
}

/// One file.
#[derive(Debug)]
pub struct Module {
    pub file: ast::File,
    pub source: SourceId,
    /// What names of it begin with in the whole program: empty, or `ALIAS.`.
    pub prefix: String,
    pub imports: Vec<Import>,
    /// Further texts of it, which a pass wrote.
    pub written: Vec<SourceId>,
}

/// One `import` of a file.
#[derive(Debug)]
pub struct Import {
    pub alias: Option<String>,
    /// A place among the modules.
    pub module: usize,
    pub span: Span,
}

impl Modules {
    /// In the order in which they were met.
    pub fn all(&self) -> impl Iterator<Item = &Module> {
        self.all.values()
    }

    pub fn get_mut(&mut self, at: usize) -> Option<&mut Module> {
        self.all.get_index_mut(at).map(|(_, module)| module)
    }

    /// The paths of what is imported, relative to the program.
    pub fn imported(&self) -> impl Iterator<Item = &str> {
        self.all.keys().skip(1).map(String::as_str)
    }

    /// The path of the file that a text is of; none of the program itself, and of what is no file
    /// of it.
    pub fn path(&self, source: SourceId) -> Option<&str> {
        let mut imported = self.all.iter().skip(1);
        let found = imported.find(|(_, module)| module.source == source);
        found.map(|(path, _)| path.as_str())
    }

    /// The file that a text belongs to: its own, or the one that a pass wrote it for.
    pub fn home(&self, source: SourceId) -> SourceId {
        let mut modules = self.all.values();
        let found = modules.find(|it| it.written.contains(&source));
        found.map_or(source, |module| module.source)
    }

    /// What a name in a text may stand for: its names in the whole program, each with the file that
    /// must declare it.
    pub fn meanings(&self, name: &str, source: SourceId) -> Vec<(String, SourceId)> {
        let source = self.home(source);
        let mut modules = self.all.values();
        let Some(here) = modules
            .find(|it| it.source == source)
            .or(self.all.values().next())
        else {
            return Vec::new();
        };
        let (alias, rest) = match name.split_once('.') {
            Some((alias, rest)) => (Some(alias), rest),
            None => (None, name),
        };
        let imports = here.imports.iter();
        let open = imports.filter(|import| import.alias.as_deref() == alias);
        let imported = open.filter_map(|import| self.all.get_index(import.module));
        let own = alias.is_none().then_some(here);
        own.into_iter()
            .chain(imported.map(|(_, module)| module))
            .map(|module| (format!("{}{rest}", module.prefix), module.source))
            .collect()
    }
}

/// Reads all that a program imports; `file` is the program itself, and the first of the sources.
pub fn load(
    file: ast::File,
    files: &dyn Files,
    sources: &mut Sources,
) -> Result<Modules, Vec<Report>> {
    let (modules, errors) = partial(file, files, sources);
    if errors.is_empty() {
        Ok(modules)
    } else {
        Err(errors)
    }
}

/// The files of a program that can be read, and what is wrong with the others.
pub fn partial(
    file: ast::File,
    files: &dyn Files,
    sources: &mut Sources,
) -> (Modules, Vec<Report>) {
    let mut loading = Loading {
        files,
        sources,
        all: IndexMap::new(),
        open: Vec::new(),
        errors: Vec::new(),
    };
    let main = Found {
        path: String::new(),
        prefix: String::new(),
        source: SourceId::default(),
        file,
    };
    loading.module(main);
    (Modules { all: loading.all }, loading.errors)
}

struct Loading<'f> {
    files: &'f dyn Files,
    sources: &'f mut Sources,
    all: IndexMap<String, Module>,
    /// The files around, each importing the next.
    open: Vec<String>,
    errors: Vec<Report>,
}

/// A file that was read, its imports not yet.
struct Found {
    path: String,
    prefix: String,
    source: SourceId,
    file: ast::File,
}

impl Loading<'_> {
    /// Keeps a file, and reads what it imports.
    fn module(&mut self, found: Found) {
        let Found {
            path,
            prefix,
            source,
            file,
        } = found;
        let written: Vec<ast::Import> = file.items.iter().filter_map(import).cloned().collect();
        let module = Module {
            file,
            source,
            prefix: prefix.clone(),
            imports: Vec::new(),
            written: Vec::new(),
        };
        self.all.insert(path.clone(), module);
        self.open.push(path.clone());
        let mut imports: Vec<Import> = Vec::new();
        for import in &written {
            let Some(module) = self.import(import, &path, &prefix) else {
                continue;
            };
            let same = |it: &&Import| it.module == module;
            if let Some(first) = imports.iter().find(same).map(|it| it.span) {
                self.error(ImportError::Twice {
                    path: import.path.node.clone(),
                    span: import.path.span,
                    first,
                });
                continue;
            }
            imports.push(Import {
                alias: import.alias.as_ref().map(|it| it.node.clone()),
                module,
                span: import.path.span,
            });
        }
        self.open.pop();
        if let Some(module) = self.all.get_mut(&path) {
            module.imports = imports;
        }
    }

    /// The place of an imported file among the modules.
    fn import(&mut self, import: &ast::Import, from: &str, prefix: &str) -> Option<usize> {
        let written = &import.path;
        let path = joined(folder(from), &written.node);
        if let Some(at) = self.open.iter().position(|open| *open == path) {
            let circle = self.open.iter().skip(at).map(|it| format!("`{it}`"));
            self.error(ImportError::Cycle {
                path: written.node.clone(),
                circle: circle.collect::<Vec<_>>().join(", "),
                span: written.span,
            });
            return None;
        }
        if let Some(known) = self.all.get_index_of(&path) {
            return Some(known);
        }
        let (source, file) = self.read(&path, written.span)?;
        if let Some(name) = file.items.iter().find_map(param) {
            self.error(ImportError::Params {
                path: written.node.clone(),
                name: name.node.clone(),
                span: written.span,
            });
            return None;
        }
        let prefix = match &import.alias {
            Some(alias) => format!("{prefix}{}.", alias.node),
            None => prefix.to_owned(),
        };
        self.module(Found {
            path: path.clone(),
            prefix,
            source,
            file,
        });
        self.all.get_index_of(&path)
    }

    fn read(&mut self, path: &str, span: Span) -> Option<(SourceId, ast::File)> {
        let bytes = self.files.read(path);
        let text = bytes.and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        });
        let text = match text {
            Ok(text) => text,
            Err(error) => {
                self.error(ImportError::unreadable(path, &error, span));
                return None;
            }
        };
        let source = Source {
            name: path.to_owned(),
            text,
        };
        let id = self.sources.add(source.clone());
        match parse::parse(&source, id) {
            Ok(file) => Some((id, file)),
            Err(errors) => {
                self.errors.extend(reports(errors));
                None
            }
        }
    }

    fn error(&mut self, error: ImportError) {
        self.errors.push(Box::new(error));
    }
}

fn import(item: &Item) -> Option<&ast::Import> {
    if let ItemKind::Import(import) = &item.kind {
        Some(import)
    } else {
        None
    }
}

fn param(item: &Item) -> Option<&ast::Name> {
    if let ItemKind::Param(param) = &item.kind {
        Some(&param.name)
    } else {
        None
    }
}
