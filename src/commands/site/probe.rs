//! What a live cluster is like: its settings are asked, its habits tried with a few small jobs.
//!
//! One array runs a task at a time, and what lies between two of them is start-up. A few jobs wait for
//! it, each for the one before. One workflow, compiled by this flowc, fills the slots with shards that start one
//! program, as the least of scripts does.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::super::failure::Failure;
use super::ProbeArgs;
use super::told::{setting, tables, word};

/// Tasks of the array that runs them one by one.
const IN_A_ROW: u64 = 6;

/// Jobs that wait for each other, and milliseconds by which each works longer than the one before. A
/// scheduler looks at what waits once a second or so: the ends are spread over that.
const WAITING: u64 = 5;
const LONGER: u64 = 200;

const PROGRAM: &str = r#"param tasks: Int
param shards: Int
process nothing(i: Int) -> (o: File = "o") {
  cost 0.1s
  time 30m
  pack SHARDS
  script """
    date +%s.%N > "$o"
  """
}
workflow {
  for i in 0..tasks * shards {
    nothing(i)
  }
}
"#;

/// Jobs in a folder of their own.
struct Trial<'a> {
    args: &'a ProbeArgs,
    folder: TempDir,
    end: Instant,
}

/// The text of a site file.
pub(super) fn probe(args: &ProbeArgs) -> Result<String, Failure> {
    let config = said(Command::new("scontrol").args(["show", "config"]))?;
    let partitions = said(Command::new("scontrol").args(["show", "partition", "--oneliner"]))?;
    let nodes = said(Command::new("sinfo").args(["-h", "-o", "%P|%l|%m|%c|%G"]))?;
    let above = &args.folder;
    fs::create_dir_all(above).map_err(Failure::io("made", above))?;
    let real = fs::canonicalize(above).map_err(Failure::io("found", above))?;
    let folder = tempfile::Builder::new()
        .prefix(".flowc-probe.")
        .tempdir_in(real);
    let folder = folder.map_err(Failure::io("written", above))?;
    let trial = Trial {
        args,
        folder,
        end: Instant::now() + Duration::from_secs(args.patience),
    };
    let (startup, delay) = trial.in_a_row()?;
    let alone = trial.shards(1, args.shards)?;
    let shell = step(&alone);
    let most = setting(&config, "MaxArraySize").unwrap_or(1001);
    let crowd = trial.shards(args.slots.min(most), args.shards)?;
    let mut firsts: Vec<f64> = crowd
        .iter()
        .filter_map(|task| task.first().copied())
        .collect();
    let launches = middle_rate(&mut firsts);
    let mut stamps = crowd.concat();
    let rate = middle_rate(&mut stamps);
    let mut text = String::new();
    let name = args.name.clone();
    let name = name
        .or_else(|| word(&config, "ClusterName"))
        .unwrap_or_default();
    text += &format!("name = {:?}\n", name);
    text += &format!("startup = \"{startup:.2}s\"\n");
    text += &format!("shell_time = \"{shell:.3}s\"\n");
    text += &format!("dependency_delay = \"{delay:.2}s\"\n");
    text += &format!("launch_rate = {launches:.1}\n");
    text += &format!("shard_rate = {rate:.0}\n");
    text += &format!("slots = {}\n", args.slots);
    text += &format!("max_array_size = {most}\n");
    text += &tables(&config, &partitions, &nodes);
    Ok(text)
}

impl Trial<'_> {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Start-up, and what a dependency adds to it, in seconds.
    fn in_a_row(&self) -> Result<(f64, f64), Failure> {
        let script = "#!/usr/bin/env bash\n#SBATCH --time=00:10:00\n#SBATCH --output=/dev/null\n\
                      echo \"$EPOCHREALTIME\" >\"$1/$2.${SLURM_ARRAY_TASK_ID-0}\"\nsleep \"$3\"\n";
        let path = self.path().join("stamp.sbatch");
        fs::write(&path, script).map_err(Failure::io("written", &path))?;
        let array = format!("--array=0-{}%1", IN_A_ROW - 1);
        let mut before = self.sbatch(&path, &[&array], "row", 0.0)?;
        let works = |job: u64| seconds(job * LONGER);
        for job in 0..WAITING {
            let after = format!("--dependency=afterany:{before}");
            before = self.sbatch(&path, &[&after], &format!("waits{job}"), works(job))?;
        }
        let row = (0..IN_A_ROW).map(|task| self.stamp(&self.path().join(format!("row.{task}"))));
        let mut row = row.collect::<Result<Vec<f64>, Failure>>()?;
        row.sort_by(f64::total_cmp);
        let mut ended = row.last().copied().unwrap_or(0.0);
        let mut waits = Vec::new();
        for job in 0..WAITING {
            let start = self.stamp(&self.path().join(format!("waits{job}.0")))?;
            waits.push(start - ended);
            ended = start + works(job);
        }
        let gaps = row.iter().zip(row.iter().skip(1)).map(|(a, b)| b - a);
        Ok(parted(gaps.collect(), &waits))
    }

    /// When the shards of each task ended, in their order.
    fn shards(&self, tasks: u64, shards: u64) -> Result<Vec<Vec<f64>>, Failure> {
        let program = self.path().join(format!("probe{tasks}.flow"));
        let text = PROGRAM.replace("SHARDS", &shards.to_string());
        fs::write(&program, text).map_err(Failure::io("written", &program))?;
        let out = self.path().join(format!("out{tasks}"));
        let own = std::env::current_exe().map_err(Failure::io("found", Path::new("flowc")))?;
        let mut compile = Command::new(own);
        compile.arg(&program).arg("-o").arg(&out);
        compile.args([
            "--set",
            &format!("tasks={tasks}"),
            "--set",
            &format!("shards={shards}"),
        ]);
        said(&mut compile)?;
        let mut submit = Command::new("bash");
        submit
            .arg(out.join("submit.sh"))
            .arg("--")
            .args(&self.args.sbatch);
        said(&mut submit)?;
        let results = out.join("run/work/nothing");
        let mut all = Vec::new();
        for task in 0..tasks {
            let items =
                (task * shards..(task + 1) * shards).map(|i| results.join(format!("i={i}/o")));
            let stamps: Result<Vec<f64>, Failure> = items.map(|path| self.stamp(&path)).collect();
            all.push(stamps?);
        }
        Ok(all)
    }

    /// The id of a job that writes stamps named so, and works for that long.
    fn sbatch(
        &self,
        script: &Path,
        options: &[&str],
        stamp: &str,
        works: f64,
    ) -> Result<String, Failure> {
        let mut command = Command::new("sbatch");
        command
            .arg("--parsable")
            .args(options)
            .args(&self.args.sbatch);
        command.arg(script).arg(self.path()).arg(stamp);
        command.arg(works.to_string());
        let id = said(&mut command)?;
        Ok(id.trim().split(';').next().unwrap_or_default().to_owned())
    }

    /// The time in a file, once it is there.
    fn stamp(&self, path: &Path) -> Result<f64, Failure> {
        loop {
            let text = fs::read_to_string(path).unwrap_or_default();
            if let Some(stamp) = text.strip_suffix('\n').and_then(|it| it.parse().ok()) {
                return Ok(stamp);
            }
            if Instant::now() > self.end {
                return Err(Failure::Io(format!(
                    "the trials did not end within {} s: look at `squeue`, or raise `--patience`",
                    self.args.patience
                )));
            }
            sleep(Duration::from_millis(200));
        }
    }
}

/// Start-up and the delay of a dependency, in seconds, of what lay between tasks of an array and before
/// jobs that waited. What comes on top of the least is the scheduler's pace, not what a task holds; the
/// very least may be behind a task that was late to say when it began.
fn parted(gaps: Vec<f64>, waits: &[f64]) -> (f64, f64) {
    let mut all = [gaps, waits.to_vec()].concat();
    all.sort_by(f64::total_cmp);
    let startup = all.get(1).copied().unwrap_or(0.0).max(0.01);
    (startup, (mean(waits) - startup).max(0.0))
}

/// The median time from the end of a shard to that of the next in its task.
fn step(tasks: &[Vec<f64>]) -> f64 {
    let steps = tasks
        .iter()
        .flat_map(|task| task.iter().zip(task.iter().skip(1)));
    median(&mut steps.map(|(a, b)| b - a).collect::<Vec<f64>>())
}

fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}

fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / all.len().max(1) as f64
}

fn median(all: &mut [f64]) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// How many a second, without the first and the last tenth.
fn middle_rate(stamps: &mut [f64]) -> f64 {
    stamps.sort_by(f64::total_cmp);
    let (from, to) = (stamps.len() / 10, stamps.len() * 9 / 10);
    match (stamps.get(from), stamps.get(to)) {
        (Some(a), Some(b)) if b > a => (to - from) as f64 / (b - a),
        (_, _) => 1000.0,
    }
}

/// What a command prints; what it says of a failure is handed on.
fn said(command: &mut Command) -> Result<String, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(Failure::io("run", Path::new(&name)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::Io(format!("`{name}` failed: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheduler_that_is_late_does_not_lengthen_startup() {
        let (startup, delay) = parted(vec![2.0, 2.0, 1.9], &[1.1, 1.0, 1.5, 2.0, 1.9]);
        assert_eq!(startup, 1.1);
        assert!((delay - 0.4).abs() < 1e-9, "{delay}");
    }

    #[test]
    fn a_rate_is_that_of_the_middle() {
        let mut stamps: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(middle_rate(&mut stamps), 1.0);
    }
}
