//! Processes of a project on this machine, and their violent ends.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::project::{Project, Said, wait_until};

impl Project<'_> {
    /// SLURM's process of an array element gets SIGKILL. What it had started lives on: the cluster of the tests
    /// knows processes by their parents, not by cgroups.
    pub fn kill_batch_script(&self, job: &str, index: u32) {
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
        let killed = processes(is_it).into_iter().min();
        kill(killed.expect("a process of that element"));
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

    /// What cgroups do where a batch script ended.
    pub fn kill_scripts(&self, job: &str, index: u32) {
        wait_until("the end of the scripts", || {
            let scripts = self.scripts(job, index);
            scripts.iter().for_each(|id| kill(*id));
            scripts.is_empty()
        });
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
