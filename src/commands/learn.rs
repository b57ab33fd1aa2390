//! `flowc learn DIR`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::learned::{BySize, FORMAT, Learned, Measured, Quantiles};
use crate::records::Shards;

use super::failure::Failure;
use super::run_folder::{RunFolder, lines, tables};
use super::{Outcome, write_or_print};

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
    let folder = RunFolder::of(&args.dir);
    let submissions = folder.submissions();
    let mut records = Shards::default();
    folder.records(|record| records.take(record))?;
    if records.is_empty() || submissions.is_empty() {
        return Err(Failure::Io(format!(
            "`{}` has no records: name the folder that a program was compiled to and run in",
            folder.path.display()
        )));
    }
    let processes = processes(&submissions)?;
    let mut shards = done(&records);
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
    write_or_print(args.out.as_deref(), &text)?;
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

/// The last result of each shard.
fn done(shards: &Shards) -> BTreeMap<Name, Shard> {
    let calls = shards.calls().flat_map(|(call, shards)| {
        shards.map(move |(dir, shard)| (call.to_owned(), dir.to_owned(), shard))
    });
    let done = calls.filter_map(|(call, dir, shard)| {
        let ended = shard.ended().filter(|it| !it.skipped)?;
        let shard = Shard {
            seconds: ended.seconds as f64,
            memory: ended.memory.map(|it| it as f64),
            size: None,
        };
        Some(((call, dir), shard))
    });
    done.collect()
}

/// Adds the sizes of tracked inputs from the work lists: `SIZE:MTIME,SIZE:MTIME`.
fn sizes(submissions: &[PathBuf], shards: &mut BTreeMap<Name, Shard>) -> Result<(), Failure> {
    let lists = submissions.iter().map(|folder| folder.join("lists"));
    for path in lists.flat_map(|folder| tables(&folder)) {
        lines(&path, |line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [_, call, dir, _, _, _, stats, ..] = fields.as_slice() else {
                return;
            };
            let Some(shard) = shards.get_mut(&((*call).to_owned(), (*dir).to_owned())) else {
                return;
            };
            let each = stats
                .split(',')
                .map(|it| it.split(':').next()?.parse::<f64>().ok());
            shard.size = each.sum::<Option<f64>>().or(shard.size);
        })?;
    }
    Ok(())
}

/// The process of each call, by the plans that were submitted.
fn processes(submissions: &[PathBuf]) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    for folder in submissions {
        lines(&folder.join("plan.tsv"), |line| {
            let fields: Vec<&str> = line.split('\t').collect();
            if let ["call", call, process, ..] = fields.as_slice() {
                found.insert((*call).to_owned(), (*process).to_owned());
            }
        })?;
    }
    Ok(found)
}
