#!/usr/bin/env bash
# Five ways in which SLURM's dependencies betray scripts that rely on them, each first with plain sbatch, then with submit.sh.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=submit_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit_lib.sh"
fresh
# SLURM forgets jobs a few seconds after their end.
slurm_cluster --conf MinJobAge=2
remembers() { # SECONDS
  sed -i "s/^MinJobAge=.*/MinJobAge=$1/" "$SLURM_CONF"
  scontrol reconfigure
}
wrapped sbatch
plain() { sbatch --parsable --output=/dev/null "$@"; }
known() { [[ $(scontrol show job "$1" 2>&1) != *'Invalid job id'* ]]; }
until_gone() { while [[ -n $(squeue --noheader --jobs "$1" 2>/dev/null) ]]; do sleep 0.2; done; }
until_forgotten() { while known "$1"; do sleep 0.3; done; }
reason_of() { squeue --noheader --jobs "$1" --format=%r | sort -u; }
until_reason() { until [[ $(reason_of "$1") == "$2" ]]; do sleep 0.2; done; }
# The ids that a submission wrote down, and those that its sbatch calls depended on.
ids() { cut -f2 "$run/state/submissions/$1/jobs.tsv" | sort; }
depended() { tail -n "$1" "$base/calls.sbatch" | grep -o 'after[a-z]*:[0-9:]*' | grep -o '[0-9]\+' | sort -u; }

# ---- 1. an id that is forgotten before its dependant is submitted -----------------------------------------------------

first=$(plain --wrap 'exit 1')
until_forgotten "$first"
next=$(plain --dependency="afterok:$first" --wrap "touch '$base/started'")
until_gone "$next"
[[ -e $base/started ]] || not_ok 'plain: afterok of a forgotten job that failed runs'
ok 'plain: what depends on a forgotten failure runs'

annz 6
echo 5 >"$base/fail"
# Slow as a busy controller is: each sbatch call takes longer than SLURM remembers a job.
wrapped sbatch 'sleep 5'
says 0 ./out/submit.sh
wrapped sbatch
drained
same "$(ran classify) $(ran summarise)" '6 0' 'roots are held until all are queued, so no id is forgotten before'
until_forgotten "$(ids 0001 | head -1)"
says 1 ./out/submit.sh --status
has 'summarise: 1 blocked by classify[seed=5]'
says 0 ./out/submit.sh
drained
same "$(ran classify) $(ran summarise)" '7 0' 'again: the failed one runs, what needs it does not'
ok 'forgotten ids: what needs a failed shard is blocked'

# ---- 2. a dependency that has failed already ---------------------------------------------------------------------------

remembers 600
first=$(plain --wrap 'exit 1')
until_gone "$first"
next=$(plain --dependency="afterok:$first" --wrap true)
until_reason "$next" DependencyNeverSatisfied
scancel "$next"
ok 'plain: submitted behind a failure it waits for ever'

rm -- "$base/fail"
says 0 ./out/submit.sh
drained
same "$(ran classify) $(ran summarise)" '8 1' 'one failed before: it and the summary'
says 0 ./out/submit.sh --status
ok 'a failure of before is run again, and what waits for it with it'

# ---- 3. a dependency that can never be satisfied -----------------------------------------------------------------------

# shellcheck disable=SC2016 # for the task
first=$(plain --array=0-2 --wrap '[ "$SLURM_ARRAY_TASK_ID" != 1 ]')
next=$(plain --array=0-2 --dependency="aftercorr:$first" --wrap true)
last=$(plain --dependency="afterok:$next" --wrap true)
until_reason "$next" DependencyNeverSatisfied
same "$(reason_of "$last")" Dependency
scancel "$next" "$last"
ok 'plain: an element whose counterpart failed, and all behind it, wait for ever'

rm -rf -- "$out" "$base/ran"
chain 1 4
printf 'm1 2\n' >"$base/fail"
says 0 ./out/submit.sh
drained
same "$(ran train) $(ran score) $(ran best)" '4 3 0' 'the other elements of the chain run'
says 1 ./out/submit.sh --status
has 'score: 1 blocked by train[model=m1/seed=2]'
has 'best: 1 blocked by score[model=m1/seed=2]'
rm -- "$base/fail"
says 0 ./out/submit.sh
has 'Submitted 3 tasks in 3 jobs'
drained
same "$(ran train) $(ran score) $(ran best)" '5 4 1'
ok 'the queue empties, and the next submission runs what is missing'

# ---- 4. a site without --kill-on-invalid-dep ---------------------------------------------------------------------------

# One that ignores it: plain scripts and ours wait alike, but ours know it.
# shellcheck disable=SC2016 # for the wrapper
wrapped sbatch 'args=(); for a; do [[ $a == --kill-on-invalid-dep=* ]] || args+=("$a"); done; set -- "${args[@]}"'
rm -rf -- "$out" "$base/ran"
chain 1 4
printf 'm1 2\n' >"$base/fail"
says 0 ./out/submit.sh
until (($(ran score) == 3)); do sleep 0.2; done
until squeue --noheader --format=%r | grep -q DependencyNeverSatisfied; do sleep 0.2; done
while squeue --noheader --states=RUNNING,COMPLETING | grep -q .; do sleep 0.2; done
says 1 ./out/submit.sh --status
has '(DependencyNeverSatisfied): it will never start'
rm -- "$base/fail"
says 0 ./out/submit.sh
has 'can never start; they are cancelled'
has 'Submitted 3 tasks in 3 jobs'
drained
same "$(ran train) $(ran score) $(ran best)" '5 4 1'
ok 'the option ignored: what can never start is cancelled by the next submission'

# One that refuses it.
wrapped sbatch 'if [[ $* == *--kill-on-invalid-dep* ]]; then echo "sbatch: error: kill-on-invalid-dep is not permitted" >&2; exit 1; fi'
rm -rf -- "$out" "$base/ran"
chain 1 4
says 1 ./out/submit.sh
has 'kill-on-invalid-dep is not permitted'
has 'dependency = "any"'
drained
same "$(ran train)" 0 'nothing of it runs'
sed -i '1a site\tdependency\tany' out/plan.tsv
printf 'm1 2\n' >"$base/fail"
says 0 ./out/submit.sh
drained
same "$(ran train) $(ran score) $(ran best)" '4 3 0' 'afterany, and gates'
rm -- "$base/fail"
says 0 ./out/submit.sh
drained
same "$(ran train) $(ran score) $(ran best)" '5 4 1'
wrapped sbatch
ok 'the option refused: said with the way out; with dependency = "any" it is not used'

# ---- 5. a resubmission chained to old parents --------------------------------------------------------------------------

# Elements 0 and 2 were done; somebody submits 1 again, but what depends still names the first array.
# shellcheck disable=SC2016 # for the task
first=$(plain --array=0-2 --wrap '[ "$SLURM_ARRAY_TASK_ID" != 1 ]')
until_gone "$first"
plain --array=1 --wrap 'sleep 2' >/dev/null
next=$(plain --array=0-2 --dependency="aftercorr:$first" --wrap true)
until [[ $(squeue --noheader --jobs "$next" --format=%r | sort -u) == DependencyNeverSatisfied ]]; do sleep 0.2; done
scancel "$next"
remembers 2
until_forgotten "$first"
# While SLURM is still dropping the array's elements, a dependency on it is refused; a moment later it is accepted.
until next=$(plain --array=1 --dependency="aftercorr:$first" --wrap true); do sleep 0.5; done
until_gone "$next"
ok 'plain: behind old parents it waits for ever, or, once they are forgotten, for nothing'

drained
rm -rf -- "$out" "$base/ran"
chain 2 4
printf 'm1 2\nm2 3\n' >"$base/fail"
says 0 ./out/submit.sh
drained
rm -- "$base/fail"
says 0 ./out/submit.sh
drained
same "$(depended 3 | comm -13 <(ids 0002) -)" '' 'dependencies are on jobs of the same submission alone'
same "$(ran train) $(ran score) $(ran best)" '10 8 2'
ok 'a resubmission depends on its own jobs alone'
