//! `flowc learn DIR`

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::learned::{BySize, FORMAT, Learned, Measured, Quantiles};

use super::failure::Failure;
use super::{Outcome, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder that was compiled to, or its `run`
    #[arg(default_value = "out")]
    dir: PathBuf,

    /// Where to write; `PROGRAM.costs.toml` beside the program is read by the next compile
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Of one shard that was done.
#[derive(Debug, Default, Clone, Copy)]
struct Shard {
    seconds: f64,
    /// Bytes.
    memory: Option<f64>,
    /// Bytes of its tracked input files.
    size: Option<f64>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let own = args.dir.join("run");
    let run = if own.is_dir() { own } else { args.dir.clone() };
    let state = run.join("state");
    let records = tables(&[
        state.join("records"),
        state.join("journal"),
        state.join("journal/old"),
    ]);
    let submissions = folders(&state.join("submissions"));
    if records.is_empty() || submissions.is_empty() {
        return Err(Failure::Io(format!(
            "`{}` has no records: name the folder that a program was compiled to and run in",
            run.display()
        )));
    }
    let processes = processes(&submissions)?;
    let mut shards = done(&records)?;
    sizes(&submissions, &mut shards)?;
    let mut of_process: BTreeMap<String, Vec<Shard>> = BTreeMap::new();
    for ((call, _), shard) in shards {
        if let Some(process) = processes.get(&call) {
            of_process.entry(process.clone()).or_default().push(shard);
        }
    }
    let measured = of_process
        .into_iter()
        .filter_map(|(process, shards)| Some((process, measured(&shards)?)));
    let learned = Learned {
        format: FORMAT,
        process: measured.collect(),
        ..Learned::default()
    };
    let text = learned
        .to_toml()
        .unwrap_or_else(|error| unreachable!("tables of numbers: {error}"));
    match &args.out {
        Some(path) => {
            fs::write(path, text).map_err(|error| Failure::io("written", path, &error))?
        }
        None => print(text)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn measured(shards: &[Shard]) -> Option<Measured> {
    let pairs: Vec<_> = shards
        .iter()
        .filter_map(|it| Some((it.size?, it.seconds)))
        .collect();
    Some(Measured {
        shards: shards.len() as u64,
        time: Quantiles::of(shards.iter().map(|it| it.seconds).collect())?,
        memory: Quantiles::of(shards.iter().filter_map(|it| it.memory).collect()),
        by_size: BySize::fit(&pairs),
    })
}

/// Call and directory.
type Name = (String, String);

/// The last record of each shard that was done.
fn done(files: &[PathBuf]) -> Result<BTreeMap<Name, Shard>, Failure> {
    let mut last: BTreeMap<Name, ((u64, u64), Shard)> = BTreeMap::new();
    for path in files {
        for line in read(path)?.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [
                "done",
                call,
                dir,
                _,
                _,
                _,
                submission,
                attempt,
                start,
                end,
                _,
                _,
                _,
                _,
                _,
                _,
                memory,
                ".",
            ] = fields.as_slice()
            else {
                continue;
            };
            let number = |text: &str| text.parse::<u64>().ok();
            let (Some(start), Some(end)) = (number(start), number(end)) else {
                continue;
            };
            let order = (
                number(submission).unwrap_or(0),
                number(attempt).unwrap_or(0),
            );
            #[expect(clippy::cast_precision_loss, reason = "seconds and kilobytes")]
            let shard = Shard {
                seconds: end.saturating_sub(start) as f64,
                memory: number(memory).map(|kilobytes| kilobytes as f64 * 1024.0),
                size: None,
            };
            let name = ((*call).to_owned(), (*dir).to_owned());
            let known = last.get(&name).is_some_and(|(before, _)| *before > order);
            if !known {
                last.insert(name, (order, shard));
            }
        }
    }
    Ok(last
        .into_iter()
        .map(|(name, (_, shard))| (name, shard))
        .collect())
}

/// Adds the sizes of tracked inputs from the work lists: `SIZE:MTIME,SIZE:MTIME`.
fn sizes(submissions: &[PathBuf], shards: &mut BTreeMap<Name, Shard>) -> Result<(), Failure> {
    let lists: Vec<_> = submissions
        .iter()
        .map(|folder| folder.join("lists"))
        .collect();
    for path in tables(&lists) {
        for line in read(&path)?.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [_, call, dir, _, _, _, stats, ..] = fields.as_slice() else {
                continue;
            };
            let Some(shard) = shards.get_mut(&((*call).to_owned(), (*dir).to_owned())) else {
                continue;
            };
            let each = stats
                .split(',')
                .map(|it| it.split(':').next()?.parse::<f64>().ok());
            shard.size = each.sum::<Option<f64>>().or(shard.size);
        }
    }
    Ok(())
}

/// The process of each call, by the plans that were submitted.
fn processes(submissions: &[PathBuf]) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    for folder in submissions {
        for line in read(&folder.join("plan.tsv"))?.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            if let ["call", call, process, ..] = fields.as_slice() {
                found.insert((*call).to_owned(), (*process).to_owned());
            }
        }
    }
    Ok(found)
}

/// The `.tsv` files of folders, sorted.
fn tables(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = folders.iter().flat_map(|folder| entries(folder)).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "tsv"));
    found
}

/// Numbered folders, in their order.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found = entries(folder);
    found.retain(|path| path.join("plan.tsv").is_file());
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort();
    found
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::io("read", path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
