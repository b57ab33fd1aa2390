#!/usr/bin/env bash
# A clock that jumps by a year, forwards and backwards, while tasks run and between submissions: nothing that is done runs
# again, what failed does, limits count real seconds, and what is learned from the records is no nonsense.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
flowc=${FLOWC:-$repository/target/debug/flowc}
fresh
export RAN=$base/ran CLOCK=$base/clock WELL=$base/well
year=31536000

# What a bash is told of the time is off by the seconds in the file CLOCK, which is empty while another writes it.
cat >"$base/clock.sh" <<'CLOCK'
printf() {
  builtin printf "$@" || return
  [[ ${1-} != -v || ${3-} != '%(%s)T'* ]] || builtin printf -v "$2" %s "$((${!2%.*} + $(<"$CLOCK") + 0))"
}
date() { command date --date="@$(($(command date +%s) + $(<"$CLOCK") + 0))" "$@"; }
CLOCK
export BASH_ENV=$base/clock.sh
jump() { echo "$1" >"$CLOCK"; }
jump 0

cat >clock.flow <<FLOW
process step(n: Int, text: File) -> (o: File = "o.txt") {
  pack 5
  cost 1s
  time 1m
  script """
    echo "step \$n" >>"\$RAN"
    case \$n in
      1) echo $year >"\$CLOCK" ;;
      2) echo -$year >"\$CLOCK" ;;
      3) [[ -e \$WELL ]] || exit 4 ;;
    esac
    cat "\$text" >"\$o"
  """
}
process slow(n: Int) -> (o: File = "o.txt") {
  never pack
  time 2s
  script """
    echo "slow \$n" >>"\$RAN"
    echo -$year >"\$CLOCK"
    [[ -e \$WELL ]] || sleep 600
    touch "\$o"
  """
}
process all(parts: [File], slow: File) -> (t: File = "t.txt") {
  script """
    cat "\${parts[@]}" | paste -s -d ' ' >"\$t"
  """
}
workflow {
  for n in 0..5 { s = step(n, text: "text.txt") }
  late = slow(n: 1)
  a = all(parts: s.o, slow: late.o)
  publish a.t
}
FLOW
echo one >text.txt
"$flowc" clock.flow -o out >/dev/null 2>&1 || not_ok 'it does not compile'
status() { awk -F '\t' '{ print $3, $1, $14 }' "$run/state/records/$1.tsv" | sort | tr '\n' ' '; }

says 1 ./out/submit.sh --local -j 1
same "$(status step)" 'n=0 done - n=1 done - n=2 done - n=3 failed exit n=4 done - ' 'one pack, a year ahead, two years back'
same "$(status slow)" '. failed timeout '
says 1 ./out/submit.sh --status
has 'step: 1 failed (exit status 4): n=3'
# Each took seconds, whatever the clock said of its start and of its end.
same "$(cut -f 9,10 "$run"/state/records/*.tsv | awk '$2 - $1 < 0 || $2 - $1 > 600')" '' 'an end that is no end'
awk '{ print $9 }' "$run/state/records/step.tsv" | sort -n | awk -v year=$year 'NR == 1 { first = $1 } END { exit $1 - first < year }' ||
  not_ok 'the clock did not jump'
ok 'in a run: limits count real seconds, what is done is done'

# Two years before the first submission: by the clock, all that is done was done in the future.
jump "-$((2 * year))"
touch "$WELL"
: >"$RAN"
says 0 ./out/submit.sh --local
same "$(ran step) $(ran slow)" '1 1' 'what failed, and nothing else'
same "$(cat "$run/results/t.txt")" 'one one one one one'
says 0 ./out/submit.sh --status
for offset in "$((3 * year))" 0; do
  jump "$offset"
  says 0 ./out/submit.sh --local
  has 'Nothing to do'
done
ok 'between submissions: order is by their numbers'

# An edit with a time long before the one that was read, and with one in the future; each is seen, and once.
for time in '3 years ago' 'next year'; do
  : >"$RAN"
  case $time in 3*) echo two >text.txt ;; *) echo six >text.txt ;; esac
  touch --date="$time" text.txt
  says 0 ./out/submit.sh --local
  same "$(ran step)" 5 "an edit, $time"
  says 0 ./out/submit.sh --local
  has 'Nothing to do'
done
same "$(cat "$run/results/t.txt")" 'six six six six six'
ok 'edits with odd times'

says 0 "$flowc" learn out -o costs.toml
! grep -E '[0-9]{5}' costs.toml >"$base/said" || not_ok 'what is learned is nonsense'
ok 'what is learned'
