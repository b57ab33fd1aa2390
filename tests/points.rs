//! What runs again when rows of groups come, change or go: exactly what reads them.

use std::fs;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = r#"record Row { key id: String, library: String, size: Int }
param rows: [Row] = csv<Row>("rows.csv")

process count(id: String, size: Int) -> (n: Int) {
  script """
    echo "$id" >/dev/null
    echo "$size" >"$n"
  """
}

process total(library: String, ns: [Int]) -> (sum: File = "sum.txt") {
  script """
    echo "$library ${ns[*]}" >"$sum"
  """
}

workflow {
  for row in rows {
    c = count(id: row.id, size: row.size)
  }
  for library in unique(rows.library) {
    t = total(library, ns: c.n)
    publish t.sum as "{library}.txt"
  }
}
"#;

#[test]
fn rows_that_come_change_or_move_run_what_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("rows.flow"), PROGRAM).unwrap();
    let mut rows = vec!["a,L1,1", "b,L2,2", "c,L1,3"];
    assert_eq!(pending(at, &rows), ["count 3", "total 2"]);
    assert_eq!(pending(at, &rows), [""; 0]);
    rows.push("d,L2,4");
    assert_eq!(pending(at, &rows), ["count 1", "total 1"]);
    rows.push("e,L3,5");
    assert_eq!(pending(at, &rows), ["count 1", "total 1"]);
    // A changed row, and the group that it is in.
    rows[0] = "a,L1,10";
    assert_eq!(pending(at, &rows), ["count 1", "total 1"]);
    // A row in another group: what is made for it stays, both groups are made again.
    rows[1] = "b,L1,2";
    assert_eq!(pending(at, &rows), ["total 2"]);
    assert_eq!(
        fs::read_to_string(at.join("out/run/results/L1.txt")).unwrap(),
        "L1 10 2 3\n"
    );
    // A group that is gone takes its published file along.
    rows.pop();
    assert_eq!(pending(at, &rows), [""; 0]);
    assert!(!at.join("out/run/results/L3.txt").exists());
}

/// Compiles with these rows, and runs what is missing: calls with the number of shards that ran.
fn pending(at: &Path, rows: &[&str]) -> Vec<String> {
    fs::write(
        at.join("rows.csv"),
        format!("id,library,size\n{}\n", rows.join("\n")),
    )
    .unwrap();
    let mut flowc = Command::new(env!("CARGO_BIN_EXE_flowc"));
    flowc.arg("rows.flow").args(["-o", "out"]).current_dir(at);
    let compiled = flowc.output().unwrap();
    assert!(compiled.status.success(), "{compiled:?}");
    let submit = |option: &str| {
        let mut bash = Command::new("bash");
        let ended = bash.arg("out/submit.sh").arg(option).current_dir(at);
        let ended = ended.output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
        String::from_utf8_lossy(&ended.stdout).into_owned()
    };
    let said = submit("--dry-run");
    submit("--local");
    let lines = said.lines().filter_map(|line| {
        let (call, rest) = line.split_once(": ")?;
        let runs = rest.split_once("done, ")?.1.strip_suffix(" would run")?;
        (runs != "0").then(|| format!("{call} {runs}"))
    });
    lines.collect()
}
