# shellcheck shell=bash
# What the tests of submit.sh share: workflows written by hand as the compiler would, and a few checks.
# A test sources it, calls fresh, and prints `ok NAME` for each thing that holds. The first that does not ends it.

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd -- "$here/../.." && pwd)

# A project folder with a difficult name, and the variables: project, out, run.
# shellcheck disable=SC2034 # the tests use run
fresh() {
  base=$(mktemp -d "${TMPDIR:-/tmp}/flow-test.XXXXXX")
  trap 'rm -rf -- "$base"' EXIT
  project="$base/it's a \$dir %j"
  out=$project/out run=$project/out/run
  mkdir -p -- "$project"
  cd -- "$project" || exit 1
}

ok() { printf 'ok %s\n' "$*"; }
not_ok() {
  printf 'FAILED %s\n' "$*" >&2
  [[ ! -f $base/said ]] || sed 's/^/    | /' "$base/said" >&2
  [[ ! -d $run/logs ]] || find "$run/logs" -type f -size +0 -exec tail -n 30 {} + | sed 's/^/    . /' >&2
  [[ ! -f $base/slurm/log/jobs.txt ]] || tail -n 20 "$base/slurm/log/jobs.txt" | sed 's/^/    : /' >&2
  exit 1
}

# STATUS COMMAND…: runs it, keeps what it says in $base/said, and wants that exit status.
says() {
  local want=$1 status=0
  shift
  "$@" >"$base/said" 2>&1 || status=$?
  [[ $status == "$want" ]] || not_ok "exit status $status, not $want: $*"
}
has() { grep -qF -- "$1" "$base/said" || not_ok "it does not say: $1"; }
lacks() { ! grep -qF -- "$1" "$base/said" || not_ok "it says: $1"; }
same() { [[ $1 == "$2" ]] || not_ok "${3:-same}: \`$1\` is not \`$2\`"; }
# How often scripts ran: each appends its name to $base/ran.
ran() { if [[ -f $base/ran ]]; then grep -c -- "^$1" "$base/ran" || true; else echo 0; fi; }

sha() { sha256sum <"$1" | cut -c1-64; }

library() {
  mkdir -p -- "$out/jobs" "$out/lib"
  cp -- "$repository/templates/submit.sh" "$out/"
  cp -- "$repository"/templates/lib/* "$out/lib/"
  
}

# annz SEEDS: classify over that many seeds, then summarise. A seed that the file `fail` names fails.
annz() {
  local seeds=$1
  library
  mkdir -p -- "$project/data"
  [[ -f $project/data/galaxies.csv ]] || echo 'ra,dec,z' >"$project/data/galaxies.csv"
  cat >"$out/plan.tsv" <<PLAN
flow	1	annz	..
axis	seeds	range	0	1	$seeds
call	classify	classify	11111111111111111111111111111111	seeds:seed	01-classify
input	classify	seed	item	seeds	1	k
input	classify	catalog	file	data/galaxies.csv
call	summarise	summarise	22222222222222222222222222222222	-	02-summarise
input	summarise	stats	result	classify	stats
publish	summarise	summary	=summary.csv
job	01-classify	classify	${2:-1}	0
job	02-summarise	summarise	1	0
PLAN
  cat >"$out/jobs/01-classify.sbatch" <<JOB
#!/usr/bin/env bash
#SBATCH --job-name=annz.classify
#SBATCH --array=0-$((seeds - 1))
#SBATCH --time=00:10:00
#SBATCH --mem=20M
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
# shellcheck source=../lib/flow.sh
source "\$1/lib/flow.sh"

flow_call classify
flow_item seed Int
flow_file catalog File 'data/galaxies.csv'
flow_output stats File 'stats.csv'
flow_time 600
flow_script bash <<'FLOW'
echo "classify \$seed" >>'${base//\'/}/ran'
# A test may take the file away at any moment.
sleep "\$(cat '${base//\'/}/slow' 2>/dev/null || echo 0)"
if grep -qx "\$seed" '${base//\'/}/fail' 2>/dev/null; then
  echo "seed \$seed does not converge"
  exit 3
fi
wc -c <"\$catalog" >"\$stats"
FLOW

flow_task "\$@"
JOB
  cat >"$out/jobs/02-summarise.sbatch" <<JOB
#!/usr/bin/env bash
#SBATCH --job-name=annz.summarise
#SBATCH --array=0-0
#SBATCH --time=00:10:00
#SBATCH --mem=20M
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
# shellcheck source=../lib/flow.sh
source "\$1/lib/flow.sh"

flow_call summarise
flow_list stats File classify stats 01-classify
flow_output summary File 'summary.csv'
flow_publish summary '=summary.csv'
flow_script bash <<'FLOW'
echo summarise >>'${base//\'/}/ran'
cat "\${stats[@]}" | wc -l >"\$summary"
FLOW

flow_task "\$@"
JOB
}

# chain MODELS SEEDS: train over models × seeds, score shard by shard, best for each model over its seeds.
chain() {
  local models=$1 seeds=$2 i
  library
  mkdir -p -- "$out/shards"
  for i in $(seq "$models"); do printf 'm%s\tm%s\t%s\n' "$i" "$i" "$((i * 10))"; done >"$out/shards/models.tsv"
  cat >"$out/plan.tsv" <<PLAN
flow	1	chain	..
axis	models	table	$models	name	depth
axis	seeds	range	1	1	$seeds
call	train	train	aaaaaaaaaaaaaaaa	models:model,seeds:seed	01-train
input	train	model	item	models	1,2	k,v
input	train	seed	item	seeds	1	k
call	score	score	bbbbbbbbbbbbbbbb	models:model,seeds:seed	02-score
input	score	fit	result	train	fit
call	best	best	cccccccccccccccc	models:model	03-best
input	best	model	item	models	1	k
input	best	scores	result	score	value
publish	best	choice	=best/	+1	=.txt
job	01-train	train	${3:-1}	0
job	02-score	score	${3:-1}	0
job	03-best	best	1	0
PLAN
  job_head 01-train; cat >>"$out/jobs/01-train.sbatch" <<JOB
flow_call train
flow_record model name:String depth:Int
flow_item seed Int
flow_output fit File 'fit.txt'
flow_script bash <<'FLOW'
echo "train \$model_name \$seed" >>'${base//\'/}/ran'
if grep -qx "\$model_name \$seed" '${base//\'/}/fail' 2>/dev/null; then echo 'no fit' >&2; exit 1; fi
echo "\$((model_depth + seed))" >"\$fit"
FLOW

flow_task "\$@"
JOB
  job_head 02-score; cat >>"$out/jobs/02-score.sbatch" <<JOB
flow_call score
flow_result fit File train fit
flow_output value Int 'value.txt'
flow_script bash <<'FLOW'
echo "score \$(cat "\$fit")" >>'${base//\'/}/ran'
cat "\$fit" >"\$value"
FLOW

flow_task "\$@"
JOB
  job_head 03-best; cat >>"$out/jobs/03-best.sbatch" <<JOB
flow_call best
flow_item model String
flow_list scores Int score value 02-score
flow_output choice File 'choice.txt'
flow_publish choice '=best/' '+1' '=.txt'
flow_script bash <<'FLOW'
echo "best \$model" >>'${base//\'/}/ran'
printf '%s\n' "\${scores[@]}" | sort -n | tail -1 >"\$choice"
FLOW

flow_task "\$@"
JOB
}

job_head() {
  cat >"$out/jobs/$1.sbatch" <<JOB
#!/usr/bin/env bash
#SBATCH --job-name=chain.${1#*-}
#SBATCH --time=00:10:00
#SBATCH --mem=20M
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
# shellcheck source=../lib/flow.sh
source "\$1/lib/flow.sh"

JOB
}

# A cluster of the test's own, ended with it. Without SLURM on the machine the test is left out.
# shellcheck disable=SC2120 # options are optional
slurm_cluster() {
  command -v slurmctld >/dev/null || [[ -x /usr/sbin/slurmctld ]] || { echo 'left out: no SLURM here'; exit 0; }
  local answer
  answer=$("$repository/tests/slurm/cluster" start "$base/slurm" --owner "$$" "$@") || not_ok 'the cluster does not start'
  SLURM_CONF=${answer##*SLURM_CONF=}
  export SLURM_CONF
  trap '"$repository/tests/slurm/cluster" stop "$base/slurm" >/dev/null 2>&1; rm -rf -- "$base"' EXIT
}

# Waits until the queue is empty: as long as a busy machine may need for it.
drained() {
  local end=$((SECONDS + 600))
  while ((SECONDS < end)); do
    [[ -n $(squeue --noheader) ]] || return 0
    sleep 0.2
  done
  squeue >&2
  not_ok 'the queue is not empty after ten minutes'
}

# A command of SLURM that counts its calls in $base/calls.NAME, before the real one runs. `before` may hold more of it.
wrapped() {
  local command=$1 before=${2:-} real
  real=$(PATH=${PATH#"$base/bin:"} command -v "$command")
  mkdir -p -- "$base/bin"
  printf '#!/usr/bin/env bash\necho "$*" >>%q\n%s\nexec %q "$@"\n' "$base/calls.$command" "$before" "$real" >"$base/bin/$command"
  chmod +x "$base/bin/$command"
  [[ $PATH == "$base/bin:"* ]] || PATH=$base/bin:$PATH
}
calls() { if [[ -f $base/calls.$1 ]]; then wc -l <"$base/calls.$1"; else echo 0; fi; }
