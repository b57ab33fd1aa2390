//! Chains of starts: a process with `checkpoint` for whose work no task has the time.
//!
//! How many starts there are is known with the costs; nothing is fused with them, packed for its
//! costs or run side by side. What is said here is why.

use crate::cost::Chain;
use crate::units::{Duration, coarse_duration};

use super::{Pass, Stage, Stages, Workload};

pub(super) fn chains(stages: Stages, workload: &Workload<'_>) -> Stages {
    stages.each(|stage| {
        let chain = |call| Some((call, workload.estimates.chain(call)?));
        let found = stage.calls().find_map(chain);
        if let Some((call, chain)) = found {
            let folder = workload.dataflow.process_of(call).checkpoint.as_deref();
            let reason = reason(stage, chain, folder.unwrap_or_default());
            stage.decide(Pass::Chain, reason);
        }
    })
}

/// `4 starts of 1d, each from what the one before left in `state`: …`
fn reason(stage: &Stage, chain: &Chain, folder: &str) -> String {
    let starts = chain.starts(stage.pack);
    let limit = match chain.limit.is_finite() {
        true => format!(" of {}", Duration(chain.limit)),
        false => String::new(),
    };
    let why = match chain.work {
        Some(work) => format!(
            "up to {} of work, of which a start does {}",
            coarse_duration(work),
            coarse_duration(chain.each)
        ),
        None => "without `cost`, as many as `again` allows".to_owned(),
    };
    format!(
        "{starts} starts{limit}, each from what the one before left in `{folder}`: {why}; those that are not needed vanish"
    )
}

impl Workload<'_> {
    /// Whether its shards take several starts.
    pub fn is_chain(&self, stage: &Stage) -> bool {
        let mut calls = stage.calls();
        calls.any(|call| self.estimates.chain(call).is_some())
    }
}
