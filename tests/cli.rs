//! The command line: help, exit statuses, what goes where.

mod completions;
mod graph;
mod new;
mod params;
mod plan;
mod reasons;
mod report;
mod rerun;
mod temporary;

use std::fs;
use std::process::{Command, Stdio};

use crate::support::{self, Ended, Folder};

/// A folder with the first case.
fn annz() -> Folder {
    let folder = Folder::empty();
    let from = support::root("tests/cases");
    for name in [
        "annz.flow",
        "data/annz_class.py",
        "data/summarise.py",
        "data/galaxies.csv",
    ] {
        folder.write(name, support::read(&from.join(name)));
    }
    folder
}

#[test]
fn help_is_the_reference() {
    let folder = annz();
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
      report       Write what a run did as one HTML file, or as JSON
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
    let folder = annz();
    let first = folder.flowc(&["annz.flow"]).fine();
    assert!(first.starts_with("out/: 2 jobs, 101 shards; "), "{first}");
    let second = folder.flowc(&["annz.flow", "-o", "out/"]);
    assert_eq!(second.stdout, "out/: 2 jobs, 101 shards; unchanged\n");
}

#[test]
fn the_same_bytes_come_out_wherever_the_folder_is() {
    let (one, two) = (annz(), annz());
    for folder in [&one, &two] {
        assert_eq!(folder.flowc(&["annz.flow"]).status, 0);
    }
    for name in [
        "plan.tsv",
        "manifest.json",
        "README.md",
        "jobs/01-classify.sbatch",
    ] {
        let read = |folder: &Folder| folder.read(&format!("out/{name}"));
        assert_eq!(read(&one), read(&two), "{name}");
    }
}

#[test]
fn a_program_that_is_wrong_ends_with_1_and_writes_nothing() {
    let folder = annz();
    folder.write("bad.flow", "workflow { x = nothing() }\n");
    let ended = folder.flowc(&["bad.flow"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains("flow::resolve::"), "{}", ended.stderr);
    assert!(!folder.path("out").exists());
}

#[test]
fn diagnostics_are_there_for_machines() {
    let folder = annz();
    folder.write("bad.flow", "workflow { x = nothing() }\n");
    let ended = folder.flowc(&["check", "bad.flow", "--format", "json"]);
    assert_eq!(ended.status, 1);
    let found: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!(found[0]["severity"], "error");
    assert_eq!(found[0]["labels"][0]["line"], 1);
}

#[test]
fn what_cannot_be_read_or_understood_ends_with_2() {
    let folder = annz();
    for args in [
        &["missing.flow"][..],
        &["annz.flow", "--nonsense"],
        &["annz.flow", "-O7"],
    ] {
        assert_eq!(folder.flowc(args).status, 2, "{args:?}");
    }
    fs::create_dir(folder.path("thesis")).unwrap();
    folder.write("thesis/main.tex", "");
    let ended = folder.flowc(&["annz.flow", "-o", "thesis"]);
    ended.fails(2, "`thesis/main.tex` is not a file of flowc");
}

#[test]
fn code_that_is_missing_is_named_with_its_place() {
    let folder = annz();
    fs::remove_file(folder.path("data/summarise.py")).unwrap();
    let ended = folder.flowc(&["check", "annz.flow"]);
    ended.fails(1, "flow::code::missing");
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
    let folder = annz();
    let site = folder.path("site.toml");
    fs::write(&site, "name = \"tiny\"\nsubmit_limit = 51\n").unwrap();
    let ended = folder.flowc(&["plan", "annz.flow", "--site", "site.toml"]);
    ended.shows("01-classify      100     50       2");
    fs::write(&site, "submit_limits = 51\n").unwrap();
    let ended = folder.flowc(&["plan", "annz.flow", "--site", "site.toml"]);
    ended.fails(1, "did you mean `submit_limit`?");
}

#[test]
fn codes_are_explained() {
    let folder = annz();
    let ended = folder.flowc(&["explain", "plan::no_partition"]);
    assert!(
        ended.stdout.starts_with("flow::plan::no_partition\n"),
        "{}",
        ended.stderr
    );
    let ended = folder.flowc(&["explain", "flow::plan::no_partitoin"]);
    ended.fails(2, "did you mean `flow::plan::no_partition`?");
}

#[test]
fn programs_are_laid_out_in_one_way() {
    let folder = annz();
    let path = folder.path("x.flow");
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
    let folder = annz();
    let path = folder.path("x.flow");
    fs::write(&path, "param  n Int\n").unwrap();
    let ended = folder.flowc(&["fmt", "x.flow"]);
    ended.fails(1, "flow::parse::");
    assert_eq!(support::read(&path), "param  n Int\n");
}

#[test]
fn examples_and_cases_are_laid_out() {
    let programs = support::files("examples", "flow")
        .into_iter()
        .chain(support::files("tests/cases", "flow"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
    let ended = Ended::of(command.args(["fmt", "--check"]).args(programs));
    assert_eq!((ended.status, ended.stdout.as_str()), (0, ""));
}

#[test]
fn params_are_read_from_files_of_three_formats() {
    let folder = annz();
    let plans_two = |options: &[&str]| {
        let plan = folder.flowc(&[&["plan", "annz.flow"], options].concat());
        assert!(
            plan.stdout.contains("01-classify        2"),
            "{options:?}: {}",
            plan.stderr
        );
    };
    for (name, text) in [
        ("p.json", "{\"seeds\": [4, 5]}"),
        ("p.toml", "seeds = [4, 5]\n"),
        ("p.yaml", "seeds:\n  - 4\n  - 5\n"),
    ] {
        // also as Windows writes it
        for text in [text, &format!("\u{feff}{}", text.replace('\n', "\r\n"))] {
            folder.write(name, text);
            plans_two(&["--params", name]);
        }
    }
    folder.write("my seeds.json", "\u{feff}[4, 5]");
    plans_two(&["--set", "seeds=my seeds.json"]);
}

#[test]
fn what_is_wrong_in_a_params_file_is_shown_as_it_is_written_there() {
    let folder = Folder::empty();
    folder.write(
        "main.flow",
        r#"
record Row { key id: String, least: Int }
param rows: [Row] = []
param least: Int = 1
param quick: Bool = false
process work(row: Row, least: Int, quick: Bool) -> (out: File) {
  script """echo "$row_id $row_least $least $quick" > "$out" """
}
workflow { for row in rows { done = work(row, least, quick) } }
"#,
    );
    for (name, text, place) in [
        (
            "p.yaml",
            "rows:\n  - { id: a, least: 3 }\nquick: no\n",
            "p.yaml:3:8",
        ),
        (
            "p.toml",
            "quick = 'no'\n\n[[rows]]\nid = 'a'\nleast = 3\n",
            "p.toml:1:9",
        ),
        ("p.json", "{\n  \"quick\": \"no\"\n}\n", "p.json:2:12"),
        (
            "q.yaml",
            "rows:\n  - id: a\n    least: 3\nleast: 2.5\n",
            "q.yaml:4:8",
        ),
        ("r.yaml", "# a comment\n'lest': 2\n", "r.yaml:2:1"),
        ("s.yaml", "# a list\n- 2\n", "s.yaml:2:1"),
    ] {
        folder.write(name, text);
        let ended = folder.flowc(&["check", "main.flow", "--params", name]);
        ended.fails(1, place);
    }
}

/// Where the commands are there without them.
#[test]
fn images_can_be_ignored() {
    let folder = Folder::empty();
    folder.write(
        "main.flow",
        r#"
container tools = "tools.sif"
process work() -> (out: File = "out.txt") {
  container tools
  bind "/data"
  script """echo done > "$out" """
}
workflow {
  one = work()
  publish one.out
}
"#,
    );
    folder.write("site.toml", "container = \"none\"\n");
    folder.flowc(&["main.flow", "--site", "site.toml"]).fine();
    assert!(!folder.path("out/lib/container.sh").exists());
    let ended = folder.run(Command::new("out/submit.sh").arg("--local"));
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert_eq!(folder.read("out/run/results/out.txt"), "done\n");
}

#[test]
fn help_of_a_program_lists_its_params() {
    let folder = annz();
    let ended = folder.flowc(&["annz.flow", "--help"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    for part in ["Usage: flowc annz.flow", "seeds", "[Int]", "0..100"] {
        ended.shows(part);
    }
    assert!(!folder.path("out").exists());
    assert_eq!(folder.flowc(&["none.flow", "--help"]).status, 2);
}

/// Three numbers an axis, from the parser to the plan: as fast and as small as for one.
#[test]
fn three_ranges_of_a_thousand_stay_ranges() {
    let folder = annz();
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
    folder.write("cube.flow", program);
    let ended = folder.flowc(&["cube.flow", "-o", "cube"]);
    ended.shows("1000000000 shards");
    let plan = folder.read("cube/plan.tsv");
    assert!(plan.len() < 2_000, "{plan}");
    assert!(!folder.path("cube/shards").exists());
}
