//! Programs with `split`, as what they become.

use crate::testing::{Memory, compile};

const CUT: &str = r#"process count(text: File, least: Int = 1) -> (lines: File = "lines.txt") {
  split text by lines in 1000
  merge lines by concat
  script """grep -c . "$text" > "$lines"; echo "$least" """
}
"#;

/// The names of the calls, and the codes of what is said.
fn calls(text: &str, files: &Memory) -> (Vec<String>, Vec<String>) {
    let outcome = compile(text, files);
    let dataflow = outcome
        .dataflow
        .unwrap_or_else(|| panic!("{}", outcome.printed));
    let names = dataflow.calls.iter().map(|call| call.name.clone());
    (names.collect(), outcome.codes)
}

#[test]
fn a_file_is_cut_and_merged_for_each_call() {
    let (names, said) = calls(
        &format!("{CUT}workflow {{ a = count(text: \"a.txt\") publish a.lines }}"),
        &Memory::default(),
    );
    assert_eq!(names, ["count_cut", "count_grain", "count_lines"]);
    assert_eq!(said, [""; 0]);
}

#[test]
fn an_input_may_have_the_name_of_a_param() {
    let main = format!(
        "param text: File = \"a.txt\"\n{CUT}workflow {{ a = count(text) publish a.lines }}"
    );
    assert_eq!(calls(&main, &Memory::default()).0.len(), 3);
}

#[test]
fn a_file_that_is_imported_has_grains_of_its_own() {
    let files = Memory::default().with("lib/count.flow", CUT);
    let main = "import \"lib/count.flow\" as lib\nworkflow { a = lib.count(text: \"a.txt\") publish a.lines }";
    let (names, said) = calls(main, &files);
    assert_eq!(
        names,
        ["lib.count_cut", "lib.count_grain", "lib.count_lines"]
    );
    assert_eq!(said, [""; 0]);
}

#[test]
fn a_process_of_another_file_merges() {
    let join = "process join_up(parts: [File]) -> (whole: File) { script \"\"\"cat \"${parts[@]}\" > \"$whole\" \"\"\" }";
    let files = Memory::default().with("join.flow", join);
    let main = format!(
        "import \"join.flow\" as other\n{}workflow {{ a = count(text: \"a.txt\") publish a.lines }}",
        CUT.replace("by concat", "by other.join_up")
    );
    let (names, _) = calls(&main, &files);
    assert_eq!(names, ["count_cut", "count_grain", "other.join_up"]);
}

#[test]
fn what_nobody_calls_is_said_of_the_process() {
    let outcome = compile(
        &format!("{CUT}process p() -> (o: File) {{ todo }}\nworkflow {{ r = p() publish r.o }}"),
        &Memory::default(),
    );
    assert_eq!(outcome.codes, ["flow::resolve::never_called"]);
    assert!(
        outcome.printed.contains("test.flow:1:9"),
        "{}",
        outcome.printed
    );
}

#[test]
fn items_of_a_loop_are_cut_in_batches() {
    let main = r#"process make(i: Int) -> (o: File) { todo }
process join_all(parts: [File]) -> (whole: File) {
  split parts by items in 4
  merge whole by concat
  script """cat "${parts[@]}" > "$whole" """
}
workflow {
  for i in 0..10 { m = make(i) }
  j = join_all(parts: m.o)
  publish j.whole
}"#;
    let (names, said) = calls(main, &Memory::default());
    assert_eq!(names, ["make", "join_all_grain", "join_all_whole"]);
    assert_eq!(said, [""; 0]);
}
