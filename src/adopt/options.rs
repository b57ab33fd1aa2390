//! What a script asks of SLURM, as clauses, and as notes where the language has none.

use crate::units::{Duration, Memory, Size, Walltime};

use super::array::{Array, array};
use super::header::Asked;
use super::page::quoted;

/// What the options of a script become.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub name: Option<String>,
    pub array: Option<Array>,
    pub cpus: Option<u64>,
    pub clauses: Vec<String>,
    /// What a reader should know about options that are no clauses.
    pub notes: Vec<String>,
}

/// A longer text is no time.
const LONGEST_TIME: usize = 12;

/// What an option becomes.
enum Meaning {
    Clause(String),
    /// A clause as SLURM has it, in words of its own.
    Raw,
    Note(&'static str),
    Nothing,
}

/// Options that go to SLURM as they are, as the language has no word for them.
const RAW: [&str; 31] = [
    "clusters",
    "contiguous",
    "cores-per-socket",
    "cpu-freq",
    "cpus-per-gpu",
    "cpus-per-task",
    "distribution",
    "exclude",
    "exclusive",
    "gpu-bind",
    "gpus",
    "gpus-per-node",
    "gpus-per-task",
    "gres",
    "hint",
    "licenses",
    "mem-bind",
    "mem-per-cpu",
    "mem-per-gpu",
    "nodelist",
    "nodes",
    "ntasks",
    "ntasks-per-core",
    "ntasks-per-gpu",
    "ntasks-per-node",
    "ntasks-per-socket",
    "oversubscribe",
    "qos",
    "reservation",
    "switches",
    "tmp",
];

/// Options that have their place elsewhere, and where that is.
const ELSEWHERE: [(&[&str], &str); 10] = [
    (
        &["account", "wckey"],
        "said when submitting, as it is one's own: `bash out/submit.sh -- OPTION`",
    ),
    (
        &[
            "mail-type",
            "mail-user",
            "begin",
            "deadline",
            "nice",
            "hold",
            "priority",
        ],
        "said when submitting: `bash out/submit.sh -- OPTION`",
    ),
    (
        &["output", "error", "open-mode"],
        "flowc keeps the logs: `bash out/submit.sh --log SHARD`",
    ),
    (
        &["dependency", "kill-on-invalid-dep"],
        "the order follows from what reads what, or is said by `after` in the workflow",
    ),
    (
        &["requeue", "no-requeue", "signal", "comment"],
        "set by flowc for all of its jobs",
    ),
    (
        &["chdir", "workdir"],
        "a script runs in an empty folder of its own; paths of params are relative to this file",
    ),
    (
        &["export", "export-file", "get-user-env"],
        "what a script needs of the environment is said by `env NAME = VALUE`",
    ),
    (
        &["input"],
        "a script reads what the clause `stdin INPUT` names, else nothing",
    ),
    (
        &[
            "wait",
            "parsable",
            "test-only",
            "quiet",
            "verbose",
            "ignore-pbs",
        ],
        "about the call of sbatch, which `bash out/submit.sh` makes",
    ),
    (
        &["hetjob", "packjob"],
        "jobs of several parts are not there in flowc",
    ),
];

pub(super) fn request(options: &[Asked]) -> Request {
    let mut request = Request::default();
    // The last one counts, as for SLURM.
    let last = |(at, option): &(usize, &Asked)| {
        let behind = options.iter().skip(at + 1);
        !behind.into_iter().any(|it| it.name == option.name)
    };
    let options: Vec<_> = options.iter().enumerate().filter(last).collect();
    let number = |name: &str| {
        let found = options.iter().find(|(_, it)| it.name == name);
        found.and_then(|(_, it)| it.value.as_deref()?.parse::<u64>().ok())
    };
    request.cpus = number("cpus-per-task");
    let shape = Shape {
        cpus: request.cpus.unwrap_or(1),
        tasks: number("ntasks").unwrap_or(1),
        one_node: !options.iter().any(|(_, it)| it.name == "nodes") || number("nodes") == Some(1),
    };
    for (_, option) in options {
        request.take(option, shape);
    }
    request
}

/// How wide a job is.
#[derive(Clone, Copy)]
struct Shape {
    cpus: u64,
    tasks: u64,
    one_node: bool,
}

impl Request {
    fn take(&mut self, option: &Asked, shape: Shape) {
        match self.meaning(option, shape) {
            Meaning::Clause(clause) => self.clauses.push(clause),
            Meaning::Raw => self
                .clauses
                .push(format!("slurm {}", quoted(&option.to_string()))),
            Meaning::Note(note) => {
                let note = note.replace("OPTION", &option.to_string());
                self.notes.push(format!("{option}: {note}"));
            }
            Meaning::Nothing => {}
        }
    }

    fn meaning(&mut self, option: &Asked, shape: Shape) -> Meaning {
        let value = option.value.as_deref().unwrap_or_default();
        match option.name.as_str() {
            "job-name" => {
                self.name = Some(value.to_owned());
                return Meaning::Nothing;
            }
            "array" => {
                self.array = array(value);
                return match &self.array {
                    Some(Array {
                        at_once: Some(most),
                        ..
                    }) => Meaning::Clause(format!("at most {most} at once")),
                    Some(_) => Meaning::Nothing,
                    None => Meaning::Note("no array that can be read; say what to loop over"),
                };
            }
            "nodes" | "ntasks" if value == "1" => {
                return Meaning::Note("the default");
            }
            _ => {}
        }
        if let Some(clause) = clause(&option.name, value, shape) {
            return Meaning::Clause(clause);
        }
        if let Some(note) = elsewhere(&option.name) {
            return Meaning::Note(note);
        }
        match option.name.as_str() {
            "time" => Meaning::Note(
                "no limit that can be read; say `time 2h`, or leave it to the partition",
            ),
            "mem" => Meaning::Note("has no clause; say `memory 4GB`, or `slurm \"OPTION\"`"),
            name if RAW.contains(&name) => Meaning::Raw,
            name if name.contains(' ') || name.is_empty() || name.starts_with('-') => {
                Meaning::Note("not understood")
            }
            _ => {
                self.notes
                    .push(format!("{option}: unknown to flowc, which hands it on"));
                Meaning::Raw
            }
        }
    }
}

fn elsewhere(name: &str) -> Option<&'static str> {
    // SLURM takes the beginning of a name as well: `--out`.
    let means = |known: &&str| *known == name || name.len() > 2 && known.starts_with(name);
    let mut all = ELSEWHERE.iter();
    let found = all.find(|(names, _)| names.iter().any(means));
    found.map(|(_, note)| *note)
}

/// The clause that says the same as an option.
fn clause(name: &str, value: &str, shape: Shape) -> Option<String> {
    let count = |word: &str, value: &str| {
        let count = value.parse::<u64>().ok().filter(|it| *it > 0)?;
        Some(format!("{word} {count}"))
    };
    match name {
        "time" => time(value).map(|it| format!("time {it}")),
        "mem" => memory(value, 1).map(|it| format!("memory {it}")),
        "mem-per-cpu" if shape.one_node => {
            memory(value, shape.cpus.saturating_mul(shape.tasks)).map(|it| format!("memory {it}"))
        }
        "tmp" => memory(value, 1).map(|it| format!("tmp {it}")),
        "cpus-per-task" => count("cpus", value),
        "gpus" => count("gpus", value),
        "gpus-per-node" if shape.one_node => count("gpus", value),
        "gres" if shape.one_node => match value.split_once(':') {
            Some(("gpu", number)) => count("gpus", number),
            None if value == "gpu" => count("gpus", "1"),
            Some(_) | None => None,
        },
        "nodes" => count("nodes", value),
        "ntasks" => count("tasks", value),
        "partition" => Some(format!("partition {}", quoted(value))),
        "constraint" => Some(format!("constraint {}", quoted(value))),
        _ => None,
    }
}

/// `1-12:00:00` as `36h`.
fn time(value: &str) -> Option<Duration> {
    let is_short = value.len() <= LONGEST_TIME;
    let limit = value.parse::<Walltime>().ok().filter(|_| is_short)?;
    (limit.seconds() > 1).then(|| limit.into())
}

/// `4G` so many times: SLURM counts megabytes where no unit is given, and takes 0 for all of a node.
fn memory(value: &str, times: u64) -> Option<Size> {
    let digits = value.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let unit = value
        .get(digits.len()..)
        .unwrap_or_default()
        .to_ascii_uppercase();
    let number = digits.parse::<u64>().ok().filter(|it| *it > 0)?;
    let scale = match unit.trim_end_matches('B') {
        "K" => {
            return Some(
                Memory::from_megabytes(number.div_ceil(1024))
                    .times(times)
                    .into(),
            );
        }
        "" | "M" => 1,
        "G" => 1024,
        "T" => 1024 * 1024,
        _ => return None,
    };
    let memory = Memory::from_megabytes(number.checked_mul(scale)?);
    Some(memory.times(times).into())
}

#[cfg(test)]
mod tests {
    use super::super::header::header;
    use super::*;

    fn asked(options: &str) -> Request {
        let text: String = options
            .lines()
            .map(|it| format!("#SBATCH {it}\n"))
            .collect();
        request(&header(&text, &["#SBATCH"]).options)
    }

    #[test]
    fn options_become_clauses() {
        for (option, clause) in [
            ("--time=48:00:00", "time 2d"),
            ("-t 90", "time 1h30m"),
            ("--mem=4000", "memory 4000MB"),
            ("--mem=16G", "memory 16GB"),
            ("--gres=gpu:2", "gpus 2"),
            ("--gres=gpu:a100:2", "slurm \"--gres=gpu:a100:2\""),
            ("-p \"a,b\"", "partition \"a,b\""),
            ("--qos=long", "slurm \"--qos=long\""),
            ("--exclusive", "slurm \"--exclusive\""),
            ("--gpus-per-node=4", "gpus 4"),
            ("-N 2-4", "slurm \"--nodes=2-4\""),
            ("--tmp=10G", "tmp 10GB"),
        ] {
            assert_eq!(asked(option).clauses, [clause], "{option}");
        }
        let each = asked("--mem-per-cpu=2G\n-c 8\n--ntasks=2\n--array=0-9%3");
        let clauses = ["memory 32GB", "cpus 8", "tasks 2", "at most 3 at once"];
        assert_eq!(each.clauses, clauses);
        assert_eq!(
            asked("--mem-per-cpu=2G\n-N 2").clauses[0],
            "slurm \"--mem-per-cpu=2G\""
        );
    }

    #[test]
    fn what_has_no_clause_has_a_note() {
        for option in [
            "-A x",
            "--mail-type=END",
            "-o x.log",
            "--mem=0",
            "-t UNLIMITED",
            "-n 1",
            "--frob=1",
            "-Z",
        ] {
            assert_eq!(asked(option).notes.len(), 1, "{option}");
        }
        assert_eq!(asked("--frob=1").clauses, ["slurm \"--frob=1\""]);
        let twice = asked("-t 10\n-t 20");
        assert_eq!(twice.clauses, ["time 20m"]);
    }
}
