#!/usr/bin/env bash
# Records that no task of ours has written: torn, of calls and directories that lead elsewhere, of files outside of their
# directory. They are no records, and nothing outside of run/ is read for a result, written or removed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
export FLOW_WAIT=1
annz 3
says 0 ./out/submit.sh --local -j 2
echo precious >precious
cp precious "$run/precious"
before=$(find . -path ./out/run -prune -o -type f -print | sort | xargs -d '\n' sha256sum)
untouched() {
  same "$(find . -path ./out/run -prune -o -type f -print | sort | xargs -d '\n' sha256sum)" "$before" "outside of run/, $1"
  same "$(cat "$run/precious")" precious "beside results/, $1"
  same "$(ls "$run/state/records")" $'classify.tsv\nsummarise.tsv' "records, $1"
}

# STATUS CALL DIR OUTPUTS: a whole line as a task writes it.
line() {
  printf '%s\t%s\t%s\t11111111111111111111111111111111\t-\t0123456789abcdef\t0009\t1\t1\t2\t0\t%s\t-\t-\tx.1\tn\t-\t.\n' "$@"
}
long=$(printf '%0300d' 0)
{
  # shellcheck disable=SC2016 # it is not to be run
  for call in ../x .. /tmp/x a/b '' .x "x$long" 'x$(touch owned)'; do
    for status in 'done' failed begin lost; do line "$status" "$call" seed=1 stats:stats.csv=2; done
  done
  for dir in .. ../../x seed=1/../../../../../data /etc; do line begin classify "$dir" -; line 'done' classify "$dir" stats:x=1; done
  line 'done' classify seed=1 stats:stats.csv=2 | head -c 50
} >"$run/state/journal/0009.01-classify.0.0.host.1.tsv"
says 0 ./out/submit.sh --local
has 'Nothing to do: all shards are done.'
untouched 'calls and directories'
ok 'calls and directories that lead elsewhere are no records'

printf '\n../precious\n..%%2Fprecious\n../../../precious\nsummary.csv\n' | sort >"$run/state/published.tsv"
says 0 ./out/submit.sh --local
untouched 'published names'
same "$(cat "$run/results/summary.csv")" 3
ok 'a list of published names that leads elsewhere removes nothing'

# The file of a record is looked for below its directory alone: for a gather, and for a name in results/.
awk -F '\t' -v OFS='\t' '$3 == "seed=1" { $12 = "stats:../../../../../precious=9"; $7 = "0009" } { print }' \
  "$run/state/records/classify.tsv" >"$base/records"
awk -F '\t' -v OFS='\t' '{ $12 = "summary:../../../../precious=9" } { print }' "$run/state/records/summarise.tsv" >"$base/records2"
cp "$base/records" "$run/state/records/classify.tsv"
cp "$base/records2" "$run/state/records/summarise.tsv"
rm "$run/results/summary.csv"
says 0 ./out/submit.sh --local
[[ ! -e $run/results/summary.csv ]] || not_ok 'a file outside was published'
says 1 ./out/submit.sh --local --rerun summarise
has 'blocked by classify[seed=1]'
untouched 'files of records'
ok 'a record that names a file outside of its directory gives none'
