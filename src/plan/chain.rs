//! The links of a chain: further arrays like the job, each for what those before it left undone. A
//! raised request has links of its own.

use crate::cost::Chain;
use crate::dataflow::Process;
use crate::optimise::{Stage, Workload};
use crate::units::Duration;

use super::rung::Rung;
use super::{PlanError, RungFor, Step};

/// The rungs of a job, in the order in which they are tried: those that a process with `checkpoint`
/// has, its request being theirs, then each raised request with those that go on with it. `first` is
/// the job itself, as one of them.
pub(super) fn chained<'a>(
    first: Rung<'a>,
    raised: Vec<Rung<'a>>,
    stage: &Stage,
    workload: &Workload<'_>,
) -> Result<Vec<Rung<'a>>, PlanError> {
    for step in &first.steps {
        if let Some(chain) = workload.estimates.chain(step.id) {
            allowed(step.process, chain)?;
        }
    }
    let starts = stage.starts(workload);
    let mut rungs = links(&first, starts);
    for mut rung in raised {
        if starts > 1 {
            rung.from = rungs.len() + 1;
        }
        let links = links(&rung, raised_starts(&rung, workload));
        rungs.push(rung);
        rungs.extend(links);
    }
    for (rung, number) in rungs.iter_mut().zip(1..) {
        rung.name = format!("{}.rung{number}", first.name);
    }
    Ok(rungs)
}

/// The further starts of what an array runs.
fn links<'a>(first: &Rung<'a>, starts: u64) -> Vec<Rung<'a>> {
    let links = (2..=starts).map(|start| Rung {
        steps: first.steps.iter().cloned().map(link).collect(),
        reason: format!(
            "start {start} of {starts}: what was not ended before goes on from its checkpoint; none starts if nothing is left"
        ),
        ..first.clone()
    });
    links.collect()
}

fn link(mut step: Step<'_>) -> Step<'_> {
    step.rung = Some(RungFor::Chain);
    step
}

/// A start that may take longer, or no longer so long, makes fewer or more of them.
fn raised_starts(rung: &Rung<'_>, workload: &Workload<'_>) -> u64 {
    let chains = rung.steps.iter().filter_map(|step| {
        let limit = step.limit.map(|limit| Duration::from(limit).0);
        Some(workload.estimates.chain(step.id)?.limited(limit))
    });
    chains.map(|it| it.starts(rung.room)).max().unwrap_or(1)
}

fn allowed(process: &Process, chain: &Chain) -> Result<(), PlanError> {
    let needed = chain.needed(1).unwrap_or(1);
    match process.again {
        Some(again) if again.up_to < needed => Err(PlanError::FewStarts {
            process: process.name.clone(),
            needed,
            sum: format!(
                "{} of work, {} a start",
                Duration(chain.work.unwrap_or_default()),
                Duration(chain.each)
            ),
            span: again.span,
            up_to: again.up_to,
        }),
        Some(_) | None => Ok(()),
    }
}
