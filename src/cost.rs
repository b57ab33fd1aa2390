//! What a shard of each call is expected to take.
//!
//! Takes the dataflow; gives [`Estimates`]. Knows nothing of jobs: `optimise` weighs with these
//! numbers, `plan` turns them into requests.

use crate::dataflow::{CallId, Dataflow};

/// A walltime made from a cost leaves room for a shard that takes thrice as long, and then some.
const MARGIN: f64 = 3.0;
const SLACK: f64 = 600.0;

/// One shard of one call, in seconds; `None` where the program is silent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Estimate {
    /// The expected time.
    pub cost: Option<f64>,
    /// After how long a shard is ended: `time`, else three times the cost and ten minutes.
    pub limit: Option<f64>,
}

impl Estimate {
    fn new(cost: Option<f64>, time: Option<f64>) -> Self {
        let limit = time.or_else(|| cost.map(|cost| MARGIN * cost + SLACK));
        Self { cost, limit }
    }
}

/// An estimate for each call.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    calls: Vec<Estimate>,
}

impl Estimates {
    pub fn of(&self, call: CallId) -> Estimate {
        let found = self.calls.get(call.0 as usize).copied();
        found.unwrap_or_default()
    }
}

/// Reads the `cost` and `time` clauses.
pub fn estimate(dataflow: &Dataflow) -> Estimates {
    let each = dataflow.call_ids().map(|call| {
        let resources = &dataflow.process_of(call).resources;
        Estimate::new(resources.cost, resources.time)
    });
    Estimates {
        calls: each.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_time_else_made_from_the_cost() {
        assert_eq!(Estimate::new(Some(30.0), None).limit, Some(690.0));
        assert_eq!(Estimate::new(Some(30.0), Some(60.0)).limit, Some(60.0));
        assert_eq!(Estimate::new(None, None).limit, None);
    }
}
