//! `flowc rerun`.

use super::annz;

/// What a shard made is put aside, and it runs again; names that are not there are answered with what is near.
#[test]
fn shards_run_again_by_name() {
    let folder = annz();
    let program = r#"
param seeds: [Int] = 0..12
process square(seed: Int) -> (n: Int) {
  script """
    echo "square $seed" >> ../../../../../ran
    echo "$((seed * seed))" > "$n"
  """
}
process total(ns: [Int]) -> (sum: File = "sum.txt") {
  script """
    echo total >> ../../../../../ran
    echo "${#ns[@]}" > "$sum"
  """
}
workflow {
  for seed in seeds { s = square(seed) }
  t = total(ns: s.n)
}
"#;
    folder.write("squares.flow", program);
    assert_eq!(folder.flowc(&["run", "squares.flow"]).status, 0);
    let ran = || folder.read("ran").lines().count();
    assert_eq!(ran(), 13);

    let again = folder.flowc(&["rerun", "--local", "square[seed=3]", "total"]);
    assert_eq!((again.status, ran()), (0, 15), "{}", again.stderr);
    again.shows("out/run/pruned/");
    let would = folder.flowc(&["rerun", "--dry-run", "-o", "out", "square[seed=3]"]);
    assert_eq!((would.status, ran()), (0, 15));
    would.shows("1: run again, as told");

    let refused = |args: &[&str], status, words: &str| {
        let ended = folder.flowc(&[&["rerun", "--local"], args].concat());
        assert_eq!((ended.status, ran()), (status, 15));
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    };
    refused(
        &["square[seed=3]", "totl"],
        1,
        "totl: there is no such call; nearest: total, square",
    );
    refused(
        &["square[seed=111]"],
        1,
        "square[seed=111]: there is no such shard; nearest of 12: seed=11,",
    );
    refused(&["square seed=3"], 2, "is not a shard: write CALL[KEY]");
    refused(
        &["-o", "elsewhere", "total"],
        2,
        "`elsewhere/submit.sh` is not there",
    );
    refused(&[], 2, "<SHARD>...");
}
