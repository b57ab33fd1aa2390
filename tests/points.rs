//! What runs again when rows of groups come, change or go: exactly what reads them.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What a process says of each row; the process, its call and what the groups are by.
fn program(process: &str, call: &str, by: &str) -> String {
    format!(
        r#"record Row {{ key id: String, library: String, size: Int }}
param rows: [Row] = csv<Row>("rows.csv")

{process}
process total(library: String, ns: [Int]) -> (sum: File = "sum.txt") {{
  script """
    echo "$library ${{ns[*]}}" >"$sum"
  """
}}

workflow {{
  for row in rows {{
    c = {call}
  }}
  for library in unique({by}) {{
    t = total(library, ns: c.n)
    publish t.sum as "{{library}}.txt"
  }}
}}
"#
    )
}

const COUNT: &str = r#"process count(id: String, size: Int) -> (n: Int) {
  script """
    echo "$id" >/dev/null
    echo "$size" >"$n"
  """
}
"#;

/// The groups are what a process says of the rows.
const TELL: &str = r#"process tell(row: Row) -> (library: String, n: Int) {
  script """
    echo "$row_id" >/dev/null
    echo "$row_library" >"$library"
    echo "$row_size" >"$n"
  """
}
"#;

#[test]
fn rows_that_come_change_or_move_run_what_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let program = program(COUNT, "count(id: row.id, size: row.size)", "rows.library");
    fs::write(at.join("rows.flow"), program).unwrap();
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

/// What a row reads of its group, and of its partner, is a result of another name when the row moves.
const TAG: &str = r#"record Row { key id: String, library: String, size: Int }
param rows: [Row] = csv<Row>("rows.csv")
param partners: [String] = lines("partners.txt")

process label(name: String) -> (text: String) {
  script """
    echo "of $name" >"$text"
  """
}

process tag(id: String, group: String, partner: String) -> (tag: File = "tag.txt") {
  script """
    echo "$id $group $partner" >"$tag"
  """
}

workflow {
  for library in unique(rows.library) {
    group = label(name: library)
  }
  for partner in partners {
    other = label(name: partner)
  }
  for row, partner in zip(rows, partners) {
    t = tag(id: row.id, group: group.text, partner: other.text)
    publish t.tag as "{row.id}.txt"
  }
}
"#;

#[test]
fn who_is_given_another_result_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("rows.flow"), TAG).unwrap();
    fs::write(at.join("partners.txt"), "p\nq\nr\n").unwrap();
    let published =
        |row: &str| fs::read_to_string(at.join(format!("out/run/results/{row}.txt"))).unwrap();
    let mut rows = vec!["a,L1,1", "b,L2,2", "c,L1,3"];
    let all = ["label.group 2", "label.other 3", "tag 3"];
    assert_eq!(pending(at, &rows), all);
    assert_eq!(pending(at, &rows), [""; 0]);
    rows[0] = "a,L2,1";
    assert_eq!(pending(at, &rows), ["tag 1"]);
    assert_eq!(published("a"), "a of L2 of p\n");
    fs::write(at.join("partners.txt"), "q\np\nr\n").unwrap();
    assert_eq!(pending(at, &rows), ["tag 2"]);
    assert_eq!(
        ["a", "b"].map(published),
        ["a of L2 of q\n", "b of L2 of p\n"]
    );
    assert_eq!(pending(at, &rows), [""; 0]);
    // A row more before them: rows move to other partners, and keep their groups.
    rows.insert(0, "d,L1,4");
    fs::write(at.join("partners.txt"), "s\nq\np\nr\n").unwrap();
    assert_eq!(pending(at, &rows), ["label.other 1", "tag 1"]);
}

/// What a row is told where a script says nothing of it.
const SAY: &str = r#"record Row { key id: String, library: String, size: Int }
param rows: [Row] = csv<Row>("rows.csv")

process measure(size: Int) -> (n: Int) {
  script """
    echo "$size" >"$n"
  """
}

process word(n: Int) -> (text: String) {
  script """
    echo "large: $n" >"$text"
  """
}

process say(text: String) -> (file: File = "said.txt") {
  script """
    echo "$text" >"$file"
  """
}

workflow {
  for row in rows {
    m = measure(row.size)
    if m.n > 9 {
      large = word(m.n)
    }
    s = say(text: large.text ?? "of {row.library}")
    publish s.file as "{row.id}.txt"
  }
}
"#;

#[test]
fn a_text_that_stands_in_for_a_result_runs_again_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("rows.flow"), SAY).unwrap();
    let said = |row: &str| fs::read_to_string(at.join(format!("out/run/results/{row}.txt")));
    let mut rows = vec!["a,L1,1", "b,L2,20"];
    assert_eq!(pending(at, &rows), ["measure 2", "word 2", "say 2"]);
    assert_eq!(pending(at, &rows), [""; 0]);
    rows[0] = "a,L3,1";
    assert_eq!(pending(at, &rows), ["say 1"]);
    assert_eq!(said("a").unwrap(), "of L3\n");
    assert_eq!(said("b").unwrap(), "large: 20\n");
}

/// Lists of files of which each row takes one; a file of one of them is another input, too.
const CHOOSE: &str = r#"record Row { key id: String, library: String, size: Int }
param rows: [Row] = csv<Row>("rows.csv")
param few: [File] = ["a.txt"]
param many: [File] = ["b.txt", "c.txt"]

process measure(size: Int) -> (n: Int) {
  script """
    echo "$size" >"$n"
  """
}

process merge(files: [File], last: File) -> (file: File = "all.txt") {
  script """
    cat "${files[@]}" "$last" >"$file"
  """
}

workflow {
  for row in rows {
    m = measure(row.size)
    if m.n > 9 {
      files = many
    } else {
      files = few
    }
    j = merge(files, last: "c.txt")
    publish j.file as "{row.id}.txt"
  }
}
"#;

#[test]
fn lists_of_files_that_shards_choose_from_are_told_apart_from_what_follows_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("rows.flow"), CHOOSE).unwrap();
    for (name, text) in [("a.txt", "a\n"), ("b.txt", "two\n"), ("c.txt", "three\n")] {
        fs::write(at.join(name), text).unwrap();
    }
    let joined = |row: &str| fs::read_to_string(at.join(format!("out/run/results/{row}.txt")));
    let rows = ["a,L1,1", "b,L2,20"];
    assert_eq!(pending(at, &rows), ["measure 2", "merge 2"]);
    assert_eq!(joined("a").unwrap(), "a\nthree\n");
    assert_eq!(joined("b").unwrap(), "two\nthree\nthree\n");
    assert_eq!(pending(at, &rows), [""; 0]);
    fs::write(at.join("b.txt"), "twofold\n").unwrap();
    pending(at, &rows);
    assert_eq!(joined("b").unwrap(), "twofold\nthree\nthree\n");
}

#[test]
fn groups_that_a_run_tells_are_right_after_each_change() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let program = program(TELL, "tell(row)", "c.library");
    fs::write(at.join("rows.flow"), program).unwrap();
    let published = |library: &str| {
        let file = format!("out/run/results/{library}.txt");
        fs::read_to_string(at.join(file)).unwrap_or_default()
    };
    let mut rows = vec!["a,L1,1", "b,L2,2", "c,L1,3"];
    let first = pending(at, &rows);
    assert!(first.contains(&"tell 3".to_owned()), "{first:?}");
    assert_eq!(published("L1") + &published("L2"), "L1 1 3\nL2 2\n");
    assert_eq!(pending(at, &rows), [""; 0]);
    // A list that is lost is made again, and nothing else.
    fs::remove_dir_all(at.join("out/run/work/total/library=L2")).unwrap();
    assert_eq!(pending(at, &rows), ["total 1"]);
    // Of what tells the groups only a row that is another one runs.
    for (row, lists) in [
        ("b,L1,2", ["L1 1 2 3\n", "", ""]),
        ("b,L3,2", ["L1 1 3\n", "", "L3 2\n"]),
        ("b,L3,4", ["L1 1 3\n", "", "L3 4\n"]),
    ] {
        rows[1] = row;
        let ran = pending(at, &rows);
        assert!(ran.contains(&"tell 1".to_owned()), "{ran:?}");
        assert_eq!(["L1", "L2", "L3"].map(published), lists);
        assert_eq!(pending(at, &rows), [""; 0]);
    }
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
