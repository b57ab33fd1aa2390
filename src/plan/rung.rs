//! Tries: those that need no more than an array task has are made in place; one that asks for more
//! is a rung, a narrow array of its own behind the job, which starts only if something failed. The
//! links of a chain are rungs, too: as wide as the job, since each of its shards needs them.

use crate::optimise::{RUNG_SHARE, Stage, Workload};
use crate::units::{Duration, Walltime, counted};

use super::raise::Attempts;
use super::request::{Request, together};
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

impl<'a> Rung<'a> {
    /// A job as a rung of itself: what further starts of it repeat.
    pub(super) fn of_job(name: &str, stage: &Stage, request: &Request, steps: &[Step<'a>]) -> Self {
        Self {
            name: name.to_owned(),
            steps: steps.to_vec(),
            request: request.clone(),
            width: stage.tasks(),
            room: stage.pack,
            from: 0,
            reason: String::new(),
        }
    }

    /// Whether it is a further start of a process with `checkpoint`.
    pub fn is_link(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| step.rung == Some(RungFor::Chain))
    }
}

/// Sets the tries in place of each step, and gives the rungs that ask for more; they have no names yet.
pub(super) fn rungs<'a>(
    stage: &Stage,
    steps: &mut [Step<'a>],
    workload: &Workload<'_>,
) -> Result<Vec<Rung<'a>>, PlanError> {
    for step in steps.iter_mut() {
        step.tries = match step.process.retry.raises.as_slice() {
            [] => step.process.retry.count,
            _ => 0,
        };
    }
    let raising = steps.iter().filter(|step| raises(step));
    let attempts = raising.map(|step| step.process.retry.count).max();
    let calls = stage.calls().map(|call| Attempts::new(call, workload));
    let mut calls: Vec<_> = calls.collect();
    let mut rungs: Vec<Rung<'a>> = Vec::new();
    let mut has = request(&calls, workload);
    for attempt in 1..=attempts.unwrap_or(0) {
        let limits: Vec<_> = calls.iter().map(|it| it.now.limit).collect();
        for call in &mut calls {
            call.raise(attempt, workload.site)?;
        }
        let wanted = request(&calls, workload);
        let same_time = calls.iter().map(|it| it.now.limit).eq(limits);
        if same_time && has.covers(&wanted) {
            let steps = match rungs.last_mut() {
                Some(rung) => rung.steps.as_mut_slice(),
                None => &mut *steps,
            };
            let tried = steps.iter_mut().filter(|step| retries(step, attempt));
            tried.for_each(|step| step.tries += 1);
            continue;
        }
        let mut rung = rung(stage, &calls, workload)?;
        let steps = steps.iter().zip(&calls);
        rung.steps = steps
            .map(|(step, call)| raised(step, call, attempt))
            .collect();
        has = wanted;
        rungs.push(rung);
    }
    Ok(rungs)
}

/// A step as a rung runs it from this attempt on.
fn raised<'a>(step: &Step<'a>, call: &Attempts<'_>, attempt: u32) -> Step<'a> {
    Step {
        rung: retries(step, attempt).then_some(RungFor::Retry),
        tries: if raises(step) { 0 } else { step.tries },
        limit: call.now.limit.map(|limit| Walltime::from(Duration(limit))),
        // A start that is cut off is no loss.
        cost: call.cost.filter(|_| !call.chained),
        ..step.clone()
    }
}

/// Whether further attempts ask for more.
fn raises(step: &Step<'_>) -> bool {
    !step.process.retry.raises.is_empty()
}

fn retries(step: &Step<'_>, attempt: u32) -> bool {
    raises(step) && step.process.retry.count >= attempt
}

/// What all calls of a job ask for together, but for time.
fn request(calls: &[Attempts<'_>], workload: &Workload<'_>) -> Request {
    together(calls.iter().map(|it| &it.now.resources), workload.site)
}

/// The array for what failed, without its steps.
fn rung<'a>(
    stage: &Stage,
    calls: &[Attempts<'_>],
    workload: &Workload<'_>,
) -> Result<Rung<'a>, PlanError> {
    let chained = calls.iter().any(|it| it.chained);
    let root = stage.rung_width(workload);
    let throttle = workload.throttle(stage).filter(|_| !chained);
    let width = root.min(throttle.unwrap_or(u64::MAX)).max(1);
    let room = match chained {
        true => stage.pack,
        false => stage.items.div_ceil(RUNG_SHARE * width).max(1),
    };
    let limits = stage.calls().zip(calls);
    let raised = limits.fold(workload.estimates.clone(), |raised, (call, attempts)| {
        raised.limited(call, attempts.now.limit)
    });
    let mut part = stage.clone();
    part.pack = room;
    part.loads = None;
    let why = match (width < root, stage.tasks()) {
        (true, _) => "as many as may run at once".to_owned(),
        (false, 1) => "the job has one task".to_owned(),
        (false, tasks) if chained => format!(
            "the root of its {tasks} tasks, and at least one in {RUNG_SHARE}, since an item takes all the time of a task"
        ),
        (false, tasks) => format!(
            "the root of its {tasks} tasks, so that a few failures start few tasks and many do not wait in one line"
        ),
    };
    Ok(Rung {
        name: String::new(),
        steps: Vec::new(),
        request: request(calls, workload).placed(&part, &workload.estimated(&raised))?,
        width,
        room,
        from: 0,
        reason: format!(
            "{} for what failed: {why}; each has time for {}; none starts if nothing failed",
            counted(width, "task"),
            counted(room, "item"),
        ),
    })
}
