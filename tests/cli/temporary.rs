//! What runs again since a temporary list of files is read: `flowc plan --diff` and `submit.sh --dry-run` say it.

use std::process::Command;

use crate::support::{Folder, read, root};

#[test]
fn who_made_a_temporary_list_runs_again_for_what_reads_it() {
    let folder = Folder::empty();
    let case = root("tests/cases/patterns/temporary_lists");
    let program = read(&case.join("temporary_lists.flow"));
    folder.write("lists.flow", &program);
    folder.write("text.txt", read(&case.join("text.txt")));
    folder.flowc(&["lists.flow", "-o", "out"]).fine();
    let submit = |option| folder.run(Command::new("out/submit.sh").arg(option));
    submit("--local").fine();
    assert!(!folder.path("out/run/work/cut/chunk_00.txt").exists());

    folder.write("lists.flow", program.replace("wc -w <", "wc --words <"));
    let diff = folder.flowc(&["plan", "lists.flow", "--diff", "out"]);
    insta::assert_snapshot!(diff.stdout, @r"
    The jobs are the same.

    Where all of the other is done, with files as they are now:
    call    same  new  again  gone  why
    cut        0    0      1     0  what was temporary is read again
    count      0    0      1     0  its version changes: script
    report     0    0      1     0  its inputs change
    count again: chunk=*
    ");
    folder.flowc(&["lists.flow", "-o", "out"]).fine();
    insta::assert_snapshot!(submit("--dry-run").stdout, @r"
    cut: 0 of 1 done, 1 would run
        1: chunks was temporary, and is read again
    count: 0 of 3 done, 3 would run
        3: version changed: script
    report: 0 of 1 done, 1 would run
        1: words: 3 of 3 shards are new
    job 01-cut: 1 task
    job 02-count: 3 tasks, afterany:01-cut
    job 03-report: 1 task, aftercorr:01-cut:0-0,afterany:02-count
    What was made before stays where it turns out to read just the same.
    ");
    submit("--local").fine();
    assert!(!folder.path("out/run/work/cut/chunk_00.txt").exists());
    submit("--local").shows("Nothing to do");
}
