//! `flowc report`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::annz;
use crate::support::Folder;

const PROGRAM: &str = r#"
param seeds: [Int] = 0..6
param sky: File = "a<b>&\"c\".csv"
process fit(seed: Int, sky: File) -> (model: File = "model.txt") {
  time 1h
  script """
    echo "<i>fitting</i> seed $seed of $(wc -l < "$sky")"
    [ "$seed" != 3 ] || exit 7
    echo "$seed" > "$model"
  """
}
process judge(models: [File]) -> (best: File = "best.txt") {
  script """
    cat "${models[@]}" > "$best"
  """
}
workflow {
  for seed in seeds {
    run = fit(seed, sky)
    publish run.model as "models/<{seed}>.txt"
  }
  end = judge(models: run.model)
}
"#;

fn report(folder: &Folder) -> String {
    folder.flowc(&["report"]).fine();
    folder.read("report.html")
}

#[test]
fn a_run_that_failed_is_told_and_so_is_the_one_that_mended_it() {
    let folder = annz();
    let program = folder.path("study.flow");
    fs::write(&program, PROGRAM).unwrap();
    folder.write("a<b>&\"c\".csv", "ra,dec\n");

    assert_eq!(folder.flowc(&["study.flow"]).status, 0);
    let page = report(&folder);
    assert!(page.contains("Nothing has run yet of 7 shards."), "{page}");

    assert_eq!(folder.flowc(&["run", "study.flow"]).status, 1);
    let page = report(&folder);
    for part in [
        "<h1>study</h1>",
        "5 of 7 shards done, 1 failed, 1 blocked.",
        "fit: exit status 7",
        "<strong>fit[seed=3]</strong>",
        "&lt;i&gt;fitting&lt;&#x2f;i&gt; seed 3 of 1\n",
        "bash out&#x2f;submit.sh --log &#x27;fit[seed=3]&#x27;",
        "1 shard of judge: blocked by fit",
        "href=\"out&#x2f;run&#x2f;results&#x2f;models&#x2f;%3C4%3E.txt\"",
        "a&lt;b&gt;&amp;&quot;c&quot;.csv",
        "<figcaption>Submission 1: 6 tasks",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<i>"), "{page}");
    assert_eq!(report(&folder), page);

    // From another folder the links lead there, too.
    fs::create_dir(folder.path("talk")).unwrap();
    let ended = folder.flowc(&["report", "out", "-o", "talk/run.html"]);
    assert_eq!(ended.stdout, "wrote talk/run.html\n");
    let page = folder.read("talk/run.html");
    assert!(page.contains("bash ..&#x2f;out&#x2f;submit.sh"), "{page}");

    fs::write(&program, PROGRAM.replace("!= 3", "!= 33")).unwrap();
    assert_eq!(folder.flowc(&["run", "study.flow"]).status, 0);
    let page = report(&folder);
    assert!(page.contains("Complete: 7 shards done."), "{page}");
    assert!(page.contains("Nothing has failed."), "{page}");
    assert!(page.contains("<figcaption>Submission 2: "), "{page}");
}

/// A run as others may have left it: names like code, torn lines, lines of another version, a manifest that is none.
fn hostile(out: &Path) {
    let state = out.join("run/state");
    let submission = state.join("submissions/0002");
    for folder in [
        "submissions/0002/expect",
        "journal",
        "records",
        "../logs",
        "../results",
    ] {
        fs::create_dir_all(state.join(folder)).unwrap();
    }
    let write = |path: &str, text: &str| fs::write(out.join("run").join(path), text).unwrap();
    write(
        "state/submissions/0002/plan.tsv",
        "flow\t1\tna%0Ame<script>\t..\ncall\tfit\tfit\tv1\tx:s\t01-fit\ncall\tend\tend\tv2\t-\t02-end\n",
    );
    write(
        "state/submissions/0002/jobs.tsv",
        "01-fit\t17\t0-4\t-\n02-end\t18\t0-0\t-\n",
    );
    write(
        "state/submissions/0002/files.tsv",
        "<img src=x>%0A.csv\tabc\t12\t5\n",
    );
    let mut expect = String::new();
    let mut journal = "done\tfit\ttorn\n".to_owned();
    for (at, (key, status, seconds, cause, exit)) in [
        ("s=0", "done", 60, "-", "0"),
        ("s=1", "done", 90, "-", "0"),
        ("s=%3Cb%3E'", "failed", 30, "bad-value:<u>", "0"),
        ("s=3", "failed", 600, "timeout", "124"),
        ("s=4", "begin", 0, "-", "-"),
    ]
    .into_iter()
    .enumerate()
    {
        writeln!(expect, "{key}\tid").unwrap();
        let start = 1_700_000_000 + 20 * at;
        writeln!(
            journal,
            "{status}\tfit\t{key}\tv1\ti\tid\t0002\t1\t{start}\t{}\t{exit}\t-\t-\t{cause}\t0002.01-fit.{at}.0.n<1>.5.1\tn<1>\t{}\t.",
            start + seconds,
            300_000 + at,
        )
        .unwrap();
    }
    journal += "done\tfit\ts=0\tv1\ti\tid\t0002\t2\t1\t2\t0\t-\t-\t-\t-\t-\t-\tmore\t.\n";
    journal += "done\tfit\ts=9\tv1\ti\tid\t0001\t1\t1\t2\t0\t-\t-\t-\t../../x\t-\t-\t.\n";
    journal += "blocked\tend\t.\tv2\ti\tid\t0002\t1\t1\t1\t-\t-\t-\tfit[s=<3>]\t-\tn1\t-\t.\n";
    fs::write(submission.join("expect/fit.tsv"), expect).unwrap();
    fs::write(submission.join("expect/end.tsv"), ".\tid\n").unwrap();
    // As a torn journal and as records: each counts once.
    write(
        "state/journal/0002.01-fit.0.0.n1.5.tsv",
        &format!("{journal}done\tfit\ts=3\tv1"),
    );
    write("state/records/fit.tsv", &journal);
    let log = "::flow begin fit s=%3Cb%3E' 0002.01-fit.2.0.n<1>.5.1\n</pre><script>alert(1)</script>\u{1b}[1m\n";
    write(
        "logs/0002.01-fit.2.log",
        &format!("{log}::flow end fit s=%3Cb%3E' failed 0002.01-fit.2.0.n<1>.5.1\n"),
    );
    write("results/\"onclick=x <&>.txt", "12345");
    fs::write(out.join("manifest.json"), "{\"format\": 99}").unwrap();
    fs::write(out.join("submit.sh"), "").unwrap();
}

#[test]
fn a_hostile_run_is_a_page_without_its_code() {
    let folder = annz();
    hostile(&folder.path("out"));
    let page = report(&folder);
    let (_, body) = page.split_once("<body>\n").unwrap();
    let (body, _) = body.split_once("<script>\n").unwrap();
    for code in ["<script>alert", "<img", "<b>", "<u>", "\"onclick", "\u{1b}"] {
        assert!(!body.contains(code), "{code}: {body}");
    }
    insta::assert_snapshot!(body);
}

#[test]
fn a_program_is_told_names_and_numbers() {
    let folder = annz();
    hostile(&folder.path("out"));
    let told = folder.flowc(&["report", "--format", "json"]).fine();
    insta::assert_snapshot!(told);
    assert!(!folder.path("report.html").exists());
    let ended = folder.flowc(&["report", "out", "--format", "json", "-o", "run.json"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (0, ""));
    assert_eq!(folder.read("run.json"), told);

    let ended = folder.flowc(&["report", "--format", "json", "nothing"]);
    ended.fails(2, "`nothing`");
}

#[test]
fn a_run_is_complete_when_all_is_done() {
    let folder = annz();
    folder.write("study.flow", PROGRAM.replace("!= 3", "!= 33"));
    folder.write("a<b>&\"c\".csv", "ra,dec\n");
    let told = |folder: &Folder| -> serde_json::Value {
        let ended = folder.flowc(&["report", "--format", "json"]).fine();
        serde_json::from_str(&ended).unwrap()
    };
    assert_eq!(folder.flowc(&["study.flow"]).status, 0);
    let before = told(&folder);
    assert_eq!(before["complete"], false);
    assert_eq!(before["shards"]["pending"], 7);
    assert_eq!(before["submissions"], serde_json::json!([]));
    assert_eq!(folder.flowc(&["run", "study.flow"]).status, 0);
    let after = told(&folder);
    assert_eq!(after["complete"], true);
    assert_eq!(after["shards"]["done"], 7);
    assert_eq!(after["calls"][0]["process"], "fit");
    assert_eq!(after["calls"][0]["done"], 6);
    assert_eq!(after["results"], 6);
    assert_eq!(after["submissions"][0]["attempts"], 7);
}

/// 20,000 shards of 2 cores in 400 tasks: what is many is summed up.
#[test]
fn a_large_run_is_a_small_page_that_tells_what_was_asked_for_nothing() {
    let folder = annz();
    let program = PROGRAM.replace("0..6", "0..20000");
    let program = program.replace("time 1h", "time 2h\n  memory 4GB\n  cpus 2");
    folder.write("study.flow", program);
    folder.write("a<b>&\"c\".csv", "");
    assert_eq!(folder.flowc(&["study.flow"]).status, 0);
    let submission = folder.path("out/run/state/submissions/0001");
    fs::create_dir_all(submission.join("expect")).unwrap();
    fs::create_dir_all(submission.join("../../journal")).unwrap();
    fs::copy(folder.path("out/plan.tsv"), submission.join("plan.tsv")).unwrap();
    let (mut expect, mut journal) = (String::new(), String::new());
    for seed in 0..20_000_u64 {
        let (task, at) = (seed / 50, seed % 50);
        let start = 1_700_000_000 + 60 * at;
        let (status, cause) = match seed % 100 {
            7 => ("failed", format!("missing-output:{}", seed % 5000)),
            _ => ("done", "-".to_owned()),
        };
        writeln!(expect, "seed={seed}\tid").unwrap();
        writeln!(
            journal,
            "{status}\tfit\tseed={seed}\tv\ti\tid\t0001\t1\t{start}\t{}\t0\t-\t-\t{cause}\t0001.01-fit.{task}.0.n1.5.{at}\tn1\t{}\t.",
            start + 60,
            317_440 - seed % 1000,
        )
        .unwrap();
    }
    fs::write(submission.join("expect/fit.tsv"), expect).unwrap();
    fs::write(
        submission.join("../../journal/0001.01-fit.0.0.n1.5.tsv"),
        journal,
    )
    .unwrap();
    let page = report(&folder);
    for part in [
        "19,800 of 20,000 shards done, 200 failed.",
        "667 core hours in 20,000 attempts",
        "fit: asked for 4GB of memory, the largest shard used 310MB (7.6 %).",
        "fit: asked for 2h of time, the largest shard used 1m (0.8 %).",
        "200 shards failed, for 20 more causes than are told here.",
        "fit: output 7 was not made <span class=\"faint\">(4 shards)",
        "20,000 attempts of 1 job, as many as ran at once",
        "at most 400 at once",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.len() < 100_000, "{}", page.len());
}

#[test]
fn what_is_no_run_is_said() {
    let folder = annz();
    fs::create_dir(folder.path("empty")).unwrap();
    let ended = folder.flowc(&["report", "empty"]);
    ended.fails(2, "`empty` has no records, and no manifest");
    let ended = folder.flowc(&["report", "nowhere"]);
    ended.fails(2, "`nowhere` cannot be read");
    let ended = folder.flowc(&["report", "empty", "-o", "none/report.html"]);
    ended.fails(2, "`none` cannot be read");
}
