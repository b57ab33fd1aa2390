//! How often a process with `checkpoint` is started: what no task has the time for is cut into
//! links, of which each goes on where the one before was ended.

use crate::dataflow::{Process, Resources};
use crate::site::Site;
use crate::units::{Duration, Memory, Size};

use super::PACK_MARGIN;

/// The starts of a shard, one behind the other. Times are in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chain {
    /// After how long a start is ended.
    pub limit: f64,
    /// What it does before it is told to write its state.
    pub each: f64,
    /// What all of them have to do; none where only the script knows.
    pub work: Option<f64>,
    /// The most starts that the program allows.
    up_to: Option<u64>,
}

impl Chain {
    /// `None` where one start is enough, as far as that is known.
    pub(super) fn new(process: &Process, asked: &Asked<'_>, site: &Site) -> Option<Self> {
        process.checkpoint.as_ref()?;
        let longest = longest(asked.resources, site).unwrap_or(f64::INFINITY);
        let limit = asked.limit.unwrap_or(f64::INFINITY).min(longest);
        let cost = asked.cost.map(|cost| PACK_MARGIN * cost);
        // A time that no task can have is one for all starts together.
        let time = asked.resources.time.filter(|time| *time > longest);
        let chain = Self {
            limit,
            each: limit - spare(limit),
            work: cost.into_iter().chain(time).reduce(f64::max),
            up_to: process.again.map(|it| it.up_to),
        };
        (chain.starts(1) > 1).then_some(chain)
    }

    /// The same work, with another limit of a start.
    pub fn limited(self, limit: Option<f64>) -> Self {
        let limit = limit.unwrap_or(f64::INFINITY);
        Self {
            limit,
            each: limit - spare(limit),
            ..self
        }
    }

    /// How often a task is started that runs so many of its shards.
    pub fn starts(&self, pack: u64) -> u64 {
        match self.needed(pack) {
            Some(needed) if pack == 1 => needed.min(self.up_to.unwrap_or(needed)),
            Some(needed) => needed,
            None => self.up_to.unwrap_or(1),
        }
    }

    /// By the time that its work takes; `None` where that is not known.
    pub fn needed(&self, pack: u64) -> Option<u64> {
        let work = self.work? * pack as f64;
        Some(self.starts_of(work) as u64)
    }

    /// The starts that so many seconds of work need.
    pub fn starts_of(&self, work: f64) -> f64 {
        match work <= self.limit {
            true => 1.0,
            false => (work / self.each).ceil(),
        }
    }
}

/// The seconds that a task with this request may take; `None` where nothing limits it.
pub fn longest(own: &Resources, site: &Site) -> Option<f64> {
    let memory = own.memory.or(site.memory.map(|Size(bytes)| bytes));
    let memory = memory.map(|bytes| Memory::from(Size(bytes)));
    let longest = site.longest(own.partition.as_deref(), |partition| {
        partition.has(memory, own.cpus, own.gpus)
    });
    longest.map(|it| Duration::from(it).0)
}

/// What a shard of a call asks for.
pub(super) struct Asked<'a> {
    pub resources: &'a Resources,
    /// Of the longest shard.
    pub cost: Option<f64>,
    pub limit: Option<f64>,
}

/// Of so many seconds those that nothing can be counted on in: SLURM sends its signal a minute before
/// the end, and that up to a minute early; of a short task half.
fn spare(limit: f64) -> f64 {
    if limit < 600.0 { limit / 2.0 } else { 120.0 }
}

#[cfg(test)]
mod tests;
