//! Arguments that say which program, with which values, for which site; and their reading.

use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::code::{self, Code};
use crate::cost;
use crate::dataflow::Dataflow;
use crate::diagnostics::{Report, Warnings, reports};
use crate::disk::Disk;
use crate::learned::Learned;
use crate::optimise::Level;
use crate::pipeline::{self, Target};
use crate::settings::Settings;
use crate::site::{Runtime, Site};
use crate::source::{Source, Sources};

use super::failure::{Diagnosed, Failure, Format};
use super::paths::folder_of;

/// Which program, with which values, and whom diagnostics are for.
#[derive(Debug, clap::Args)]
pub(super) struct ProgramArgs {
    #[command(flatten)]
    pub values: ValueArgs,

    /// Whom diagnostics and plans are for
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Which program, with which values.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ValueArgs {
    /// The program
    pub file: PathBuf,

    /// Give a param a value: text for a String or File, else an expression
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,

    /// Give params values from a file (JSON, TOML, YAML)
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
}

/// For which site, and how much is optimised.
#[derive(Debug, clap::Args)]
pub(super) struct TargetArgs {
    /// Describe the cluster: partitions, limits, container runtime
    #[arg(long, value_name = "SITE.toml")]
    pub site: Option<PathBuf>,

    /// Start images with this program
    #[arg(long, value_name = "RUNTIME", value_parser = words(Runtime::WORDS))]
    pub container: Option<Runtime>,

    /// What earlier runs took, as `flowc learn` wrote it; without it PROGRAM.costs.toml, if it is there
    #[arg(long, value_name = "FILE")]
    pub costs: Option<PathBuf>,

    /// 0: a job a call, an array task a shard; 1: all optimisations
    #[arg(short = 'O', value_name = "LEVEL", default_value = "1", value_parser = words(LEVELS))]
    pub level: Level,
}

const LEVELS: [(&str, Level); 2] = [("0", Level::Off), ("1", Level::All)];

/// Reads one of a few words as what it means.
pub(super) fn words<T, const N: usize>(
    words: [(&'static str, T); N],
) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let known = PossibleValuesParser::new(words.map(|(word, _)| word));
    known.map(move |said| {
        let found = words.iter().find(|(word, _)| *word == said);
        let (_, meant) = found.unwrap_or_else(|| unreachable!("`{said}` is one of them"));
        *meant
    })
}

/// A program that passed all checks.
pub(super) struct Program {
    pub dataflow: Dataflow,
    pub code: Code,
    pub sources: Sources,
    pub folder: PathBuf,
    pub format: Format,
}

impl Program {
    /// Reads and checks; warnings are printed.
    pub fn load(args: &ProgramArgs) -> Result<Self, Failure> {
        let ValueArgs { file, .. } = &args.values;
        let text = read(file)?;
        let mut session = Session::new(args.format);
        let name = file.display().to_string();
        session.sources.add(Source { name, text });
        let folder = folder_of(file).to_owned();
        let disk = Disk::new(&folder);
        let settings = session.settings(&args.values)?;
        let mut warnings = Warnings::default();
        let input = pipeline::Input {
            name: &stem(file),
            files: &disk,
            settings: &settings,
        };
        let checked = pipeline::check(input, &mut session.sources, &mut warnings);
        session.print(warnings);
        let dataflow = session.or_fail(checked)?;
        let code = code::read(&dataflow, &folder).map_err(reports);
        let code = session.or_fail(code)?;
        Ok(Self {
            dataflow,
            code,
            sources: session.sources,
            folder,
            format: args.format,
        })
    }

    /// Errors of later passes.
    pub fn failed(&self, reports: Vec<Report>) -> Failure {
        Failure::Program(Diagnosed {
            reports,
            sources: self.sources.clone(),
            format: self.format,
        })
    }
}

/// Texts that were read, so that diagnostics can show them.
struct Session {
    sources: Sources,
    format: Format,
}

impl Session {
    fn new(format: Format) -> Self {
        Self {
            sources: Sources::default(),
            format,
        }
    }

    fn diagnosed(&self, reports: Vec<Report>) -> Diagnosed {
        Diagnosed {
            reports,
            sources: self.sources.clone(),
            format: self.format,
        }
    }

    /// `--params`, then `--set`: of one name the last counts.
    fn settings(&mut self, args: &ValueArgs) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        let mut errors = Vec::new();
        if let Some(path) = &args.params {
            let text = read(path)?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let name = path.display().to_string();
            errors.extend(settings.params(&name, text, &mut self.sources).err());
        }
        for assignment in &args.set {
            errors.extend(settings.set(assignment, &mut self.sources).err());
        }
        let settings = if errors.is_empty() {
            Ok(settings)
        } else {
            Err(reports(errors))
        };
        self.or_fail(settings)
    }

    fn or_fail<T>(&self, result: Result<T, Vec<Report>>) -> Result<T, Failure> {
        result.map_err(|reports| Failure::Program(self.diagnosed(reports)))
    }

    fn print(&self, warnings: Warnings) {
        if !warnings.is_empty() {
            self.diagnosed(warnings.into_reports()).print();
        }
    }
}

/// The text of a file; one that is there and is no text is wrong input, not a failure to read.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(Failure::io("read", path))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(good);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        let path = path.display();
        Failure::Input(format!(
            "`{path}` is not UTF-8 text: line {line}\n  help: convert it; if it is Latin-1: `iconv -f LATIN1 -t UTF-8 {path}`"
        ))
    })
}

/// The name of a program: that of its file without the ending.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

impl TargetArgs {
    /// Reads the site file, and what was measured.
    pub fn load(&self, program: &Program) -> Result<Target, Failure> {
        let format = program.format;
        let learned = self.learned(program)?;
        let mut site = match &self.site {
            Some(path) => read_site(path, format)?,
            None => Site::generic(),
        };
        site.container = self.container.unwrap_or(site.container);
        Ok(Target {
            site,
            level: self.level,
            learned,
        })
    }

    fn learned(&self, program: &Program) -> Result<Learned, Failure> {
        let name = format!("{}.costs.toml", program.dataflow.name);
        let beside = program.folder.join(name);
        let path = match &self.costs {
            Some(path) => path,
            None if beside.is_file() => &beside,
            None => return Ok(Learned::default()),
        };
        let text = read(path)?;
        let learned = Learned::read(&text);
        let mut learned =
            learned.map_err(|why| Failure::Input(format!("`{}`: {why}", path.display())))?;
        for file in cost::sized(&program.dataflow, &learned) {
            let size = fs::metadata(program.folder.join(&file)).map(|it| it.len() as f64);
            learned.sizes.extend(size.ok().map(|size| (file, size)));
        }
        Ok(learned)
    }
}

fn read_site(path: &Path, format: Format) -> Result<Site, Failure> {
    let text = read(path)?;
    let mut session = Session::new(format);
    let name = path.display().to_string();
    let id = session.sources.add(Source {
        name,
        text: text.clone(),
    });
    session.or_fail(Site::parse(id, &text).map_err(reports))
}
