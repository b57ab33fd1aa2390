//! A real SLURM for tests, by `tests/slurm/cluster`: one that all tests of the process share, and clusters of
//! one test's own. What a test may rely on is written down in `docs/slurm.md`.
//!
//! A test begins with `let Some(cluster) = Cluster::shared() else { return };`: without SLURM (which only
//! `FLOWC_NO_SLURM=1` permits) it says loudly that it is left out. In the shared cluster look only at your own
//! jobs, and leave nodes and controller alone.

#![allow(dead_code, reason = "support for tests that are yet to come")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long anything may take that a test waits for; far more than it needs, since machines are shared.
const PATIENCE: Duration = Duration::from_secs(600);

/// A running SLURM. It ends when this is dropped, and also when this process ends in any way.
pub struct Cluster {
    folder: PathBuf,
}

/// A line of the queue: a job or an array element that is waiting, running or completing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// `12`, or `12_3` for an element.
    pub id: String,
    pub name: String,
    /// `PENDING`, `RUNNING`, `COMPLETING`, …
    pub state: String,
    /// Why it waits: `Dependency`, `JobHeldUser`, `BeginTime`, …
    pub reason: String,
    pub comment: String,
    pub node: String,
}

impl Cluster {
    /// The cluster that the tests of this process share, started by the first that asks for it.
    pub fn shared() -> Option<&'static Cluster> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        if left_out() {
            return None;
        }
        SHARED.get_or_init(|| Cluster::start(&[])).as_ref()
    }

    /// A cluster of one's own, with options of `tests/slurm/cluster` such as `["--nodes", "2"]`.
    pub fn start(options: &[&str]) -> Option<Cluster> {
        if left_out() {
            return None;
        }
        // short, as sockets lie in it, and readable for jobs of other users; the watchdog removes it
        let folder = tempfile::Builder::new()
            .prefix("slurm.")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()
            .unwrap()
            .keep();
        let owner = std::process::id().to_string();
        let started = script()
            .arg("start")
            .arg(&folder)
            .args(options)
            .args(["--owner", &owner])
            .output()
            .unwrap();
        if !started.status.success() {
            std::fs::remove_dir_all(&folder).ok();
            panic!("{}", String::from_utf8_lossy(&started.stderr));
        }
        Some(Cluster { folder })
    }

    /// For commands that this module does not run itself: `.env("SLURM_CONF", cluster.conf())`.
    pub fn conf(&self) -> PathBuf {
        self.folder.join("slurm.conf")
    }

    /// Logs of the daemons, and `jobs.txt` with a line for each job that ended.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// A command that talks to this cluster and knows nothing of another.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["SLURM_", "SBATCH_", "SQUEUE_", "SCANCEL_"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
            {
                command.env_remove(&name);
            }
        }
        command.env("SLURM_CONF", self.conf()).stdin(Stdio::null());
        command
    }

    /// Runs a command that must succeed; its standard output without the last newline.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        stdout(self.command(program).args(arguments))
    }

    /// Submits; the job's id. Output is lost unless the arguments say `--output`.
    pub fn sbatch(&self, arguments: &[&str]) -> String {
        self.run(
            "sbatch",
            &[&["--parsable", "--output=/dev/null"], arguments].concat(),
        )
    }

    /// The whole queue, an entry for each array element.
    pub fn squeue(&self) -> Vec<Queued> {
        self.run(
            "squeue",
            &["--noheader", "--array", "--format=%i\t%j\t%T\t%r\t%k\t%N"],
        )
        .lines()
        .map(|line| {
            let field: Vec<&str> = line.split('\t').collect();
            let text = |at: usize| field[at].to_owned();
            Queued {
                id: text(0),
                name: text(1),
                state: text(2),
                reason: text(3),
                comment: text(4),
                node: text(5),
            }
        })
        .collect()
    }

    /// What SLURM still knows of a job: for each element (`3`, or `4-9%2` for those that wait together; empty for a
    /// job that is no array) what `scontrol show job` tells, by its names: `JobState`, `Reason`, `Restarts`, …
    pub fn elements(&self, job: &str) -> BTreeMap<String, BTreeMap<String, String>> {
        self.run("scontrol", &["show", "job", "--oneliner", job])
            .lines()
            .map(|line| {
                let fields: BTreeMap<String, String> = line
                    .split(' ')
                    .filter_map(|word| word.split_once('='))
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                (
                    fields.get("ArrayTaskId").cloned().unwrap_or_default(),
                    fields,
                )
            })
            .collect()
    }

    /// State of each element of a job, as `0=COMPLETED 1=FAILED`; `=COMPLETED` for one that is no array.
    pub fn states(&self, job: &str) -> String {
        let state =
            |(index, fields): (String, BTreeMap<_, _>)| format!("{index}={}", fields["JobState"]);
        self.elements(job)
            .into_iter()
            .map(state)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Until no element of these jobs waits or runs.
    pub fn wait_for(&self, jobs: &[&str]) {
        wait_until(&format!("end of the jobs {jobs:?}"), || {
            self.squeue()
                .iter()
                .all(|queued| !jobs.contains(&queued.id.split('_').next().unwrap()))
        });
    }

    /// Until the queue is empty: for clusters of one's own.
    pub fn wait_until_idle(&self) {
        wait_until("an empty queue", || self.squeue().is_empty());
    }

    /// Until an element is in this state: `wait_for_state("12_3", "RUNNING")`.
    pub fn wait_for_state(&self, id: &str, state: &str) {
        wait_until(&format!("{id} to be {state}"), || {
            self.squeue()
                .iter()
                .any(|queued| queued.id == id && queued.state == state)
        });
    }

    pub fn scancel(&self, arguments: &[&str]) {
        self.run("scancel", arguments);
    }

    /// `scontrol hold`, `release`, `requeue`, … on jobs.
    pub fn scontrol(&self, verb: &str, jobs: &[&str]) {
        self.run("scontrol", &[verb, &jobs.join(",")]);
    }

    /// SLURM ends what runs on the node and requeues it.
    pub fn node_down(&self, node: &str) {
        self.cluster("down", node);
    }

    /// The node loses its power: no process on it can do anything more.
    pub fn node_crash(&self, node: &str) {
        self.cluster("crash", node);
    }

    pub fn node_up(&self, node: &str) {
        self.cluster("up", node);
    }

    pub fn controller_stop(&self) {
        self.cluster("controller", "stop");
    }

    pub fn controller_start(&self) {
        self.cluster("controller", "start");
    }

    fn cluster(&self, verb: &str, argument: &str) {
        stdout(script().arg(verb).arg(&self.folder).arg(argument));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        script()
            .arg("remove")
            .arg(&self.folder)
            .stdout(Stdio::null())
            .status()
            .ok();
    }
}

/// Whether tests with SLURM are left out; says so of the test that asks.
pub fn left_out() -> bool {
    let out = std::env::var_os("FLOWC_NO_SLURM").is_some_and(|value| value == "1");
    if out {
        let test = std::thread::current().name().unwrap_or("").to_owned();
        let line = format!("!!!! LEFT OUT, there is no SLURM: {test}\n");
        // not by `eprintln!`, which the test harness captures: it must not look like a test that passed
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    out
}

/// Waits for something that comes by itself; panics if it does not.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain for {what}");
        sleep(Duration::from_millis(100));
    }
}

fn script() -> Command {
    let mut command =
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slurm/cluster"));
    command.stdin(Stdio::null());
    command
}

fn stdout(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end_matches('\n')
        .to_owned()
}

#[test]
fn an_array_waits_for_its_counterparts() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let first = cluster.sbatch(&["--array=0-3", "--wrap", "[ \"$SLURM_ARRAY_TASK_ID\" != 2 ]"]);
    let second = cluster.sbatch(&[
        "--array=0-3",
        &format!("--dependency=aftercorr:{first}"),
        "--kill-on-invalid-dep=yes",
        "--wrap=true",
    ]);
    let last = cluster.sbatch(&[&format!("--dependency=afterany:{second}"), "--wrap=true"]);
    cluster.wait_for(&[&first, &second, &last]);
    assert_eq!(
        cluster.states(&first),
        "0=COMPLETED 1=COMPLETED 2=FAILED 3=COMPLETED"
    );
    assert_eq!(
        cluster.states(&second),
        "0=COMPLETED 1=COMPLETED 2=CANCELLED 3=COMPLETED"
    );
    assert_eq!(cluster.states(&last), "=COMPLETED");
}

#[test]
fn a_held_job_runs_once_released() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let root = cluster.sbatch(&["--hold", "--comment=token", "--array=0-1", "--wrap=true"]);
    let next = cluster.sbatch(&[
        "--array=0-1",
        &format!("--dependency=aftercorr:{root}"),
        "--wrap=true",
    ]);
    // the scheduler gets time to start what it should not
    sleep(Duration::from_secs(2));
    let mine = |queued: &Queued| queued.id.starts_with(&format!("{root}_"));
    let held: Vec<Queued> = cluster.squeue().into_iter().filter(mine).collect();
    assert_eq!(held.len(), 2);
    for queued in held {
        assert_eq!(
            (&*queued.state, &*queued.reason, &*queued.comment),
            ("PENDING", "JobHeldUser", "token")
        );
    }
    cluster.scontrol("release", &[&root]);
    cluster.wait_for(&[&root, &next]);
    assert_eq!(cluster.states(&next), "0=COMPLETED 1=COMPLETED");
}

#[test]
fn a_requeued_job_starts_again_and_its_dependant_waits() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let job = cluster.sbatch(&[
        "--requeue",
        "--wrap",
        "[ \"${SLURM_RESTART_COUNT-0}\" != 0 ] || sleep 600",
    ]);
    let next = cluster.sbatch(&[&format!("--dependency=afterany:{job}"), "--wrap=true"]);
    cluster.wait_for_state(&job, "RUNNING");
    cluster.scontrol("requeue", &[&job]);
    wait_until("the requeue", || {
        cluster.elements(&job)[""]["Restarts"] == "1"
    });
    assert_eq!(cluster.states(&next), "=PENDING");
    cluster.wait_for(&[&job, &next]);
    assert_eq!(cluster.states(&job), "=COMPLETED");
    assert_eq!(cluster.states(&next), "=COMPLETED");
}

#[test]
fn nodes_and_controller_come_and_go() {
    let Some(cluster) = Cluster::start(&["--nodes", "2"]) else {
        return;
    };
    let job = cluster.sbatch(&["--requeue", "--nodelist=n1", "--wrap=sleep 600"]);
    for leave in [Cluster::node_down, Cluster::node_crash] {
        cluster.wait_for_state(&job, "RUNNING");
        leave(&cluster, "n1");
        cluster.wait_for_state(&job, "PENDING");
        cluster.node_up("n1");
    }
    cluster.wait_for_state(&job, "RUNNING");
    cluster.controller_stop();
    cluster.controller_start();
    assert_eq!(cluster.states(&job), "=RUNNING");
    cluster.scancel(&[&job]);
    cluster.wait_until_idle();
    assert_eq!(cluster.states(&job), "=CANCELLED");
}

#[test]
fn a_cluster_ends_with_its_owner() {
    let Some(shared) = Cluster::shared() else {
        return;
    };
    let mut owner = Command::new("sleep").arg("600").spawn().unwrap();
    let folder = shared.logs().join("owned");
    stdout(
        script()
            .arg("start")
            .arg(&folder)
            .args(["--nodes", "1", "--owner"])
            .arg(owner.id().to_string()),
    );
    let controller = std::fs::read_to_string(folder.join("slurmctld.pid")).unwrap();
    owner.kill().unwrap();
    owner.wait().unwrap();
    wait_until("the end of the cluster", || !folder.exists());
    let status = std::fs::read_to_string(format!("/proc/{}/status", controller.trim()));
    assert!(status.is_err() || status.unwrap().contains("zombie"));
}
