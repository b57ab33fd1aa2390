//! `flowc report DIR`

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::emit::word;
use crate::manifest::Manifest;
use crate::records::{Record, decoded};
use crate::report::{self, Call, Log, Published, Results, Run, Shown, Submission, Tracked};
use crate::units::short_size;

use super::failure::{Failure, Format};
use super::paths::folder_of;
use super::run_folder::{RunFolder, each, entries, lines};
use super::{Outcome, print, write_or_print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder that was compiled to, or its `run`
    #[arg(default_value = "out")]
    dir: PathBuf,

    /// Where to write, and where links in the page lead from [default: report.html; of JSON: standard output]
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// A page for people, or numbers for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Where the page is written if nobody says where.
const PAGE: &str = "report.html";
/// So many published files are listed.
const LISTED: usize = 200;
/// Of a longer log the end is read: bytes.
const LOG: u64 = 64 << 20;
/// Stays as it is in a link.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

pub(super) fn run(args: &Args) -> Outcome {
    match args.format {
        Format::Human => page(&args.dir, args.out.as_deref().unwrap_or(Path::new(PAGE))),
        Format::Json => summary(&args.dir, args.out.as_deref()),
    }
}

fn page(dir: &Path, out: &Path) -> Outcome {
    let folder = RunFolder::of(dir);
    let place = Place::new(dir, out)?;
    let mut run = gather(dir, &folder)?;
    let submit = place.submit.as_deref().map(Path::to_string_lossy);
    run.submit = submit.map(|path| word(&path).into_owned());
    run.results = results(&folder, &place.results);
    let mut failures = report::failures(&run);
    for shown in failures.groups.iter_mut().flat_map(|it| &mut it.shown) {
        shown.log = log(&folder, shown);
    }
    let html = report::html(&run, &failures);
    fs::write(out, html).map_err(Failure::io("written", out))?;
    print(format_args!("wrote {}\n", out.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn summary(dir: &Path, out: Option<&Path>) -> Outcome {
    let folder = RunFolder::of(dir);
    let mut run = gather(dir, &folder)?;
    run.results = results(&folder, Path::new("results"));
    let json = serde_json::to_string_pretty(&report::summary(&run));
    let json = json.unwrap_or_else(|error| unreachable!("names and numbers are JSON: {error}"));
    write_or_print(out, &(json + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// What records, plans and manifest say.
fn gather(dir: &Path, folder: &RunFolder) -> Result<Run, Failure> {
    let submissions = folder.submissions();
    let mut run = Run {
        submissions: submissions.iter().filter_map(|it| submission(it)).collect(),
        ..Run::default()
    };
    read_manifest(dir, &mut run);
    if let Some(last) = submissions.last() {
        read_plan(&last.join("plan.tsv"), &mut run)?;
        expect(last, &mut run)?;
        tracked(last, &mut run)?;
        compare(&dir.join("plan.tsv"), &last.join("plan.tsv"), &mut run);
    }
    let (shards, spans) = (&mut run.shards, &mut run.spans);
    run.foreign = folder.records(|record| {
        shards.take(record);
        spans.take(record);
    })?;
    for (call, dir) in run.shards.unsettled() {
        let mut own = None;
        let path = folder
            .path
            .join("work")
            .join(&call)
            .join(&dir)
            .join(".flow");
        lines(&path, |line| {
            own = own.take().or_else(|| Some(line.to_owned()))
        })?;
        let record = own.as_deref().and_then(Record::read);
        run.shards.settle(&call, &dir, record.as_ref());
    }
    if run.shards.is_empty() && run.manifest.is_none() {
        return Err(Failure::Io(format!(
            "`{}` has no records, and no manifest: name the folder that a program was compiled to",
            dir.display()
        )));
    }
    run.settle();
    Ok(run)
}

/// The manifest is of the last compile. Without it, or where it cannot be read, the report says less.
fn read_manifest(dir: &Path, run: &mut Run) {
    let read = fs::read_to_string(dir.join("manifest.json"));
    let Ok(text) = read else {
        run.notes.push(
            "There is no manifest.json: what was asked for, images and code are left out."
                .to_owned(),
        );
        return;
    };
    match serde_json::from_str::<Manifest>(&text) {
        Ok(manifest) => {
            run.name.clone_from(&manifest.name);
            let calls = manifest.calls.iter().map(|it| Call {
                name: it.name.clone(),
                process: it.process.clone(),
                version: it.version.clone(),
            });
            run.calls = calls.collect();
            run.manifest = Some(manifest);
        }
        Err(_) => run.notes.push(
            "manifest.json is not of this flowc: what was asked for, images and code are left out."
                .to_owned(),
        ),
    }
}

/// The calls as they were submitted last.
fn read_plan(path: &Path, run: &mut Run) -> Result<(), Failure> {
    let mut calls = Vec::new();
    let mut name = String::new();
    lines(path, |line| {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["flow", _, own, ..] => name = decoded(own).into_owned(),
            ["call", call, process, version, ..] => calls.push(Call {
                name: (*call).to_owned(),
                process: (*process).to_owned(),
                version: (*version).to_owned(),
            }),
            _ => {}
        }
    })?;
    if !calls.is_empty() {
        (run.name, run.calls) = (name, calls);
    }
    Ok(())
}

fn submission(folder: &Path) -> Option<Submission> {
    let name = folder.file_name()?.to_str()?;
    let jobs = fs::read_to_string(folder.join("jobs.tsv")).unwrap_or_default();
    Some(Submission {
        number: name.parse().ok()?,
        local: folder.join("local").is_file(),
        arrays: jobs.lines().count() as u64,
    })
}

/// Which shards there are, and what id each has, as it was decided at the last submission. Points whose items a call was
/// still to make bear marks; the work lists have them as soon as they are known.
fn expect(submission: &Path, run: &mut Run) -> Result<(), Failure> {
    let calls: Vec<String> = run.calls.iter().map(|it| it.name.clone()).collect();
    for call in calls {
        lines(
            &submission.join("expect").join(format!("{call}.tsv")),
            |line| {
                let mut fields = line.split('\t');
                if let (Some(dir), Some(id)) = (fields.next(), fields.next())
                    && !line.contains("%*")
                {
                    run.shards.expect(&call, dir, id);
                }
            },
        )?;
    }
    for open in entries(&submission.join("lists")) {
        let name = open.file_name().unwrap_or_default().to_string_lossy();
        let Some(job) = name.strip_suffix(".open.tsv") else {
            continue;
        };
        let known = open.with_file_name(format!("{job}.tsv"));
        let is_known = known.is_file();
        lines(if is_known { &known } else { &open }, |line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [_, call, dir, _, _, id, ..] = fields.as_slice() else {
                return;
            };
            match dir.contains("%*") {
                false => run.shards.expect(call, dir, id),
                true if is_known => run.shards.expect(call, &unmarked(dir), id),
                true => run.open += 1,
            }
        })?;
    }
    Ok(())
}

/// `g=*/x=1` for `g=%*g.0*/x=1`: how the record of a point says it whose items were never made.
fn unmarked(dir: &str) -> String {
    let mut text = String::new();
    let mut rest = dir;
    while let Some((before, behind)) = rest.split_once("%*") {
        text.push_str(before);
        text.push('*');
        rest = behind.split_once('*').map_or("", |(_, behind)| behind);
    }
    text + rest
}

fn tracked(submission: &Path, run: &mut Run) -> Result<(), Failure> {
    lines(&submission.join("files.tsv"), |line| {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [path, identity, size, ..] = fields.as_slice() {
            run.tracked.push(Tracked {
                path: decoded(path).into_owned(),
                identity: (*identity).to_owned(),
                size: size.parse().ok(),
            });
        }
    })
}

fn compare(now: &Path, submitted: &Path, run: &mut Run) {
    if let (Ok(now), Ok(submitted)) = (fs::read(now), fs::read(submitted))
        && now != submitted
    {
        run.notes.push(
            "The program was compiled again since the last submission: the shards are those of the submission, what was asked \
             for is that of the new compile."
                .to_owned(),
        );
    }
}

/// From where the report lies to what it names.
struct Place {
    submit: Option<PathBuf>,
    results: PathBuf,
}

impl Place {
    fn new(dir: &Path, report: &Path) -> Result<Self, Failure> {
        let real = |path: &Path| fs::canonicalize(path).map_err(Failure::io("read", path));
        let (from, to) = (real(folder_of(report))?, real(dir)?);
        let way = pathdiff::diff_paths(&to, &from).unwrap_or(to);
        Ok(Self {
            submit: dir
                .join("submit.sh")
                .is_file()
                .then(|| way.join("submit.sh")),
            results: way.join(match dir.join("run").is_dir() {
                true => "run/results",
                false => "results",
            }),
        })
    }
}

/// What is published; links lead to it `at` a place.
fn results(folder: &RunFolder, at: &Path) -> Results {
    let mut results = Results {
        folder: link(at),
        ..Results::default()
    };
    let top = folder.path.join("results");
    list(&top, &top, at, &mut results);
    results
}

fn link(path: &Path) -> String {
    percent_encode(path.as_os_str().as_encoded_bytes(), PLAIN).to_string()
}

/// Files below a folder, by name; what is being published has a name that begins with a point.
fn list(top: &Path, folder: &Path, at: &Path, results: &mut Results) {
    for path in entries(folder) {
        let is_temporary = folder == top
            && path
                .file_name()
                .is_some_and(|it| it.as_encoded_bytes().starts_with(b"."));
        let Some(metadata) = fs::symlink_metadata(&path).ok().filter(|_| !is_temporary) else {
            continue;
        };
        if metadata.is_dir() {
            list(top, &path, at, results);
            continue;
        }
        results.files += 1;
        if results.shown.len() < LISTED
            && let Ok(name) = path.strip_prefix(top)
        {
            results.shown.push(Published {
                name: name.to_string_lossy().into_owned(),
                link: link(&at.join(name)),
                size: short_size(metadata.len() as f64),
            });
        }
    }
}

/// What a failed shard printed last; nothing where its log is gone.
fn log(folder: &RunFolder, shown: &Shown) -> Vec<String> {
    let mut log = Log::new(&shown.call, &shown.dir);
    let Some(path) = shown
        .file
        .as_ref()
        .map(|name| folder.path.join("logs").join(name))
    else {
        return Vec::new();
    };
    let read = File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG)))?;
        each(file, |line| log.take(line))
    });
    match read {
        Ok(()) => log.lines(),
        Err(_) => Vec::new(),
    }
}
