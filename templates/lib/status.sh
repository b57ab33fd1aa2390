# shellcheck shell=bash disable=SC2154,SC2034 # a part of submit.sh: variables are set in one part and used in another
# status.sh: --status and --log. The records and one look at the queue; nothing is changed but the tables of run/index.

status() {
  local last dir number note='' asked=''
  live=()
  last_submission
  last=$REPLY
  [[ -n $last ]] || note='nothing was submitted yet'
  : >"$tmp/elements"
  : >"$tmp/waits"
  open_submissions
  for number in ${open[@]+"${open[@]}"}; do
    dir=$state/submissions/$number
    submission_state "$number"
    case $REPLY in
      'local')
        local_lives "$dir" || continue
        live+=("$number") note="submission $number is running here"
        local_elements "$number" ;;
      unfinished) note="submission $number was not finished; the next ./submit.sh cancels its jobs" ;;
      *)
        if [[ -z $asked ]] && ! ask_queue --array; then
          note="submission $number; the queue could not be asked: $(head -1 "$tmp/queue.error")"
          break
        fi
        asked=1
        [[ -n $(queued_ids "$dir") ]] || continue
        live+=("$number") note="submission ${live[*]} is queued or running"
        queue_elements "$number"
        queue_waits "$dir" ;;
    esac
  done
  note=${note:-submission $last has ended}
  # While tasks run, their own plan counts; else today's.
  if ((${#live[@]})); then
    plan=$state/submissions/${live[-1]} files=$state/submissions/${live[-1]}/files.tsv
    survey
  else
    survey
    identify_files "$tmp/files.tsv" "$last"
  fi
  looking=1
  if ((${#live[@]})); then decide "$tmp/decide"
  else
    decide "$tmp/decide" index
    # What has run since the last submission; who may only look leaves it.
    [[ ! -w $run/index ]] || publish_index "$tmp/decide/index" || true
  fi
  : >"$tmp/decide/now.tsv"
  FLOW_ANSWERS=$tmp/decide FLOW_SUBMISSIONS=$state/submissions FLOW_ELEMENTS=$tmp/elements lib_awk status.awk >"$tmp/table" </dev/null
  if [[ -n $tsv ]]; then tell_tsv "$note"
  elif [[ -n $why ]]; then tell_why
  else
    say "$name: $note"
    tell_table
    tell_failures "$tmp/decide/now.tsv"
    tell_waits
    [[ ${#live[@]} != 0 || $note == *'could not be asked'* ]] || tell_pending
  fi
  awk -F '\t' '{ bad += $5 + $6; left += $8 - $2 - $9 } END { exit bad ? 1 : left ? 3 : 0 }' "$tmp/table"
}

local_lives() {
  local host='' pid=''
  read -r host _ pid <"$1/local" || true
  [[ $host != "$HOSTNAME" ]] || submit_lives "$pid"
}

# The tasks that SLURM has, as NUMBER JOB TASK running|queued.
queue_elements() { # NUMBER
  local token
  IFS= read -r token <"$state/submissions/$1/token"
  awk -F '\t' -v OFS='\t' -v number="$1" -v token="$token" '
    FILENAME != "-" { if ($1 == "abreast") abreast[$2] = $3; next }
    { split($4, word, " ") }
    word[1] == token {
      wide = word[2] in abreast ? abreast[word[2]] : 1
      for (i = 0; i < wide; i++)
        print number, word[2], (wide > 1 ? $2 * wide + i : $2), ($3 == "RUNNING" || $3 == "COMPLETING" ? "running" : "queued")
    }
  ' "$state/submissions/$1/plan.tsv" - <"$tmp/queue" >>"$tmp/elements"
}

# What waits for more than its turn: lines JOB ID COUNT REASON ADVICE.
queue_waits() {
  local token job id count reason
  IFS= read -r token <"$1/token"
  awk -F '\t' -v OFS='\t' -v token="$token" '
    { split($4, word, " ") }
    word[1] == token && $3 == "PENDING" {
      key = word[2] OFS $1
      if (!((key, $5) in count)) { order[++n] = key; reason[n] = $5 }
      count[key, $5]++
    }
    END { for (i = 1; i <= n; i++) print order[i], count[order[i], reason[i]], reason[i] }
  ' "$tmp/queue" |
    while IFS=$'\t' read -r name id count reason; do
      wait_advice "$reason" "$id" "$1" || continue
      printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$id" "$count" "$reason" "$REPLY"
    done >>"$tmp/waits"
}

# What to do about a reason of squeue, in REPLY; FALSE for one that passes by itself.
wait_advice() { # REASON ID SUBMISSION-FOLDER
  case $1 in
    JobHeldUser)
      if [[ -e $3/released ]]; then REPLY="you hold it: scontrol release $2"
      else REPLY='it was not released yet: ./submit.sh does that'; fi ;;
    JobHeldAdmin) REPLY='an administrator holds it: ask them' ;;
    'launch failed requeued held') REPLY="its node could not start it; when that is mended: scontrol release $2" ;;
    *'requeued held' | *'held state') REPLY="it was requeued and is held: scontrol release $2" ;;
    DependencyNeverSatisfied) REPLY='it will never start: ./submit.sh --cancel, then ./submit.sh' ;;
    BadConstraints) REPLY='no node is as it asks: look at constraint, memory, cpus, then compile again' ;;
    PartitionTimeLimit | *MaxWall*) REPLY='its time is above the limit: ask for less (time), or for another partition' ;;
    PartitionNodeLimit | PartitionConfig | *Max*PerJob*)
      REPLY='it asks for more than a job may have there: ask for less, or for another partition' ;;
    *MaxSubmitJob*) REPLY='you have as many jobs queued as you may: it waits until some end (a larger pack makes fewer)' ;;
    *Grp*Minutes* | *Grp*RunMins*) REPLY='the allocation is used up, or nearly so: ask who manages the account' ;;
    InvalidAccount | InvalidQOS | *NotAllowed | AccountingPolicy)
      REPLY='its account or QOS may not be used there: ./submit.sh --cancel, then ./submit.sh -- --account=…' ;;
    PartitionDown | PartitionInactive) REPLY='its partition takes no jobs now: ask when it will' ;;
    *) return 1 ;;
  esac
}

# The same of a local run: what has an attempt is running.
local_elements() { # NUMBER
  local job file
  for file in "$state/submissions/$1"/lists/*.tsv; do
    job=${file##*/} job=${job%.tsv}
    [[ $job != *.open || ! -e ${file%.open.tsv}.tsv ]] || continue
    job=${job%.open}
    find "$work/.tmp" -mindepth 1 -maxdepth 1 -name "$1.$job.*" -printf '%f\n' |
      awk -v number="$1" -v job="$job" '
        { split(substr($0, length(number) + length(job) + 3), f, "."); print number "\t" job "\t" f[1] "\trunning" }'
    cut -f1 "$file" | uniq | awk -v number="$1" -v job="$job" '{ print number "\t" job "\t" $1 "\tqueued" }'
  done | awk -F '\t' '!(($2, $3) in seen) { print; seen[$2, $3] }' >>"$tmp/elements"
}

# ---- telling --------------------------------------------------------------------------------------------------------

tell_table() {
  {
    printf 'call\tdone\trunning\tqueued\tfailed\tblocked\tpending\t\tskipped\n'
    cat -- "$tmp/table"
  } | awk -F '\t' '
    # Most programs skip nothing, and need no column for it.
    { if ($9 + 0) skips = 1; $8 = $9 }
    { for (i = 1; i <= 8; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
    END {
      for (n = 1; n <= NR; n++) {
        printf "%-" width[1] "s", cell[n, 1]
        for (i = 2; i <= 7 + skips; i++) printf "  %" width[i] "s", cell[n, i]
        print ""
      }
    }'
}

tell_pending() {
  awk -F '\t' '{ n += $7 } END { exit !n }' "$tmp/table" || return 0
  say "  $self submits what is pending; $self --status --why tells why it is"
}

tell_why() {
  local call count reason
  [[ -s $tmp/decide/reasons.tsv ]] || { say 'All shards are done.'; return; }
  while IFS=$'\t' read -r call count reason; do say "$call: $count: $reason"; done <"$tmp/decide/reasons.tsv"
}

# For programs: lines `submission`, `call`, `why`, `waits`, `failed`, `blocked`; docs/runtime.md of flowc says what they hold.
tell_tsv() {
  printf 'submission\t%s\t%s\n' "${last:--}" "$1"
  awk '{ print "call\t" $0 }' "$tmp/table"
  awk '{ print "why\t" $0 }' "$tmp/decide/reasons.tsv"
  awk '{ print "waits\t" $0 }' "$tmp/waits"
  awk -F '\t' -v OFS='\t' '{ print ($3 == "failed" ? "failed" : "blocked"), $1, $2, $4, $5, $6 }' "$tmp/decide/now.tsv"
}

# Failures by cause: how many, which, what the first one printed, and the command for all of it. What is blocked by one call is
# told together.
tell_failures() {
  local call dir cause status count names submission_of
  awk -F '\t' -v OFS='\t' '
    {
      by = $4
      if ($3 != "failed") sub(/\[.*/, "", by)
      key = $1 OFS ($3 == "failed" ? "failed" : "blocked") OFS by OFS $5
      if (!(key in count)) { order[++groups] = key; cause[key] = $4; first[key] = $5 OFS $2 OFS $6 }
      if (cause[key] != $4) cause[key] = "shards of " by
      if (++count[key] <= 5) names[key] = names[key] " " $2
    }
    END {
      for (i = 1; i <= groups; i++) {
        key = order[i]
        split(key, f, OFS)
        print f[1], f[2], cause[key], first[key], count[key], substr(names[key], 2) (count[key] > 5 ? " …" : "")
      }
    }' "$1" >"$tmp/groups"
  while IFS=$'\t' read -r call status cause exit_status dir submission_of count names; do
    if [[ $status == blocked ]]; then
      [[ $cause == - ]] || printf -v cause %b "${cause//%/\\x}"
      say "$call: $count blocked by ${cause%'[.]'}$(tell_names "$names")"
      continue
    fi
    case $cause in
      exit) cause="exit status $exit_status" ;;
      signal) [[ $exit_status != 1[2-9]? ]] || cause="signal $((exit_status - 128))" ;;
      missing-output:*) cause="output ${cause#*:} was not made" ;;
      lengths:*) cause="zip: lists of different lengths: ${cause#*:}" ;;
    esac
    say "$call: $count failed ($cause)$(tell_names "$names")"
    # Whatever a script prints, a terminal is not to obey it. The cause is told above.
    log_part "$submission_of" "$call" "$dir" 2>/dev/null | tr -d '\000-\010\013-\037\177' |
      awk '!/^(::flow |flow: failed: )/ { line[++n] = $0 }
        END {
          for (i = 1; i <= n; i++)
            if (n <= 8 || i <= 3 || i > n - 5) print "    " substr(line[i], 1, 200)
            else if (i == 4) print "    …"
        }' || true
    [[ $dir != . ]] || dir=''
    say "  $self --log '$call${dir:+[$dir]}'"
  done <"$tmp/groups"
  ! cut -f2 "$tmp/groups" | grep -qx failed || say "  $self runs again what failed, and what is blocked by it"
}

tell_waits() {
  local job id count reason advice
  while IFS=$'\t' read -r job id count reason advice; do say "$job: $count of job $id wait ($reason): $advice"; done <"$tmp/waits"
}

# A call without axes has one shard, which needs no name.
tell_names() { [[ $1 == . ]] || printf ': %s' "$1"; }

# ---- logs -----------------------------------------------------------------------------------------------------------

# The logs that hold a shard's attempts of one submission, in their order: of its job, then of the rungs.
log_of() { # NUMBER CALL DIR
  local dir job task file list
  [[ $1 =~ ^[0-9]+$ ]] || return 0
  printf -v dir %s/submissions/%04d "$state" "$((10#$1))"
  [[ -f $dir/plan.tsv ]] || return 0
  job=$(awk -F '\t' -v call="$2" '$1 == "call" && $2 == call { print $6; exit }' "$dir/plan.tsv")
  [[ -f $dir/lists/$job.tsv ]] || return 0
  for list in "$dir/lists/$job.tsv" "$dir/lists/$job".rung*.tsv; do
    [[ -f $list ]] || continue
    task=$(FLOW_DIR=$3 awk -F '\t' -v call="$2" '$2 == call && $3 == ENVIRON["FLOW_DIR"] { print $1; exit }' "$list")
    list=${list##*/}
    file=$run/logs/${dir##*/}.${list%.tsv}.$task.log
    [[ -z $task || ! -f $file ]] || say "$file"
  done
}

# The part of a shard's last attempt in one submission; of all its attempts with a fourth word.
log_part() { # NUMBER CALL DIR [all]
  local files
  mapfile -t files < <(log_of "$@")
  ((${#files[@]})) || return 1
  FLOW_MARK="$2 $3 " awk -v all="${4:-}" '
    index($0, "::flow begin " ENVIRON["FLOW_MARK"]) == 1 { if (!all) n = 0; inside = 1; met = 1 }
    inside { line[++n] = $0 }
    index($0, "::flow end " ENVIRON["FLOW_MARK"]) == 1 { inside = 0 }
    END { for (i = 1; i <= n; i++) print line[i]; exit !met }
  ' "${files[@]}"
}

# --log: the shard is looked for in the lists of all submissions, the last one first.
show_log() {
  local call key number dir found='' listed='' numbers=() i
  IFS=$'\t' read -r call key < <(split_shard "$shard")
  for dir in "$state"/submissions/[0-9]*; do [[ ! -d $dir ]] || numbers+=("${dir##*/}"); done
  for ((i = ${#numbers[@]} - 1; i >= 0; i--)); do
    number=${numbers[i]}
    dir=$(find_shard "$number" "$call" "$key")
    [[ -n $dir ]] || continue
    listed=1
    if [[ -z $all ]]; then
      if log_part "$number" "$call" "$dir"; then return; fi
    else found=$dir; break; fi
  done
  if [[ -z $found ]]; then
    [[ -n $listed ]] || unlisted "$call" "$key"
    die "$shard has no log: it has not run yet"
  fi
  for number in "${numbers[@]}"; do log_part "$number" "$call" "$found" all || true; done
}

# Ends with the names that submissions have in place of one that none has.
unlisted() { # CALL KEY
  local plans=("$state"/submissions/[0-9]*/plan.tsv) lists
  [[ -e ${plans[0]} ]] || die "$shard has no log: nothing was submitted yet"
  lists=("$state"/submissions/[0-9]*/lists/*.tsv)
  awk -F '\t' '$1 == "call" { print $2 }' "${plans[@]}" | sort -u >"$tmp/names"
  grep -qxF -- "$1" "$tmp/names" || no_such "$tmp/names" --log "$1"
  awk -F '\t' -v call="$1" '$2 == call { gsub(/%\*[^*]*\*/, "*", $3); print $3 }' "${lists[@]}" | sort -uV >"$tmp/names"
  [[ -s $tmp/names ]] || die "$shard has no log: nothing of $1 has run yet"
  no_such "$tmp/names" --log "$1" "$2"
}

# The directory of a shard in a submission's lists.
find_shard() { # NUMBER CALL KEY
  local dir=$state/submissions/$1 job
  job=$(awk -F '\t' -v call="$2" '$1 == "call" && $2 == call { print $6; exit }' "$dir/plan.tsv")
  [[ -f $dir/lists/$job.tsv ]] || return 0
  FLOW_KEY=$3 awk -F '\t' -v call="$2" "$(<"$out/lib/records.awk")"'
    BEGIN { n = split(ENVIRON["FLOW_KEY"], part, "/") }
    $2 != call { next }
    {
      for (i = 1; i <= n; i++) if (!dir_has($3, part[i])) next
      print $3
      exit
    }' "$dir/lists/$job.tsv"
}
