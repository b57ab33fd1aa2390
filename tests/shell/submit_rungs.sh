#!/usr/bin/env bash
# Rungs on a real SLURM: as wide as they say, gone where nothing failed, and with more memory.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
slurm_cluster --memory-kill
flowc=${FLOWC:-$repository/target/debug/flowc}
elements() { find "$run/logs" -name "$1" | wc -l; }

# 10,000 shards in 100 tasks, three of which fail once.
cat >many.flow <<FLOW
param seeds: [Int] = 0..10000
process many(seed: Int) -> (o: File = "o.txt") {
  pack 100
  cost 1s
  time 1m
  memory 100MB
  retry 2 on exit with memory * 2
  script """
    if ((seed % 4000 == 77)) && [[ ! -e '${base//\'/}/met'\$seed ]]; then touch '${base//\'/}/met'\$seed; exit 3; fi
    echo "\$seed" >"\$o"
  """
}
process all(parts: [File]) -> (n: File = "n.txt") {
  memory 100MB
  script """
    cat "\$parts_list" | wc -l >"\$n"
  """
}
workflow {
  for seed in seeds { m = many(seed) }
  a = all(m.o)
  publish a.n
}
FLOW
says 0 "$flowc" plan many.flow
has 'root of its 100 tasks'
says 0 "$flowc" many.flow -o out
says 0 ./out/submit.sh
has 'Submitted 101 tasks in 4 jobs'
has '2 of them try again what fails'
drained
says 0 ./out/submit.sh --status
same "$(cat "$run/results/n.txt")" 10000
same "$(elements '0001.01-many.rung1.*')" 10 'the first rung is as wide as planned'
same "$(elements '0001.01-many.rung2.*')" 0 'the second had nothing to do'
same "$(wc -l <"$run/state/submissions/0001/lists/01-many.rung1.tsv")" 3
says 0 ./out/submit.sh --log 'many[seed=4077]'
has 'rung1'
says 0 ./out/submit.sh
has 'Nothing to do'
ok 'three of 10,000: a rung as wide as planned'

says 0 "$flowc" many.flow -o out --set 'seeds=0..10050'
touch "$base/met8077"
says 0 ./out/submit.sh
has 'Submitted 2 tasks in 4 jobs'
drained
says 0 ./out/submit.sh --status
same "$(elements '0002.01-many.rung*')" 0 'nothing failed: no rung starts'
same "$(cat "$run/results/n.txt")" 10050
ok 'nothing failed: nothing starts'

# Memory: 100 MB, 200 MB, 400 MB. It needs 300.
rm -rf out
cat >big.flow <<'FLOW'
process big(n: Int) -> (o: File = "o.txt") {
  memory 100MB
  retry 2 on memory with memory * 2
  script """
    python3 - "$n" "${SLURM_MEM_PER_NODE:-0}" <<'PY'
    import sys, time
    if sys.argv[1] == "1":
        held = bytearray(300 * 1024 * 1024)
        time.sleep(600 if int(sys.argv[2]) < 300 else 3)
    PY
    echo "$n" >"$o"
  """
}
process all(parts: [File]) -> (n: File = "n.txt") {
  memory 100MB
  script """
    cat "${parts[@]}" >"$n"
  """
}
workflow {
  for n in 0..3 { b = big(n) }
  a = all(b.o)
  publish a.n
}
FLOW
says 0 "$flowc" big.flow -o out
says 0 ./out/submit.sh
drained
says 0 ./out/submit.sh --status
same "$(tr '\n' ' ' <"$run/results/n.txt")" '0 1 2 '
same "$(awk -F '\t' '$3 == "n=1" { print $1, $14 }' "$run"/state/journal/0001.01-big.rung1.*.tsv)" 'failed memory' 'the cause is recorded'
same "$(elements '0001.01-big.rung2.*')" 2 'the second rung'
grep -q 'exceeded memory limit' "$run"/logs/0001.01-big.rung1.*.log || not_ok 'the first rung was too small, too'
ok 'more memory on the second rung'
