# shellcheck shell=bash disable=SC2154,SC2034 # a part of submit.sh: variables are set in one part and used in another
# submit.sh: the options, and the order of a submission. docs/runtime.md of flowc says what the files are.
#
# Set by ../submit.sh: out, this folder. Set here, for all files:
#   project   the program's folder            run, work, state   run/, run/work, run/state (run may be a link)
#   self      how a user calls submit.sh from here
#   plan      the folder whose plan counts    tmp                scratch, removed at the end

# shellcheck source-path=SCRIPTDIR source=lock.sh
source "$out/lib/lock.sh"
# shellcheck source-path=SCRIPTDIR source=decide.sh
source "$out/lib/decide.sh"
# shellcheck source-path=SCRIPTDIR source=queue.sh
source "$out/lib/queue.sh"
# shellcheck source-path=SCRIPTDIR source=local.sh
source "$out/lib/local.sh"
# shellcheck source-path=SCRIPTDIR source=status.sh
source "$out/lib/status.sh"

# Programs without `conda` have no more of it.
tell_environments() { :; }
prepare_environments() { :; }
# shellcheck source=/dev/null # it may not be there
[[ ! -e $out/lib/environments.sh ]] || source "$out/lib/environments.sh"

say() { printf '%s\n' "$*"; }
warn() { printf 'submit.sh: %s\n' "$*" >&2; }
die() { warn "$@"; exit 1; }
# `1 task`, `2 tasks`
counted() { if (($1 == 1)); then printf '1 %s' "$2"; else printf '%s %ss' "$1" "$2"; fi; }
usage_error() { warn "$@"; warn 'see ./submit.sh --help'; exit 2; }

help() {
  cat <<'HELP'
Usage: ./submit.sh [OPTIONS] [-- SBATCH OPTIONS]

Without options: submits to SLURM what is not done yet. All jobs are queued at once; nothing stays running here.

  --dry-run           say what would be submitted, and change nothing
  --local [-j N]      run it here instead, N tasks at a time (as many as there are processors)
  --progress          with --local: lines `progress TAB call TAB done TAB failed TAB total`
  --status            how far it is, what failed and why
  --status --why      why each pending shard would run
  --status --tsv      the same for programs
  --cancel            end the jobs of the submission that is queued or running
  --log 'CALL[KEY]'   what a shard printed, such as 'classify[seed=42]' or 'classify[42]'; --all: in all its attempts
  --only 'CALL[KEY]'  submit only this shard and what it needs (may be repeated)
  --first N           submit only the first N shards of each call: a trial
  --rerun 'CALL[KEY]' what this shard has made is put aside, and it runs again (may be repeated)
  --add               while a submission is queued: submit what it does not hold
  --accept CALL       what is there of CALL counts as up to date; submits nothing
  --as-compiled       go on although code or sources changed since the compiler read them
  --prune             move away directories that the program no longer has (to run/pruned)
  -- OPTIONS          handed to every sbatch, such as -- --account=astro

Exit status: 0 submitted, or nothing to do; 1 failed or refused; 2 wrong usage.
With --status: 0 complete, 1 something failed or is blocked, 3 not finished. With --local: 0 all is done, 1 not.
FLOW_RUN=FOLDER at the first submission puts the run folder there; `run` becomes a link to it.
FLOW_CONDA=FOLDER: environments of `conda` are made and looked for there instead of in `run/conda`; runs may share it.
HELP
}

# ---- options --------------------------------------------------------------------------------------------------------

# `classify[seed=42,model=a b]` as `classify TAB seed=42/model=a%20b`.
split_shard() {
  local call=${1%%\[*} key=''
  case $1 in
    *\[*\]) key=${1#*\[}; key=${key%\]} ;;
    *\[*) call='' ;;
  esac
  [[ -n $call && $call != *[!A-Za-z0-9_.]* && $key != *$'\t'* && $key != *$'\n'* ]] ||
    usage_error "\`$1\` is not a shard: write CALL[KEY], such as classify[seed=42]"
  FLOW_CALL=$call FLOW_KEY=$key awk "$(<"$out/lib/records.awk")"'
    BEGIN { print ENVIRON["FLOW_CALL"] "\t" dir_named(ENVIRON["FLOW_KEY"]) }'
}

read_options() {
  mode='' slots='' only=() first='' accept='' as_compiled='' shard='' all='' why='' tsv='' progress='' add='' rerun=() sbatch_options=()
  while (($#)); do
    case $1 in
      --dry-run | --local | --status | --cancel | --prune) set_mode "${1#--}" ;;
      --log | --only | --first | --accept | --rerun | -j)
        (($# > 1)) || usage_error "$1 wants a value"
        case $1 in
          --log) set_mode log; shard=$2 ;;
          --only) only+=("$2") ;;
          --rerun) rerun+=("$2") ;;
          --first) first=$2 ;;
          --accept) set_mode accept; accept=$2 ;;
          -j) slots=$2 ;;
        esac
        shift ;;
      -j[0-9]*) slots=${1#-j} ;;
      --why) why=1 ;;
      --tsv) tsv=1 ;;
      --all) all=1 ;;
      --add) add=1 ;;
      --progress) progress=1 ;;
      --as-compiled) as_compiled=1 ;;
      -h | --help) help; exit 0 ;;
      --) shift; sbatch_options=("$@"); break ;;
      *) usage_error "there is no option \`$1\`" ;;
    esac
    shift
  done
  # Jobs are queued held, one by one: none ends while sbatch waits for it.
  case " ${sbatch_options[*]-} " in
    *' -W '* | *' --wait '*) usage_error '-- --wait would wait for jobs that are held: ask --status instead' ;;
    *' --test-only '*) usage_error '-- --test-only queues nothing: use --dry-run' ;;
  esac
  [[ $first$slots != *[!0-9]* ]] || usage_error '--first and -j want a number'
  [[ -z $first || ${#only[@]} == 0 ]] || usage_error '--first and --only do not go together'
  [[ -z $why$tsv || $mode == status ]] || usage_error '--why and --tsv belong to --status'
  [[ -z $slots$progress || $mode == local ]] || usage_error '-j and --progress belong to --local'
  [[ $accept != *\[* ]] || usage_error '--accept wants a call, not a shard'
  [[ -z $all || $mode == log ]] || usage_error '--all belongs to --log'
  case $mode in
    '' | local | dry-run) ;;
    *) [[ -z $first && ${#only[@]} == 0 && ${#rerun[@]} == 0 ]] ||
      usage_error "--first, --only and --rerun do not go with --$mode" ;;
  esac
  [[ -z $add || -z $mode$first && ${#only[@]} == 0 && ${#rerun[@]} == 0 ]] || usage_error '--add goes with nothing else'
}

set_mode() {
  [[ -z $mode || $mode == "$1" ]] || usage_error "--$mode and --$1 do not go together"
  mode=$1
}

# ---- folders --------------------------------------------------------------------------------------------------------

find_folders() {
  local version='' relative=''
  [[ -f $out/plan.tsv ]] || die "$out/plan.tsv is missing: compile again"
  IFS=$'\t' read -r _ version name relative <"$out/plan.tsv" || true
  [[ $version == 1 ]] || die "$out/plan.tsv is not of this version: compile again"
  printf -v relative %b "${relative//%/\\x}"
  project=$(cd -- "$out/$relative" 2>/dev/null && pwd) ||
    die "the program's folder, $out/$relative, cannot be entered: put $out back to where it was, or compile the program again"
  [[ $project$out != *$'\n'* ]] || die 'the path of the program has a line break in it'
  plan=$out
  run=$out/run
  [[ ! -e $run ]] || run=$(cd -- "$run" && pwd -P)
  work=$run/work state=$run/state
  tmp=$(mktemp -d "${TMPDIR:-/tmp}/flow-submit.XXXXXX" 2>/dev/null) ||
    die "no temporary folder can be made in ${TMPDIR:-/tmp}: is it there, writable and not full? TMPDIR names another"
  : >"$tmp/named"
  local each
  for each in ${only[@]+"${only[@]}"}; do name_shard --only "$each"; done
  for each in ${rerun[@]+"${rerun[@]}"}; do name_shard --rerun "$each"; done
  [[ -z $accept ]] || name_shard --accept "$accept"
}

# What was named, for decide.awk.
name_shard() { # OPTION CALL[KEY]
  local words
  words=$(split_shard "$2") || exit
  printf '%s\t%s\n' "$1" "$words" >>"$tmp/named"
}

# The run folder is made by the first submission, where FLOW_RUN says if that is set; a later one may not say otherwise.
make_run() {
  if [[ -n ${FLOW_RUN:-} ]]; then
    if [[ -e $out/run || -L $out/run ]]; then
      [[ $(readlink -m -- "$FLOW_RUN") == "$(readlink -m -- "$out/run")" ]] ||
        die "FLOW_RUN is $FLOW_RUN, but $out/run is at $(readlink -m -- "$out/run"):" \
          'unset FLOW_RUN, or move the folder and the link'
    fi
    mkdir -p -- "$FLOW_RUN"
    [[ -e $out/run ]] || ln -s -- "$(cd -- "$FLOW_RUN" && pwd)" "$out/run"
  elif [[ -L $out/run && ! -e $out/run ]]; then
    die "$out/run is a link to $(readlink -- "$out/run"), which is gone"
  fi
  mkdir -p -- "$out"/run/{work/.tmp,work/.failed,results,logs,index,state/records,state/journal/old,state/submissions}
  run=$(cd -- "$out/run" && pwd -P)
  work=$run/work state=$run/state
}

finish() {
  local status=$?
  trap - EXIT
  rm -rf -- "$tmp"
  lock_drop_all
  exit "$status"
}

# ---- modes ----------------------------------------------------------------------------------------------------------

flow_main() {
  export LC_ALL=C
  printf -v self %q "$0"
  [[ $self == */* ]] || self=./$self
  read_options "$@"
  tmp='' state=''
  trap finish EXIT
  find_folders
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  case $mode in
    '') submit ;;
    local) submit local ;;
    dry-run) dry_run ;;
    status) status ;;
    cancel) cancel ;;
    log) show_log ;;
    accept) accept_call ;;
    prune) prune ;;
  esac
}

dry_run() {
  survey
  check_sources
  identify_files "$tmp/files.tsv"
  decide "$tmp/decide"
  tell_plan
  tell_living
}

# What would run, a call and a job a line.
tell_plan() {
  local call total done_n pending run_n count reason job first last deps
  while IFS=$'\t' read -r call job; do say "$call is now $job: what it had made counts from the next submit on"; done < <(renamed_calls)
  while IFS=$'\t' read -r call total done_n pending run_n _; do
    say "$call: $done_n of $total done, $run_n would run"
    if ((pending)); then
      while IFS=$'\t' read -r _ count reason; do say "    $count: $reason"; done \
        < <(awk -F '\t' -v call="$call" '$1 == call' "$tmp/decide/reasons.tsv")
    fi
  done <"$counts"
  [[ -s $tmp/decide/arrays.tsv ]] || { say 'Nothing to do.'; return; }
  tell_environments
  while IFS=$'\t' read -r job first last deps; do
    say "job $job: $(counted $((last - first + 1)) task)$([[ $deps == - ]] || say ", $deps")$([[ $deps != afternotok:* ]] || say ' (if something fails)')"
  done <"$tmp/decide/arrays.tsv"
  [[ ! -e $out/lib/cutoff.sh ]] || say 'What was made before stays where it turns out to read just the same.'
}

# A submission, to SLURM or to this machine.
submit() {
  local local_run=${1:-}
  make_run
  lock_take
  settle_submissions "$local_run"
  compact_journals
  rename_calls
  survey
  check_sources
  identify_files "$tmp/files.tsv"
  keep_identities
  [[ -z $add ]] || held_shards
  next=$state/submissions/.next
  [[ ! -e $next ]] || rm -rf -- "$next"
  decide "$next" write
  ((${#rerun[@]} == 0)) || put_aside "$next/again.tsv"
  record_found "$next/found.tsv"
  publish_index "$next/index"
  repair_results "$next/publish.tsv" "$next/keep.tsv"
  drop_unused "$next/unused.tsv"
  rmdir --ignore-fail-on-non-empty -- "$next"/{index,temp,made}
  if [[ ! -s $next/arrays.tsv ]]; then
    nothing_to_do
    rm -rf -- "$next"
    return
  fi
  check_secrets
  prepare_environments "$next/conda.tsv"
  clean_attempts
  freeze
  if [[ -n $local_run ]]; then run_local; else submit_jobs; fi
}

nothing_to_do() {
  local pending
  pending=$(awk -F '\t' '{ n += $4 } END { print n + 0 }' "$counts")
  if ((pending && ${#live[@]})); then
    say "Nothing to add: submissions that are queued or running (${live[*]}) hold what is pending ($pending shards), or it waits for them." \
      'When they have ended, ./submit.sh submits what is left.'
  elif ((pending)); then say "Nothing to do of what was chosen ($pending other shards are pending)."
  else say 'Nothing to do: all shards are done.'; fi
}

# The submission's own copy of all that its tasks read: compiling again does not disturb it.
freeze() {
  local number part parts=()
  last_submission
  printf -v number %04d "$((10#${REPLY:-0} + 1))"
  for part in plan.tsv jobs lib shards code; do [[ ! -e $out/$part ]] || parts+=("$out/$part"); done
  cp -R -- "${parts[@]}" "$tmp/files.tsv" "$next/"
  rm -f -- "$next"/{reasons,failed,pending,surplus,accepted,again,found,publish,keep,unused}.tsv
  : >>"$next/edges.tsv"
  : >"$next/jobs.tsv"
  printf '%s\n' "$project" >"$next/project"
  stat -c %i -- "$next" >"$next/inode"
  token=$(od -An -N8 -tx8 /dev/urandom)
  token=flow-$number-${token// /}
  printf '%s\n' "$token" >"$next/token"
  sync -- "$next/token" "$next/arrays.tsv"
  mv -T -- "$next" "$state/submissions/$number"
  submission=$state/submissions/$number
}

accept_call() {
  make_run
  lock_take
  settle_submissions
  compact_journals
  rename_calls
  survey
  identify_files "$tmp/files.tsv"
  decide "$tmp/decide"
  local line place was now count=0 unknown=0
  # The directories first: they are what lasts. Then the records, which the next submission looks at.
  while IFS= read -r line; do
    IFS=$'\t' read -ra now <<<"$line"
    place=$work/$accept
    [[ ${now[2]} == . ]] || place+=/${now[2]}
    was=()
    IFS=$'\t' read -ra was 2>/dev/null <"$place/.flow" || true
    # Of no attempt, or of another one than the records know: what this directory holds is not known.
    if [[ ${#was[@]} != 18 || ${was[*]:0:3} != "${now[*]:0:3}" || ${was[*]:5} != "${now[*]:5}" ]]; then
      unknown=$((unknown + 1))
      continue
    fi
    printf '%s\n' "$line" >"$place/.flow.new"
    mv -T -- "$place/.flow.new" "$place/.flow"
    printf '%s\n' "$line" >>"$tmp/decide/found.tsv"
    count=$((count + 1))
  done <"$tmp/decide/accepted.tsv"
  record_found "$tmp/decide/found.tsv"
  say "$accept: $count shards now count as up to date; nothing was submitted"
  ((unknown == 0)) || warn "$unknown shards of $accept were left: their directories have no record, or another one than is known"
}

prune() {
  local call dir count=0
  make_run
  lock_take
  settle_submissions
  compact_journals
  rename_calls
  survey
  identify_files "$tmp/files.tsv"
  decide "$tmp/decide"
  aside=''
  while IFS=$'\t' read -r call dir; do
    [[ -n $aside ]] || make_aside
    mkdir -p -- "$(dirname -- "$aside/$call/$dir")"
    mv -T -- "$work/$call/$dir" "$aside/$call/$dir"
    count=$((count + 1))
  done <"$tmp/decide/surplus.tsv"
  # Folders of calls that are gone.
  cut -f1 "$counts" >"$tmp/calls"
  for dir in "$work"/*/; do
    [[ -d $dir ]] || continue
    call=$(basename -- "$dir")
    ! grep -qxF -- "$call" "$tmp/calls" || continue
    [[ -n $aside ]] || make_aside
    mv -T -- "${dir%/}" "$aside/$call"
    rm -f -- "$state/records/$call.tsv" "$run/index/$call.tsv"
    count=$((count + 1))
  done
  if ((count)); then say "moved $count folders to $aside: remove it when nothing in it is missed"
  else say 'Nothing to prune.'; fi
}
