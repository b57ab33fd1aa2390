//! Compiling a case as the command does, without a command; and the command in a folder of its own.

mod folder;

use std::fs;
use std::path::{Path, PathBuf};

use flowc::code;
use flowc::diagnostics::{self, Report, Warnings, reports};
use flowc::disk::Disk;
use flowc::learned::Learned;
use flowc::optimise::Level;
use flowc::pipeline::{self, Compiled, Target};
use flowc::settings::Settings;
use flowc::site::Site;
use flowc::source::{Source, Sources};

pub use folder::{Ended, Folder};

/// Options of a case, in the comments on its first lines: `// site: tiny`, `// set: n=3`,
/// `// params: data/some.json`, `// level: 0`.
#[derive(Default)]
struct Options {
    site: Option<String>,
    set: Vec<String>,
    params: Option<String>,
    level: Level,
}

impl Options {
    fn new(text: &str) -> Self {
        let mut options = Self::default();
        for (key, value) in heads(text) {
            match key {
                "site" => options.site = Some(value.to_owned()),
                "set" => options.set.push(value.to_owned()),
                "params" => options.params = Some(value.to_owned()),
                "level" if value == "0" => options.level = Level::Off,
                _ => {}
            }
        }
        options
    }
}

/// `key: value` of the comments on the first lines.
pub fn heads(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let head = text.lines().map_while(|line| line.strip_prefix("// "));
    head.filter_map(|line| line.split_once(": "))
}

/// What the command has to say about a case, and what it makes of it.
pub struct Outcome {
    pub compiled: Option<Compiled>,
    /// As it is printed, without colours.
    pub said: String,
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
}

/// What is emitted for a case, or the rendered errors.
pub fn compile(case: &Path) -> Result<Compiled, String> {
    let Outcome { compiled, said, .. } = outcome(case);
    compiled.ok_or(said)
}

pub fn outcome(case: &Path) -> Outcome {
    let name = case.file_stem().unwrap().to_str().unwrap();
    outcome_of(name, &read(case), case.parent().unwrap())
}

/// Warnings and errors of a program in a folder, in the order of the command.
pub fn outcome_of(name: &str, text: &str, folder: &Path) -> Outcome {
    let mut sources = Sources::default();
    sources.add(Source {
        name: format!("{name}.flow"),
        text: text.to_owned(),
    });
    let mut warnings = Warnings::default();
    let compiled = passes(name, folder, &mut sources, &mut warnings);
    let warnings = warnings.into_reports();
    let mut said = diagnostics::plain(&warnings, sources.all());
    let (compiled, errors) = match compiled {
        Ok(compiled) => (Some(compiled), Vec::new()),
        Err(errors) => (None, errors),
    };
    said.push_str(&diagnostics::plain(&errors, sources.all()));
    Outcome {
        compiled,
        said,
        errors: codes(&errors),
        warnings: codes(&warnings),
    }
}

fn passes(
    name: &str,
    folder: &Path,
    sources: &mut Sources,
    warnings: &mut Warnings,
) -> Result<Compiled, Vec<Report>> {
    let options = Options::new(&sources.all()[0].text);
    let disk = Disk::new(folder);
    let settings = settings(&options, folder, sources)?;
    let input = pipeline::Input {
        name,
        files: &disk,
        settings: &settings,
    };
    let dataflow = pipeline::check(input, sources, warnings)?;
    let code = code::read(&dataflow, folder).map_err(reports)?;
    let target = Target {
        site: site(&options, folder, sources)?,
        level: options.level,
        learned: Learned::default(),
    };
    pipeline::optimise(&dataflow, &target).compile(&code, "..")
}

fn settings(
    options: &Options,
    folder: &Path,
    sources: &mut Sources,
) -> Result<Settings, Vec<Report>> {
    let mut settings = Settings::default();
    let mut errors = Vec::new();
    if let Some(path) = &options.params {
        let text = read(&folder.join(path));
        errors.extend(settings.params(path, &text, sources).err());
    }
    for assignment in &options.set {
        errors.extend(settings.set(assignment, sources).err());
    }
    match errors.is_empty() {
        true => Ok(settings),
        false => Err(reports(errors)),
    }
}

/// A site beside the case, in `data/`, or one of `tests/sites/`.
fn site(options: &Options, folder: &Path, sources: &mut Sources) -> Result<Site, Vec<Report>> {
    let Some(name) = &options.site else {
        return Ok(Site::generic());
    };
    let beside = folder.join(format!("data/{name}.toml"));
    let text = match beside.exists() {
        true => read(&beside),
        false => read(&root(&format!("tests/sites/{name}.toml"))),
    };
    let id = sources.add(Source {
        name: format!("{name}.toml"),
        text: text.clone(),
    });
    Site::parse(id, &text).map_err(reports)
}

/// In the order in which they are printed.
fn codes(reports: &[Report]) -> Vec<String> {
    let mut sorted: Vec<_> = reports.iter().collect();
    sorted.sort_by_key(|report| (report.span().source, report.span().start));
    let code = |report: &&Report| report.code().unwrap().to_string();
    sorted.iter().map(code).collect()
}

/// Compares a text with the snapshot of that name in a folder.
pub fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.remove_snapshot_suffix();
    settings.set_snapshot_path(root(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder with that ending, sorted.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root(folder)];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
