//! Tries: those that need no more than an array task has are made in place; one that asks for more
//! is a rung, a narrow array of its own behind the job, which starts only if something failed. The
//! links of a chain are rungs, too: as wide as the job, since each of its shards needs them.

use crate::cost::{self, Estimates};
use crate::dataflow::{Dataflow, How, Process, Raise, Raised, Resources};
use crate::optimise::{RUNG_SHARE, Stage};
use crate::site::{Partition, Site};
use crate::units::{Duration, Size, Walltime};

use super::request::{self, Request};
use super::{PlanError, RungFor, Step};

/// An array that tries again what failed in a job and in the rungs before it, or goes on with what
/// they had no time for.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung<'a> {
    /// `01-train.rung1`
    pub name: String,
    pub steps: Vec<Step<'a>>,
    pub request: Request,
    /// Array tasks; no more than the job has in a submission.
    pub width: u64,
    /// Items for which each task has time.
    pub room: u64,
    /// Of a chain the number of the first rung that asks for this; 0 where its job does.
    pub from: usize,
    pub reason: String,
}

impl Rung<'_> {
    /// Whether it is a further start of a process with `checkpoint`.
    pub fn is_link(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| step.rung == Some(RungFor::Chain))
    }
}

/// What the attempts of one call ask for.
struct Asked<'a> {
    process: &'a Process,
    /// Before anything is raised.
    first: (Resources, Option<f64>),
    resources: Resources,
    /// Seconds.
    limit: Option<f64>,
    cost: Option<f64>,
    /// Whether its shards take several starts.
    chained: bool,
}

/// Sets the tries in place of each step, and gives the rungs that ask for more; they have no names yet.
pub(super) fn rungs<'a>(
    dataflow: &'a Dataflow,
    estimates: &Estimates,
    stage: &Stage,
    site: &Site,
    steps: &mut [Step<'a>],
) -> Result<Vec<Rung<'a>>, PlanError> {
    let calls = stage.calls().map(|call| {
        let mut resources = dataflow.resources(call).clone();
        let measured = estimates.measured(call).and_then(|it| it.request());
        resources.memory = resources.memory.or(measured);
        let estimate = estimates.of(call);
        Asked {
            process: dataflow.process_of(call),
            first: (resources.clone(), estimate.limit),
            resources,
            limit: estimate.limit,
            cost: estimate.cost,
            chained: estimates.chain(call).is_some(),
        }
    });
    let mut asked: Vec<_> = calls.collect();
    for step in steps.iter_mut() {
        step.tries = match step.process.retry.raises.as_slice() {
            [] => step.process.retry.count,
            _ => 0,
        };
    }
    let raising = steps.iter().map(|step| &step.process.retry);
    let raising = raising.filter(|retry| !retry.raises.is_empty());
    let attempts = raising.map(|retry| retry.count).max().unwrap_or(0);
    let mut rungs: Vec<Rung<'a>> = Vec::new();
    let mut has = together(&asked, site);
    for attempt in 1..=attempts {
        let limits: Vec<_> = asked.iter().map(|it| it.limit).collect();
        for it in &mut asked {
            it.raise(attempt, site)?;
        }
        let wanted = together(&asked, site);
        let same_time = asked.iter().map(|it| it.limit).eq(limits);
        let steps_now = match rungs.last_mut() {
            Some(rung) => rung.steps.as_mut_slice(),
            None => &mut *steps,
        };
        if same_time && has.covers(&wanted) {
            let tried = steps_now.iter_mut().filter(|step| retries(step, attempt));
            tried.for_each(|step| step.tries += 1);
            continue;
        }
        let mut rung = rung(dataflow, estimates, stage, site, &asked)?;
        rung.steps = steps.to_vec();
        for (step, asked) in rung.steps.iter_mut().zip(&asked) {
            let raises = !step.process.retry.raises.is_empty();
            step.rung = retries(step, attempt).then_some(RungFor::Retry);
            step.tries = if raises { 0 } else { step.tries };
            step.limit = asked.limit.map(|limit| Walltime::from(Duration(limit)));
            // A start that is cut off is no loss.
            step.cost = asked.cost.filter(|_| !asked.chained);
        }
        has = wanted;
        rungs.push(rung);
    }
    Ok(rungs)
}

fn retries(step: &Step<'_>, attempt: u32) -> bool {
    let retry = &step.process.retry;
    !retry.raises.is_empty() && retry.count >= attempt
}

/// What all calls of a job ask for together, but for time.
fn together(asked: &[Asked<'_>], site: &Site) -> Request {
    request::of(asked.iter().map(|it| &it.resources), site)
}

fn rung<'a>(
    dataflow: &Dataflow,
    estimates: &Estimates,
    stage: &Stage,
    site: &Site,
    asked: &[Asked<'_>],
) -> Result<Rung<'a>, PlanError> {
    let tasks = stage.tasks();
    let chained = asked.iter().any(|it| it.chained);
    let root = stage.rung_width(estimates);
    let throttle = super::throttle(dataflow, stage).filter(|_| !chained);
    let width = root.min(throttle.unwrap_or(u64::MAX)).max(1);
    let room = match chained {
        true => stage.pack,
        false => stage.items.div_ceil(RUNG_SHARE * width).max(1),
    };
    let limits = stage.calls().zip(asked);
    let raised = limits.fold(estimates.clone(), |raised, (call, asked)| {
        raised.limited(call, asked.limit)
    });
    let mut part = stage.clone();
    part.pack = room;
    part.loads = None;
    let mut request = together(asked, site);
    let walltime = part.walltime(dataflow, &raised, site);
    request.walltime = walltime.map(|seconds| Walltime::from(Duration(seconds)));
    let each: Vec<_> = stage.calls().map(|call| raised.of(call)).collect();
    if let Some(first) = stage.calls().next() {
        request = request.place(dataflow.process_of(first), &each, site)?;
    }
    let why = match (width < root, tasks) {
        (true, _) => "as many as may run at once".to_owned(),
        (false, 1) => "the job has one task".to_owned(),
        (false, _) if chained => format!(
            "the root of its {tasks} tasks, and at least one in {RUNG_SHARE}, since an item takes all the time of a task"
        ),
        (false, _) => format!(
            "the root of its {tasks} tasks, so that a few failures start few tasks and many do not wait in one line"
        ),
    };
    let tasks = if width == 1 { "task" } else { "tasks" };
    let items = if room == 1 { "item" } else { "items" };
    Ok(Rung {
        name: String::new(),
        steps: Vec::new(),
        reason: format!(
            "{width} {tasks} for what failed: {why}; each has time for {room} {items}; none starts if nothing failed"
        ),
        request,
        width,
        room,
        from: 0,
    })
}

impl<'a> Asked<'a> {
    /// From one attempt to the next.
    fn raise(&mut self, attempt: u32, site: &Site) -> Result<(), PlanError> {
        let process = self.process;
        if attempt > process.retry.count {
            return Ok(());
        }
        for raise in &process.retry.raises {
            match (&raise.word, raise.what) {
                (Some(word), Raised::Partition) => {
                    self.resources.partition = Some(word.clone());
                    self.resources.partition_span = Some(raise.span);
                }
                (Some(word), Raised::Constraint) => self.resources.constraint = Some(word.clone()),
                (Some(word), _) => self.resources.account = Some(word.clone()),
                (None, _) => self.more(attempt, raise, site)?,
            }
        }
        if self.chained {
            // A partition that has more may let a start take less.
            let longest = cost::longest(&self.resources, site);
            self.limit = self.limit.into_iter().chain(longest).reduce(f64::min);
        }
        Ok(())
    }

    fn more(&mut self, attempt: u32, raise: &Raise, site: &Site) -> Result<(), PlanError> {
        let what = raise.what;
        let before = amount((&self.resources, self.limit), what, site);
        let amount = match (raise.how, before) {
            (How::To, _) => raise.amount,
            (How::Times, Some(before)) => before * raise.amount,
            (How::Plus, Some(before)) => before + raise.amount,
            (How::Times | How::Plus, None) => {
                return Err(PlanError::NothingToRaise {
                    what: word(what),
                    process: self.process.name.clone(),
                    help: match what == Raised::Time {
                        true => "write `time` or `cost` in the process, or a new value: `time 2h`"
                            .to_owned(),
                        false => format!(
                            "write `{}` in the process, or a new value behind `with`",
                            word(what)
                        ),
                    },
                    span: raise.span,
                });
            }
        };
        let most = most(what, self.resources.partition.as_deref(), site);
        let capped = most.map_or(amount, |most| amount.min(most));
        if capped < amount && before.is_some_and(|before| capped <= before) {
            return Err(PlanError::NoMore {
                process: self.process.name.clone(),
                what: word(what),
                attempt,
                sum: format!(
                    "{}, and site `{}` has {}",
                    self.sum(attempt, raise, site),
                    site.name,
                    written(what, capped)
                ),
                help: match attempt {
                    1 => format!(
                        "leave `{}` out of `retry … with`, or name a partition that has more",
                        word(what)
                    ),
                    _ => format!("write `retry {}`, or raise it by less", attempt - 1),
                },
                span: raise.span,
            });
        }
        self.set(what, capped);
        Ok(())
    }

    /// `64GB × 2 × 2 = 256GB`
    fn sum(&self, attempt: u32, raise: &Raise, site: &Site) -> String {
        let what = raise.what;
        let first = amount((&self.first.0, self.first.1), what, site).unwrap_or_default();
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

/// What of it is asked for by these resources and this limit of time.
fn amount((own, limit): (&Resources, Option<f64>), what: Raised, site: &Site) -> Option<f64> {
    let count = |count: Option<u64>| Some(count.unwrap_or(1) as f64);
    match what {
        Raised::Time => limit,
        Raised::Memory => own.memory.or(site.memory.map(|Size(bytes)| bytes)),
        Raised::Tmp => own.tmp,
        Raised::Cpus => count(own.cpus),
        Raised::Gpus => own.gpus.map(|gpus| gpus as f64),
        Raised::Tasks => count(own.tasks),
        Raised::Nodes => count(own.nodes),
        Raised::Partition | Raised::Constraint | Raised::Account => None,
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
