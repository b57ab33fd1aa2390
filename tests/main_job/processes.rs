//! Processes of a project on this machine, and their violent ends.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::project::{Project, Said, wait_until};

impl Project<'_> {
    /// SLURM's process of an array element gets SIGKILL. What it had started is none of SLURM's business any more: the
    /// cluster of the tests knows processes by their parents, not by cgroups. Its watchman ends the script.
    pub fn kill_batch_script(&self, job: &str, index: u32) {
        let own = self.own_processes(job, index);
        kill(*own.first().expect("a process of that element"));
    }

    /// The same happens to the watchman, before that: now the script lives on.
    pub fn kill_batch_script_and_watchman(&self, job: &str, index: u32) {
        let own = self.own_processes(job, index);
        assert_eq!(own.len(), 2, "the batch script and its watchman");
        own.iter().rev().for_each(|id| kill(*id));
    }

    /// Processes of an array element but for what its scripts started; the first of them has started the others.
    fn own_processes(&self, job: &str, index: u32) -> Vec<u32> {
        let submission = self.run().join("state/submissions").canonicalize().unwrap();
        let submission = submission.display().to_string();
        let wanted = format!("SLURM_ARRAY_TASK_ID={index}");
        let is_it = |process: &Path| {
            let read = |name: &str| words(&fs::read(process.join(name)).unwrap_or_default());
            let words = read("cmdline");
            words.iter().any(|word| word.ends_with("/slurm_script"))
                && words.iter().any(|word| word.starts_with(&submission))
                && words.last().is_some_and(|word| word.ends_with(job))
                && read("environ").contains(&wanted)
        };
        let mut own = processes(is_it);
        own.sort_unstable();
        own
    }

    /// Processes of scripts that run in attempts of an array element of submission 0001.
    fn scripts(&self, job: &str, index: u32) -> Vec<u32> {
        let attempts = self.run().join("work/.tmp").canonicalize().unwrap();
        let attempts = format!("{}/0001.{job}.{index}.", attempts.display());
        processes(|process| {
            let folder = fs::read_link(process.join("cwd")).unwrap_or_default();
            folder.to_string_lossy().starts_with(&attempts)
        })
    }

    pub fn wait_for_scripts(&self, job: &str, index: u32) {
        wait_until("the end of the scripts", || {
            self.scripts(job, index).is_empty()
        });
    }
}

fn processes(is_it: impl Fn(&Path) -> bool) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap();
    let all = all.map(|entry| entry.unwrap().path());
    let found = all.filter(|path| is_it(path));
    found
        .filter_map(|path| path.file_name()?.to_str()?.parse().ok())
        .collect()
}

/// It may have ended by itself.
fn kill(process: u32) {
    Said::of(Command::new("kill").args(["-KILL", &process.to_string()]));
}

fn words(bytes: &[u8]) -> Vec<String> {
    let words = bytes.split(|byte| *byte == 0);
    let words = words.filter(|word| !word.is_empty());
    words
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect()
}
