# shellcheck shell=bash
# decide.sh: what decide.awk needs (records, directories, identities of files), and what follows from its answers.

lib_awk() { # FILE…: awk with these programs of lib/, on those files that are paths
  local args=() files=() file
  for file; do
    if [[ $file == /* ]]; then files+=("$file"); else args+=(-f "$out/lib/$file"); fi
  done
  awk "${args[@]}" ${files[@]+"${files[@]}"}
}

# ---- records --------------------------------------------------------------------------------------------------------

# Writes DEST/CALL.tsv for each call that journals tell of; FALSE if there are no journals. It is called in conditions,
# where bash ignores `set -e`: what fails (a full disk) ends the program, since half of the records are not to count.
merge_journals() {
  local dest=$1
  mkdir -p -- "$dest" && : >"$tmp/journals" || exit 1
  if [[ -d $state/journal ]]; then
    find "$state/journal" -maxdepth 1 -type f -name '*.tsv' -print0 >"$tmp/journals" || exit 1
  fi
  [[ -s $tmp/journals ]] || return 1
  # `awk 1` ends the last line of each file: a torn one does not run into the next.
  { xargs -0 awk 1 <"$tmp/journals" >"$tmp/lines" && older_records >"$tmp/older"; } || die 'the journals cannot be read'
  FLOW_WORK=$work FLOW_OUT=$dest lib_awk records.awk compact.awk "$tmp/older" "$tmp/lines" || die "$dest cannot be written"
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
  rm -rf -- "$fresh"
  merge_journals "$fresh" || { rm -rf -- "$fresh"; return 0; }
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
  [[ -s $1 ]] || { rm -f -- "$1"; return 0; }
  mv -- "$1" "$state/journal/found.$HOSTNAME.$$.tsv"
  compact_journals
}

# ---- files ----------------------------------------------------------------------------------------------------------

# PATH SIZE MTIME INODE TYPE of the tracked files of a plan, as lines; paths below the program's folder.
stat_tracked() {
  FLOW_PLAN=$1 lib_awk tracked.awk >"$tmp/tracked" </dev/null
  [[ -s $tmp/tracked ]] || return 0
  (
    cd -- "$project"
    paths_to_names <"$tmp/tracked" >"$tmp/names"
    xargs -0 stat -L --printf '%s\t%.9Y\t%i\t%F\n' -- <"$tmp/names" >"$tmp/stats" 2>"$tmp/missing" || true
    if [[ -s $tmp/missing ]]; then
      warn "files that the program reads are missing below $project:"
      sed -n "s/^stat: cannot sta[a-z]* \(.*\)/    \1/p" "$tmp/missing" | head -5 >&2
      exit 1
    fi
    paste -- "$tmp/tracked" "$tmp/stats"
  )
}

# Encoded paths, a line each, as names that end with NUL.
paths_to_names() {
  awk -f "$out/lib/records.awk" -f <(printf '%s' '{ p = decode($0); printf "%s%c", (p ~ /^\// ? "" : "./") p, 0 }')
}

# Writes PATH IDENTITY SIZE MTIME of each tracked file of a plan to DEST. state/files.tsv remembers what was read.
identify_files() {
  local dest=$2 path size mtime inode kind known
  stat_tracked "$1" >"$tmp/stated"
  # Columns: PATH SIZE MTIME INODE IDENTITY, with `?` for what has to be read and `dir` for folders.
  awk -F '\t' -v OFS='\t' '
    FILENAME != "-" { if (NF == 5) known[$1, $2, $3, $4] = $5; next }
    $5 == "directory" { print $1, "-", $3, $4, "dir"; next }
    $2 > 104857600 { seconds = $3; sub(/\..*/, "", seconds); print $1, $2, $3, $4, $2 "." seconds; next }
    { print $1, $2, $3, $4, (($1, $2, $3, $4) in known) ? known[$1, $2, $3, $4] : "?" }
  ' "$([[ -f $state/files.tsv ]] && echo "$state/files.tsv" || echo /dev/null)" - <"$tmp/stated" >"$tmp/known"
  awk -F '\t' '$5 == "?" { print $1 }' "$tmp/known" >"$tmp/unknown"
  : >"$tmp/sums"
  if [[ -s $tmp/unknown ]]; then
    paths_to_names <"$tmp/unknown" >"$tmp/names"
    (cd -- "$project" && xargs -0 sha256sum -z -- <"$tmp/names") | tr '\n\0' ' \n' | cut -c1-16 >"$tmp/sums" ||
      die "the files named above cannot be read"
  fi
  while IFS=$'\t' read -r path size mtime inode kind; do
    known=$(identify_folder "$path" "$mtime")
    printf '%s\t-\t-\t-\t%s\n' "$path" "$known"
  done < <(awk -F '\t' '$5 == "dir"' "$tmp/known") >"$tmp/folders"
  awk -F '\t' -v OFS='\t' -v sums="$tmp/sums" -v folders="$tmp/folders" '
    BEGIN { while ((getline line < folders) > 0) { split(line, f, "\t"); folder[f[1]] = f[5] } }
    $5 == "?" { getline $5 < sums }
    $5 == "dir" { $2 = "-"; $3 = "-"; $4 = "-"; $5 = folder[$1] }
    { print }
  ' "$tmp/known" >"$tmp/identified"
  awk -F '\t' -v OFS='\t' '{ sub(/\..*/, "", $3); print $1, $5, $2, $3 }' "$tmp/identified" >"$dest"
}

# A folder is known by the names and contents of its files, above 100 MB by their sizes and times.
identify_folder() {
  local path
  printf -v path %b "${1//%/\\x}"
  (
    cd -- "$project" && cd -- "$path"
    if (($(find -L . -type f -printf '%s\n' | awk '{ n += $1 } END { print (n > 104857600) }'))); then
      find -L . -type f -printf '%P\t%s\t%T@\0' | sort -z
    else
      find -L . -type f -printf '%P\0' | sort -z | xargs -0r sha256sum -z --
    fi | sha256sum | cut -c1-16
  )
}

# What was read is remembered. A file changed in the last seconds may change again within one tick of its clock.
keep_identities() {
  awk -F '\t' -v now="$(date +%s)" '$2 != "-" && $3 < now - 2' "$tmp/identified" >"$state/.files"
  mv -- "$state/.files" "$state/files.tsv"
}

# ---- sources --------------------------------------------------------------------------------------------------------

# What the compiler read must be what is there now, or results would count for code that did not make them.
check_sources() {
  local kind path sum now changed=()
  [[ -z $as_compiled ]] || return 0
  awk -F '\t' '($1 == "source" && $2 == "file") { print $3 "\t" $4 } $1 == "uses" { print $2 "\t" $3 }' \
    "$plan/plan.tsv" >"$tmp/sources"
  cut -f1 "$tmp/sources" | paths_to_names >"$tmp/names"
  (cd -- "$project" && xargs -0r sha256sum -z -- <"$tmp/names" 2>/dev/null) | tr '\n\0' ' \n' >"$tmp/sums" || true
  if [[ $(cut -c1-64 "$tmp/sums") != "$(cut -f2 "$tmp/sources")" ]]; then
    while IFS=$'\t' read -r path sum; do
      now=$(cut -f1 <<<"$path" | paths_to_names | (cd -- "$project" && xargs -0 sha256sum -z -- 2>/dev/null) |
        cut -z -c1-64 | tr -d '\0' || true)
      [[ $now == "$sum" ]] || changed+=("$path")
    done <"$tmp/sources"
  fi
  while IFS=$'\t' read -r _ kind path sum; do
    printf -v path %b "${path//%/\\x}"
    now=$(cd -- "$project" && shopt -s globstar && { compgen -G "$path" || true; } | sort | sha256sum | cut -c1-64)
    [[ $now == "$sum" ]] || changed+=("$path (what it matches)")
  done < <(awk -F '\t' '$1 == "source" && $2 == "glob"' "$plan/plan.tsv")
  ((${#changed[@]})) || return 0
  warn "changed since the workflow was compiled, or gone:"
  printf '    %s\n' "${changed[@]:0:10}" >&2
  warn "compile again (flowc FILE -o $(basename -- "$out")), or go on with the compiled copies: --as-compiled"
  exit 1
}

# Secrets are in the environment of who submits, and handed on from there: they are written nowhere.
check_secrets() {
  local call secret
  while IFS=$'\t' read -r call secret; do
    printenv -- "$secret" >/dev/null || die "$secret is not in your environment. It is a secret that $call needs: export it first"
  done < <(awk -F '\t' '$1 == "secret" { print $2 "\t" $3 }' "$plan/plan.tsv")
}

# ---- decide ---------------------------------------------------------------------------------------------------------

# renamed_calls [LIVE]: calls that have another name than at the submit before: lines OLD NEW, of those whose results are
# there, or may still come where submissions live.
renamed_calls() {
  local before=$state/plan.tsv last old new
  [[ -e $before ]] || { last=$(last_submission); before=$state/submissions/$last/plan.tsv; }
  [[ -e $before ]] || return 0
  lib_awk rename.awk "$before" "$plan/plan.tsv" | while IFS=$'\t' read -r old new; do
    [[ -e $work/$new ]] || [[ ! -d $work/$old && ${1:-0} == 0 ]] || printf '%s\t%s\n' "$old" "$new"
  done
}

# Gives them today's name. The records first: they are made anew from the old ones if this ends in between.
rename_calls() {
  local old new aside
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

# The answers of decide.awk in DEST; with `write` also the tables of a submission. See there.
decide() {
  local dest=$1 write=${2:-} call depth
  mkdir -p -- "$dest" "$tmp/listing" "$tmp/newer"
  for call in reasons jobs arrays failed found publish keep surplus unused pending accepted; do : >"$dest/$call.tsv"; done
  if [[ -z $write ]]; then merge_journals "$tmp/newer" || true; fi
  while IFS=$'\t' read -r call depth; do
    case $depth in
      0) [[ ! -e $work/$call/.flow ]] || echo . >"$tmp/listing/$call" ;;
      1) [[ ! -d $work/$call ]] || ls -U -- "$work/$call" >"$tmp/listing/$call" ;;
      *) [[ ! -d $work/$call ]] ||
        find "$work/$call" -mindepth "$depth" -maxdepth "$depth" -type d -printf '%P\n' >"$tmp/listing/$call" ;;
    esac
  done < <(awk -F '\t' '$1 == "call" { print $2 "\t" ($5 == "-" ? 0 : split($5, a, ",")) }' "$plan/plan.tsv")
  take_away
  FLOW_PLAN=$plan FLOW_FILES=${files:-$tmp/files.tsv} FLOW_RECORDS=$state/records FLOW_NEWER=$tmp/newer \
    FLOW_LISTING=$tmp/listing FLOW_WORK=$work FLOW_OUT=$dest FLOW_WRITE=$write FLOW_FIRST=$first FLOW_ACCEPT=$accept \
    FLOW_HELD=$([[ -z $add ]] || echo "$tmp/held") FLOW_AGAIN=$([[ ! -s $tmp/again ]] || echo "$tmp/again") \
    FLOW_ONLY=$([[ ! -s $tmp/only ]] || echo "$tmp/only") FLOW_SURPLUS=$([[ $mode != prune ]] || echo 1) \
    FLOW_LOOKING=${looking:-} FLOW_STATES=$([[ $mode != status && $mode != local ]] || echo 1) \
    lib_awk records.awk plan.awk decide.awk temp.awk cut.awk </dev/null || exit 1
  cp -- "$dest/counts.tsv" "$tmp/counts.tsv"
}

# --rerun: what the shards have made is as if it were not there. It is moved away where they will run.
take_away() {
  local call key dir to
  [[ -s $tmp/rerun ]] || return 0
  to=$run/pruned/$(date +%Y%m%dT%H%M%S)
  while IFS=$'\t' read -r call key; do
    touch -- "$tmp/listing/$call"
    FLOW_KEY=$key awk -v call="$call" -v again="$tmp/again" '
      BEGIN { n = split(ENVIRON["FLOW_KEY"], part, /[,\/]/) }
      {
        for (i = 1; i <= n; i++) if (index("/" $0 "/", "/" part[i] "/") == 0) { print; next }
        print call "\t" $0 >>again
      }
    ' "$tmp/listing/$call" >"$tmp/kept"
    mv -- "$tmp/kept" "$tmp/listing/$call"
  done <"$tmp/rerun"
  : >"$tmp/rerun"
  [[ -s $tmp/again ]] || { warn '--rerun: nothing was made of it yet; it runs as it is'; return; }
  [[ $mode != dry-run ]] || return 0
  while IFS=$'\t' read -r call dir; do
    [[ $dir != . ]] || dir=''
    mkdir -p -- "$(dirname -- "$to/$call/$dir")"
    mv -T -- "$work/$call${dir:+/$dir}" "$to/$call${dir:+/$dir}"
  done <"$tmp/again"
  say "What they had made is in $to: remove it when nothing in it is missed."
}

publish_index() { # FOLDER: its tables become run/index
  local file
  for file in "$1"/*.tsv; do
    [[ -f $file ]] || continue
    mv -- "$file" "$run/index/"
  done
  rmdir -- "$1"
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
  # What is not known yet may be what it was: prefixes and suffixes of names that stay.
  {
    cut -f1 "$list"
    [[ ! -s $2 || ! -f $state/published.tsv ]] || awk -F '\t' '
      FILENAME != "-" { first[++n] = $1; last[n] = $2; next }
      {
        for (i = 1; i <= n; i++)
          if (length($0) >= length(first[i] last[i]) && index($0, first[i]) == 1 && \
            substr($0, length($0) - length(last[i]) + 1) == last[i]) { print; next }
      }' "$2" - <"$state/published.tsv"
  } | sort -u >"$tmp/names"
  if [[ -f $state/published.tsv ]] && grep -q . "$state/published.tsv"; then
    comm -23 -- "$state/published.tsv" "$tmp/names" | while IFS= read -r name; do
      printf -v name %b "${name//%/\\x}"
      [[ $name && /$name/ != */../* ]] || continue
      rm -rf -- "${run:?}/results/$name"
      rmdir -p --ignore-fail-on-non-empty -- "$(dirname -- "$run/results/$name")" 2>/dev/null || true
    done
  fi
  mkdir -p -- "$run/results"
  cp -- "$tmp/names" "$state/.published"
  mv -- "$state/.published" "$state/published.tsv"
  rm -f -- "$list" "$2"
}

# Temporary files that nothing reads any more: the mark first (see temp.sh).
drop_unused() {
  local call dir output file place
  while IFS=$'\t' read -r call dir output file; do
    place=$work/$call
    [[ $dir == . ]] || place+=/$dir
    printf -v file %b "${file//%/\\x}"
    file=${file%=*}
    [[ $file && /$file/ != */../* && -e $place/$file ]] || continue
    : >"$place/.dropped.$output"
    rm -rf -- "${place:?}/$file"
  done <"$1"
  rm -f -- "$1"
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
  local number others=()
  for number in ${live[@]+"${live[@]}"}; do others+=(! -name "$number.*"); done
  find "$work/.tmp" -mindepth 1 -maxdepth 1 ${others[@]+"${others[@]}"} -exec rm -rf -- {} +
}
