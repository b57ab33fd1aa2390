#!/usr/bin/env bash
# Odd values, in a project folder with an odd name: each arrives byte for byte, and none becomes code.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

begin values "it's a \$dir *"
printf -v long '%4096s' ''
long=${long// /x$}
# shellcheck disable=SC2016,SC1003 # these are meant literally
values=('' '-' '-n' 'a b' "it's" '"' $'two\nlines\n' $'tab\there' '$(touch owned)' '`touch owned`' '*' '~' 'a\tb\c' '%25' '%' '%_' 'é ü 漢' $'\r' '=+,:' "$long" $'\xff\xfe' 'a[$(touch owned)]' '${HOME}' '!!' '#no comment' '\')
job 01-echo <<'JOB'
flow_call echo
flow_item text String
flow_output out String out.txt
flow_output copy File copy.txt
flow_publish copy =texts/ +1 =.txt
flow_script bash <<'FLOW'
printf '%s' "$text" >"$copy"
printf '%s\n' "$text" >"$out"
FLOW
JOB
job 02-read <<'JOB'
flow_call read
flow_result text String echo out
flow_result copy File echo copy
flow_output same File same.txt
flow_script bash <<'FLOW'
printf '%s' "$text" | cmp - "$copy"
cat "$copy" >"$same"
FLOW
JOB
job 03-python <<'JOB'
flow_call python
flow_result text String echo out
flow_result copy File echo copy
flow_value number Int -007
flow_value yes Bool true
flow_value ratio Float 1e-3
flow_values names String 'a b' "it's"
flow_output same File same.txt
flow_script python <<'FLOW'
import os
assert os.fsencode(text) == open(copy, "rb").read(), text
assert number == -7 and yes is True and ratio == 0.001 and names == ["a b", "it's"]
open(same, "w").write("fine")
FLOW
JOB
job 04-list <<'JOB'
flow_call list
flow_list texts String echo out 01-echo
flow_output all File all.txt
flow_script bash <<'FLOW'
printf '%s\0' "${texts[@]}" >"$all"
FLOW
JOB
# As the submit side escapes a field.
encode() {
  local s=$1
  [[ $s ]] || { printf %%_; return; }
  [[ $s != - ]] || { printf %%2D; return; }
  s=${s//%/%25} s=${s//$'\t'/%09} s=${s//$'\n'/%0A} s=${s//$'\r'/%0D} s=${s//\\/%5C}
  printf %s "$s"
}
for ((i = 0; i < ${#values[@]}; i++)); do
  work 01-echo 0 echo "i=$i" "text=$i" - "$(encode "${values[i]}")"
  work 02-read 0 read "i=$i" "text=$(id_of "text=$i"),copy=$(id_of "text=$i")" - "i=$i" "i=$i"
  work 03-python 0 python "i=$i" "text=$(id_of "text=$i"),copy=$(id_of "text=$i")" - "i=$i" "i=$i"
  printf '%s\t%s\n' "i=$i" "$(id_of "text=$i")" >>"$submission/expect/echo.tsv"
done
work 04-list 0 list . texts=1 - 'i=*'
for job in 01-echo 02-read 03-python 04-list; do task "$job" 0; is "$status" 0 "$job"; done
for ((i = 0; i < ${#values[@]}; i++)); do
  # A value loses one line break at its end: that of echo.
  printf '%s' "${values[i]}" | cmp -s - "$run/work/echo/i=$i/copy.txt" || fail "value $i: $(printf %q "${values[i]}")"
  is "$(last read "i=$i" 1)" 'done' "value $i, read"
  is "$(last python "i=$i" 1)" 'done' "value $i, python"
done
printf '%s\0' "${values[@]}" | cmp -s - "$run/work/list/all.txt" || fail 'the list of values'
[[ -z $(find "$top" -name owned) ]] || fail 'a value was run as code'
there "$run/results/texts/a b.txt"
there "$run/results/texts/it's.txt"
# A published name stays below results/.
job 05-publish <<'JOB'
flow_call publish
flow_item text String
flow_output o File o
flow_publish o +1
flow_publish o =in/ +1 =/x
flow_script bash <<'FLOW'
touch "$o"
FLOW
JOB
work 05-publish 0 publish n=1 n=1 - '../../up'
work 05-publish 0 publish n=2 n=2 - '..'
task 05-publish 0
gone "$project/out/up"
there "$run/results/..%2F..%2Fup"
there "$run/results/%2E."
there "$run/results/in/%2E./x"
end
