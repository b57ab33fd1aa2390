//! Horizontal clustering: what other systems make of the same tasks.

use std::collections::BTreeMap;

use flowc::simulate::{Edge, Job, Tasks, simulate};
use flowc::site::{DependencyKind, Site};

use super::Trace;

pub type Cluster = fn(&Trace, &[usize], f64) -> Vec<Vec<usize>>;

/// So many tasks a cluster, in their order.
pub fn by_count(_: &Trace, group: &[usize], count: f64) -> Vec<Vec<usize>> {
    group
        .chunks(count as usize)
        .map(<[usize]>::to_vec)
        .collect()
}

/// Longest first, each into the first cluster that has no more than so many seconds with it.
pub fn by_runtime(trace: &Trace, group: &[usize], most: f64) -> Vec<Vec<usize>> {
    let seconds = |task: &usize| trace.tasks[*task].seconds;
    let mut sorted = group.to_vec();
    sorted.sort_by(|a, b| seconds(b).total_cmp(&seconds(a)));
    let mut clusters: Vec<(f64, Vec<usize>)> = Vec::new();
    for task in sorted {
        let free = clusters
            .iter_mut()
            .find(|(load, _)| load + seconds(&task) <= most);
        match free {
            Some((load, cluster)) => {
                *load += seconds(&task);
                cluster.push(task);
            }
            None => clusters.push((seconds(&task), vec![task])),
        }
    }
    clusters.into_iter().map(|(_, cluster)| cluster).collect()
}

impl Trace {
    /// The shortest makespan of clusters over the settings.
    pub fn best(&self, site: &Site, settings: &[f64], cluster: Cluster) -> f64 {
        let each = settings
            .iter()
            .map(|&setting| self.clustered(site, setting, cluster));
        each.fold(f64::INFINITY, f64::min)
    }

    /// Tasks of one process and level in clusters; each is a job that waits for those of its parents.
    fn clustered(&self, site: &Site, setting: f64, cluster: Cluster) -> f64 {
        let mut groups: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        for (at, task) in self.tasks.iter().enumerate() {
            groups
                .entry((task.level, &task.process))
                .or_default()
                .push(at);
        }
        let clusters: Vec<_> = groups
            .values()
            .flat_map(|group| cluster(self, group, setting))
            .collect();
        let mut of_task = vec![0; self.tasks.len()];
        for (at, cluster) in clusters.iter().enumerate() {
            cluster.iter().for_each(|&task| of_task[task] = at);
        }
        let jobs: Vec<_> = clusters
            .iter()
            .map(|cluster| {
                let parents = cluster.iter().flat_map(|&task| &self.tasks[task].parents);
                let mut parents: Vec<_> = parents.map(|&parent| of_task[parent]).collect();
                parents.sort_unstable();
                parents.dedup();
                let shells = site.shell_time * cluster.len() as f64;
                let seconds: f64 = cluster.iter().map(|&task| self.tasks[task].seconds).sum();
                Job {
                    tasks: Tasks::Uneven([seconds + shells].into()),
                    slots: 1,
                    throttle: None,
                    share: 1.0,
                    after: parents
                        .into_iter()
                        .map(|job| Edge {
                            job,
                            kind: DependencyKind::Any,
                        })
                        .collect(),
                }
            })
            .collect();
        simulate(&jobs, site).makespan
    }
}
