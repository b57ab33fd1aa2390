//! What the tests of the passes share: a program through all of them, with files in memory.

use std::collections::BTreeMap;
use std::io;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, NamedSource};

use crate::dataflow::{self, Dataflow};
use crate::source::{Files, Source, SourceId, Sources, Span};
use crate::{parse, resolve, typecheck};

/// Files by path.
#[derive(Default)]
pub struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.to_owned(), content.into());
        self
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "No such file or directory");
        self.0.get(path).cloned().ok_or_else(missing)
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        self.read(path).map(|bytes| bytes.len() as u64)
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn glob(&self, pattern: &str) -> io::Result<Vec<String>> {
        let pattern = glob::Pattern::new(pattern).map_err(io::Error::other)?;
        let paths = self.0.keys().filter(|path| pattern.matches(path));
        Ok(paths.cloned().collect())
    }
}

/// What a program came to.
pub struct Outcome {
    pub dataflow: Option<Dataflow>,
    /// Codes of errors and warnings, in order.
    pub codes: Vec<String>,
    /// The messages as printed, without colours.
    pub printed: String,
}

/// All passes up to the dataflow.
pub fn compile(text: &str, files: &Memory) -> Outcome {
    let mut texts = Sources::default();
    let source = Source {
        name: "test.flow".to_owned(),
        text: text.to_owned(),
    };
    let id = texts.add(source.clone());
    let mut report = Report::default();
    let dataflow = passes(&source, id, files, (&mut texts, &mut report));
    report.outcome(dataflow, &texts)
}

fn passes(
    source: &Source,
    id: SourceId,
    files: &Memory,
    (texts, report): (&mut Sources, &mut Report),
) -> Option<Dataflow> {
    let file = report.keep(parse::parse(source, id), |_| Span::default())?;
    let mut warnings = Vec::new();
    let bindings = resolve::resolve(&file, &mut warnings);
    report.warn(warnings, resolve::Warning::span);
    let bindings = report.keep(bindings, resolve::ResolveError::span)?;
    let mut warnings = Vec::new();
    let program = typecheck::check(&bindings, &mut warnings);
    report.warn(warnings, typecheck::Warning::span);
    let program = report.keep(program, typecheck::TypeError::span)?;
    let mut warnings = Vec::new();
    let dataflow = dataflow::build(&program, "test", files, texts, &mut warnings);
    report.warn(warnings, dataflow::Warning::span);
    report.keep(dataflow, dataflow::DataflowError::span)
}

#[derive(Default)]
struct Report {
    all: Vec<(Box<dyn Diagnostic + Send + Sync>, Span)>,
}

impl Report {
    fn warn<W: Diagnostic + Send + Sync + 'static>(&mut self, all: Vec<W>, span: fn(&W) -> Span) {
        for warning in all {
            let span = span(&warning);
            self.all.push((Box::new(warning), span));
        }
    }

    fn keep<T, E: Diagnostic + Send + Sync + 'static>(
        &mut self,
        result: Result<T, Vec<E>>,
        span: fn(&E) -> Span,
    ) -> Option<T> {
        result.map_err(|errors| self.warn(errors, span)).ok()
    }

    fn outcome(self, dataflow: Option<Dataflow>, texts: &Sources) -> Outcome {
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
        let handler = handler.with_width(100).with_links(false);
        let mut printed = String::new();
        let mut codes = Vec::new();
        for (diagnostic, span) in self.all {
            codes.extend(diagnostic.code().map(|code| code.to_string()));
            let source = texts.get(span.source).unwrap();
            let named = NamedSource::new(&source.name, source.text.clone());
            let report = miette::Report::new_boxed(diagnostic).with_source_code(named);
            handler
                .render_report(&mut printed, report.as_ref())
                .unwrap();
            printed.push('\n');
        }
        Outcome {
            dataflow,
            codes,
            printed,
        }
    }
}
