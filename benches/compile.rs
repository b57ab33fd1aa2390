//! How long `flowc FILE -o DIR` takes as a whole process: started, read, compiled, written.
//!
//! Each figure stands beside a reference that is measured in the same run: an empty `bash`, or an
//! awk that copies the same rows, since times alone say more about the machine than about flowc.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

const FLOWC: &str = env!("CARGO_BIN_EXE_flowc");
const MILLION: u32 = 1_000_000;

const RANGE: &str = r#"
process work(i: Int) -> (out: File) {
  cost 1s
  script """
    echo "$i" >"$out"
  """
}
workflow {
  for i in 0..1000000 { work(i) }
}
"#;

const SHEET: &str = r#"
record Row { key id: String, weight: Float, name: String }
process work(row: Row) -> (out: File) {
  cost 1s
  script """
    echo "$row_id $row_weight $row_name" >"$out"
  """
}
workflow {
  for row in csv<Row>("rows.csv") { work(row) }
}
"#;

const CUBE: &str = r#"
process work(a: Int, b: Int, c: Int) -> (out: File) {
  cost 1s
  script """
    echo "$a $b $c" >"$out"
  """
}
workflow {
  for a in 0..1000 {
    for b in 1..=1000 {
      for c in 0..2000 step 2 { work(a, b, c) }
    }
  }
}
"#;

fn compiles(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a temporary folder: {error}"));
    let folder = folder.path();
    write(folder, "rows.csv", &rows());
    let mut group = criterion.benchmark_group("process");
    group.sample_size(10);
    let mut time = |name: &str, make: &dyn Fn() -> Command| {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(make, run, BatchSize::PerIteration);
        });
    };
    time("reference: an empty bash", &|| {
        let mut bash = Command::new("bash");
        bash.args(["-c", ":"]);
        bash
    });
    time("reference: awk copies 1,000,000 rows", &|| {
        let mut awk = Command::new("awk");
        let copy = "{ $1 = $1; print > \"copy.tsv\" }";
        awk.args(["-F,", "-v", "OFS=\t", copy, "rows.csv"]);
        awk.current_dir(folder);
        awk
    });
    let annz = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/annz/annz.flow");
    time("annz: 100 seeds and a summary", &|| flowc(&annz, folder));
    for (number, (name, program)) in programs().into_iter().enumerate() {
        let file = format!("{number}.flow");
        write(folder, &file, &program);
        time(name, &|| flowc(&folder.join(&file), folder));
    }
    group.finish();
}

/// Each with what is large about it.
fn programs() -> [(&'static str, String); 8] {
    let uneven = SHEET.replace("cost 1s", "cost 1s + 1s * row.weight");
    [
        ("a range of 1,000,000 shards", RANGE.to_owned()),
        ("a sheet of 1,000,000 shards", SHEET.to_owned()),
        ("a sheet of 1,000,000 shards of uneven cost", uneven),
        (
            "three ranges of 1,000: 1,000,000,000 shards",
            CUBE.to_owned(),
        ),
        ("5,000 single calls", calls()),
        (
            "5,000 single calls with arbitrary dependencies",
            arbitrary(),
        ),
        ("10,000 calls of 200 processes", many()),
        ("250 calls, each of its own process", different()),
    ]
}

/// A compile into a folder that is not there yet.
///
/// A folder of its own each time: ext4 hands out no inode within five seconds of its deletion and steps over each
/// such one, so that files made right after thousands were deleted cost several times as much.
fn flowc(program: &Path, folder: &Path) -> Command {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let out = folder.join(format!("out{}", MADE.fetch_add(1, Ordering::Relaxed)));
    let mut command = Command::new(FLOWC);
    command.arg(program).arg("-o").arg(out);
    command
}

fn run(mut command: Command) {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// A program whose size is its calls, not their shards: each reads the one before.
fn calls() -> String {
    let step = "process step(n: Int, from: File) -> (out: File) { script \"\"\" cat \"$from\" >\"$out\"; echo \"$n\" >>\"$out\" \"\"\" }\n";
    let chained = (1..5_000).map(|n| format!("  c{n} = step(n: {n}, from: c{}.out)\n", n - 1));
    let body = chained.collect::<String>();
    format!(
        "{step}workflow {{\n  c0 = step(n: 0, from: \"start.txt\")\n{body}  publish c4999.out\n}}\n"
    )
}

/// A trace written out: each call reads two earlier ones, and the costs differ.
fn arbitrary() -> String {
    let steps = (0..20).map(|n| {
        format!("process step{n}(n: Int, a: File, b: File) -> (out: File) {{ cost {}s script \"\"\" cat \"$a\" \"$b\" >\"$out\"; echo \"$n\" >>\"$out\" \"\"\" }}\n", n * 7 % 90 + 1)
    });
    let calls = (0_u64..5_000).map(|n| {
        let before = |far: u64, seed: u64| match n {
            0..20 => "\"start.txt\"".to_owned(),
            _ => format!("c{}.out", n - 1 - (n * seed % 7919) % far.min(n)),
        };
        let (a, b) = (before(300, 104_729), before(5_000, 15_485_863));
        format!(
            "  c{n} = step{}(n: {n}, a: {a}, b: {b})\n  publish c{n}.out as \"{n}\"\n",
            n * 31 % 20
        )
    });
    let steps: String = steps.collect();
    let body: String = calls.collect();
    format!("{steps}workflow {{\n{body}}}\n")
}

/// Nothing to collect, and of nearly all pairs it is tried whether they had better be one job: each
/// call reads up to four earlier ones and asks for a size of its own.
fn different() -> String {
    let inputs = ["a", "b", "c", "d"];
    let each = (0_u64..250).map(|n| {
        let read = inputs.iter().zip(1..).take_while(|(_, at)| *at <= n);
        let (declared, passed): (String, String) = read
            .map(|(name, at)| {
                let before = n - 1 - (n * at * 7919) % n.min(30);
                (format!(", {name}: File"), format!(", {name}: c{before}.out"))
            })
            .unzip();
        let (cost, memory, cpus) = (n * 7 % 50 + 1, n % 3 + 1, n % 2 + 1);
        let process = format!("process step{n}(n: Int{declared}) -> (out: File) {{ cost {cost}s memory {memory}GB cpus {cpus} todo }}\n");
        (process, format!("  c{n} = step{n}(n: {n}{passed})\n"))
    });
    let (processes, calls): (String, String) = each.unzip();
    format!("{processes}workflow {{\n{calls}}}\n")
}

/// Fifty chains through 200 processes.
fn many() -> String {
    let steps = (0..200).map(|n| {
        format!("process step{n}(n: Int, from: File) -> (out: File) {{ cost 1m script \"\"\" cat \"$from\" >\"$out\"; echo \"$n\" >>\"$out\" \"\"\" }}\n")
    });
    let calls = (0..50).flat_map(|chain| {
        (0..200).map(move |n| match n {
            0 => format!("  c0_{chain} = step0(n: {chain}, from: \"start.txt\")\n"),
            _ => format!(
                "  c{n}_{chain} = step{n}(n: {chain}, from: c{}_{chain}.out)\n",
                n - 1
            ),
        })
    });
    let publishes = (0..50).map(|chain| format!("  publish c199_{chain}.out as \"{chain}\"\n"));
    let steps: String = steps.collect();
    let body: String = calls.chain(publishes).collect();
    format!("{steps}workflow {{\n{body}}}\n")
}

fn rows() -> String {
    let rows =
        (0..MILLION).map(|i| format!("s{i},{}.{:03},galaxy {}\n", i % 97, i % 1000, i % 4099));
    std::iter::once("id,weight,name\n".to_owned())
        .chain(rows)
        .collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

criterion_group!(benches, compiles);
criterion_main!(benches);
