# shellcheck shell=bash disable=SC2154,SC2034 # a part of submit.sh: variables are set in one part and used in another
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

# Asks the queue: lines ID, INDEX, STATE, TOKEN, REASON in $tmp/queue; FALSE if it cannot be asked. Of the user's jobs, and
# of those of whoever made a submission that has not ended: several may work in one project.
ask_queue() {
  local users=$EUID number
  command -v squeue >/dev/null || { echo 'there is no squeue here' >"$tmp/queue.error"; return 1; }
  open_submissions
  for number in ${open[@]+"${open[@]}"}; do
    [[ -O $state/submissions/$number/token ]] || users+=,$(stat -c %u -- "$state/submissions/$number/token") || return
  done
  slurm squeue --noheader --user="$users" --format=$'%F\t%K\t%T\t%k\t%r' "$@" >"$tmp/queue" 2>"$tmp/queue.error" && return
  [[ -s $tmp/queue.error ]] || echo 'squeue gave no answer in time' >"$tmp/queue.error"
  return 1
}

need_queue() {
  ask_queue && return 0
  warn "the queue cannot be asked, so nothing is submitted: $(head -1 "$tmp/queue.error")"
  die "without SLURM: ./submit.sh --local"
}

# A job's comment is `TOKEN JOB FIRST-LAST`: an id means something only together with it, since a controller that was
# killed gives ids out again, and an sbatch that failed may still have queued its job, seconds later.

# The ids of a submission's jobs that are in the queue as $tmp/queue has it, a line each.
queued_ids() { # SUBMISSION-FOLDER
  local token
  IFS= read -r token <"$1/token"
  awk -F '\t' -v token="$token " 'index($4, token) == 1 && !($1 in seen) { print $1; seen[$1] }' "$tmp/queue"
}

# Jobs that carry a token of this run folder and belong to nothing: lines ID. Those of submissions that have ended, and
# those of others that are not written down, unless one was not finished (then all of it is cancelled).
stranger_ids() {
  local dir token
  for dir in "$state"/submissions/[0-9]*; do
    [[ -f $dir/token ]] || continue
    IFS= read -r token <"$dir/token" || true
    [[ $token == flow-* ]] || continue
    ! is_copy "$dir" || continue
    if [[ -e $dir/ended ]]; then printf '%s\t-\n' "$token"
    elif [[ -e $dir/releasing ]]; then awk -F '\t' -v token="$token" '{ print token "\t" $2 }' "$dir/jobs.tsv"; fi
  done | awk -F '\t' '
    FILENAME == "-" { ours[$1]; known[$1, $2]; next }
    { split($4, word, " ") }
    (word[1] in ours) && !((word[1], $1) in known) && !($1 in seen) { print $1; seen[$1] }
  ' - "$tmp/queue"
}

cancel_strangers() {
  local ids
  [[ -s $tmp/queue ]] || return 0
  mapfile -t ids < <(stranger_ids)
  ((${#ids[@]})) || return 0
  say "Jobs ${ids[*]} are left of submissions that were given up; they are cancelled."
  cancel_ids "${ids[@]}" || die "scancel failed: $(head -1 "$tmp/cancel.error")"
  awk -F '\t' -v ids=" ${ids[*]} " 'index(ids, " " $1 " ") == 0' "$tmp/queue" >"$tmp/queue.ours"
  mv -- "$tmp/queue.ours" "$tmp/queue"
}

# ---- earlier submissions --------------------------------------------------------------------------------------------

# The number of the last submission in REPLY, or nothing.
last_submission() {
  local dir
  REPLY=''
  for dir in "$state"/submissions/[0-9]*; do [[ ! -d $dir ]] || REPLY=${dir##*/}; done
}

# The submissions that have not ended as far as is known, in `open`. There are several only after --add.
open_submissions() {
  local dir
  open=()
  for dir in "$state"/submissions/[0-9]*; do [[ ! -d $dir ]] || has_ended "$dir" || open+=("${dir##*/}"); done
}

has_ended() { [[ -e $1/ended ]] || is_copy "$1"; } # SUBMISSION-FOLDER

# Was the run folder copied here? Then its jobs are those of the first one, and write there. One that was moved is what it was.
is_copy() { # SUBMISSION-FOLDER
  local made='' inode=''
  IFS= read -r made 2>/dev/null <"$1/project" && [[ $made != "$project" ]] || return 1
  read -r inode 2>/dev/null <"$1/inode" && [[ $inode != "$(stat -c %i -- "$1")" ]]
}

# What the files say of a submission, in REPLY: none (without a number), ended, local, unfinished, releasing, live.
submission_state() { # NUMBER
  local dir=$state/submissions/$1
  if [[ -z $1 ]]; then REPLY=none
  elif has_ended "$dir"; then REPLY=ended
  elif [[ -e $dir/local ]]; then REPLY='local'
  elif [[ ! -e $dir/releasing ]]; then REPLY=unfinished
  elif [[ ! -e $dir/released ]]; then REPLY=releasing
  else REPLY=live; fi
}

# Before a new submission, or a change of the records: the earlier ones must have ended. The queue is asked once. With
# --add they may live: `live` are their numbers.
settle_submissions() {
  local for_local=${1:-} number
  live=()
  open_submissions
  asked=''
  for number in ${open[@]+"${open[@]}"}; do settle "$number"; done
  [[ -n $asked || -n $for_local || $mode != '' ]] || look_at_queue
}

look_at_queue() {
  need_queue
  cancel_strangers
  asked=1
}

settle() { # NUMBER
  local number=$1 dir=$state/submissions/$1 now ids host='' user='' pid='' token
  submission_state "$number"
  now=$REPLY
  if [[ $now == 'local' ]]; then
    read -r host user pid <"$dir/local" || true
    if [[ $host != "$HOSTNAME" ]]; then
      die "submission $number is run by process $pid of $user on $host. If that is gone: touch '${dir//\'/\'\\\'\'}/ended'"
    fi
    if submit_lives "$pid"; then
      die "submission $number is being run here by process $pid; end it with ./submit.sh --cancel"
    fi
    : >"$dir/ended"
    return
  fi
  IFS= read -r token <"$dir/token" || token=''
  [[ $token == flow-* ]] ||
    die "$dir/token is damaged; when no job of submission $number is queued or running: touch '${dir//\'/\'\\\'\'}/ended'"
  [[ -n $asked ]] || look_at_queue
  mapfile -t ids < <(queued_ids "$dir")
  if ((${#ids[@]} == 0)); then
    others_are_seen "$dir"
    : >"$dir/ended"
    return
  fi
  case $now in
    unfinished)
      # Its roots were never released: none of it has run.
      say "Submission $number was not finished; its jobs ${ids[*]} are cancelled."
      cancel_ids "${ids[@]}" || die "scancel failed: $(head -1 "$tmp/cancel.error")"
      : >"$dir/ended"
      return ;;
    releasing)
      release_roots "$dir" ||
        die "the jobs of submission $number are queued but held, and scontrol release failed: $(head -1 "$tmp/release.error")"
      : >"$dir/released"
      say "Submission $number was not released to the end; now it is." ;;
  esac
  if never_starts "$dir"; then
    say "The jobs ${ids[*]} that are left of submission $number can never start; they are cancelled."
    cancel_ids "${ids[@]}" || die "scancel failed: $(head -1 "$tmp/cancel.error")"
    : >"$dir/ended"
    return
  fi
  live+=("$number")
  [[ -z $add ]] || return 0
  warn "Submission $number of $(stat -c %U -- "$dir/token") is still queued or running: jobs ${ids[*]}."
  die 'See ./submit.sh --status; ./submit.sh --cancel ends it; --add submits what it does not hold.'
}

# Submissions that are queued or running, for a dry run.
tell_living() {
  local number asked=''
  open_submissions
  for number in ${open[@]+"${open[@]}"}; do
    submission_state "$number"
    [[ $REPLY == live ]] || continue
    [[ -n $asked ]] || ask_queue || { say 'An earlier submission has not ended as far as is known; it comes first.'; return; }
    asked=1
    [[ -z $(queued_ids "$state/submissions/$number") ]] || say "Submission $number is queued or running; it comes first."
  done
}

# Some sites show nobody the jobs of others: then an empty queue says nothing of theirs.
others_are_seen() { # SUBMISSION-FOLDER
  local owner
  owner=$(stat -c %u -- "$1/token")
  [[ $owner == "$EUID" || $EUID == 0 ]] || ! slurm scontrol show config 2>/dev/null | grep -q '^PrivateData.*jobs' ||
    die "submission ${1##*/} is of $(stat -c %U -- "$1/token"), whose jobs are not shown to you here." \
      "When none of it is queued: touch '${1//\'/\'\\\'\'}/ended'"
}

# What living submissions have, as lines CALL DIR in $tmp/held: the shards of their tasks that are in the queue.
held_shards() {
  local number
  : >"$tmp/elements"
  ask_queue --array || die "the queue cannot be asked: $(head -1 "$tmp/queue.error")"
  for number in ${live[@]+"${live[@]}"}; do queue_elements "$number"; done
  awk -F '\t' -v submissions="$state/submissions" '
    { has[$1 "/lists/" $2, $3]; jobs[$1 "/lists/" $2] }
    END {
      for (job in jobs) {
        file = submissions "/" job ".tsv"
        if ((getline < file) < 0) file = submissions "/" job ".open.tsv"
        close(file)
        while ((getline < file) > 0) if ((job, $1) in has) { gsub(/%\*[^*]*\*/, "*", $3); print $2 "\t" $3 }
      }
    }
  ' "$tmp/elements" >"$tmp/held"
}

# Does all that is left wait for something that can never come? (A cluster that ignores --kill-on-invalid-dep.)
never_starts() { # SUBMISSION-FOLDER
  local token
  IFS= read -r token <"$1/token"
  awk -F '\t' -v token="$token " '
    index($4, token) != 1 { next }
    $3 != "PENDING" || $5 !~ /^Dependency(NeverSatisfied)?$/ { moves = 1 }
    $5 == "DependencyNeverSatisfied" { never = 1 }
    END { exit !never || moves }
  ' "$tmp/queue"
}

cancel_ids() { slurm scancel "$@" 2>"$tmp/cancel.error"; }

# Releases the roots. What scontrol answers says little (a job that has ended cannot be released; one that is released
# may be released again): it is done when none of them is held any more.
release_roots() { # SUBMISSION-FOLDER
  local roots='' id dependency
  while IFS=$'\t' read -r _ id _ dependency; do [[ $dependency != - ]] || roots+=,$id; done <"$1/jobs.tsv"
  roots=${roots#,}
  for _ in 1 2 3; do
    slurm scontrol release "$roots" 2>"$tmp/release.error" || true
    ask_queue || { cp -- "$tmp/queue.error" "$tmp/release.error"; return 1; }
    roots=$(held_roots "$1")
    [[ -n $roots ]] || return 0
    [[ -s $tmp/release.error ]] || echo "jobs $roots are still held" >"$tmp/release.error"
    pause
  done
  return 1
}

# The roots of a submission that wait for their release in $tmp/queue: ID,ID.
held_roots() { # SUBMISSION-FOLDER
  local token
  IFS= read -r token <"$1/token"
  awk -F '\t' -v token="$token " -v ids="$1/jobs.tsv" '
    BEGIN { while ((getline line < ids) > 0) { split(line, f, "\t"); if (f[4] == "-") root[f[2]] } }
    ($1 in root) && index($4, token) == 1 && $5 == "JobHeldUser" && !($1 in seen) {
      printf "%s%s", sep, $1
      sep = ","
      seen[$1]
    }
  ' "$tmp/queue"
}

pause() { sleep "${FLOW_RETRY_PAUSE:-2}"; }

# ---- a new submission -----------------------------------------------------------------------------------------------

# All jobs at once, the roots held; each id is written down before the next call. Then the queue is compared with what
# was written down, and the roots are released.
submit_jobs() {
  local job first last deps count=0 tasks=0 rungs=0 id listed='' logs range limit wide elements output
  declare -A job_ids=() array_id=() throttle=() abreast=()
  exec {stderr}>&2
  trap 'stopped 130' INT
  trap 'stopped 143' TERM HUP
  retried=''
  # SLURM reads no %a behind a backslash.
  [[ $run != *\\* ]] ||
    die "SLURM cannot write logs below $run: there is a backslash in it. FLOW_RUN puts the run folder elsewhere"
  # Tasks side by side in one element of an array: SLURM counts the elements, all else counts tasks.
  while IFS=$'\t' read -r job limit wide; do throttle[$job]=$limit abreast[$job]=$wide; done <"$tmp/plan.jobs"
  logs=${run//%/%%}/logs/${submission##*/}
  while IFS=$'\t' read -r job first last deps; do
    range=$first-$last
    comment="$token $job $range"
    # What is given behind `--` wins over the script's lines, but not over what the records need.
    args=(${sbatch_options[@]+"${sbatch_options[@]}"} --parsable --comment="$comment")
    wide=${abreast[$job]:-1}
    elements=$((first / wide))-$((last / wide))
    # The tasks of an element have logs of their own.
    if ((wide > 1)); then output=$logs.$job.element%a.log; else output=$logs.$job.%a.log; fi
    args+=(--output="$output" --chdir="$project")
    limit=${throttle[${job%.rung[1-9]*}]:-0}
    if ((limit)); then args+=(--array="$elements%$limit"); else args+=(--array="$elements"); fi
    add_dependency "$deps"
    args+=("$submission/jobs/$job.sbatch" "$submission" "$job")
    submit_one || {
      warn "sbatch failed for $job: $(paste -s -d ' ' "$tmp/sbatch.error")"
      ! grep -q 'kill-on-invalid-dep' "$tmp/sbatch.error" || warn 'for a site without it: dependency = "any" in the site file'
      give_up
    }
    printf '%s\t%s\t%s\t%s\n' "$job" "$id" "$range" "${dependency:--}" >>"$submission/jobs.tsv"
    listed+=" $id"
    job_ids[$job]+=":$id"
    array_id[$job:$range]=$id
    if [[ $deps == afternotok:* ]]; then rungs=$((rungs + 1)); else tasks=$((tasks + last / wide - first / wide + 1)); fi
    count=$((count + 1))
  done <"$submission/arrays.tsv"
  compare_queue
  : >"$submission/releasing"
  sync -- "$submission/jobs.tsv" "$submission/releasing"
  release_roots "$submission" || {
    warn "all jobs are queued, but they could not be released: $(head -1 "$tmp/release.error")"
    die 'they wait, held; run ./submit.sh again to release them'
  }
  : >"$submission/released"
  say "Submitted $(counted "$tasks" task) in $(counted "$count" job) (submission ${submission##*/}):$listed."
  ((rungs == 0)) || say "$rungs of them try again what fails, or go on with what is cut off; SLURM removes them where nothing is left."
  say 'See ./submit.sh --status.'
}

# Somebody interrupts: jobs that are held in the queue need a word. A trap has the streams of the command that it ends.
stopped() { # STATUS
  exec 2>&"$stderr"
  if [[ ! -e $submission/releasing ]]; then
    warn "stopped: what is queued of submission ${submission##*/} is held, and the next ./submit.sh cancels it"
  elif [[ ! -e $submission/released ]]; then
    warn "stopped: submission ${submission##*/} is queued, but not all of it is released; ./submit.sh does that"
  fi
  exit "$1"
}

# The queue against what was written down, right before the release: nothing of it has run, so every job must be there.
# Jobs with the token that are not written down are twins, of calls that had to be tried again; they may come late.
compare_queue() {
  local round=0 missing twins seen_missing='' lost what id comment
  while :; do
    ask_queue || { warn "the queue cannot be asked: $(head -1 "$tmp/queue.error")"; give_up; }
    awk -F '\t' -v token="$token" '
      FILENAME == "-" { split($4, word, " "); if (word[1] == token) { have[$1] = $4 } else other[$1] = $4; next }
      { known[$2]; if (have[$2] != token " " $1 " " $3) print "missing\t" $2 "\t" other[$2] }
      END { for (id in have) if (!(id in known) && have[id] != "") print "twin\t" id }
    ' - "$submission/jobs.tsv" <"$tmp/queue" >"$tmp/compared"
    missing='' twins=() lost=''
    while IFS=$'\t' read -r what id comment; do
      if [[ $what == twin ]]; then twins+=("$id")
      else missing+=${missing:+ }$id; [[ $comment != '(null)' ]] || lost=1; fi
    done <"$tmp/compared"
    if ((${#twins[@]})); then
      say "Jobs ${twins[*]} came of sbatch calls that had failed; they are cancelled."
      cancel_ids "${twins[@]}" || { warn "scancel failed: $(head -1 "$tmp/cancel.error")"; give_up; }
    fi
    if [[ -n $missing && -n $seen_missing ]]; then
      if [[ $lost ]]; then
        warn "jobs $missing have lost their comment, by which they are known: this cluster does not keep that of sbatch"
      else
        warn "jobs $missing, as sbatch called them, are not in the queue: has the controller been restarted?"
      fi
      give_up
    fi
    seen_missing=$missing
    # A second look where something was odd.
    [[ -n $missing || (-n $retried && $round == 0) || ${#twins[@]} != 0 ]] || return 0
    round=$((round + 1))
    if ((round > 10)); then warn "jobs with the token $token come again and again"; give_up; fi
    pause
  done
}

# `aftercorr:JOB:FIRST-LAST,afterany:JOB,afterany:JOB:TASK` as ids: sets dependency, adds to args.
add_dependency() {
  local dep
  dependency=''
  if [[ $1 == - ]]; then args+=(--hold); return; fi
  for dep in ${1//,/ }; do
    case $dep in
      afternotok:*) dependency+=",afternotok${job_ids[${dep#*:}]}" ;;
      afterany:*:*) dependency+=",afterany:$(id_of_task "${dep#*:}")" ;;
      afterany:*) dependency+=",afterany${job_ids[${dep#*:}]}" ;;
      aftercorr:*) dependency+=",aftercorr:${array_id[${dep#*:}]}" ;;
    esac
  done
  dependency=${dependency#,}
  args+=(--dependency="$dependency")
  # Else an element whose counterpart failed waits for ever, and so does a rung without work.
  [[ $dependency != *aftercorr* && $dependency != *afternotok* ]] || args+=(--kill-on-invalid-dep=yes)
}

# JOB:TASK as SLURM names it: the id of the array that has it, and the index of its element.
id_of_task() {
  local job=${1%:*} task=${1##*:} array range
  for array in "${!array_id[@]}"; do
    range=${array##*:}
    [[ ${array%:*} != "$job" ]] || ((task < ${range%-*} || task > ${range#*-})) || say "${array_id[$array]}_$((task / ${abreast[$job]:-1}))"
  done
}

# One sbatch call; sets id. After a failure the job may be queued all the same: its comment tells.
submit_one() {
  local answer
  for _ in 1 2 3; do
    if slurm sbatch "${args[@]}" >"$tmp/sbatch.answer" 2>"$tmp/sbatch.error"; then
      IFS= read -rd '' answer <"$tmp/sbatch.answer" || answer=${answer%$'\n'}
      id=${answer%%;*}
      [[ ! $id =~ ^[0-9]+$ ]] || return 0
      printf 'sbatch answered: %s\n' "$answer" >"$tmp/sbatch.error"
    elif [[ ! -s $tmp/sbatch.error ]]; then
      echo 'sbatch gave no answer in time' >"$tmp/sbatch.error"
    fi
    retried=1
    find_job || return 1
    [[ -z $id ]] || return 0
    pause
  done
  return 1
}

# The id of a job with our comment, or nothing; FALSE if the queue cannot be asked.
find_job() {
  id=''
  ask_queue || { cat -- "$tmp/queue.error" >>"$tmp/sbatch.error"; return 1; }
  id=$(FLOW_COMMENT=$comment awk -F '\t' '$4 == ENVIRON["FLOW_COMMENT"] { print $1; exit }' "$tmp/queue")
}

# Nothing of a submission that is not whole may run. Jobs are cancelled by the token: an id alone may be somebody else's.
give_up() {
  local ids=()
  if ask_queue; then
    mapfile -t ids < <(queued_ids "$submission")
    if ((${#ids[@]} == 0)) || cancel_ids "${ids[@]}"; then
      ! ask_queue || [[ -n $(queued_ids "$submission") ]] || : >"$submission/ended"
      die "nothing of it will run: its ${#ids[@]} queued jobs are cancelled. Run ./submit.sh again when the cause is gone"
    fi
    warn "scancel failed: $(head -1 "$tmp/cancel.error")"
  else warn "the queue cannot be asked: $(head -1 "$tmp/queue.error")"; fi
  die 'its jobs are held and will not run; the next ./submit.sh cancels them'
}

# ---- --cancel -------------------------------------------------------------------------------------------------------

cancel() {
  local number dir ids pid host all=()
  open_submissions
  for number in ${open[@]+"${open[@]}"}; do
    dir=$state/submissions/$number
    submission_state "$number"
    if [[ $REPLY == 'local' ]]; then
      read -r host _ pid <"$dir/local"
      [[ $host == "$HOSTNAME" ]] || die "submission $number runs on $host: cancel it there"
      submit_lives "$pid" || continue
      kill -TERM "$pid"
      say "Submission $number: process $pid ends its tasks."
      return
    fi
    ask_queue || die "the queue cannot be asked: $(head -1 "$tmp/queue.error")"
    mapfile -t ids < <(queued_ids "$dir")
    all+=("${ids[@]}")
  done
  ((${#all[@]})) || { say 'Nothing is queued or running.'; return; }
  cancel_ids "${all[@]}" || die "scancel failed: $(head -1 "$tmp/cancel.error")"
  say "Submission $number: cancelled jobs ${all[*]}. What is done stays done; ./submit.sh goes on from there."
}
