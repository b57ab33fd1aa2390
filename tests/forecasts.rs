//! What flowc says about runs: learned from records, compared with another compile, simulated.

use std::fmt::Write as _;
use std::process::Command;

use crate::support::Folder;

const PROGRAM: &str = r#"record Item { key id: String, file: File }
process reduce(item: Item) -> (out: File = "out.txt") {
  cost 1m
  script """
    wc -c < "$item_file" > "$out"
  """
}
process collate(outs: [File]) -> (out: File = "all.txt") {
  script """
    cat "${outs[@]}" > "$out"
  """
}
workflow {
  for item in csv<Item>("items.csv") { r = reduce(item) }
  c = collate(outs: r.out)
  publish c.out
}
"#;

/// Ten items; each file is 100 bytes larger than the one before.
fn project() -> Folder {
    let folder = Folder::empty();
    let mut items = "id,file\n".to_owned();
    for n in 0..10 {
        writeln!(items, "i{n},f{n}").unwrap();
        folder.write(&format!("f{n}"), "x".repeat(100 * (n + 1)));
    }
    folder.write("items.csv", items);
    folder.write("p.flow", PROGRAM);
    folder
}

/// Records as tasks leave them: a shard takes two seconds, and ten for each 100 bytes of its file.
fn records(folder: &Folder) {
    let submission = "out/run/state/submissions/0001";
    let plan = folder.read("out/plan.tsv");
    folder.write(&format!("{submission}/plan.tsv"), plan);
    let (mut lists, mut done) = (String::new(), String::new());
    for n in 0..10 {
        let dir = format!("item=i{n}");
        let size = 100 * (n + 1);
        writeln!(lists, "{n}\treduce\t{dir}\tv\ti\tid\t{size}:17\ti{n}\tf{n}").unwrap();
        let end = 1000 + 2 + 10 * (n + 1);
        writeln!(
            done,
            "done\treduce\t{dir}\tv\ti\tid\t0001\t1\t1000\t{end}\t0\t-\t-\t-\tx\tnode\t{}\t.",
            100_000 + n
        )
        .unwrap();
    }
    done += "done\treduce\ttorn\n";
    folder.write(&format!("{submission}/lists/01-reduce.tsv"), lists);
    folder.write("out/run/state/records/reduce.tsv", done);
}

#[test]
fn what_a_run_took_is_what_the_next_compile_expects() {
    let folder = project();
    flowc(&folder, &["p.flow"]);
    records(&folder);
    flowc(&folder, &["learn", "out", "-o", "p.costs.toml"]);
    insta::assert_snapshot!(folder.read("p.costs.toml"), @r"
    # What the shards of earlier runs took, in seconds and bytes; `flowc learn` wrote it. Committed beside the program,
    # it stands for costs, and for the time and memory that a process does not ask for.
    format = 1

    [process.reduce]
    shards = 10

    [process.reduce.time]
    mean = 57.0
    half = 52.0
    most_of_10 = 92.0
    most_of_100 = 102.0
    most = 102.0

    [process.reduce.memory]
    mean = 102404608.0
    half = 102404096.0
    most_of_10 = 102408192.0
    most_of_100 = 102409216.0
    most = 102409216.0

    [process.reduce.by_size]
    base = 2.0
    per_gigabyte = 107374182.4
    ");
    let plan = flowc(&folder, &["plan", "p.flow"]);
    let (jobs, _) = plan.split_once("predicted").unwrap();
    insta::assert_snapshot!(jobs, @r"
    job         shards  tasks  packed  walltime  memory  partition  depends on
    01-reduce       10      5       2  00:18:18  192M    -
    02-collate       1      1       1  -         -       -          01-reduce

    01-reduce: packed 10 shards in 5 tasks, balanced by cost (12s to 1m42s), longest first: 1m54s of work against 20s of start-up; overhead 26 % → 15 %
    01-reduce: measured in 10 shards of reduce: 57s (at most 1m42s), by the size of its input files, and 192MB of memory
    ");
}

fn flowc(folder: &Folder, args: &[&str]) -> String {
    folder.flowc(args).fine()
}

fn submit(folder: &Folder, option: &str) -> String {
    let mut bash = Command::new("bash");
    let ended = folder.run(bash.args(["out/submit.sh", option]));
    assert_eq!(ended.status, 0, "{option}: {ended:?}");
    ended.stdout
}

#[test]
fn a_comparison_names_just_the_shards_that_run_again() {
    let folder = project();
    flowc(&folder, &["p.flow"]);
    submit(&folder, "--local");
    // A row less, one more, and another file for a third.
    let items = folder.read("items.csv");
    let items = items.replace("i3,f3\n", "").replace("i5,f5", "i5,f6");
    folder.write("items.csv", format!("{items}new,f3\n"));
    let shown = flowc(&folder, &["plan", "p.flow", "-O0", "--diff", "out"]);
    insta::assert_snapshot!(shown, @r"
    The jobs are the same.

    Where all of the other is done, with files as they are now:
    call     same  new  again  gone  why
    reduce      8    1      1     1  its inputs change
    collate     0    0      1     0  its inputs change
    reduce new: item=new
    reduce again: item=i5
    reduce gone: item=i3
    ");
    let json = flowc(
        &folder,
        &[
            "plan",
            "p.flow",
            "--format",
            "json",
            "--diff",
            "out/manifest.json",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["calls"][0]["again"][0], "item=i5");
    // What the records say is the same.
    flowc(&folder, &["p.flow"]);
    let said = submit(&folder, "--dry-run");
    assert!(said.contains("reduce: 8 of 10 done, 2 would run"), "{said}");
    assert!(said.contains("collate: 0 of 1 done, 1 would run"), "{said}");
    let shown = flowc(&folder, &["plan", "p.flow", "--diff", "out"]);
    assert!(shown.starts_with("The jobs are the same."), "{shown}");
}

#[test]
fn a_simulation_is_the_same_for_the_same_seed() {
    let folder = project();
    let trouble = [
        "simulate",
        "p.flow",
        "-O0",
        "--failures",
        "30%",
        "--wait",
        "5m",
    ];
    let run = |more: &[&str]| flowc(&folder, &[&trouble[..], more].concat());
    let first = run(&["--svg", "one.svg"]);
    assert_eq!(first, run(&["--svg", "two.svg"]));
    assert_ne!(first, run(&["--seed", "2"]));
    let picture = |name: &str| folder.read(name);
    assert_eq!(picture("one.svg"), picture("two.svg"));
    assert!(picture("one.svg").ends_with("</svg>\n"));
    assert!(picture("one.svg").contains(">01-reduce</text>"));
    // Trouble makes it longer, and without trouble it is what the plan predicts.
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&flowc(&folder, &[args, &["--format", "json"]].concat())).unwrap()
    };
    let (quiet, trouble) = (json(&["simulate", "p.flow", "-O0"]), json(&trouble));
    assert!(trouble["makespan"].as_f64() > quiet["makespan"].as_f64());
    assert!(trouble["tasks"].as_array().unwrap().len() > 11);
    let plan = json(&["plan", "p.flow"]);
    assert_eq!(plan["forecast"][0]["makespan"], quiet["makespan"]);
}
