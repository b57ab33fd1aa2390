//! `flowc plan FILE --diff OTHER`: what changes in the jobs, and which shards would run again.
//!
//! Shards are compared by their ids, which the awk programs of `submit.sh` compute for both plans
//! from one set of identities: files are as they are now on both sides.

mod temporary;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Value, json};

use crate::manifest::{Job, Manifest};
use crate::pipeline::Compiled;
use crate::units::Walltime;

use super::failure::Failure;
use super::paths::write;
use super::table::Table;

/// So many shards are named for people; machines get all.
const NAMED: usize = 10;

const IDS: &str = r#"set -euo pipefail
export LC_ALL=C FLOW_PLAN=$1 FLOW_OUT=$3 FLOW_WRITE=write FLOW_FILES=$3/files.tsv FLOW_WORK=$3/none
export FLOW_RECORDS=$3/none FLOW_NEWER=$3/none FLOW_LISTING=$3/none
export FLOW_FIRST='' FLOW_NAMED='' FLOW_MODE=''
mkdir -p -- "$3/expect" "$3/lists" "$3/made" "$3/temp" "$3/index" "$3/none"
awk -f "$2/lib/records.awk" -f "$2/lib/survey.awk" </dev/null
awk -v OFS='\t' '{ print $0, $0, 1, 1 }' "$3/plan.tracked" >"$3/files.tsv"
awk -f "$2/lib/records.awk" -f "$2/lib/plan.awk" -f "$2/lib/versions.awk" -f "$2/lib/decide.awk" -f "$2/lib/temp.awk" -f "$2/lib/cut.awk" </dev/null
"#;

/// Of lines `CALL TAB VERSION`, those of a compile: a line each with what is another in a second one.
const CHANGES: &str = r#"set -euo pipefail
export LC_ALL=C FLOW_OLD=$1 FLOW_NEW=$2
awk "$(<"$3/lib/records.awk") $(<"$3/lib/versions.awk")"'
  { print what_changed($1, $2, ENVIRON["FLOW_OLD"], ENVIRON["FLOW_NEW"]) }' "$4"
"#;

/// Two compiles side by side.
pub(super) struct Diff {
    jobs: Vec<(String, Vec<String>)>,
    calls: IndexMap<String, Change>,
}

/// Why shards run again whose call has another version.
const VERSION: &str = "its version changes";

/// What becomes of the shards of a call.
#[derive(Debug, Default)]
struct Change {
    same: usize,
    /// Directories.
    new: Vec<String>,
    again: Vec<String>,
    gone: Vec<String>,
    why: String,
}

/// Compares what would be written with the folder (or the manifest in it) of another compile.
pub(super) fn diff(compiled: &Compiled, other: &Path) -> Result<Diff, Failure> {
    let folder = match other.is_dir() {
        true => other,
        false => other.parent().unwrap_or(Path::new(".")),
    };
    let before = manifest(&folder.join("manifest.json"))?;
    let scratch = tempfile::Builder::new().prefix("flowc-diff.").tempdir();
    let scratch = scratch.map_err(Failure::io("written", &std::env::temp_dir()))?;
    let now = scratch.path().join("now");
    for file in &compiled.files {
        write(&now.join(&file.path), &file.content)?;
    }
    let old = ids(folder, &now, &scratch.path().join("old"))?;
    let new = ids(&now, &now, &scratch.path().join("new"))?;
    let mut calls = calls(
        &Side {
            manifest: &before,
            ids: old,
            temporary: temporary::readings(&scratch.path().join("old"))?,
        },
        &Side {
            manifest: &compiled.manifest,
            ids: new,
            temporary: temporary::readings(&scratch.path().join("new"))?,
        },
    );
    explain(&mut calls, &before, folder, &now)?;
    Ok(Diff {
        jobs: jobs(&before, &compiled.manifest),
        calls,
    })
}

fn manifest(path: &Path) -> Result<Manifest, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::io("read", path))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::Input(format!(
            "`{}` is no manifest of this flowc: {error}",
            path.display()
        ))
    })
}

/// Of each call its shards' directories and ids, in order.
type Ids = BTreeMap<String, IndexMap<String, String>>;

fn ids(plan: &Path, library: &Path, scratch: &Path) -> Result<Ids, Failure> {
    bash(plan, IDS, &[plan, library, scratch])?;
    let mut all = Ids::new();
    let expect = scratch.join("expect");
    for entry in fs::read_dir(&expect).into_iter().flatten().flatten() {
        let path = entry.path();
        let text = fs::read_to_string(&path).map_err(Failure::io("read", &path))?;
        let shards = text.lines().filter_map(|line| {
            let (dir, id) = line.split_once('\t')?;
            Some((temporary::starred(dir), id.to_owned()))
        });
        let call = path.file_stem().unwrap_or_default().to_string_lossy();
        all.insert(call.into_owned(), shards.collect());
    }
    Ok(all)
}

/// What a script prints about a plan.
fn bash(plan: &Path, script: &str, args: &[&Path]) -> Result<String, Failure> {
    let mut bash = Command::new("bash");
    bash.args(["-c", script, "flowc"]).args(args);
    let ended = bash
        .output()
        .map_err(Failure::io("run", Path::new("bash")))?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let why = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    Err(Failure::Io(format!(
        "the shards of `{}` cannot be listed: {why}",
        plan.display()
    )))
}

/// Says of versions that change what it is that changes, where that can be told.
fn explain(
    calls: &mut IndexMap<String, Change>,
    before: &Manifest,
    folder: &Path,
    now: &Path,
) -> Result<(), Failure> {
    let known = before.calls.iter();
    let changed = known.filter(|call| calls.get(&call.name).is_some_and(|it| it.why == VERSION));
    let changed: Vec<_> = changed.collect();
    let lines = changed
        .iter()
        .map(|call| format!("{}\t{}\n", call.name, call.version));
    let list = now.join("changed.tsv");
    write(&list, lines.collect::<String>())?;
    let said = bash(folder, CHANGES, &[folder, now, now, &list])?;
    for (call, what) in changed.iter().zip(said.lines()) {
        if let Some(change) = calls.get_mut(&call.name) {
            change.why += what;
        }
    }
    Ok(())
}

/// One of the two compiles.
struct Side<'a> {
    manifest: &'a Manifest,
    ids: Ids,
    temporary: Vec<temporary::Reading>,
}

impl Side<'_> {
    fn version(&self, call: &str) -> Option<&str> {
        let mut calls = self.manifest.calls.iter();
        let own = calls.find(|it| it.name == call);
        own.map(|it| it.version.as_str())
    }

    /// The ids of the shards of a call, by directory.
    fn shards(&self, call: &str) -> impl Iterator<Item = (&String, &String)> {
        self.ids.get(call).into_iter().flatten()
    }

    fn id(&self, call: &str, dir: &str) -> Option<&String> {
        self.ids.get(call)?.get(dir)
    }
}

fn calls(before: &Side<'_>, after: &Side<'_>) -> IndexMap<String, Change> {
    let read_again = temporary::read_again(before, after);
    let names = after.manifest.calls.iter().chain(&before.manifest.calls);
    let names: IndexSet<&str> = names.map(|call| call.name.as_str()).collect();
    let each = names.into_iter().map(|name| {
        let mut change = Change::default();
        let mut is_other = false;
        for (dir, id) in after.shards(name) {
            let is_read = read_again.contains(&(name.to_owned(), dir.clone()));
            match before.id(name, dir) {
                Some(known) if known == id && !is_read => change.same += 1,
                Some(known) => {
                    is_other |= known != id;
                    change.again.push(dir.clone());
                }
                None => change.new.push(dir.clone()),
            }
        }
        let dirs = before.shards(name).map(|(dir, _)| dir);
        let gone = dirs.filter(|dir| after.id(name, dir).is_none());
        change.gone = gone.cloned().collect();
        let is_same = before.version(name) == after.version(name);
        let why = match (change.again.is_empty(), is_same) {
            (true, _) => "",
            (false, true) if !is_other => "what was temporary is read again",
            (false, true) => "its inputs change",
            (false, false) => VERSION,
        };
        change.why = why.to_owned();
        (name.to_owned(), change)
    });
    each.collect()
}

/// `01-classify` without its number: jobs move when others come or go.
fn stem(name: &str) -> &str {
    name.split_once('-').map_or(name, |(_, stem)| stem)
}

fn jobs(before: &Manifest, after: &Manifest) -> Vec<(String, Vec<String>)> {
    let find = |of: &Manifest, name: &str| {
        let mut jobs = of.jobs.iter();
        jobs.find(|job| stem(&job.name) == stem(name)).cloned()
    };
    let mut all = Vec::new();
    for job in &after.jobs {
        let changes = match find(before, &job.name) {
            Some(old) => changes(&old, job),
            None => vec!["new".to_owned()],
        };
        all.push((job.name.clone(), changes));
    }
    for job in &before.jobs {
        if find(after, &job.name).is_none() {
            all.push((job.name.clone(), vec!["gone".to_owned()]));
        }
    }
    all.retain(|(_, changes)| !changes.is_empty());
    all
}

fn changes(old: &Job, new: &Job) -> Vec<String> {
    let none = || "-".to_owned();
    let time = |job: &Job| {
        job.request
            .walltime
            .map_or_else(none, |it| Walltime::from_seconds(it).to_string())
    };
    let memory = |job: &Job| job.request.memory.map_or_else(none, |it| format!("{it}M"));
    let after = |job: &Job| {
        let each = job.dependencies.iter();
        let each = each.map(|it| format!("{:?} {}", it.kind, stem(&it.job)).to_lowercase());
        each.collect::<Vec<_>>().join(", ")
    };
    let word = |text: &Option<String>| text.clone().unwrap_or_else(none);
    let rows = [
        ("calls", old.calls.join(","), new.calls.join(",")),
        ("items", old.items.to_string(), new.items.to_string()),
        ("tasks", old.tasks.to_string(), new.tasks.to_string()),
        ("packed", old.pack.to_string(), new.pack.to_string()),
        ("walltime", time(old), time(new)),
        ("memory", memory(old), memory(new)),
        (
            "partition",
            word(&old.request.partition),
            word(&new.request.partition),
        ),
        ("depends on", after(old), after(new)),
    ];
    let changed = rows.into_iter().filter(|(_, old, new)| old != new);
    let mut lines: Vec<String> = changed
        .map(|(what, old, new)| format!("{what} {old} → {new}"))
        .collect();
    if lines.is_empty() && old.request != new.request {
        lines.push("another request".to_owned());
    }
    lines
}

impl Diff {
    pub fn to_json(&self) -> Value {
        let jobs = self
            .jobs
            .iter()
            .map(|(name, changes)| json!({ "name": name, "changes": changes }));
        let calls = self.calls.iter().map(|(name, it)| {
            json!({
                "name": name, "same": it.same, "new": it.new, "again": it.again, "gone": it.gone, "why": it.why,
            })
        });
        json!({ "jobs": jobs.collect::<Vec<_>>(), "calls": calls.collect::<Vec<_>>() })
    }

    /// Two tables, then the first of the shards that would run.
    pub fn for_people(&self) -> String {
        let mut jobs = Table::new(["job", "what changes"]);
        for (name, changes) in &self.jobs {
            jobs.row([name.as_str(), &changes.join("; ")]);
        }
        let mut calls = Table::new(["call", "same", "new", "again", "gone", "why"]);
        let mut named = String::new();
        for (name, it) in &self.calls {
            calls.row([
                name.clone(),
                it.same.to_string(),
                it.new.len().to_string(),
                it.again.len().to_string(),
                it.gone.len().to_string(),
                it.why.clone(),
            ]);
            for (what, dirs) in [("new", &it.new), ("again", &it.again), ("gone", &it.gone)] {
                if dirs.is_empty() || dirs.as_slice() == ["."] {
                    continue;
                }
                let shown: Vec<&str> = dirs.iter().take(NAMED).map(String::as_str).collect();
                let more = match dirs.len() - shown.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                named += &format!("{name} {what}: {}{more}\n", shown.join(" "));
            }
        }
        let jobs = match self.jobs.is_empty() {
            true => "The jobs are the same.\n".to_owned(),
            false => jobs.to_string(),
        };
        format!(
            "{jobs}\nWhere all of the other is done, with files as they are now:\n{calls}{named}"
        )
    }
}
