//! The command line: help, exit statuses, what goes where.

mod completions;
mod graph;
mod new;
mod plan;
mod report;
mod rerun;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support;

/// A folder with the first case, and flowc called in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let from = support::root("tests/cases");
        fs::create_dir(folder.path().join("data")).unwrap();
        for name in [
            "annz.flow",
            "data/annz_class.py",
            "data/summarise.py",
            "data/galaxies.csv",
        ] {
            fs::copy(from.join(name), folder.path().join(name)).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn flowc(&self, args: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
        let output = command.args(args).current_dir(self.path()).output();
        Ended::new(output.unwrap())
    }
}

struct Ended {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Ended {
    fn new(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[test]
fn help_is_the_reference() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.flowc(&["-h"]).stdout, @r"
    Compile a workflow (.flow) to SLURM array scripts that depend on each other

    Usage: flowc [OPTIONS] FILE
           flowc COMMAND …

    Commands:
      new          Make a folder with a workflow that runs
      import       Make a program of an sbatch script or of a file of commands
      check        Say what is wrong with a program; write nothing
      plan         Show the jobs that a program becomes; write nothing
      graph        Draw a program, or the jobs that it becomes
      run          Compile, and run here without SLURM
      status       Show how far a workflow is
      report       Write what a run did as one HTML file
      rerun        Run shards again that are done
      learn        Write down what the shards of a run took
      simulate     Run the jobs on a simulated cluster
      site         Find out what a cluster is like
      fmt          Lay programs out in one way
      explain      Explain a diagnostic by its code
      completions  Write what a shell needs to complete flowc's arguments
      lsp          Serve an editor: mistakes, meanings, completion

    Arguments:
      <FILE>  The program

    Options:
          --set <NAME=VALUE>     Give a param a value: text for a String or File, else an expression
          --params <FILE>        Give params values from a file (JSON, TOML, YAML)
          --format <FORMAT>      Whom diagnostics and plans are for [default: human] [possible values: human, json]
          --site <SITE.toml>     Describe the cluster: partitions, limits, container runtime
          --container <RUNTIME>  Start images with this program [possible values: apptainer, singularity, charliecloud, none]
          --costs <FILE>         What earlier runs took, as `flowc learn` wrote it; without it PROGRAM.costs.toml, if it is there
      -O <LEVEL>                 0: a job a call, an array task a shard; 1: all optimisations [default: 1] [possible values: 0, 1]
      -o, --out <DIR>            Write to this folder [default: out]
      -h, --help                 Print help (see more with '--help')
      -V, --version              Print version
    ");
    assert_eq!(folder.flowc(&[]).status, 2);
}

#[test]
fn a_compile_says_what_it_did_and_a_second_one_changes_nothing() {
    let folder = Folder::new();
    let first = folder.flowc(&["annz.flow"]);
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    assert!(
        first.stdout.starts_with("out/: 2 jobs, 101 shards; "),
        "{}",
        first.stdout
    );
    let second = folder.flowc(&["annz.flow", "-o", "out/"]);
    assert_eq!(second.stdout, "out/: 2 jobs, 101 shards; unchanged\n");
}

#[test]
fn the_same_bytes_come_out_wherever_the_folder_is() {
    let (one, two) = (Folder::new(), Folder::new());
    for folder in [&one, &two] {
        assert_eq!(folder.flowc(&["annz.flow"]).status, 0);
    }
    for name in [
        "plan.tsv",
        "manifest.json",
        "README.md",
        "jobs/01-classify.sbatch",
    ] {
        let read = |folder: &Folder| support::read(&folder.path().join("out").join(name));
        assert_eq!(read(&one), read(&two), "{name}");
    }
}

#[test]
fn a_program_that_is_wrong_ends_with_1_and_writes_nothing() {
    let folder = Folder::new();
    fs::write(
        folder.path().join("bad.flow"),
        "workflow { x = nothing() }\n",
    )
    .unwrap();
    let ended = folder.flowc(&["bad.flow"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains("flow::resolve::"), "{}", ended.stderr);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn diagnostics_are_there_for_machines() {
    let folder = Folder::new();
    fs::write(
        folder.path().join("bad.flow"),
        "workflow { x = nothing() }\n",
    )
    .unwrap();
    let ended = folder.flowc(&["check", "bad.flow", "--format", "json"]);
    assert_eq!(ended.status, 1);
    let found: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!(found[0]["severity"], "error");
    assert_eq!(found[0]["labels"][0]["line"], 1);
}

#[test]
fn what_cannot_be_read_or_understood_ends_with_2() {
    let folder = Folder::new();
    for args in [
        &["missing.flow"][..],
        &["annz.flow", "--nonsense"],
        &["annz.flow", "-O7"],
    ] {
        assert_eq!(folder.flowc(args).status, 2, "{args:?}");
    }
    fs::create_dir(folder.path().join("thesis")).unwrap();
    fs::write(folder.path().join("thesis/main.tex"), "").unwrap();
    let ended = folder.flowc(&["annz.flow", "-o", "thesis"]);
    assert_eq!(ended.status, 2);
    assert!(
        ended
            .stderr
            .contains("`thesis/main.tex` is not a file of flowc"),
        "{}",
        ended.stderr
    );
}

#[test]
fn code_that_is_missing_is_named_with_its_place() {
    let folder = Folder::new();
    fs::remove_file(folder.path().join("data/summarise.py")).unwrap();
    let ended = folder.flowc(&["check", "annz.flow"]);
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("flow::code::missing"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("annz.flow:"), "{}", ended.stderr);
}

#[test]
fn who_stops_reading_has_what_was_wanted() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
    command.args(["explain", "flow::parse::semicolon"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.is_empty(), "{ended:?}");
}

#[test]
fn a_site_decides_about_limits_and_its_mistakes_are_shown() {
    let folder = Folder::new();
    let site = folder.path().join("site.toml");
    fs::write(&site, "name = \"tiny\"\nsubmit_limit = 51\n").unwrap();
    let ended = folder.flowc(&["plan", "annz.flow", "--site", "site.toml"]);
    assert!(
        ended.stdout.contains("01-classify      100     50       2"),
        "{}",
        ended.stdout
    );
    fs::write(&site, "submit_limits = 51\n").unwrap();
    let ended = folder.flowc(&["plan", "annz.flow", "--site", "site.toml"]);
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("did you mean `submit_limit`?"),
        "{}",
        ended.stderr
    );
}

#[test]
fn codes_are_explained() {
    let folder = Folder::new();
    let ended = folder.flowc(&["explain", "plan::no_partition"]);
    assert!(
        ended.stdout.starts_with("flow::plan::no_partition\n"),
        "{}",
        ended.stderr
    );
    let ended = folder.flowc(&["explain", "flow::plan::no_partitoin"]);
    assert_eq!(ended.status, 2);
    assert!(
        ended
            .stderr
            .contains("did you mean `flow::plan::no_partition`?")
    );
}

#[test]
fn programs_are_laid_out_in_one_way() {
    let folder = Folder::new();
    let path = folder.path().join("x.flow");
    fs::write(&path, "param  n:Int=3\n").unwrap();
    let check = folder.flowc(&["fmt", "--check", "annz.flow", "x.flow"]);
    assert_eq!((check.status, check.stdout.as_str()), (1, "x.flow\n"));
    assert_eq!(support::read(&path), "param  n:Int=3\n");
    assert_eq!(folder.flowc(&["fmt", "x.flow"]).status, 0);
    assert_eq!(support::read(&path), "param n: Int = 3\n");
    assert_eq!(folder.flowc(&["fmt", "--check", "x.flow"]).status, 0);
}

#[test]
fn a_program_with_syntax_errors_is_not_laid_out() {
    let folder = Folder::new();
    let path = folder.path().join("x.flow");
    fs::write(&path, "param  n Int\n").unwrap();
    let ended = folder.flowc(&["fmt", "x.flow"]);
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("flow::parse::"), "{}", ended.stderr);
    assert_eq!(support::read(&path), "param  n Int\n");
}

#[test]
fn examples_and_cases_are_laid_out() {
    let programs = support::files("examples", "flow")
        .into_iter()
        .chain(support::files("tests/cases", "flow"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
    let output = command.args(["fmt", "--check"]).args(programs).output();
    let ended = Ended::new(output.unwrap());
    assert_eq!((ended.status, ended.stdout.as_str()), (0, ""));
}

#[test]
fn params_are_read_from_files_of_three_formats() {
    let folder = Folder::new();
    for (name, text) in [
        ("p.json", "{\"seeds\": [4, 5]}"),
        ("p.toml", "seeds = [4, 5]\n"),
        ("p.yaml", "seeds:\n  - 4\n  - 5\n"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        let plan = folder.flowc(&["plan", "annz.flow", "--params", name]);
        assert!(
            plan.stdout.contains("01-classify        2"),
            "{name}: {}",
            plan.stderr
        );
    }
    fs::write(folder.path().join("p.yml"), "seeds: [4,\n").unwrap();
    let ended = folder.flowc(&["plan", "annz.flow", "--params", "p.yml"]);
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("`p.yml` is not YAML"),
        "{}",
        ended.stderr
    );
}

#[test]
fn help_of_a_program_lists_its_params() {
    let folder = Folder::new();
    let ended = folder.flowc(&["annz.flow", "--help"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    for part in ["Usage: flowc annz.flow", "seeds", "[Int]", "0..100"] {
        assert!(ended.stdout.contains(part), "{}", ended.stdout);
    }
    assert!(!folder.path().join("out").exists());
    assert_eq!(folder.flowc(&["none.flow", "--help"]).status, 2);
}

/// Three numbers an axis, from the parser to the plan: as fast and as small as for one.
#[test]
fn three_ranges_of_a_thousand_stay_ranges() {
    let folder = Folder::new();
    let program = r#"
process work(a: Int, b: Int, c: Int) -> (out: File) {
  cost 1s
  script """
    echo "$a $b $c" > "$out"
  """
}
workflow {
  for a in 0..1000 { for b in 1..=1000 { for c in 0..2000 step 2 { work(a, b, c) } } }
}
"#;
    fs::write(folder.path().join("cube.flow"), program).unwrap();
    let ended = folder.flowc(&["cube.flow", "-o", "cube"]);
    assert!(
        ended.stdout.contains("1000000000 shards"),
        "{}",
        ended.stderr
    );
    let plan = support::read(&folder.path().join("cube/plan.tsv"));
    assert!(plan.len() < 2_000, "{plan}");
    assert!(!folder.path().join("cube/shards").exists());
}
