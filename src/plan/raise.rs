//! What further attempts ask for: `retry 2 with memory * 2, time * 1.5`.

use crate::cost;
use crate::dataflow::{Amount, CallId, How, More, Process, Raise, Resources, Word};
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
            match raise {
                Raise::Amount(more) => self.more(attempt, more, site)?,
                Raise::Word { what, word, span } => match what {
                    Word::Partition => {
                        own.partition = Some(word.clone());
                        own.partition_span = Some(*span);
                    }
                    Word::Constraint => own.constraint = Some(word.clone()),
                    Word::Account => own.account = Some(word.clone()),
                },
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

    fn more(&mut self, attempt: u32, more: &More, site: &Site) -> Result<(), PlanError> {
        let what = more.what;
        let before = self.now.amount(what, site);
        let amount = match (more.how, before) {
            (How::To, _) => more.amount,
            (How::Times, Some(before)) => before * more.amount,
            (How::Plus, Some(before)) => before + more.amount,
            (How::Times | How::Plus, None) => return Err(self.nothing_to_raise(more)),
        };
        let most = most(what, self.now.resources.partition.as_deref(), site);
        let capped = most.map_or(amount, |most| amount.min(most));
        if capped < amount && before.is_some_and(|before| capped <= before) {
            return Err(self.no_more(attempt, more, site, capped));
        }
        self.now.set(what, capped);
        Ok(())
    }

    fn nothing_to_raise(&self, more: &More) -> PlanError {
        let what = word(more.what);
        PlanError::NothingToRaise {
            what,
            process: self.process.name.clone(),
            help: match more.what == Amount::Time {
                true => {
                    "write `time` or `cost` in the process, or a new value: `time 2h`".to_owned()
                }
                false => format!("write `{what}` in the process, or a new value behind `with`"),
            },
            span: more.span,
        }
    }

    fn no_more(&self, attempt: u32, more: &More, site: &Site, capped: f64) -> PlanError {
        let what = word(more.what);
        PlanError::NoMore {
            process: self.process.name.clone(),
            what,
            attempt,
            sum: format!(
                "{}, and site `{}` has {}",
                self.sum(attempt, more, site),
                site.name,
                written(more.what, capped)
            ),
            help: match attempt {
                1 => format!(
                    "leave `{what}` out of `retry … with`, or name a partition that has more"
                ),
                _ => format!("write `retry {}`, or raise it by less", attempt - 1),
            },
            span: more.span,
        }
    }

    /// `64GB × 2 × 2 = 256GB`
    fn sum(&self, attempt: u32, more: &More, site: &Site) -> String {
        let what = more.what;
        let first = self.first.amount(what, site).unwrap_or_default();
        let all = |sign: &str, step: &str, amount| {
            let steps = format!(" {sign} {step}").repeat(attempt as usize);
            format!(
                "{}{steps} = {}",
                written(what, first),
                written(what, amount)
            )
        };
        let times = f64::from(attempt);
        match more.how {
            How::To => written(what, more.amount),
            How::Times => all(
                "×",
                &more.amount.to_string(),
                first * more.amount.powf(times),
            ),
            How::Plus => all(
                "+",
                &written(what, more.amount),
                first + more.amount * times,
            ),
        }
    }
}

impl Needs {
    /// What of it is asked for, by the site where the program is silent about memory.
    fn amount(&self, what: Amount, site: &Site) -> Option<f64> {
        let own = &self.resources;
        let count = |count: Option<u64>| Some(count.unwrap_or(1) as f64);
        match what {
            Amount::Time => self.limit,
            Amount::Memory => own.memory.or(site.memory.map(|Size(bytes)| bytes)),
            Amount::Tmp => own.tmp,
            Amount::Cpus => count(own.cpus),
            Amount::Gpus => own.gpus.map(|gpus| gpus as f64),
            Amount::Tasks => count(own.tasks),
            Amount::Nodes => count(own.nodes),
        }
    }

    fn set(&mut self, what: Amount, amount: f64) {
        let own = &mut self.resources;
        let count = Some(amount.ceil() as u64);
        match what {
            Amount::Time => self.limit = Some(amount),
            Amount::Memory => own.memory = Some(amount),
            Amount::Tmp => own.tmp = Some(amount),
            Amount::Cpus => own.cpus = count,
            Amount::Gpus => own.gpus = count,
            Amount::Tasks => own.tasks = count,
            Amount::Nodes => own.nodes = count,
        }
    }
}

/// The most of it that some partition has; `None` where that is not known of one.
fn most(what: Amount, partition: Option<&str>, site: &Site) -> Option<f64> {
    let limit = |it: &Partition| match what {
        Amount::Time => it.time.map(|limit| Duration::from(limit).0),
        Amount::Memory => it.memory.map(|Size(bytes)| bytes),
        Amount::Cpus => it.cpus.map(|cpus| cpus as f64),
        Amount::Gpus => Some(it.gpus as f64),
        Amount::Tmp | Amount::Tasks | Amount::Nodes => None,
    };
    let allowed = site.partitions.iter();
    let allowed = allowed.filter(|it| partition.is_none_or(|name| it.name == name));
    let limits: Option<Vec<f64>> = allowed.map(limit).collect();
    limits?.into_iter().reduce(f64::max)
}

fn word(what: Amount) -> &'static str {
    match what {
        Amount::Time => "time",
        Amount::Memory => "memory",
        Amount::Tmp => "tmp",
        Amount::Cpus => "cpus",
        Amount::Gpus => "gpus",
        Amount::Tasks => "tasks",
        Amount::Nodes => "nodes",
    }
}

fn written(what: Amount, amount: f64) -> String {
    match what {
        Amount::Time => Duration(amount).to_string(),
        Amount::Memory | Amount::Tmp => Size(amount).to_string(),
        Amount::Cpus | Amount::Gpus | Amount::Tasks | Amount::Nodes => amount.to_string(),
    }
}
