//! Workflows that people run, each a folder of `cases/patterns`: compiled, run by bash alone and on a real SLURM, and
//! what is published compared byte for byte with `expected/`.
//!
//! Options of the compiler stand in the comments on the first lines of a program (`// set: n=3`), as in other cases.
//! Where there is a folder `edit/`, its files then replace those of the project, and a second run must give
//! `expected_after_edit/`, without compiling again.
//!
//! `FLOWC_PATTERNS=range,rounds` runs only these.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use crate::levels;
use crate::main_job::project::{Project, tree};
use crate::slurm::Cluster;
use crate::support;

const EXPECTED: &str = "expected";
const EDIT: &str = "edit";
const AFTER_EDIT: &str = "expected_after_edit";

/// Patterns with values that differ from run to run: what they publish is compared, not their records.
const TELLS_TIME: [&str; 1] = ["order_without_data"];

/// As many projects at once.
const AT_ONCE: usize = 4;

#[test]
fn patterns_give_what_they_say() {
    each(&names(), |name| {
        let project = project(None, name);
        project.local().ok();
        compare(&project, name, EXPECTED)?;
        if edit(&project, name) {
            project.local().ok();
            compare(&project, name, AFTER_EDIT)?;
        }
        project.local().ok().says("othing to do");
        report(&project, name)
    });
}

/// The report counts the shards as `--status` does.
fn report(project: &Project<'_>, name: &str) -> Result<(), String> {
    let status = project.submit(&["--status", "--tsv"]).text;
    // CALL DONE RUNNING QUEUED FAILED BLOCKED PENDING TOTAL SKIPPED
    let calls = status
        .lines()
        .filter_map(|line| line.strip_prefix("call\t"));
    let columns = calls.map(|line| {
        line.split('\t')
            .skip(1)
            .map(|it| it.parse::<u64>().unwrap())
    });
    let sums = columns.fold([0; 8], |mut sums: [u64; 8], columns| {
        sums.iter_mut()
            .zip(columns)
            .for_each(|(sum, it)| *sum += it);
        sums
    });
    let [done, _, _, failed, blocked, pending, total, skipped] = sums;
    let told = match failed + blocked + pending {
        0 => format!("Complete: {total} shard"),
        _ => format!("{} of {total} shard", done + skipped),
    };
    let mut flowc = Command::new(env!("CARGO_BIN_EXE_flowc"));
    let ended = flowc.arg("report").current_dir(&project.folder).output();
    let page = fs::read_to_string(project.folder.join("report.html")).unwrap_or_default();
    match ended.unwrap().status.success() && page.contains(&told) {
        true => Ok(()),
        false => Err(format!("{name}: the report does not say `{told}`:\n{page}")),
    }
}

/// What one level began, the other ends: nothing that is recorded is done again, and files and records are those of a run
/// at one level.
#[test]
fn patterns_give_the_same_at_both_levels() {
    each(&names(), |name| {
        let whole = project_at(None, name, &["-O0"]);
        whole.local().ok();
        let expected = levels::outcome(&whole.out());
        for (first, second) in [("-O0", "-O1"), ("-O1", "-O0")] {
            let project = project_at(None, name, &[first]);
            project.submit(&["--local", "-j", "2", "--first", "1"]).ok();
            let before = records(&project);
            compile(&project, name, &[second]);
            project.local().ok();
            let after = records(&project);
            if let Some(path) = before
                .iter()
                .find(|(path, of)| after.get(*path) != Some(of))
            {
                return Err(format!("{name}: made again at {second}: {path:?}"));
            }
            let mut outcome = levels::outcome(&project.out());
            if TELLS_TIME.contains(&name.as_str()) {
                outcome.1.clone_from(&expected.1);
            }
            if outcome != expected {
                return Err(format!("{name}: {first}, then {second}, is not -O0"));
            }
        }
        Ok(())
    });
}

fn records(project: &Project<'_>) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = tree_if_there(&project.run().join("work"));
    all.retain(|path, _| path.ends_with(".flow"));
    all
}

#[test]
fn patterns_on_slurm_give_the_same() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    // all are in the queue before the first is waited for
    let names = names();
    let projects: Vec<_> = names
        .iter()
        .map(|name| project(Some(cluster), name))
        .collect();
    let all: Vec<_> = names.iter().zip(&projects).collect();
    each(&all, |(_, project)| {
        project.submit(&[]).ok();
        Ok(())
    });
    each(&all, |(name, project)| {
        project.wait_for_end();
        compare(project, name, EXPECTED)?;
        if edit(project, name) {
            project.complete();
            compare(project, name, AFTER_EDIT)?;
        }
        project.nothing_to_do();
        Ok(())
    });
}

/// Does it with each, several at once; says of all that failed why.
fn each<T: Sync>(all: &[T], act: impl Fn(&T) -> Result<(), String> + Sync) {
    let left = Mutex::new(all.iter());
    let faults = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().next();
                    let Some(one) = next else { return };
                    if let Err(fault) = act(one) {
                        faults.lock().unwrap().push(fault);
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn folder() -> PathBuf {
    support::root("tests/cases/patterns")
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    if let Ok(only) = std::env::var("FLOWC_PATTERNS") {
        names.retain(|name| only.split(',').any(|it| it == name));
    }
    names.sort();
    names
}

/// A copy of the pattern's folder, compiled.
fn project<'c>(cluster: Option<&'c Cluster>, name: &str) -> Project<'c> {
    project_at(cluster, name, &[])
}

fn project_at<'c>(cluster: Option<&'c Cluster>, name: &str, more: &[&str]) -> Project<'c> {
    let program = format!("{name}.flow");
    let project = Project::new(cluster, name, &program);
    stand_in(&project.top().join("bin"));
    for (path, bytes) in tree(&folder().join(name)) {
        let first = path.iter().next().unwrap();
        if ![EXPECTED, EDIT, AFTER_EDIT].iter().any(|it| first == *it) {
            project.write(path.to_str().unwrap(), bytes);
        }
    }
    compile(&project, name, more);
    project
}

/// What makes environments of conda, as the first of its kind on PATH.
fn stand_in(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let tool = support::root("tests/shell/conda_stand_in");
    symlink(tool, folder.join("micromamba")).unwrap();
}

fn compile(project: &Project<'_>, name: &str, more: &[&str]) {
    let text = support::read(&folder().join(name).join(format!("{name}.flow")));
    let options = options(&text);
    let options = options.iter().map(String::as_str);
    project.compile(&options.chain(more.iter().copied()).collect::<Vec<_>>());
}

fn options(text: &str) -> Vec<String> {
    let mut options = Vec::new();
    for (key, value) in support::heads(text) {
        match key {
            "set" => options.extend(["--set".to_owned(), value.to_owned()]),
            "params" => options.extend(["--params".to_owned(), value.to_owned()]),
            "site" => {
                let site = support::root(&format!("tests/sites/{value}.toml"));
                options.extend(["--site".to_owned(), site.display().to_string()]);
            }
            _ => {}
        }
    }
    options
}

/// Whether there is an edit; it is then made.
fn edit(project: &Project<'_>, name: &str) -> bool {
    let edit = folder().join(name).join(EDIT);
    for (path, bytes) in tree_if_there(&edit) {
        project.write(path.to_str().unwrap(), bytes);
    }
    edit.exists()
}

fn tree_if_there(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    match folder.exists() {
        true => tree(folder),
        false => BTreeMap::new(),
    }
}

/// With `FLOWC_EXPECT=1` what is published becomes what is expected: look at the difference.
fn compare(project: &Project<'_>, name: &str, expected: &str) -> Result<(), String> {
    let published = tree_if_there(&project.run().join("results"));
    let expected = folder().join(name).join(expected);
    if std::env::var_os("FLOWC_EXPECT").is_some() {
        fs::remove_dir_all(&expected).ok();
        for (path, bytes) in &published {
            let path = expected.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let expected = tree_if_there(&expected);
    let text = |tree: &BTreeMap<PathBuf, Vec<u8>>| -> Vec<String> {
        tree.iter()
            .map(|(path, bytes)| {
                format!("{}: {:?}", path.display(), String::from_utf8_lossy(bytes))
            })
            .collect()
    };
    match published == expected {
        true => Ok(()),
        false => Err(format!(
            "{name}: published\n  {}\nexpected\n  {}",
            text(&published).join("\n  "),
            text(&expected).join("\n  ")
        )),
    }
}
