//! The table of jobs: a row a job, one for many in a row that are alike in all but name.

use crate::plan::{ArrayJob, Dependency, DependencyKind, Plan, Request, Rung};

use super::super::table::Table;

/// So many jobs in a row have each a row of its own, however alike they are.
const FEW: usize = 3;

type Row = [String; 8];

/// The rows, then the reasons of those that have some.
pub(super) fn jobs(plan: &Plan<'_>) -> String {
    let heads = [
        "job",
        "shards",
        "tasks",
        "packed",
        "walltime",
        "memory",
        "partition",
        "depends on",
    ];
    let mut table = Table::new(heads);
    let runs = runs(plan);
    for run in &runs {
        run.rows().into_iter().for_each(|row| table.row(row));
    }
    let reasons: String = runs.iter().flat_map(Run::reasons).collect();
    match reasons.as_str() {
        "" => table.to_string(),
        reasons => format!("{table}\n{reasons}"),
    }
}

/// Jobs in a row that are alike in all but name, or a single one.
struct Run<'a> {
    plan: &'a Plan<'a>,
    jobs: &'a [ArrayJob<'a>],
    first: &'a ArrayJob<'a>,
    last: &'a ArrayJob<'a>,
}

/// All jobs in their order.
fn runs<'a>(plan: &'a Plan<'a>) -> Vec<Run<'a>> {
    let mut runs = Vec::new();
    let mut rest = plan.jobs.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let while_each = |waits: &dyn Fn(&ArrayJob<'_>, &ArrayJob<'_>) -> bool| {
            let pairs = rest.iter().zip(others);
            let alike = pairs.take_while(|(a, b)| are_alike(a, b, plan) && waits(a, b));
            1 + alike.count()
        };
        let same = while_each(&|a, b| a.dependencies == b.dependencies);
        let chain = while_each(&|a, b| follows(b, a, plan));
        let length = match same.max(chain) {
            ..=FEW => 1,
            many => many,
        };
        let (jobs, behind) = rest.split_at(length);
        rest = behind;
        runs.push(Run {
            plan,
            jobs,
            first,
            last: jobs.last().unwrap_or(first),
        });
    }
    runs
}

/// Whether all that their rows show is the same, but for names and what they wait for.
fn are_alike(a: &ArrayJob<'_>, b: &ArrayJob<'_>, plan: &Plan<'_>) -> bool {
    let size = |job: &ArrayJob<'_>| (shards(job, plan), job.tasks, job.pack, job.abreast);
    let rung = |it: &Rung<'_>| (it.width, it.room, it.request.clone(), it.is_link());
    let rungs = |job: &ArrayJob<'_>| job.rungs.iter().map(rung).collect::<Vec<_>>();
    size(a) == size(b) && a.request == b.request && rungs(a) == rungs(b)
}

/// Whether a job waits for another one alone and differs from it by numbers, as the next round does.
fn follows(job: &ArrayJob<'_>, other: &ArrayJob<'_>, plan: &Plan<'_>) -> bool {
    let words = |name: &str| name.replace(|letter: char| letter.is_ascii_digit(), "");
    match job.dependencies.as_slice() {
        [only] => plan.job(only.job).name == other.name && words(&job.name) == words(&other.name),
        _ => false,
    }
}

fn shards(job: &ArrayJob<'_>, plan: &Plan<'_>) -> u64 {
    let steps = job.steps.iter();
    steps.map(|step| plan.dataflow.shards(step.id)).sum()
}

/// How large an array is, as its row says it.
struct Size {
    shards: String,
    tasks: u64,
    pack: u64,
}

impl Run<'_> {
    /// The jobs, then each of their rungs.
    fn rows(&self) -> Vec<Row> {
        let job = self.first;
        let name = self.ends(&|job| job.name.clone());
        let size = Size {
            shards: shards(job, self.plan).to_string(),
            tasks: job.tasks,
            pack: job.pack,
        };
        let mut rows = vec![self.row(&name, size, &job.request, self.after())];
        rows.extend(self.rung_rows(name));
        rows
    }

    /// A row a rung; one for all links with one request, which are alike.
    fn rung_rows(&self, name: String) -> Vec<Row> {
        let (mut before, mut last) = (vec![name], 0);
        let rungs = self.first.rungs.as_slice();
        let groups = rungs.chunk_by(|a, b| a.is_link() && b.is_link());
        let rows = groups.filter_map(|group| {
            let rung = group.first()?;
            last += group.len();
            let numbers = match group.len() {
                1 => last.to_string(),
                links => format!("{}-{last}", last - links + 1),
            };
            let name = self.ends(&|job| format!("{}.rung{numbers}", job.name));
            let after = match rung.is_link() {
                true => format!(
                    "{}, one after another (if something is left)",
                    before.last()?
                ),
                false => format!("{} (if something failed)", before.join(", ")),
            };
            before.push(name.clone());
            let size = Size {
                shards: "-".to_owned(),
                tasks: rung.width,
                pack: rung.room,
            };
            Some(self.row(&name, size, &rung.request, after))
        });
        rows.collect()
    }

    /// The names of the first and the last job, or of what belongs to them.
    fn ends(&self, name: &dyn Fn(&ArrayJob<'_>) -> String) -> String {
        match self.jobs.len() {
            ..=1 => name(self.first),
            _ => format!("{} … {}", name(self.first), name(self.last)),
        }
    }

    fn row(&self, name: &str, size: Size, request: &Request, after: String) -> Row {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let name = match self.jobs.len() {
            ..=1 => name.to_owned(),
            many => format!("{name} ({many} jobs)"),
        };
        [
            name,
            size.shards,
            size.tasks.to_string(),
            size.pack.to_string(),
            or_none(request.walltime.map(|time| time.to_string())),
            or_none(request.memory.map(|memory| memory.to_string())),
            or_none(request.partition.clone()),
            after,
        ]
    }

    fn after(&self) -> String {
        let first = after(self.plan, self.first);
        match self.first.dependencies == self.last.dependencies {
            true => first,
            false if first.is_empty() => "one after another".to_owned(),
            false => format!("{first}, then one after another"),
        }
    }

    /// A line a reason; one for all jobs where the same is said of all.
    fn reasons(&self) -> Vec<String> {
        let texts = |job| said(job).into_iter().map(|(_, reason)| reason);
        let is_same = |job| texts(job).eq(texts(self.first));
        if self.jobs.len() > 1 && self.jobs.iter().all(is_same) {
            let ends = said(self.first).into_iter().zip(said(self.last));
            return ends
                .map(|((first, reason), (last, _))| format!("{first} … {last}: {reason}\n"))
                .collect();
        }
        let each = self.jobs.iter().flat_map(said);
        each.map(|(name, reason)| format!("{name}: {reason}\n"))
            .collect()
    }
}

/// Why a job and its rungs are shaped so, each with the name of what it is said of.
fn said<'a>(job: &'a ArrayJob<'_>) -> Vec<(&'a str, &'a str)> {
    let own = job.reasons.iter();
    let own = own.map(|reason| (job.name.as_str(), reason.as_str()));
    // Of a chain its job has said it all.
    let rungs = job.rungs.iter().filter(|rung| !rung.is_link());
    own.chain(rungs.map(|rung| (rung.name.as_str(), rung.reason.as_str())))
        .collect()
}

/// What a job waits for. Of many that stand one behind the other, as rounds do, the first and the last.
fn after(plan: &Plan<'_>, job: &ArrayJob<'_>) -> String {
    let name = |it: &Dependency| plan.job(it.job).name.as_str();
    let runs = job
        .dependencies
        .chunk_by(|a, b| a.kind == b.kind && a.job.0 + 1 == b.job.0);
    let shown = |names: String, kind| match kind {
        DependencyKind::Corresponding => format!("{names} (task by task)"),
        DependencyKind::Any => names,
    };
    let runs = runs.flat_map(|run| match run {
        [first, _, _, .., last] => {
            let names = format!("{} … {}", name(first), name(last));
            vec![shown(names, first.kind)]
        }
        few => {
            let each = few.iter().map(|it| shown(name(it).to_owned(), it.kind));
            each.collect()
        }
    });
    runs.collect::<Vec<_>>().join(", ")
}
