#!/usr/bin/env bash
# `on failure ignore`: what gathers go on without, what is left out, and what is made again when it is there after all.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
flowc=${FLOWC:-$repository/target/debug/flowc}
export FLOW_WAIT=0
flow() { # POLICY: ten fits, a score of each, their sum, and what is made from the sum
  cat >ig.flow <<FLOW
process fit(n: Int) -> (o: File = "o.txt") {
  never fuse
  on failure $1
  script """
    echo "fit \$n" >>'${base//\'/}/ran'
    ! grep -qx "\$n" '${base//\'/}/fail' || exit 3
    echo "\$n" >"\$o"
  """
}
process score(fit: File) -> (v: Int = "v.txt") {
  never fuse
  script """
    echo "score" >>'${base//\'/}/ran'
    cat "\$fit" >"\$v"
  """
}
process total(values: [Int]) -> (t: File = "t.txt") {
  never fuse
  script """
    echo "total" >>'${base//\'/}/ran'
    echo "\${values[*]} without \$(paste -s -d ' ' "\$values_missing")" >"\$t"
  """
}
process report(t: File) -> (r: File = "r.txt") {
  never fuse
  script """
    echo "report" >>'${base//\'/}/ran'
    cat "\$t" >"\$r"
  """
}
workflow {
  for n in 0..10 {
    f = fit(n)
    s = score(fit: f.o)
  }
  t = total(values: s.v)
  r = report(t: t.t)
  publish r.r
}
FLOW
  says 0 "$flowc" ig.flow -o out
}

printf '3\n' >"$base/fail"
flow 'ignore up to 20%'
says 0 ./out/submit.sh --local
has 'Done, but for 2 shards'
same "$(cat "$run/results/r.txt")" '0 1 2 4 5 6 7 8 9 without n=3'
same "$(cut -f1,3,14 "$run"/state/records/score.tsv | grep left | tr '\t' ' ')" 'left-out n=3 fit[n=3]'
says 1 ./out/submit.sh --status
has 'fit: 1 failed (exit status 3): n=3'
ok 'a gather goes on without what failed, and says what'

# Again: what failed is tried, and as it fails again, all else stays.
says 0 ./out/submit.sh --local
same "$(ran fit) $(ran score) $(ran total) $(ran report)" '11 9 1 1' 'only what failed ran'
ok 'the same is missing: nothing else runs'

# One more is missing (another file), then none: the gather, and what is made from it, follow.
printf '3\n5\n' >"$base/fail"
rm -rf "$run/work/fit/n=5" "$run/work/score/n=5"
says 0 ./out/submit.sh --local
same "$(cat "$run/results/r.txt")" '0 1 2 4 6 7 8 9 without n=3 n=5'
: >"$base/fail"
says 0 ./out/submit.sh --local
has 'Done.'
same "$(cat "$run/results/r.txt")" '0 1 2 3 4 5 6 7 8 9 without '
says 0 ./out/submit.sh --status
says 0 ./out/submit.sh --local
has 'Nothing to do'
ok 'what is there after all is taken in, and what was made without it is not taken for it'

# More than may be missing: the gather is blocked, and says so.
rm -rf out "$base/ran"
printf '1\n3\n5\n' >"$base/fail"
flow 'ignore up to 20%'
says 1 ./out/submit.sh --local
says 0 ./out/submit.sh --log total
has '3 of 10 are missing, more than the 20 % that may be'
[[ ! -e $run/results/r.txt ]] || not_ok 'nothing is published'
ok 'more than 20% is stop'

rm -rf out "$base/ran"
flow stop
says 1 ./out/submit.sh --local
same "$(ran total)" 0
ok 'stop stops'
