//! The links of a chain: further arrays like the job, each for what those before it left undone.

use crate::cost::{Chain, Estimates};
use crate::dataflow::Process;
use crate::optimise::Stage;
use crate::units::Duration;

use super::request::Request;
use super::rung::Rung;
use super::{PlanError, RungFor, Step};

/// The rungs that a job has for a process with `checkpoint`, its request being theirs.
pub(super) fn links<'a>(
    estimates: &Estimates,
    stage: &Stage,
    request: &Request,
    (job, steps): (&str, &[Step<'a>]),
) -> Result<Vec<Rung<'a>>, PlanError> {
    let starts = stage.starts(estimates);
    for step in steps {
        if let Some(chain) = estimates.chain(step.id) {
            allowed(step.process, chain, starts)?;
        }
    }
    let steps: Vec<_> = steps.iter().cloned().map(link).collect();
    let links = (2..=starts).map(|start| Rung {
        name: format!("{job}.rung{}", start - 1),
        steps: steps.clone(),
        request: request.clone(),
        width: stage.tasks(),
        room: stage.pack,
        reason: format!(
            "start {start} of {starts}: what was not ended before goes on from its checkpoint; none starts if nothing is left"
        ),
    });
    Ok(links.collect())
}

fn link(mut step: Step<'_>) -> Step<'_> {
    step.rung = Some(RungFor::Chain);
    step
}

fn allowed(process: &Process, chain: &Chain, starts: u64) -> Result<(), PlanError> {
    if let Some(raise) = process.retry.raises.first() {
        return Err(PlanError::ChainedRaise {
            process: process.name.clone(),
            starts,
            span: raise.span,
        });
    }
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
