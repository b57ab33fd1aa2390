//! Users, machines and what is installed there make no difference.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::project::{Project, Said, tree};
use super::values;
use crate::slurm::Cluster;
use crate::support;

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// flowc as somebody else calls it, from elsewhere.
fn compile_as_another(project: &Project, options: &[&str]) {
    let flowc = project.top().join("flowc");
    fs::copy(env!("CARGO_BIN_EXE_flowc"), &flowc).unwrap();
    let open = fs::Permissions::from_mode(0o777);
    for path in [project.top(), &project.folder] {
        fs::set_permissions(path, open.clone()).unwrap();
    }
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(flowc);
        command
    } else {
        Command::new(flowc)
    };
    command
        .args(options)
        .current_dir(&project.folder)
        .env_clear();
    for (name, value) in [
        ("HOME", "/nonexistent"),
        ("USER", "nobody"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "de_DE.UTF-8"),
        ("TZ", "Pacific/Kiritimati"),
        ("COLUMNS", "40"),
    ] {
        command.env(name, value);
    }
    Said::of(&mut command).ok();
}

#[test]
fn everybody_compiles_to_the_same_bytes() {
    let example = |name: &str| {
        let project = Project::new(None, name, "annz.flow");
        for name in ["annz.flow", "annz_class.py", "summarise.py"] {
            let from = support::root("examples/annz").join(name);
            project.write(name, fs::read(from).unwrap());
        }
        project.write("data/galaxies.csv", "z,u\n");
        project
    };
    let (mine, theirs) = (example("annz"), example("some where else"));
    mine.compile(&[]);
    compile_as_another(&theirs, &["annz.flow"]);
    assert_eq!(tree(&mine.out()), tree(&theirs.out()));

    let (mine, theirs) = (values::project(None), values::project(None));
    fs::remove_dir_all(theirs.out()).unwrap();
    compile_as_another(&theirs, &["values.flow", "--params", "params.json"]);
    assert_eq!(tree(&mine.out()), tree(&theirs.out()));
}

#[test]
fn what_the_user_has_set_for_other_jobs_does_not_change_these() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let mut project = Project::light(Some(cluster));
    for (name, value) in [
        ("SBATCH_TIMELIMIT", "0:01"),
        ("SBATCH_PARTITION", "none"),
        ("SBATCH_ARRAY_INX", "5"),
        ("SBATCH_NO_REQUEUE", "1"),
        ("SLURM_JOB_NAME", "other"),
        ("SQUEUE_FORMAT", "%j"),
        ("SQUEUE_STATES", "COMPLETED"),
    ] {
        project.variable(name, value);
    }
    project.compile(&[]);
    project.complete();
    for (name, shards) in [("classify", 6), ("summarise", 1)] {
        let elements = cluster.elements(&project.job(name));
        assert_eq!(elements.len(), shards);
        for fields in elements.values() {
            let field = |name: &str| fields[name].as_str();
            assert_eq!(field("JobState"), "COMPLETED");
            assert_eq!(field("JobName"), format!("light.{name}"));
            assert_eq!(
                (field("Partition"), field("TimeLimit")),
                ("all", "00:05:00")
            );
            assert_eq!(field("Requeue"), "1");
        }
    }
    assert_eq!(project.ends(), (6, 1));
}

/// Records of a run, without what differs from run to run: times, process, memory.
fn records(project: &Project) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    for (_, bytes) in tree(&project.run().join("state/records")) {
        for line in String::from_utf8(bytes).unwrap().lines() {
            let fields = line.split('\t').enumerate();
            let fields = fields.filter(|(at, _)| ![8, 9, 14, 16].contains(at));
            records.push(fields.map(|(_, field)| field.to_owned()).collect());
        }
    }
    records
}

/// The project's commands find this awk.
fn take(project: &Project, awk: &str) {
    let link = project.top().join("bin/awk");
    fs::remove_file(&link).ok();
    std::os::unix::fs::symlink(awk, link).unwrap();
}

#[test]
fn mawk_and_gawk_make_the_same_records() {
    let awks = ["/usr/bin/mawk", "/usr/bin/gawk"];
    let missing: Vec<_> = awks.iter().filter(|awk| !Path::new(awk).exists()).collect();
    assert!(missing.is_empty(), "not installed: {missing:?}");

    // a failure, and then what is left of it and three more
    let light = Project::light(None);
    let light_with = |awk: &str| {
        fs::remove_dir_all(light.run()).ok();
        take(&light, awk);
        light.compile(&[]);
        light.fail(4);
        light.local().ends_with(1);
        let failed = records(&light);
        light.mend(4);
        light.compile(&["--set", "seeds=0..9"]);
        light.local().ok();
        let why = light.submit(&["--status", "--tsv"]).ok();
        (failed, records(&light), why.text, light.made())
    };
    let [mawk, gawk] = awks.map(light_with);
    assert_eq!((mawk.0.len(), mawk.1.len()), (7, 10));
    assert_eq!(mawk, gawk);

    let ugly = values::project(None);
    let ugly_with = |awk: &str| {
        fs::remove_dir_all(ugly.run()).ok();
        take(&ugly, awk);
        ugly.local().ends_with(1);
        let status = ugly.submit(&["--status"]).ends_with(1);
        (records(&ugly), status.text, ugly.made())
    };
    let [mawk, gawk] = awks.map(ugly_with);
    assert_eq!(mawk, gawk);
}

/// Words that came after bash 4.4.
#[test]
fn scripts_use_no_bash_beyond_4_4() {
    let newer = [
        "EPOCHSECONDS",
        "EPOCHREALTIME",
        "BASH_ARGV0",
        "SRANDOM",
        "BASH_TRAPSIG",
        "assoc_expand_once",
        "localvar_inherit",
        "patsub_replacement",
        "varredir_close",
        "wait -p",
        "local -I",
        "read -E",
        "@U}",
        "@u}",
        "@L}",
        "@K}",
        "@k}",
        "${ ",
    ];
    let files = support::files("templates", "sh");
    assert!(files.len() > 5);
    for file in files {
        let text = support::read(&file);
        for word in newer {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}
