//! Below what no makespan is: of any plan, or of one with an array task for each task.

use flowc::site::Site;

use super::Trace;

impl Trace {
    /// Of a plan in which each task has a start-up: the longest path with them, or the work of a slot.
    pub fn bound(&self, site: &Site) -> f64 {
        self.path(site.startup).max(self.work(site))
    }

    /// Of any plan: the longest path with one start-up, or the work of a slot.
    pub fn tight(&self, site: &Site) -> f64 {
        let path = site.startup + self.path(0.0);
        path.max(self.work(site))
    }

    /// Of any plan: of the longest tasks, `k` to a slot and one more, some slot has more than `k`. They
    /// work no less than the shortest of them, behind a start-up and what all of them wait for, and
    /// before what waits for all of them.
    pub fn waves(&self, site: &Site) -> f64 {
        let (before, behind) = (self.before(0.0), self.behind());
        let seconds = |at: usize| self.tasks[at].seconds;
        let mut order: Vec<usize> = (0..self.tasks.len()).collect();
        order.sort_by(|&a, &b| seconds(b).total_cmp(&seconds(a)));
        let waves = (0..).map_while(|k| {
            let longest = order.get(..=k * site.slots as usize)?;
            let least = |all: &[f64]| {
                let each = longest.iter().map(|&at| all[at]);
                each.fold(f64::INFINITY, f64::min)
            };
            let shortest = longest.iter().rev().take(k + 1);
            let work: f64 = shortest.map(|&at| seconds(at)).sum();
            Some(least(&before) + work + least(&behind))
        });
        site.startup + waves.fold(0.0, f64::max)
    }

    fn work(&self, site: &Site) -> f64 {
        let work: f64 = self.tasks.iter().map(|task| task.seconds).sum();
        work / site.slots as f64
    }

    /// The longest path, with something for each task on it.
    fn path(&self, each: f64) -> f64 {
        let before = self.before(each);
        let ends = before.iter().zip(&self.tasks);
        ends.map(|(before, task)| before + task.seconds + each)
            .fold(0.0, f64::max)
    }

    /// The longest path to each task, with something for each on it.
    fn before(&self, each: f64) -> Vec<f64> {
        let mut before: Vec<f64> = Vec::new();
        for task in &self.tasks {
            let parents = task.parents.iter();
            let ends = parents.map(|&it| before[it] + self.tasks[it].seconds + each);
            before.push(ends.fold(0.0, f64::max));
        }
        before
    }

    /// The longest path from the end of each task.
    fn behind(&self) -> Vec<f64> {
        let mut behind = vec![0.0_f64; self.tasks.len()];
        for (at, task) in self.tasks.iter().enumerate().rev() {
            let path = behind[at] + task.seconds;
            for &parent in &task.parents {
                behind[parent] = behind[parent].max(path);
            }
        }
        behind
    }
}
