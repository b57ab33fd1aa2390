# shellcheck shell=bash disable=SC2154,SC2034 # a part of submit.sh: variables are set in one part and used in another
# decide.sh: what decide.awk needs (records, directories, identities of files), and what follows from its answers.

lib_awk() { # FILE…: awk with these programs of lib/, on those files that are paths
  local args=() files=() file
  for file; do
    if [[ $file == /* ]]; then files+=("$file"); else args+=(-f "$out/lib/$file"); fi
  done
  awk "${args[@]}" ${files[@]+"${files[@]}"}
}

# What the other functions have to know of `plan`, in $tmp/plan.…: see survey.awk.
survey() { FLOW_PLAN=$plan FLOW_OUT=$tmp lib_awk records.awk survey.awk </dev/null || exit 1; }

# ---- records --------------------------------------------------------------------------------------------------------

# Writes DEST/CALL.tsv for each call that journals tell of; FALSE if there are no journals. It is called in conditions,
# where bash ignores `set -e`: what fails (a full disk) ends the program, since half of the records are not to count.
merge_journals() {
  local dest=$1
  has_journals || return 1
  mkdir -p -- "$dest" || exit 1
  find "$state/journal" -maxdepth 1 -type f -name '*.tsv' -print0 >"$tmp/journals" || exit 1
  # `awk 1` ends the last line of each file: a torn one does not run into the next.
  { xargs -0 awk 1 <"$tmp/journals" >"$tmp/lines" && older_records >"$tmp/older"; } || die 'the journals cannot be read'
  FLOW_WORK=$work FLOW_OUT=$dest lib_awk records.awk compact.awk "$tmp/older" "$tmp/lines" || die "$dest cannot be written"
}

has_journals() {
  local file
  for file in "$state"/journal/*.tsv; do [[ ! -f $file ]] || return 0; done
  return 1
}

# The records of the calls that $tmp/lines tells of.
older_records() {
  local call
  cut -f2 "$tmp/lines" | sort -u | while IFS= read -r call; do
    [[ -z $call || $call == */* || ! -f $state/records/$call.tsv ]] || cat -- "$state/records/$call.tsv" || exit 1
  done
}

# Journals of ended jobs become records.
compact_journals() {
  local fresh=$state/.records file name
  [[ ! -e $fresh ]] || rm -rf -- "$fresh"
  merge_journals "$fresh" || return 0
  for file in "$fresh"/*.tsv; do
    [[ -f $file ]] || continue
    name=${file##*/}
    sort -s -t $'\t' -k3,3 -o "$file" -- "$file"
    sync -- "$file"
    mv -- "$file" "$state/records/$name"
  done
  rm -rf -- "$fresh"
  mkdir -p -- "$state/journal/old"
  # Tasks of a submission that lives still write to theirs.
  (IFS='|'; LC_ALL=C grep -zvE "/journal/(${live[*]-}|-)\.[^/]*$" "$tmp/journals" || true) |
    xargs -0r mv -t "$state/journal/old" --
}

# Lines that the directories called for go into the records at once: the gates of gathers read those.
record_found() {
  [[ -s $1 ]] || return 0
  mv -- "$1" "$state/journal/found.$HOSTNAME.$$.tsv"
  compact_journals
}

# ---- files ----------------------------------------------------------------------------------------------------------

# SIZE MTIME INODE TYPE of the tracked files, a line each, into $tmp/stats.
stat_tracked() {
  (cd -- "$project" && xargs -0r stat -L --printf '%s\t%.9Y\t%i\t%F\n' -- 2>"$tmp/missing") \
    <"$tmp/plan.tracked.names" >"$tmp/stats" || true
  [[ -s $tmp/missing ]] || return 0
  warn "files that the program reads are missing below $project:"
  sed -n "s/^stat: cannot sta[a-z]* \(.*\)/    \1/p" "$tmp/missing" | head -5 >&2
  return 1
}

# Writes PATH IDENTITY SIZE MTIME of each tracked file to DEST, behind `survey`. state/files.tsv remembers what was read.
# Where files are missing, they are as a submission had them for who only looks; all else ends.
identify_files() { # DEST [SUBMISSION]
  local path now
  : >"$1"
  : >"$tmp/kept"
  [[ -s $tmp/plan.tracked ]] || return 0
  if ! stat_tracked; then
    [[ -n ${2-} ]] || exit 1
    warn "they count as they were in submission $2; to submit, they are needed"
    pass_over_missing "$2" "$1"
    stat_tracked
  fi
  FLOW_OUT=$tmp FLOW_FILES=$state/files.tsv lib_awk records.awk identify.awk </dev/null || exit 1
  if [[ -s $tmp/unknown ]]; then
    (cd -- "$project" && xargs -0 sha256sum -z --) <"$tmp/unknown" | tr '\n\0' ' \n' | cut -c1-16 >"$tmp/sums" ||
      die "the files named above cannot be read"
  fi
  while IFS= read -r path; do identify_folder "$path"; done <"$tmp/dirs" >"$tmp/folders"
  printf -v now '%(%s)T' -1
  FLOW_TMP=$tmp FLOW_DEST=$1 awk -F '\t' -v OFS='\t' -v now="$now" '
    BEGIN { tmp = ENVIRON["FLOW_TMP"]; dest = ENVIRON["FLOW_DEST"] }
    $5 == "?" { getline $5 < (tmp "/sums") }
    $5 == "dir" { $2 = $3 = $4 = "-"; getline $5 < (tmp "/folders") }
    # A file changed in the last seconds may change again within one tick of its clock.
    $2 != "-" && $3 < now - 2 { print > (tmp "/kept") }
    { sub(/\..*/, "", $3); print $1, $5, $2, $3 >> dest }
  ' "$tmp/known"
}

# Takes what is missing out of $tmp/plan.tracked, and writes to DEST what a submission had of it, if it had it.
pass_over_missing() { # SUBMISSION DEST
  local path name
  (
    cd -- "$project" || exit
    while IFS= read -r path <&3 && IFS= read -r -d '' name <&4; do
      if [[ -e $name ]]; then printf '%s\n' "$path" >&5; printf '%s\0' "$name" >&6
      else printf '%s\n' "$path"; fi
    done 3<"$tmp/plan.tracked" 4<"$tmp/plan.tracked.names" 5>"$tmp/there" 6>"$tmp/there.names"
  ) >"$tmp/gone"
  mv -- "$tmp/there" "$tmp/plan.tracked"
  mv -- "$tmp/there.names" "$tmp/plan.tracked.names"
  awk -F '\t' -v OFS='\t' '
    FILENAME == ARGV[1] { had[$1] = $0; next }
    { print $1 in had ? had[$1] : $1 OFS "missing" OFS "-" OFS "-" }
  ' "$state/submissions/$1/files.tsv" "$tmp/gone" >"$2"
}

# A folder is known by the names and contents of its files, above 100 MB by their sizes and times.
identify_folder() {
  local path
  printf -v path %b "${1//%/\\x}"
  (
    cd -- "$project" && cd -- "$path" || exit
    if (($(find -L . -type f -printf '%s\n' | awk '{ n += $1 } END { print (n > 104857600) }'))); then
      find -L . -type f -printf '%P\t%s\t%T@\0' | sort -z
    else
      find -L . -type f -printf '%P\0' | sort -z | xargs -0r sha256sum -z --
    fi | sha256sum | cut -c1-16
  )
}

# What was read is remembered.
keep_identities() {
  if [[ -e $state/files.tsv ]]; then ! cmp -s -- "$tmp/kept" "$state/files.tsv" || return 0
  elif [[ ! -s $tmp/kept ]]; then return 0; fi
  cp -- "$tmp/kept" "$state/.files"
  mv -- "$state/.files" "$state/files.tsv"
}

# ---- sources --------------------------------------------------------------------------------------------------------

# What the compiler read must be what is there now, or results would count for code that did not make them.
check_sources() {
  local path sum now changed=()
  [[ -z $as_compiled ]] || return 0
  if [[ -s $tmp/plan.sources ]] && ! sources_stand; then
    while IFS=$'\t' read -r path sum; do
      printf -v now %b "${path//%/\\x}"
      now=$(cd -- "$project" && sha256sum -z -- "$now" 2>/dev/null | cut -z -c1-64 | tr -d '\0') || now=''
      [[ $now == "$sum" ]] || changed+=("$path")
    done <"$tmp/plan.sources"
  fi
  # Code that was made executable since then: its copy is not.
  while IFS=$'\t' read -r path _; do
    printf -v path %b "${path//%/\\x}"
    [[ ! -f $out/code/$path || -x $out/code/$path || ! -x $project/$path ]] || changed+=("$path (is executable now)")
  done <"$tmp/plan.sources"
  while IFS=$'\t' read -r path sum; do
    printf -v path %b "${path//%/\\x}"
    now=$(cd -- "$project" && shopt -s globstar && { compgen -G "$path" || true; } | sort | sha256sum | cut -c1-64)
    [[ $now == "$sum" ]] || changed+=("$path (what it matches)")
  done <"$tmp/plan.globs"
  ((${#changed[@]})) || return 0
  warn "changed since the workflow was compiled, or gone:"
  printf '    %s\n' "${changed[@]:0:10}" >&2
  warn "compile again (flowc FILE -o $(basename -- "$out")), or go on with the compiled copies: --as-compiled"
  exit 1
}

# Are all of them as they were, by one sha256sum?
sources_stand() {
  local i wanted sums
  mapfile -t wanted <"$tmp/plan.sources"
  mapfile -t -d '' sums < <(cd -- "$project" && exec xargs -0 sha256sum -z -- <"$tmp/plan.sources.names" 2>/dev/null)
  ((${#sums[@]} == ${#wanted[@]})) || return 1
  for i in "${!wanted[@]}"; do [[ ${sums[i]:0:64} == "${wanted[i]##*$'\t'}" ]] || return 1; done
}

# Secrets are in the environment of who submits, and handed on from there: they are written nowhere.
check_secrets() {
  local call secret
  while IFS=$'\t' read -r call secret; do
    printenv -- "$secret" >/dev/null || die "$secret is not in your environment. It is a secret that $call needs: export it first"
  done <"$tmp/plan.secrets"
}

# ---- decide ---------------------------------------------------------------------------------------------------------

# renamed_calls [LIVE]: calls that have another name than at the submit before: lines OLD NEW, of those whose results are
# there, or may still come where submissions live.
renamed_calls() {
  local before=$state/plan.tsv old new
  [[ -e $before ]] || { last_submission; before=$state/submissions/$REPLY/plan.tsv; }
  [[ -e $before ]] || return 0
  lib_awk rename.awk "$before" "$plan/plan.tsv" | while IFS=$'\t' read -r old new; do
    [[ -e $work/$new ]] || [[ ! -d $work/$old && ${1:-0} == 0 ]] || printf '%s\t%s\n' "$old" "$new"
  done
}

# Gives them today's name. The records first: they are made anew from the old ones if this ends in between.
rename_calls() {
  local old new aside
  # The plan is kept when all is renamed: if it is today's, nothing is to be done.
  [[ ! -e $state/plan.tsv ]] || ! cmp -s -- "$plan/plan.tsv" "$state/plan.tsv" || return 0
  renamed_calls "${#live[@]}" >"$tmp/renamed"
  while IFS=$'\t' read -r old new; do
    ((${#live[@]} == 0)) || die "$old is now $new, and submission ${live[*]} still knows it as $old: wait for its end, or --cancel it"
    if [[ -e $state/records/$old.tsv ]]; then
      awk -v name="$new" 'BEGIN { FS = OFS = "\t" } { $2 = name; print }' "$state/records/$old.tsv" >"$state/records/.$new"
      mv -- "$state/records/.$new" "$state/records/$new.tsv"
    fi
    mv -T -- "$work/$old" "$work/$new"
    for aside in .failed .checkpoint; do
      [[ ! -d $work/$aside/$old ]] || { rm -rf -- "$work/$aside/${new:?}"; mv -T -- "$work/$aside/$old" "$work/$aside/$new"; }
    done
    rm -f -- "$state/records/$old.tsv" "$run/index/$old.tsv"
    say "$old is now $new: what it had made is its."
  done <"$tmp/renamed"
  cp -- "$plan/plan.tsv" "$state/.plan"
  mv -- "$state/.plan" "$state/plan.tsv"
}

# The answers of decide.awk in DEST, behind `survey`; with `write` also the tables of a submission, with `index` those of run/index. See there.
decide() {
  local dest=$1 write=${2:-} call depth option key folders=()
  counts=$dest/counts.tsv
  case $write in
    write) folders=("$dest"/{expect,lists,made,index,temp}) ;;
    index) folders=("$dest/index") ;;
  esac
  mkdir -p -- "$dest" "$tmp/listing" "$tmp/newer" ${folders[@]+"${folders[@]}"}
  for call in reasons jobs arrays failed found publish keep surplus unused pending accepted again; do : >"$dest/$call.tsv"; done
  if [[ $write != write ]]; then merge_journals "$tmp/newer" || true; fi
  while IFS=$'\t' read -r call depth; do
    [[ -d $work/$call ]] || continue
    if ((depth)); then find "$work/$call" -mindepth "$depth" -maxdepth "$depth" -type d -printf '%P\n' >"$tmp/listing/$call"
    elif [[ -e $work/$call/.flow ]]; then echo . >"$tmp/listing/$call"; fi
  done <"$tmp/plan.calls"
  FLOW_PLAN=$plan FLOW_FILES=${files:-$tmp/files.tsv} FLOW_RECORDS=$state/records FLOW_NEWER=$tmp/newer \
    FLOW_LISTING=$tmp/listing FLOW_WORK=$work FLOW_OUT=$dest FLOW_WRITE=$write FLOW_FIRST=$first \
    FLOW_HELD=${add:+$tmp/held} FLOW_NAMED=$tmp/named FLOW_LOOKING=${looking:-} FLOW_MODE=$mode \
    lib_awk records.awk plan.awk versions.awk decide.awk temp.awk cut.awk </dev/null || {
    if IFS=$'\t' read -r option call key 2>/dev/null <"$dest/unknown.tsv"; then no_such "$dest/names" "$option" "$call" "$key"; fi
    exit 1
  }
}

# Ends with what is near to a name that is not there.
no_such() { # NAMES-FILE OPTION CALL [KEY]
  local near
  near=$(FLOW_WANTED=${4:-$3} lib_awk names.awk "$1")
  if [[ ${4-} ]]; then die "$2 ${3}[$4]: there is no such shard; $near"; fi
  die "$2 $3: there is no such call; $near"
}

# --rerun: what was decided to be made again is moved away.
put_aside() { # FILE-OF-CALL-DIR
  local call dir
  sed -i '/^--rerun/d' "$tmp/named"
  [[ -s $1 ]] || { warn '--rerun: nothing was made of it yet; it runs as it is'; return; }
  make_aside
  while IFS=$'\t' read -r call dir; do
    [[ $dir != . ]] || dir=''
    mkdir -p -- "$(dirname -- "$aside/$call/$dir")"
    mv -T -- "$work/$call${dir:+/$dir}" "$aside/$call${dir:+/$dir}"
  done <"$1"
  say "What they had made is in $aside: remove it when nothing in it is missed."
}

# A new folder for what is moved away, in `aside`: two of one second are two.
make_aside() {
  local stamp n=1
  printf -v stamp '%(%Y%m%dT%H%M%S)T' -1
  mkdir -p -- "$run/pruned"
  aside=$run/pruned/$stamp
  until mkdir -- "$aside" 2>"$tmp/mkdir.error"; do
    [[ -e $aside ]] || die "$(<"$tmp/mkdir.error")"
    n=$((n + 1)) aside=$run/pruned/$stamp.$n
  done
}

publish_index() { # FOLDER: its tables become run/index
  local i files=("$1"/*.tsv)
  [[ -e ${files[0]} ]] || return 0
  for ((i = 0; i < ${#files[@]}; i += 1000)); do mv -ft "$run/index" -- "${files[@]:i:1000}"; done
}

# run/results holds what the program publishes: what is missing is linked again, what it no longer makes is removed.
repair_results() { # PUBLISHED KEPT
  local list=$1 name source
  while IFS=$'\t' read -r name source; do
    [[ $source != - ]] || continue
    printf -v name %b "${name//%/\\x}"
    printf -v source %b "${source//%/\\x}"
    [[ /$source/ != */../* ]] || continue
    [[ $work/$source -ef $run/results/$name || ! -e $work/$source ]] || publish_file "$work/$source" "$run/results/$name"
  done <"$list"
  cut -f1 -- "$list" >"$tmp/names"
  # What is not known yet may be what it was: prefixes and suffixes of names that stay.
  [[ ! -s $2 || ! -f $state/published.tsv ]] || awk -F '\t' '
    FILENAME != "-" { first[++n] = $1; last[n] = $2; next }
    {
      for (i = 1; i <= n; i++)
        if (length($0) >= length(first[i] last[i]) && index($0, first[i]) == 1 && \
          substr($0, length($0) - length(last[i]) + 1) == last[i]) { print; next }
    }' "$2" - <"$state/published.tsv" >>"$tmp/names"
  sort -u -o "$state/.published" -- "$tmp/names"
  if [[ -s $state/published.tsv ]]; then
    comm -23 -- "$state/published.tsv" "$state/.published" | while IFS= read -r name; do
      printf -v name %b "${name//%/\\x}"
      [[ $name && /$name/ != */../* ]] || continue
      rm -rf -- "${run:?}/results/$name"
      rmdir -p --ignore-fail-on-non-empty -- "$(dirname -- "$run/results/$name")" 2>/dev/null || true
    done
  fi
  # It went with its last file.
  [[ -d $run/results ]] || mkdir -p -- "$run/results"
  mv -- "$state/.published" "$state/published.tsv"
}

# Temporary files that nothing reads any more: the mark first (see temp.sh). The last one of a list goes last, and says whether
# any is left.
drop_unused() {
  local fields place file
  while IFS=$'\t' read -ra fields; do
    place=$work/${fields[0]}
    [[ ${fields[1]} == . ]] || place+=/${fields[1]}
    printf -v file %b "${fields[-1]//%/\\x}"
    [[ -e $place/$file || -L $place/$file ]] || continue
    : >"$place/.dropped.${fields[2]}"
    for file in "${fields[@]:3}"; do
      printf -v file %b "${file//%/\\x}"
      [[ ! $file || /$file/ == */../* ]] || printf '%s\0' "$place/$file"
    done | xargs -0r rm -rf --
  done <"$1"
}

# A hard link, or a copy where there can be none; never half a file under the final name.
publish_file() {
  local from=$1 to=$2 part
  if [[ -f $from && -f $to ]] && cmp -s -- "$from" "$to"; then return 0; fi
  part=$(dirname -- "$to")/.part.$$
  mkdir -p -- "$(dirname -- "$to")"
  rm -rf -- "$part"
  cp -al -- "$from" "$part" 2>/dev/null || { rm -rf -- "$part"; cp -a -- "$from" "$part"; }
  [[ ! -d $to ]] || rm -rf -- "$to"
  mv -T -- "$part" "$to"
}

# What ended attempts left behind.
clean_attempts() {
  local number others=() left=("$work"/.tmp/*)
  [[ -e ${left[0]} || -L ${left[0]} ]] || return 0
  for number in ${live[@]+"${live[@]}"}; do others+=(! -name "$number.*"); done
  find "$work/.tmp" -mindepth 1 -maxdepth 1 ${others[@]+"${others[@]}"} -exec rm -rf -- {} +
}
