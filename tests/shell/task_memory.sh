#!/usr/bin/env bash
# The memory in a record: read from the control group that SLURM gave the job, and from no other.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../templates/lib/fields.sh
source "$here/../../templates/lib/fields.sh"
base=$(mktemp -d)
trap 'rm -rf -- "$base"' EXIT

memory() { flow_record_line 'done' 0 - - - && cut -f17 <<<"$REPLY"; }
same() { [[ $1 == "$2" ]] || { echo "FAILED \`$1\` is not \`$2\`" >&2; exit 1; }; }

# shellcheck disable=SC2034 # for the record
shard_call=a shard_dir=. shard_version=v shard_inputs=- shard_id=i shard_number=1 flow_number=1 flow_attempt_name=x flow_node=n
printf '0::/system.slice/slurmstepd.scope/job_12/step_batch/user/task_0\n4:memory:/slurm/uid_0/job_12/step_batch\n' >"$base/cgroup"
SLURM_JOB_ID=1 flow_find_memory_gauge "$base/cgroup"
same "$flow_memory_gauge" ''
flow_find_memory_gauge "$base/none"
same "$(memory)" -
echo 'ok no control group'

flow_memory_gauge=$base/peak
echo 10485760 >"$base/peak"
same "$(memory)" 10240
echo 'max; rm -rf /' >"$base/peak"
same "$(memory)" -
rm -- "$base/peak"
same "$(memory)" -
echo 'ok a gauge, and none that can be read'
