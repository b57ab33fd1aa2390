//! Compiling a case as the command does, without a command.

use std::fs;
use std::path::{Path, PathBuf};

use flowc::code;
use flowc::diagnostics::{self, Report, Warnings, reports};
use flowc::disk::Disk;
use flowc::optimise::Level;
use flowc::pipeline::{self, Compiled, Target};
use flowc::settings::Settings;
use flowc::site::Site;
use flowc::source::{Source, SourceId, Sources};

/// Options of a case, in the comments on its first lines: `// site: tiny`, `// set: n=3`,
/// `// level: 0`.
struct Options {
    site: Site,
    set: Vec<String>,
    level: Level,
}

impl Options {
    fn new(text: &str) -> Self {
        let mut options = Self {
            site: Site::generic(),
            set: Vec::new(),
            level: Level::All,
        };
        let head = text.lines().map_while(|line| line.strip_prefix("// "));
        for (key, value) in head.filter_map(|line| line.split_once(": ")) {
            match key {
                "site" => {
                    let path = root(&format!("tests/sites/{value}.toml"));
                    options.site = Site::parse(SourceId(0), &read(&path)).unwrap();
                }
                "set" => options.set.push(value.to_owned()),
                "level" if value == "0" => options.level = Level::Off,
                _ => {}
            }
        }
        options
    }
}

/// What is emitted for a case, or the rendered diagnostics.
pub fn compile(case: &Path) -> Result<Compiled, String> {
    let text = read(case);
    let options = Options::new(&text);
    let name = case.file_stem().unwrap().to_str().unwrap().to_owned();
    let folder = case.parent().unwrap();
    let disk = Disk::new(folder);
    let mut sources = Sources::default();
    sources.add(Source {
        name: format!("{name}.flow"),
        text,
    });
    let mut settings = Settings::default();
    for assignment in &options.set {
        settings.set(assignment, &mut sources).unwrap();
    }
    let input = pipeline::Input {
        name: &name,
        files: &disk,
        settings: &settings,
    };
    let target = Target {
        site: options.site,
        level: options.level,
    };
    let mut warnings = Warnings::default();
    let dataflow = pipeline::check(input, &mut sources, &mut warnings);
    let compiled = dataflow.and_then(|dataflow| {
        let code = code::read(&dataflow, folder).map_err(reports)?;
        pipeline::compile(&dataflow, &code, &target, "..")
    });
    compiled.map_err(|reports| render(&reports, &sources))
}

fn render(reports: &[Report], sources: &Sources) -> String {
    diagnostics::plain(reports, sources.all())
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
