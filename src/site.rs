//! A cluster: its partitions, limits and habits.
//!
//! Takes the text of a TOML file; gives [`Site`]. Knows nothing of programs. What a file does not
//! say is as in [`Site::generic`], which promises nothing that a small default SLURM lacks.

mod error;
mod read;

use crate::units::{Duration, GIGABYTE, Memory, Size, Walltime};

pub use error::SiteError;

/// What the optimiser and the planner know of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    pub name: String,
    pub container: Runtime,
    /// `MaxArraySize` of SLURM: indices stay below it, so it is the most tasks of an array.
    pub max_array_size: u64,
    /// How many array tasks one user may have queued (`MaxSubmitJobs`).
    pub submit_limit: Option<u64>,
    pub dependency: DependencyKind,
    /// Seconds that an array task takes to start and to end, beside its shards.
    pub startup: f64,
    /// Seconds that an image adds to each shard that runs in one.
    pub container_startup: f64,
    /// Seconds that a shard takes beside its script: gate, folder, record.
    pub shell_time: f64,
    /// Seconds from the end of a job to the start of one that waits for it.
    pub dependency_delay: f64,
    /// Shards that all tasks together can begin and end a second: what a file system shared by all
    /// gives, however many slots there are.
    pub shard_rate: f64,
    /// Array tasks that the scheduler starts a second.
    pub launch_rate: f64,
    /// Array tasks of one user that run at once.
    pub slots: u64,
    pub nodes: NodeUse,
    /// Of a node, where no partition says more.
    pub cores: u64,
    /// Of a node, where no partition says more.
    pub node_memory: Size,
    /// Asked for where a process says nothing.
    pub memory: Option<Size>,
    /// The first is the one that jobs go to where nothing else is said.
    pub partitions: Vec<Partition>,
}

/// A queue with what one job may ask of it; `None`: no limit is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Partition {
    pub name: String,
    pub time: Option<Walltime>,
    /// Of a node.
    pub memory: Option<Size>,
    /// Cores of a node.
    pub cpus: Option<u64>,
    /// GPUs of a node; a partition that does not name any has none.
    pub gpus: u64,
}

/// The program that starts images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Runtime {
    #[default]
    Apptainer,
    Singularity,
    Charliecloud,
    /// Images are ignored: the commands are there without them.
    None,
}

impl Runtime {
    /// Names as in site files and on the command line.
    pub const WORDS: [(&str, Self); 4] = [
        ("apptainer", Self::Apptainer),
        ("singularity", Self::Singularity),
        ("charliecloud", Self::Charliecloud),
        ("none", Self::None),
    ];

    pub fn name(self) -> &'static str {
        let found = Self::WORDS
            .into_iter()
            .find(|(_, runtime)| *runtime == self);
        found.map_or("none", |(name, _)| name)
    }
}

/// What an array waits for of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum DependencyKind {
    /// Task by task, `aftercorr`: the same axes, cut alike.
    #[default]
    Corresponding,
    /// The end of all of it, `afterany`; the gate decides.
    Any,
}

impl DependencyKind {
    pub const WORDS: [(&str, Self); 2] =
        [("corresponding", Self::Corresponding), ("any", Self::Any)];
}

/// What an array task gets of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NodeUse {
    /// As much as it asks for.
    #[default]
    Shared,
    /// All of it.
    Whole,
}

impl NodeUse {
    pub const WORDS: [(&str, Self); 2] = [("shared", Self::Shared), ("whole", Self::Whole)];
}

impl Site {
    /// A SLURM with its stock settings, of which nothing else is known.
    pub fn generic() -> Self {
        Self {
            name: "generic".to_owned(),
            container: Runtime::default(),
            max_array_size: 1001,
            submit_limit: None,
            dependency: DependencyKind::default(),
            startup: 20.0,
            container_startup: 1.0,
            shell_time: 0.1,
            dependency_delay: 2.0,
            shard_rate: 1000.0,
            launch_rate: 20.0,
            slots: 100,
            nodes: NodeUse::default(),
            cores: 64,
            node_memory: Size(256.0 * GIGABYTE),
            memory: None,
            partitions: Vec::new(),
        }
    }

    /// The part of a node that such an array task keeps from others: of cores or of memory,
    /// whichever is larger. Nodes are as in its partition.
    pub fn share(&self, partition: Option<&str>, cpus: u64, memory: Option<Size>) -> f64 {
        if self.nodes == NodeUse::Whole {
            return 1.0;
        }
        let partition = self.partition_or_first(partition);
        let cores = partition.and_then(|it| it.cpus).unwrap_or(self.cores);
        let of_node = partition.and_then(|it| it.memory);
        let Size(of_node) = of_node.unwrap_or(self.node_memory);
        let Size(memory) = memory.or(self.memory).unwrap_or_default();
        let cores = cpus as f64 / cores.max(1) as f64;
        cores.max(memory / of_node)
    }

    /// The longest that one task of this kind may run; `None` where there is no limit, or none is
    /// known.
    pub fn longest(
        &self,
        partition: Option<&str>,
        has: impl Fn(&Partition) -> bool,
    ) -> Option<Walltime> {
        let named = |it: &&Partition| partition.is_none_or(|name| it.name == name);
        let fitting = self.partitions.iter().filter(named).filter(|it| has(it));
        let limits: Option<Vec<_>> = fitting.map(|it| it.time).collect();
        limits?.into_iter().max()
    }

    /// The partition of a job that names this one, or none.
    pub fn partition_or_first(&self, name: Option<&str>) -> Option<&Partition> {
        let named = name.and_then(|name| self.partition(name));
        named.or(self.partitions.first())
    }

    pub fn partition(&self, name: &str) -> Option<&Partition> {
        self.partitions
            .iter()
            .find(|partition| partition.name == name)
    }
}

impl Partition {
    /// Whether its nodes have so much, as far as that is known.
    pub fn has(&self, memory: Option<Memory>, cpus: Option<u64>, gpus: Option<u64>) -> bool {
        within(memory, self.memory.map(Memory::from))
            && within(cpus, self.cpus)
            && gpus.unwrap_or(0) <= self.gpus
    }

    /// `long: 7d, 64GB, 32 cpus`
    pub fn describe(&self) -> String {
        let mut limits = Vec::new();
        limits.extend(self.time.map(|time| Duration::from(time).to_string()));
        limits.extend(self.memory.map(|memory| memory.to_string()));
        limits.extend(self.cpus.map(|cpus| format!("{cpus} cpus")));
        limits.push(format!("{} gpus", self.gpus));
        format!("`{}`: {}", self.name, limits.join(", "))
    }
}

/// Whether a partition's limit, where it is known, allows what is asked for.
fn within<T: PartialOrd>(asked: Option<T>, limit: Option<T>) -> bool {
    match (asked, limit) {
        (Some(asked), Some(limit)) => asked <= limit,
        (None, _) | (_, None) => true,
    }
}
