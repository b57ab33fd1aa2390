//! What a job asks of SLURM.

use crate::dataflow::{CallId, Process, Resources};
use crate::diagnostics::closest;
use crate::learned::Measured;
use crate::optimise::{Stage, Workload};
use crate::plan::PlanError;
use crate::site::{Partition, Site};
use crate::units::{Duration, Memory, Size, Walltime};

/// A request; `None` leaves it to the partition's default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    pub walltime: Option<Walltime>,
    pub memory: Option<Memory>,
    pub tmp: Option<Memory>,
    pub cpus: Option<u64>,
    pub gpus: Option<u64>,
    pub nodes: Option<u64>,
    pub tasks: Option<u64>,
    pub partition: Option<String>,
    pub constraint: Option<String>,
    pub account: Option<String>,
    pub raw: Vec<String>,
}

/// One request for all tasks of a stage: the largest of each quantity.
pub(super) fn request(stage: &Stage, workload: &Workload<'_>) -> Result<Request, PlanError> {
    let each: Vec<_> = stage
        .calls()
        .map(|call| resources(call, workload))
        .collect();
    together(&each, workload.site).placed(stage, workload)
}

/// What a shard of a call asks for; where the program is silent about memory, what was measured.
pub(super) fn resources(call: CallId, workload: &Workload<'_>) -> Resources {
    let mut resources = workload.dataflow.resources(call).clone();
    let measured = workload.estimates.measured(call);
    let measured = measured.and_then(Measured::request);
    resources.memory = resources.memory.or(measured);
    resources
}

/// The largest of each quantity, but for time; the site says what a program is silent about.
pub(super) fn together<'a>(each: impl IntoIterator<Item = &'a Resources>, site: &Site) -> Request {
    let mut request = Request::default();
    let each = each.into_iter();
    each.for_each(|resources| request.widen(resources));
    request.memory = request.memory.or(site.memory.map(Memory::from));
    request
}

impl Request {
    /// Whether nothing of the other one is more, or elsewhere; time apart.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let counts = |it: &Self| [it.cpus, it.gpus, it.nodes, it.tasks];
        let enough = |(own, other): (Option<u64>, Option<u64>)| own >= other;
        self.memory >= other.memory
            && self.tmp >= other.tmp
            && counts(self).into_iter().zip(counts(other)).all(enough)
            && self.partition == other.partition
            && self.constraint == other.constraint
            && self.account == other.account
    }

    fn widen(&mut self, resources: &Resources) {
        self.memory = self.memory.max(resources.memory.map(memory));
        self.tmp = self.tmp.max(resources.tmp.map(memory));
        self.cpus = self.cpus.max(resources.cpus);
        self.gpus = self.gpus.max(resources.gpus);
        self.nodes = self.nodes.max(resources.nodes);
        self.tasks = self.tasks.max(resources.tasks);
        for (own, given) in [
            (&mut self.partition, &resources.partition),
            (&mut self.constraint, &resources.constraint),
            (&mut self.account, &resources.account),
        ] {
            if own.is_none() {
                own.clone_from(given);
            }
        }
        for line in &resources.raw {
            if !self.raw.contains(line) {
                self.raw.push(line.clone());
            }
        }
    }

    /// With the time that a task needs, and in a partition that has all of it.
    pub(super) fn placed(
        mut self,
        stage: &Stage,
        workload: &Workload<'_>,
    ) -> Result<Self, PlanError> {
        let walltime = stage.walltime(workload);
        self.walltime = walltime.map(|seconds| Walltime::from(Duration(seconds)));
        let limits = stage.calls();
        let limits = limits.filter_map(|call| workload.estimates.of(call).limit);
        let longest = Walltime::from(Duration(limits.fold(0.0, f64::max)));
        match stage.calls().next() {
            Some(first) => {
                let process = workload.dataflow.process_of(first);
                self.in_partition(longest, process, workload.site)
            }
            None => Ok(self),
        }
    }

    /// Chooses the partition, and cuts the walltime of a pack to what it allows: what does not fit
    /// stays pending. `longest` is the time of one shard.
    fn in_partition(
        mut self,
        longest: Walltime,
        process: &Process,
        site: &Site,
    ) -> Result<Self, PlanError> {
        let Some(default) = site.partitions.first() else {
            return Ok(self);
        };
        let named = self.partition.as_deref();
        if let Some(name) = named.filter(|name| site.partition(name).is_none()) {
            return Err(unknown_partition(site, name, process));
        }
        let allowed = site
            .partitions
            .iter()
            .filter(|it| named.is_none_or(|name| it.name == name));
        // Where the whole fits; else where one shard does, as many as the limit lets through.
        let whole = self.walltime.unwrap_or(longest);
        let partition = allowed.clone().find(|it| self.fits(whole, it));
        let longer = |it: &&Partition| it.time;
        let cut = || {
            allowed
                .clone()
                .filter(|it| self.fits(longest, it))
                .max_by_key(longer)
        };
        let Some(partition) = partition.or_else(cut) else {
            return Err(self.no_partition(site, process));
        };
        if self.partition.is_none() && partition.name != default.name {
            self.partition = Some(partition.name.clone());
        }
        self.walltime = match (self.walltime, partition.time) {
            (Some(walltime), Some(limit)) => Some(walltime.min(limit)),
            (walltime, _) => walltime,
        };
        Ok(self)
    }

    /// What so many side by side ask for: the sum of memory, cpus and tmp.
    pub(super) fn times(mut self, abreast: u64) -> Self {
        if abreast > 1 {
            self.cpus = Some(self.cpus.unwrap_or(1) * abreast);
            self.memory = self.memory.map(|memory| memory.times(abreast));
            self.tmp = self.tmp.map(|tmp| tmp.times(abreast));
        }
        self
    }

    fn fits(&self, longest: Walltime, partition: &Partition) -> bool {
        partition.time.is_none_or(|limit| longest <= limit)
            && partition.has(self.memory, self.cpus, self.gpus)
    }

    fn no_partition(&self, site: &Site, process: &Process) -> PlanError {
        let named = site.partitions.iter().filter(|partition| {
            self.partition
                .as_ref()
                .is_none_or(|name| *name == partition.name)
        });
        let too_long = named
            .clone()
            .any(|it| it.has(self.memory, self.cpus, self.gpus));
        let cut = match too_long {
            true => {
                "; a script that goes on from a state that it wrote may take longer (`checkpoint \"state/\"`), one whose input can be cut takes less (`split INPUT by lines in 1000`)"
            }
            false => "",
        };
        let limits: Vec<_> = named.map(Partition::describe).collect();
        let (at, name) = (&site.name, &process.name);
        PlanError::NoPartition {
            what: match &self.partition {
                Some(own) => format!("partition `{own}` of site `{at}` cannot run `{name}`"),
                None => format!("no partition of site `{at}` can run `{name}`"),
            },
            help: match &self.partition {
                Some(_) => format!(
                    "its limits are {}; name another, or leave `partition` out{cut}",
                    limits.join("; ")
                ),
                None => format!("ask for less; it offers {}{cut}", limits.join("; ")),
            },
            asks: self.describe(),
            span: process.span,
        }
    }

    fn describe(&self) -> String {
        let mut asks = Vec::new();
        let time = self.walltime.map(Duration::from);
        asks.extend(time.map(|time| format!("`time {time}`")));
        let memory = self.memory.map(Size::from);
        asks.extend(memory.map(|memory| format!("`memory {memory}`")));
        asks.extend(self.cpus.map(|cpus| format!("`cpus {cpus}`")));
        asks.extend(self.gpus.map(|gpus| format!("`gpus {gpus}`")));
        asks.join(", ")
    }
}

fn unknown_partition(site: &Site, name: &str, process: &Process) -> PlanError {
    let names = || {
        site.partitions
            .iter()
            .map(|partition| partition.name.as_str())
    };
    let help = match closest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has `{}`", names().collect::<Vec<_>>().join("`, `")),
    };
    PlanError::UnknownPartition {
        site: site.name.clone(),
        partition: name.to_owned(),
        help,
        process: process.name.clone(),
        span: process.resources.partition_span.unwrap_or(process.span),
    }
}

fn memory(bytes: f64) -> Memory {
    Memory::from(Size(bytes))
}
