//! A workflow in a folder of its own, what its user does with it, and the traces that its scripts leave.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::slurm::Cluster;
use crate::support;

/// How long anything may take; far more than it needs, since machines are shared.
const PATIENCE: Duration = Duration::from_secs(600);

/// A folder with a program, and a world outside of it: `ledger` has a line for each start and each end of a script,
/// a seed of which there is a file in `hold` does not end before it is removed, one in `fail` fails.
pub struct Project<'c> {
    top: TempDir,
    pub folder: PathBuf,
    program: String,
    cluster: Option<&'c Cluster>,
    variables: BTreeMap<OsString, OsString>,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub status: Option<i32>,
    pub text: String,
}

impl<'c> Project<'c> {
    /// An empty project in a folder of that name.
    pub fn new(cluster: Option<&'c Cluster>, name: &str, program: &str) -> Self {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join(name);
        fs::create_dir(&folder).unwrap();
        for part in ["bin", "world", "world/hold", "world/fail"] {
            fs::create_dir(top.path().join(part)).unwrap();
        }
        let mut project = Self {
            top,
            folder,
            program: program.to_owned(),
            cluster,
            variables: BTreeMap::new(),
        };
        // a result that is not there yet is waited for only as long as a fast file system needs
        project.variable("FLOW_WAIT", "2");
        project.variable("FLOW_RETRY_PAUSE", "0");
        if cluster.is_some() {
            project.count_sbatch();
        }
        project
    }

    /// `light.flow` with its scripts and a catalogue.
    pub fn light(cluster: Option<&'c Cluster>) -> Self {
        Self::light_in(cluster, "project")
    }

    pub fn light_in(cluster: Option<&'c Cluster>, name: &str) -> Self {
        let project = Self::new(cluster, name, "light.flow");
        project.write("light.flow", include_str!("light.flow"));
        project.write("data/galaxies.csv", "redshift,u,g\n0.5,21.1,20.2\n");
        project.write(
            "annz_class.sh",
            "printf '%s,%s\\n' \"$1\" \"$(cksum <\"$2\")\"\n",
        );
        project.write("summarise.sh", "echo seed,checksum\ncat -- \"$@\"\n");
        project
    }

    pub fn top(&self) -> &Path {
        self.top.path()
    }

    pub fn world(&self) -> PathBuf {
        self.top().join("world")
    }

    pub fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    pub fn run(&self) -> PathBuf {
        self.out().join("run")
    }

    // ---- files ----

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn append(&self, path: &str, text: &str) {
        let file = fs::File::options()
            .append(true)
            .open(self.folder.join(path));
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = support::read(&self.folder.join(path));
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, text.replace(from, to));
    }

    /// A published file.
    pub fn result(&self, name: &str) -> String {
        support::read(&self.run().join("results").join(name))
    }

    /// Files of results and of shards, without what tells how and when they were made.
    pub fn made(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut made = BTreeMap::new();
        for part in ["results", "work"] {
            for (path, bytes) in tree(&self.run().join(part)) {
                let hidden = |part: &OsStr| part.to_string_lossy().starts_with('.');
                if !path.iter().any(hidden) {
                    made.insert(Path::new(part).join(path), bytes);
                }
            }
        }
        made
    }

    // ---- commands ----

    pub fn variable(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.variables.insert(name.into(), value.as_ref().into());
    }

    /// Compiles; what must succeed.
    pub fn compile(&self, options: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
        command.arg(&self.program).args(options);
        if self.program == "light.flow" {
            let world = self.world().display().to_string();
            command.args(["--set", &format!("world={world}")]);
        }
        Said::of(command.current_dir(&self.folder)).ok()
    }

    /// `submit.sh` as a user calls it.
    pub fn submit(&self, options: &[&str]) -> Said {
        Said::of(&mut self.submit_command(options))
    }

    fn submit_command(&self, options: &[&str]) -> Command {
        let mut command = match self.cluster {
            Some(cluster) => cluster.command("bash"),
            None => Command::new("bash"),
        };
        // its process id is there for the wrapped commands
        command.args(["-c", "echo $$ >\"$0\" && exec bash \"$@\""]);
        command.arg(self.top().join("pid"));
        command.arg(self.out().join("submit.sh")).args(options);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = vec![self.top().join("bin")];
        folders.extend(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).unwrap());
        command.envs(&self.variables).current_dir(self.top());
        command.stdin(Stdio::null());
        command
    }

    pub fn local(&self) -> Said {
        self.submit(&["--local", "-j", "2"])
    }

    /// Submits what must be submitted, and waits for its end.
    pub fn complete(&self) -> Said {
        let said = self.submit(&[]).ok();
        self.wait_for_end();
        said
    }

    /// Nothing is submitted, and nothing is started.
    pub fn nothing_to_do(&self) {
        let before = (self.calls(), self.ledger());
        self.submit(&[])
            .ok()
            .says("Nothing to do: all shards are done.");
        assert_eq!((self.calls(), self.ledger()), before);
    }

    // ---- traces ----

    fn ledger(&self) -> String {
        fs::read_to_string(self.world().join("ledger")).unwrap_or_default()
    }

    /// How often a script left this line.
    pub fn count(&self, line: &str) -> usize {
        self.ledger().lines().filter(|it| *it == line).count()
    }

    /// How many lines begin so: `count_all("end classify")`.
    pub fn count_all(&self, start: &str) -> usize {
        let ledger = self.ledger();
        ledger
            .lines()
            .filter(|line| line.starts_with(start))
            .count()
    }

    /// How often scripts have come to their end: of `classify` in all, and of `summarise`.
    pub fn ends(&self) -> (usize, usize) {
        (
            self.count_all("end classify "),
            self.count_all("end summarise"),
        )
    }

    /// Each of these seeds has come to its end exactly once.
    pub fn each_ended_once(&self, seeds: std::ops::Range<u32>) {
        for seed in seeds {
            let line = format!("end classify {seed}");
            assert_eq!(self.count(&line), 1, "{line}\n{}", self.ledger());
        }
    }

    /// These seeds do not end before they are let go.
    pub fn hold(&self, seeds: std::ops::Range<u32>) {
        for seed in seeds {
            fs::write(self.world().join("hold").join(seed.to_string()), "").unwrap();
        }
    }

    pub fn let_go(&self) {
        for entry in fs::read_dir(self.world().join("hold")).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
    }

    pub fn fail(&self, seed: u32) {
        fs::write(self.world().join("fail").join(seed.to_string()), "").unwrap();
    }

    pub fn mend(&self, seed: u32) {
        fs::remove_file(self.world().join("fail").join(seed.to_string())).unwrap();
    }

    pub fn is_done(&self, seed: u32) -> bool {
        let shard = format!("work/classify/seed={seed}/.flow");
        self.run().join(shard).exists()
    }

    /// Calls of `sbatch` so far.
    pub fn calls(&self) -> usize {
        let calls = fs::read_to_string(self.top().join("calls"));
        calls.unwrap_or_default().lines().count()
    }

    // ---- SLURM ----

    pub fn cluster(&self) -> &'c Cluster {
        self.cluster.unwrap()
    }

    fn count_sbatch(&self) {
        let real = Command::new("bash")
            .args(["-c", "type -P sbatch"])
            .output()
            .unwrap();
        let real = String::from_utf8(real.stdout).unwrap();
        let text = format!(
            "#!/bin/bash\ntop='{top}' real='{real}'\necho call >>\"$top/calls\"\n\
             call=$(wc -l <\"$top/calls\")\n\
             [[ ! -e $top/before ]] || source \"$top/before\"\nexec \"$real\" \"$@\"\n",
            top = self.top().display(),
            real = real.trim_end()
        );
        let file = self.top().join("bin/sbatch");
        fs::write(&file, text).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What happens in `sbatch` before the real one is called: bash, with `$call`, the number of this call, and `$top`.
    pub fn before_sbatch(&self, script: &str) {
        fs::write(self.top().join("before"), script).unwrap();
    }

    pub fn sbatch_as_ever(&self) {
        fs::remove_file(self.top().join("before")).unwrap();
    }

    /// Jobs of the last submission and their ids.
    pub fn jobs(&self) -> Vec<(String, String)> {
        let folder = self.run().join("state/submissions");
        let entries = fs::read_dir(folder).unwrap();
        let last = entries.map(|entry| entry.unwrap().path()).max().unwrap();
        let jobs = support::read(&last.join("jobs.tsv"));
        let line = |line: &str| {
            let mut fields = line.split('\t').map(str::to_owned);
            (fields.next().unwrap(), fields.next().unwrap())
        };
        jobs.lines().map(line).collect()
    }

    pub fn job(&self, name: &str) -> String {
        let jobs = self.jobs();
        let found = jobs.iter().find(|(job, _)| job.ends_with(name));
        found.unwrap().1.clone()
    }

    /// Entries of the queue that belong to the last submission.
    pub fn queued(&self) -> usize {
        let jobs = self.jobs();
        let queue = self.cluster().squeue();
        let mine = |id: &str| {
            jobs.iter()
                .any(|(_, job)| id.split('_').next() == Some(job))
        };
        queue.iter().filter(|queued| mine(&queued.id)).count()
    }

    pub fn wait_for_end(&self) {
        wait_until("the end of the submission", || self.queued() == 0);
    }

    pub fn wait_for(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        wait_until(what, || holds(self));
    }
}

impl Said {
    pub fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        let text = [stdout, stderr].concat();
        Self {
            status: status.code(),
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }

    pub fn ends_with(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}", self.text);
        self
    }

    pub fn ok(self) -> Self {
        self.ends_with(0)
    }

    pub fn says(self, text: &str) -> Self {
        assert!(self.text.contains(text), "no `{text}` in:\n{}", self.text);
        self
    }
}

/// Waits for something that comes by itself; panics if it does not.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain for {what}");
        sleep(Duration::from_millis(150));
    }
}

/// The regular files below a folder with their bytes, by their path from there.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path();
                let name = path.strip_prefix(folder).unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}
