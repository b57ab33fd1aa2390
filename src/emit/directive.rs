//! The `#SBATCH` lines of a job.

use std::fmt;

use crate::plan::Request;
use crate::units::{Memory, Walltime};

use super::quote;

/// One option of `sbatch`, in the order in which they stand in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Directive<'a> {
    JobName(String),
    Array {
        tasks: u64,
        throttle: Option<u64>,
    },
    Time(Walltime),
    Mem(Memory),
    CpusPerTask(u64),
    Gpus(u64),
    Nodes(u64),
    Ntasks(u64),
    Tmp(Memory),
    Partition(&'a str),
    Constraint(&'a str),
    Account(&'a str),
    /// `slurm "--raw"`
    Raw(&'a str),
    /// So many seconds before the end.
    Signal(u64),
    Requeue,
    OpenModeAppend,
}

impl fmt::Display for Directive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JobName(name) => write!(f, "--job-name={}", quote::directive(name)),
            Self::Array { tasks: 1, .. } => f.write_str("--array=0"),
            Self::Array { tasks, throttle } => {
                write!(f, "--array=0-{}", tasks.saturating_sub(1))?;
                match throttle {
                    Some(throttle) => write!(f, "%{throttle}"),
                    None => Ok(()),
                }
            }
            Self::Time(walltime) => write!(f, "--time={walltime}"),
            Self::Mem(memory) => write!(f, "--mem={memory}"),
            Self::CpusPerTask(cpus) => write!(f, "--cpus-per-task={cpus}"),
            Self::Gpus(gpus) => write!(f, "--gpus={gpus}"),
            Self::Nodes(nodes) => write!(f, "--nodes={nodes}"),
            Self::Ntasks(tasks) => write!(f, "--ntasks={tasks}"),
            Self::Tmp(tmp) => write!(f, "--tmp={tmp}"),
            Self::Partition(name) => write!(f, "--partition={}", quote::directive(name)),
            Self::Constraint(text) => write!(f, "--constraint={}", quote::directive(text)),
            Self::Account(name) => write!(f, "--account={}", quote::directive(name)),
            Self::Raw(text) => f.write_str(&quote::one_line(text)),
            Self::Signal(seconds) => write!(f, "--signal=B:TERM@{seconds}"),
            Self::Requeue => f.write_str("--requeue"),
            Self::OpenModeAppend => f.write_str("--open-mode=append"),
        }
    }
}

/// A task of so many seconds is told a minute before its end, and stops in order; a shorter one where
/// it has a state to write, in its last quarter.
const WARNED: u64 = 600;

/// The directives that apply to a job, or to a rung of one.
pub(super) fn directives<'a>(
    name: String,
    (tasks, throttle): (u64, Option<u64>),
    request: &'a Request,
    keeps_state: bool,
) -> Vec<Directive<'a>> {
    let mut lines = vec![
        Directive::JobName(name),
        Directive::Array { tasks, throttle },
    ];
    lines.extend(request.walltime.map(Directive::Time));
    lines.extend(request.memory.map(Directive::Mem));
    lines.extend(request.cpus.map(Directive::CpusPerTask));
    lines.extend(request.gpus.map(Directive::Gpus));
    lines.extend(request.nodes.map(Directive::Nodes));
    lines.extend(request.tasks.map(Directive::Ntasks));
    lines.extend(request.tmp.map(Directive::Tmp));
    lines.extend(request.partition.as_deref().map(Directive::Partition));
    lines.extend(request.constraint.as_deref().map(Directive::Constraint));
    lines.extend(request.account.as_deref().map(Directive::Account));
    lines.extend(request.raw.iter().map(|line| Directive::Raw(line)));
    let signal = request.walltime.and_then(|it| match it.seconds() {
        short if short < WARNED => keeps_state.then_some((short / 4).max(1)),
        _ => Some(60),
    });
    lines.extend(signal.map(Directive::Signal));
    lines.extend([Directive::Requeue, Directive::OpenModeAppend]);
    lines
}
