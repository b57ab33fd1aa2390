//! What the tests of the passes share: a program through all of them, with files in memory.

use std::collections::BTreeMap;
use std::io;

use crate::dataflow::{self, Dataflow};
use crate::diagnostics::{self, Located, Report, Warnings};
use crate::import::{self, Modules};
use crate::settings::{self, Settings};
use crate::source::{Files, Source, Sources};
use crate::{grains, parse, resolve, typecheck};

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
    compile_with(text, files, &[])
}

/// The same with params set, each as `--set` takes it.
pub fn compile_with(text: &str, files: &Memory, set: &[&str]) -> Outcome {
    let mut texts = Sources::default();
    let source = Source {
        name: "test.flow".to_owned(),
        text: text.to_owned(),
    };
    let id = texts.add(source.clone());
    let mut found = Found::default();
    let mut settings = Settings::default();
    for assignment in set {
        settings.set(assignment, &mut texts).unwrap();
    }
    let parsed = found.keep(parse::parse(&source, id));
    let dataflow = parsed
        .and_then(|file| found.keep(settings::apply(file, &settings, &texts)))
        .and_then(|file| match import::load(file, files, &mut texts) {
            Ok(modules) => Some(modules),
            Err(errors) => {
                found.errors.extend(errors);
                None
            }
        })
        .and_then(|mut modules| {
            found.keep(grains::write_out(&mut modules, &mut texts))?;
            Some(modules)
        })
        .and_then(|modules| passes(&modules, files, (&mut texts, &mut found)));
    found.outcome(dataflow, &texts)
}

fn passes(
    modules: &Modules,
    files: &Memory,
    (texts, found): (&mut Sources, &mut Found),
) -> Option<Dataflow> {
    let bindings = resolve::resolve(modules, &mut found.warnings);
    let bindings = found.keep(bindings)?;
    let program = typecheck::check(&bindings, &mut found.warnings);
    let program = found.keep(program)?;
    let dataflow = dataflow::build(&program, "test", files, texts, &mut found.warnings);
    found.keep(dataflow)
}

#[derive(Default)]
struct Found {
    errors: Vec<Report>,
    warnings: Warnings,
}

impl Found {
    fn keep<T, E>(&mut self, result: Result<T, Vec<E>>) -> Option<T>
    where
        E: Located + Send + Sync + 'static,
    {
        let errors = result.map_err(diagnostics::reports);
        errors.map_err(|errors| self.errors.extend(errors)).ok()
    }

    fn outcome(self, dataflow: Option<Dataflow>, texts: &Sources) -> Outcome {
        let all: Vec<Report> = self
            .errors
            .into_iter()
            .chain(self.warnings.into_reports())
            .collect();
        let code = |report: &Report| report.code().map(|code| code.to_string());
        Outcome {
            dataflow,
            codes: all.iter().filter_map(code).collect(),
            printed: diagnostics::plain(&all, texts.all()),
        }
    }
}
