//! What the tests of the passes share: a program through all that check it, with files in memory.

use std::collections::BTreeMap;
use std::io;

use crate::dataflow::Dataflow;
use crate::diagnostics::{self, Report, Warnings};
use crate::pipeline::{self, Input};
use crate::settings::Settings;
use crate::source::{Files, Source, Sources};

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

/// All passes up to the dataflow, as `flowc check` runs them.
pub fn compile(text: &str, files: &Memory) -> Outcome {
    compile_with(text, files, &[])
}

/// The same with params set, each as `--set` takes it.
pub fn compile_with(text: &str, files: &Memory, set: &[&str]) -> Outcome {
    let mut texts = Sources::default();
    texts.add(Source {
        name: "test.flow".to_owned(),
        text: text.to_owned(),
    });
    let mut settings = Settings::default();
    for assignment in set {
        settings.set(assignment, &mut texts).unwrap();
    }
    let input = Input {
        name: "test",
        files,
        settings: &settings,
    };
    let mut warnings = Warnings::default();
    let (dataflow, mut reports) = match pipeline::check(input, &mut texts, &mut warnings) {
        Ok(dataflow) => (Some(dataflow), Vec::new()),
        Err(errors) => (None, errors),
    };
    reports.extend(warnings.into_reports());
    let code = |report: &Report| report.code().map(|code| code.to_string());
    Outcome {
        dataflow,
        codes: reports.iter().filter_map(code).collect(),
        printed: diagnostics::plain(&reports, texts.all()),
    }
}
