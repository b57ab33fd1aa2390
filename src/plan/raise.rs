//! What further attempts ask for: `retry 2 with memory * 2, time * 1.5`.

use crate::cost;
use crate::dataflow::{CallId, How, Process, Raise, Raised, Resources};
use crate::optimise::Workload;
use crate::site::{Partition, Site};
use crate::units::{Duration, Size};

use super::PlanError;
use super::request::resources;

/// What an attempt asks for.
#[derive(Clone)]
pub(super) struct Needs {
    pub resources: Resources,
    /// Seconds.
    pub limit: Option<f64>,
}

/// The attempts of one call.
pub(super) struct Attempts<'a> {
    process: &'a Process,
    first: Needs,
    /// Of the attempt that was raised last.
    pub now: Needs,
    /// Expected seconds.
    pub cost: Option<f64>,
    /// Whether its shards take several starts.
    pub chained: bool,
}

impl<'a> Attempts<'a> {
    pub fn new(call: CallId, workload: &Workload<'a>) -> Self {
        let estimate = workload.estimates.of(call);
        let first = Needs {
            resources: resources(call, workload),
            limit: estimate.limit,
        };
        Self {
            process: workload.dataflow.process_of(call),
            now: first.clone(),
            first,
            cost: estimate.cost,
            chained: workload.estimates.chain(call).is_some(),
        }
    }

    /// From one attempt to the next.
    pub fn raise(&mut self, attempt: u32, site: &Site) -> Result<(), PlanError> {
        let retry = &self.process.retry;
        if attempt > retry.count {
            return Ok(());
        }
        for raise in &retry.raises {
            let own = &mut self.now.resources;
            match (&raise.word, raise.what) {
                (Some(word), Raised::Partition) => {
                    own.partition = Some(word.clone());
                    own.partition_span = Some(raise.span);
                }
                (Some(word), Raised::Constraint) => own.constraint = Some(word.clone()),
                (Some(word), _) => own.account = Some(word.clone()),
                (None, _) => self.more(attempt, raise, site)?,
            }
        }
        if self.chained {
            // A partition that has more may let a start take less.
            let longest = cost::longest(&self.now.resources, site);
            let limits = self.now.limit.into_iter().chain(longest);
            self.now.limit = limits.reduce(f64::min);
        }
        Ok(())
    }

    fn more(&mut self, attempt: u32, raise: &Raise, site: &Site) -> Result<(), PlanError> {
        let what = raise.what;
        let before = self.now.amount(what, site);
        let amount = match (raise.how, before) {
            (How::To, _) => raise.amount,
            (How::Times, Some(before)) => before * raise.amount,
            (How::Plus, Some(before)) => before + raise.amount,
            (How::Times | How::Plus, None) => return Err(self.nothing_to_raise(raise)),
        };
        let most = most(what, self.now.resources.partition.as_deref(), site);
        let capped = most.map_or(amount, |most| amount.min(most));
        if capped < amount && before.is_some_and(|before| capped <= before) {
            return Err(self.no_more(attempt, raise, site, capped));
        }
        self.now.set(what, capped);
        Ok(())
    }

    fn nothing_to_raise(&self, raise: &Raise) -> PlanError {
        let what = word(raise.what);
        PlanError::NothingToRaise {
            what,
            process: self.process.name.clone(),
            help: match raise.what == Raised::Time {
                true => {
                    "write `time` or `cost` in the process, or a new value: `time 2h`".to_owned()
                }
                false => format!("write `{what}` in the process, or a new value behind `with`"),
            },
            span: raise.span,
        }
    }

    fn no_more(&self, attempt: u32, raise: &Raise, site: &Site, capped: f64) -> PlanError {
        let what = word(raise.what);
        PlanError::NoMore {
            process: self.process.name.clone(),
            what,
            attempt,
            sum: format!(
                "{}, and site `{}` has {}",
                self.sum(attempt, raise, site),
                site.name,
                written(raise.what, capped)
            ),
            help: match attempt {
                1 => format!(
                    "leave `{what}` out of `retry … with`, or name a partition that has more"
                ),
                _ => format!("write `retry {}`, or raise it by less", attempt - 1),
            },
            span: raise.span,
        }
    }

    /// `64GB × 2 × 2 = 256GB`
    fn sum(&self, attempt: u32, raise: &Raise, site: &Site) -> String {
        let what = raise.what;
        let first = self.first.amount(what, site).unwrap_or_default();
        let all = |sign: &str, more: &str, amount| {
            let steps = format!(" {sign} {more}").repeat(attempt as usize);
            format!(
                "{}{steps} = {}",
                written(what, first),
                written(what, amount)
            )
        };
        let times = f64::from(attempt);
        match raise.how {
            How::To => written(what, raise.amount),
            How::Times => all(
                "×",
                &raise.amount.to_string(),
                first * raise.amount.powf(times),
            ),
            How::Plus => all(
                "+",
                &written(what, raise.amount),
                first + raise.amount * times,
            ),
        }
    }
}

impl Needs {
    /// What of it is asked for, by the site where the program is silent about memory.
    fn amount(&self, what: Raised, site: &Site) -> Option<f64> {
        let own = &self.resources;
        let count = |count: Option<u64>| Some(count.unwrap_or(1) as f64);
        match what {
            Raised::Time => self.limit,
            Raised::Memory => own.memory.or(site.memory.map(|Size(bytes)| bytes)),
            Raised::Tmp => own.tmp,
            Raised::Cpus => count(own.cpus),
            Raised::Gpus => own.gpus.map(|gpus| gpus as f64),
            Raised::Tasks => count(own.tasks),
            Raised::Nodes => count(own.nodes),
            Raised::Partition | Raised::Constraint | Raised::Account => None,
        }
    }

    fn set(&mut self, what: Raised, amount: f64) {
        let own = &mut self.resources;
        let count = Some(amount.ceil() as u64);
        match what {
            Raised::Time => self.limit = Some(amount),
            Raised::Memory => own.memory = Some(amount),
            Raised::Tmp => own.tmp = Some(amount),
            Raised::Cpus => own.cpus = count,
            Raised::Gpus => own.gpus = count,
            Raised::Tasks => own.tasks = count,
            Raised::Nodes => own.nodes = count,
            Raised::Partition | Raised::Constraint | Raised::Account => {}
        }
    }
}

/// The most of it that some partition has; `None` where that is not known of one.
fn most(what: Raised, partition: Option<&str>, site: &Site) -> Option<f64> {
    let limit = |it: &Partition| match what {
        Raised::Time => it.time.map(|limit| Duration::from(limit).0),
        Raised::Memory => it.memory.map(|Size(bytes)| bytes),
        Raised::Cpus => it.cpus.map(|cpus| cpus as f64),
        Raised::Gpus => Some(it.gpus as f64),
        Raised::Tmp
        | Raised::Tasks
        | Raised::Nodes
        | Raised::Partition
        | Raised::Constraint
        | Raised::Account => None,
    };
    let allowed = site.partitions.iter();
    let allowed = allowed.filter(|it| partition.is_none_or(|name| it.name == name));
    let limits: Option<Vec<f64>> = allowed.map(limit).collect();
    limits?.into_iter().reduce(f64::max)
}

fn word(what: Raised) -> &'static str {
    match what {
        Raised::Time => "time",
        Raised::Memory => "memory",
        Raised::Tmp => "tmp",
        Raised::Cpus => "cpus",
        Raised::Gpus => "gpus",
        Raised::Tasks => "tasks",
        Raised::Nodes => "nodes",
        Raised::Partition => "partition",
        Raised::Constraint => "constraint",
        Raised::Account => "account",
    }
}

fn written(what: Raised, amount: f64) -> String {
    match what {
        Raised::Time => Duration(amount).to_string(),
        Raised::Memory | Raised::Tmp => Size(amount).to_string(),
        Raised::Cpus
        | Raised::Gpus
        | Raised::Tasks
        | Raised::Nodes
        | Raised::Partition
        | Raised::Constraint
        | Raised::Account => amount.to_string(),
    }
}
