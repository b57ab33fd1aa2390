# shellcheck shell=bash
# queue.sh: all that talks to SLURM; and what became of earlier submissions.

# ---- calls ----------------------------------------------------------------------------------------------------------

# A SLURM command without the user's SBATCH_* and the like, which would override the scripts. SLURM_CONF says which
# cluster, so it stays.
slurm() {
  (
    for name in "${!SBATCH_@}" "${!SLURM_@}" "${!SQUEUE_@}" "${!SCANCEL_@}" "${!SALLOC_@}" "${!SRUN_@}" FLOW_TASK; do
      [[ $name == SLURM_CONF ]] || unset "$name"
    done
    exec timeout "${FLOW_SLURM_TIMEOUT:-120}" "$@" </dev/null
  )
}

# Asks the queue: lines ID, INDEX, STATE, TOKEN, REASON of the user's jobs in $tmp/queue; FALSE if it cannot be asked.
ask_queue() {
  command -v squeue >/dev/null || { echo 'there is no squeue here' >"$tmp/queue.error"; return 1; }
  slurm squeue --noheader --user="$EUID" --format=$'%F\t%K\t%T\t%k\t%r' "$@" >"$tmp/queue" 2>"$tmp/queue.error"
}

need_queue() {
  ask_queue && return 0
  warn "the queue cannot be asked, so nothing is submitted: $(head -1 "$tmp/queue.error")"
  die "without SLURM: ./submit.sh --local"
}

# The ids of a submission's jobs that are in the queue as $tmp/queue has it, a line each.
queued_ids() { # SUBMISSION-FOLDER
  local token
  IFS= read -r token <"$1/token"
  awk -F '\t' -v token="$token" -v ids="$1/jobs.tsv" '
    BEGIN { while ((getline line < ids) > 0) { split(line, f, "\t"); known[f[2]] } }
    $4 == token || (($4 == "" || $4 == "(null)") && ($1 in known)) { if (!($1 in seen)) print $1; seen[$1] }
  ' "$tmp/queue"
}

# ---- earlier submissions --------------------------------------------------------------------------------------------

last_submission() {
  local dir last=''
  for dir in "$state"/submissions/[0-9]*; do [[ ! -d $dir ]] || last=${dir##*/}; done
  say "$last"
}

# What the files say of the last submission: none, ended, local, unfinished, releasing, live.
submission_state() {
  local last dir
  last=$(last_submission)
  dir=$state/submissions/$last
  if [[ -z $last ]]; then say none
  elif [[ -e $dir/ended ]]; then say ended
  elif [[ -e $dir/local ]]; then say 'local'
  elif [[ ! -e $dir/releasing ]]; then say unfinished
  elif [[ ! -e $dir/released ]]; then say releasing
  else say live; fi
}

# Before a new submission, or a change of the records: the last one must have ended. The queue is asked once.
settle_submissions() {
  local for_local=${1:-} last dir now ids host user pid
  last=$(last_submission)
  dir=$state/submissions/$last
  now=$(submission_state)
  case $now in
    none | ended) [[ -n $for_local || $mode != '' ]] || need_queue; return 0 ;;
    local)
      host='' user='' pid=''
      read -r host user pid <"$dir/local" || true
      if [[ $host != "$HOSTNAME" ]]; then
        die "submission $last is run by process $pid of $user on $host. If that is gone: touch '${dir//\'/\'\\\'\'}/ended'"
      fi
      if submit_lives "$pid"; then
        die "submission $last is being run here by process $pid; end it with ./submit.sh --cancel"
      fi
      : >"$dir/ended"
      [[ -n $for_local || $mode != '' ]] || need_queue
      return 0 ;;
  esac
  need_queue
  mapfile -t ids < <(queued_ids "$dir")
  case $now in
    unfinished)
      # Its roots were never released: none of it has run.
      if ((${#ids[@]})); then
        say "Submission $last was not finished; its jobs ${ids[*]} are cancelled."
        cancel_ids "${ids[@]}" || die "scancel failed: $(head -1 "$tmp/cancel.error")"
      fi ;;
    releasing)
      if ((${#ids[@]})); then
        release_roots "$dir" || die "the jobs of submission $last are queued but held, and scontrol release failed: $(head -1 "$tmp/release.error")"
        : >"$dir/released"
        say "Submission $last was not released to the end; now it is."
      fi ;;&
    releasing | live)
      if ((${#ids[@]})); then
        warn "Submission $last is still queued or running: jobs ${ids[*]}."
        die 'See ./submit.sh --status; ./submit.sh --cancel ends it.'
      fi ;;
  esac
  : >"$dir/ended"
}

cancel_ids() { slurm scancel "$@" 2>"$tmp/cancel.error"; }

# Releases the roots that are still held. A job that has ended cannot be released, and need not be.
release_roots() {
  local roots
  roots=$(awk -F '\t' '$4 == "-" { printf "%s%s", sep, $2; sep = "," }' "$1/jobs.tsv")
  slurm scontrol release "$roots" 2>"$tmp/release.error" && return 0
  ask_queue || return 1
  roots=$(awk -F '\t' -v ids="$1/jobs.tsv" '
    BEGIN { while ((getline line < ids) > 0) { split(line, f, "\t"); if (f[4] == "-") root[f[2]] } }
    ($1 in root) && $3 == "PENDING" && $5 ~ /^JobHeld/ && !($1 in seen) { printf "%s%s", sep, $1; sep = ","; seen[$1] }
  ' "$tmp/queue")
  [[ -n $roots ]] || return 0
  slurm scontrol release "$roots" 2>"$tmp/release.error"
}

# ---- a new submission -----------------------------------------------------------------------------------------------

# All jobs at once, the roots held; each id is written down before the next call. Then the roots are released.
submit_jobs() {
  local job first last deps count=0 tasks=0 id logs
  declare -A job_ids=() array_id=() throttle=()
  while IFS=$'\t' read -r _ job _ _ id; do throttle[$job]=$id; done < <(awk -F '\t' '$1 == "job"' "$submission/plan.tsv")
  logs=${run//%/%%}/logs/${submission##*/}
  while IFS=$'\t' read -r job first last deps; do
    args=(--parsable --comment="$token" --array="$first-$last" --output="$logs.$job.%a.log" --chdir="$project")
    ((${throttle[$job]:-0} == 0)) || args[2]+="%${throttle[$job]}"
    add_dependency "$deps"
    # What is given behind `--` comes last and wins.
    args+=(${sbatch_options[@]+"${sbatch_options[@]}"} "$submission/jobs/$job.sbatch" "$submission" "$job")
    submit_one "$job" || give_up "$job"
    printf '%s\t%s\t%s-%s\t%s\n' "$job" "$id" "$first" "$last" "${dependency:--}" >>"$submission/jobs.tsv"
    job_ids[$job]+=":$id"
    array_id[$job:$first-$last]=$id
    count=$((count + 1)) tasks=$((tasks + last - first + 1))
  done <"$submission/arrays.tsv"
  : >"$submission/releasing"
  sync -- "$submission/jobs.tsv" "$submission/releasing"
  release_roots "$submission" || {
    warn "all jobs are queued, but scontrol release failed: $(head -1 "$tmp/release.error")"
    die 'they wait, held; run ./submit.sh again to release them'
  }
  : >"$submission/released"
  say "Submitted $tasks tasks in $count jobs (submission ${submission##*/}): $(cut -f2 "$submission/jobs.tsv" | paste -s -d ' ')."
  say 'See ./submit.sh --status.'
}

# `aftercorr:JOB:FIRST-LAST,afterany:JOB` as ids: sets dependency, adds to args.
add_dependency() {
  local dep
  dependency=''
  if [[ $1 == - ]]; then args+=(--hold); return; fi
  for dep in ${1//,/ }; do
    case $dep in
      afterany:*) dependency+=",afterany${job_ids[${dep#*:}]}" ;;
      aftercorr:*) dependency+=",aftercorr:${array_id[${dep#*:}]}" ;;
    esac
  done
  dependency=${dependency#,}
  args+=(--dependency="$dependency")
  # Else an element whose counterpart failed waits for ever.
  [[ $dependency != *aftercorr* ]] || args+=(--kill-on-invalid-dep=yes)
}

# One sbatch call; sets id. After a failure the job may be queued all the same: the token tells.
submit_one() {
  local answer
  for _ in 1 2 3; do
    if answer=$(slurm sbatch "${args[@]}" 2>"$tmp/sbatch.error"); then
      id=${answer%%;*}
      [[ ! $id =~ ^[0-9]+$ ]] || return 0
      printf 'sbatch answered: %s\n' "$answer" >"$tmp/sbatch.error"
    elif [[ ! -s $tmp/sbatch.error ]]; then
      echo 'sbatch gave no answer in time' >"$tmp/sbatch.error"
    fi
    find_job || return 1
    [[ -z $id ]] || return 0
    sleep "${FLOW_RETRY_PAUSE:-2}"
  done
  return 1
}

# The id of a job with our token that is not written down yet, or nothing; FALSE if the queue cannot be asked.
find_job() {
  id=''
  ask_queue || { cat -- "$tmp/queue.error" >>"$tmp/sbatch.error"; return 1; }
  id=$(awk -F '\t' -v token="$token" -v ids="$submission/jobs.tsv" '
    BEGIN { while ((getline line < ids) > 0) { split(line, f, "\t"); known[f[2]] } }
    $4 == token && !($1 in known) { print $1; exit }
  ' "$tmp/queue")
}

# Nothing of a submission that is not whole may run.
give_up() {
  local job=$1 ids
  warn "sbatch failed for $job: $(paste -s -d ' ' "$tmp/sbatch.error")"
  mapfile -t ids < <({ cut -f2 "$submission/jobs.tsv"; if ask_queue; then queued_ids "$submission"; fi; } | sort -u)
  if ((${#ids[@]} == 0)) || cancel_ids "${ids[@]}"; then
    ! ask_queue || [[ -n $(queued_ids "$submission") ]] || : >"$submission/ended"
    die "nothing of it will run: its ${#ids[@]} queued jobs are cancelled. Run ./submit.sh again when the cause is gone"
  fi
  die "its jobs ${ids[*]} are held and will not run; the next ./submit.sh cancels them (scancel failed: $(head -1 "$tmp/cancel.error"))"
}

# ---- --cancel -------------------------------------------------------------------------------------------------------

cancel() {
  local last dir ids pid host
  last=$(last_submission)
  dir=$state/submissions/$last
  case $(submission_state) in
    none | ended) say 'Nothing is queued or running.'; return ;;
    local)
      read -r host _ pid <"$dir/local"
      [[ $host == "$HOSTNAME" ]] || die "submission $last runs on $host: cancel it there"
      submit_lives "$pid" || { say 'Nothing is queued or running.'; return; }
      kill -TERM "$pid"
      say "Submission $last: process $pid ends its tasks."
      return ;;
  esac
  ask_queue || die "the queue cannot be asked: $(head -1 "$tmp/queue.error")"
  mapfile -t ids < <(queued_ids "$dir")
  ((${#ids[@]})) || { say 'Nothing is queued or running.'; return; }
  cancel_ids "${ids[@]}" || die "scancel failed: $(head -1 "$tmp/cancel.error")"
  say "Submission $last: cancelled jobs ${ids[*]}. What is done stays done; ./submit.sh goes on from there."
}
