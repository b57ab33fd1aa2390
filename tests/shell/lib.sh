# shellcheck shell=bash
# lib.sh: what the tests of tasks share. A test builds a submission by hand, runs a job script and looks at what is left.
# A test may run in parallel with others: it has a folder of its own, which is removed when it succeeded.

set -uo pipefail
here=$(cd -- "${BASH_SOURCE[0]%/*}" && pwd)
repository=${here%/tests/shell}
export FLOW_WAIT=0
unset SLURM_ARRAY_TASK_ID SLURM_RESTART_COUNT SLURMD_NODENAME FLOW_TASK
version=0123456789abcdef0123456789abcdef

fail() {
  printf 'FAILED %s: %s\n' "$current" "$*" >&2
  [[ ! -e $top/log ]] || sed 's/^/    log: /' "$top/log" >&2
  exit 1
}

# begin NAME [FOLDER]: a project with a run folder and submission 0001.
begin() {
  current=$1
  top=$(mktemp -d "${TMPDIR:-/tmp}/flow-test.XXXXXX")
  project="$top/${2:-project}"
  mkdir -p "$project/out/run"/{work/.tmp,results,logs,state/{records,journal/old}}
  run=$(cd -P "$project/out/run" && pwd)
  submission 0001
}

end() {
  rm -rf -- "$top"
  printf 'ok %s\n' "$current"
}

submission() {
  submission=$run/state/submissions/$1
  mkdir -p "$submission"/{jobs,shards,code,expect,lists}
  printf '%s\n' "$project" >"$submission/project"
  : >"$submission/plan.tsv"
  cp -r "$repository/templates/lib" "$submission/lib"
}

# job NAME: a job script from standard input, behind its usual head.
job() {
  {
    # shellcheck disable=SC2016 # $1 is the script's
    printf '#!/usr/bin/env bash\nset -euo pipefail\nsource "$1/lib/flow.sh"\n\n'
    # shellcheck disable=SC2016 # the variable is the script's
    printf '[[ -z ${SLEPT-} ]] || flow_sleep() { echo "$1" >>"$SLEPT"; }\n\n'
    cat
    # shellcheck disable=SC2016 # $@ is the script's
    printf '\nflow_task "$@"\n'
  } >"$submission/jobs/$1.sbatch"
  : >"$submission/lists/$1.tsv"
}

# work JOB TASK CALL DIR INPUTS STATS VALUE…: a work line; fields are given as they are written. The id is a digest of inputs.
work() {
  local line id
  id=$(id_of "$5")
  printf -v line '%s\t' "$2" "$3" "$4" "$version" "$5" "$id" "${@:6}"
  printf '%s\n' "${line%$'\t'}" >>"$submission/lists/$1.tsv"
}

id_of() { printf '%s' "$1" | sha256sum | head -c 16; }

# task JOB INDEX: its output goes to $top/log, its exit status is kept. With SLEPT=FILE it does not wait, but says there how long it would.
task() {
  FLOW_TASK=$2 bash "$submission/jobs/$1.sbatch" "$submission" "$1" >>"$top/log" 2>&1
  # shellcheck disable=SC2034 # the tests read it
  status=$?
}

# last CALL DIR COLUMN: of its last record in the journals, by submission and attempt, then by the journals' times: their
# names end with process ids, which begin anew now and then.
last() {
  find "$run/state/journal" -maxdepth 1 -name '*.tsv' -printf '%T@ %p\0' | sort -zn | cut -zd ' ' -f 2- | xargs -0 cat -- |
    awk -F '\t' -v c="$1" -v d="$2" -v n="$3" '$2 == c && $3 == d && $7 * 1000 + $8 >= o { o = $7 * 1000 + $8; v = $n } END { print v }'
}

is() { [[ $1 == "$2" ]] || fail "$3: wanted $(printf %q "$2"), got $(printf %q "$1")"; }
there() { [[ -e $1 ]] || fail "$1 is missing"; }
gone() { [[ ! -e $1 && ! -L $1 ]] || fail "$1 is there"; }
logged() { grep -qF -- "$1" "$top/log" || fail "the log lacks: $1"; }
# How often a task that ran with SLEPT=$top/slept would have waited since it was asked.
slept() {
  wc -l 2>/dev/null <"$top/slept" || echo 0
  rm -f -- "$top/slept"
}
nothing_left() { [[ -z $(ls -A "$run/work/.tmp") ]] || fail "left in work/.tmp: $(ls -A "$run/work/.tmp")"; }

# Makes $top/crash.sh: it sources the job script $1 with its arguments and dies before the CRASH_AT-th command that touches
# files or processes.
crash_script() {
cat >"$top/crash.sh" <<'CRASH'
set -T
crash_count=0
trap 'case $BASH_COMMAND in
  "printf -v"*) ;;
  mkdir* | mv* | ln* | rm* | rmdir* | cp* | sync* | stat* | exec* | printf* | "wait "* | "kill "* | flow_journal* | awk* | set\ [-+]m)
    ((++crash_count != CRASH_AT)) || { echo "crash before: $BASH_COMMAND"; kill -KILL $$; } ;;
esac' DEBUG
source "$@"
CRASH
}
