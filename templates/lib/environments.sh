# shellcheck shell=bash disable=SC2154,SC2034 # a part of submit.sh: variables are set in one part and used in another
# environments.sh: the environments of `conda`. One that a file describes is made once, here and before anything is submitted,
# since nodes often have no network; in place, since environments cannot be moved. docs/conda.md of flowc says why it is so.
#
#   $environments/DIGEST/    the environment of a file; DIGEST: the first 16 digits of its SHA-256
#       1 2 …                the attempts to make it       1.log 2.log …   what was said in each
#       made                 the path of the one that is whole; written last
#       lock                 who is making it: several runs may share the folder

# What the calls that would run need, a line each, into DEST: CALL KIND TEXT [DIGEST].
needed_environments() { # DEST
  awk -F '\t' 'FILENAME != "-" { if ($5 > 0) runs[$1]; next } $1 in runs' "$counts" - <"$tmp/plan.environments" >"$1"
  environments=$(readlink -m -- "${FLOW_CONDA:-$run/conda}")
}

tell_environments() {
  local kind text digest
  needed_environments "$tmp/environments"
  cut -f2- -- "$tmp/environments" | sort -u | while IFS=$'\t' read -r kind text digest; do
    printf -v text %b "${text//%/\\x}"
    [[ $kind == file ]] || continue
    if environment_made "$environments/${digest:0:16}"; then continue
    elif find_conda; then say "the environment of $text would be made first, by ${conda_tool##*/}"
    else say "the environment of $text cannot be made: there is no micromamba, mamba or conda here"; fi
  done
}

# Makes or finds what is needed, and writes for the tasks: CALL PREFIX NAME=VALUE… Whatever fails ends the submission.
prepare_environments() { # DEST
  local call kind text digest line
  local -A found=()
  needed_environments "$tmp/environments"
  [[ -s $tmp/environments ]] || return 0
  while IFS=$'\t' read -r call kind text digest; do
    if [[ -z ${found[$kind/$text]-} ]]; then
      printf -v line %b "${text//%/\\x}"
      case $kind in
        file) without_colon "$environments"; make_environment "$line" "${digest:0:16}" ;;
        prefix) environment_at "$line"; without_colon "$REPLY" ;;
        name) environment_named "$line"; without_colon "$REPLY" ;;
      esac
      line=$(describe_environment "$REPLY") || die "$REPLY cannot be read"
      found[$kind/$text]=$line
    fi
    printf '%s\t%s\n' "$call" "${found[$kind/$text]}" >>"$1"
  done <"$tmp/environments"
}

without_colon() { # FOLDER
  [[ $1 != *:* ]] || die "there is a colon in $1, which PATH cannot hold: make environments elsewhere (FLOW_CONDA=FOLDER). Nothing was submitted"
}

# PREFIX NAME=VALUE…: the folder, and the variables that come with the environment, those of its packages first.
describe_environment() { # PREFIX
  local file files=()
  for file in "$1"/etc/conda/env_vars.d/*.json "$1/conda-meta/state"; do [[ ! -f $file ]] || files+=("$file"); done
  FLOW_PREFIX=$1 lib_awk records.awk variables.awk ${files[@]+"${files[@]}"} </dev/null
}

# ---- those that are there -------------------------------------------------------------------------------------------
# Each leaves its folder in REPLY.

environment_at() { # FOLDER
  REPLY=$1
  # shellcheck disable=SC2088 # as it is written in the program
  [[ $1 != '~/'* ]] || REPLY=$HOME/${1:2}
  [[ $REPLY == /* ]] || REPLY=$project/$REPLY
  [[ -d $REPLY/conda-meta ]] || die "there is no environment in $REPLY: nothing was submitted"
}

# Only the tools know what names mean: each has its own folders.
environment_named() { # NAME
  local tool
  while IFS= read -r tool; do
    # What its scripts print at activation stands before.
    REPLY=$("$tool" run -n "$1" printenv CONDA_PREFIX </dev/null 2>/dev/null | tail -n 1) || REPLY=''
    [[ -z $REPLY || ! -d $REPLY/conda-meta ]] || return 0
  done < <(conda_tools)
  die "no environment is called $1, as far as micromamba, mamba and conda know here:" \
    'make it, or name its folder (conda "/its/folder"). Nothing was submitted'
}

# ---- those that are made --------------------------------------------------------------------------------------------

# In the order in which they are taken. Shells often have the last two as functions, which a script does not see.
conda_tools() {
  local tool
  for tool in micromamba mamba conda "${MAMBA_EXE-}" "${CONDA_EXE-}"; do
    [[ -z $tool ]] || type -P -- "$tool" || true
  done
}

find_conda() {
  conda_tool=$(conda_tools)
  conda_tool=${conda_tool%%$'\n'*}
  [[ -n $conda_tool ]]
}

# Is it whole, and where it was made? Then its folder is in REPLY. One that was moved or copied has the old path in its files.
environment_made() { # PLACE
  { IFS= read -r REPLY <"$1/made"; } 2>/dev/null && [[ ${REPLY%/*} == "$1" && -d $REPLY/conda-meta ]]
}

# The environment of a file; another submission that makes it is waited for.
make_environment() { # FILE DIGEST
  local place=$environments/$2 waits=''
  mkdir -p -- "$place"
  until environment_made "$place"; do
    if lock_try "$place"; then
      environment_made "$place" || make_in_place "$1" "$place"
      lock_drop "$place"
    elif [[ -z $waits ]]; then
      say "The environment of $1 is being made by ${lock_user:-?} on ${lock_host:-?} (process ${lock_pid:-?}): waiting for it." \
        "If that is not so: rm -r '${place//\'/\'\\\'\'}/lock'"
      waits=1
    else
      sleep 1
    fi
  done
}

make_in_place() { # FILE PLACE
  local old n=1 status=0
  find_conda || die "$1 describes an environment, and there is no micromamba, mamba or conda on PATH to make it with." \
    'Load one (module load …), or name an environment that is there (conda "/its/folder"). Nothing was submitted'
  # What was killed left half of one, and perhaps a process that still writes there: the next attempt has a folder of its own.
  for old in "$2"/[0-9]*/; do [[ ! -d $old ]] || rm -rf -- "$old" || true; done
  while [[ -e $2/$n.log ]]; do n=$((n + 1)); done
  say "Making the environment of $1 by ${conda_tool##*/}, which may take minutes. What it says is in $2/$n.log"
  run_conda "$out/code/$1" "$2/$n" >"$2/$n.log" 2>&1 || status=$?
  if ((status)) || [[ ! -d $2/$n/conda-meta ]]; then
    rm -rf -- "${2:?}/$n" || true
    warn "the environment of $1 could not be made (exit status $status of $conda_tool). Its last lines:"
    tr '\r' '\n' <"$2/$n.log" | grep -v '^[[:space:]]*$' | tail -n 12 | sed 's/^/    /' >&2 || true
    die "nothing was submitted; all that it said is in $2/$n.log"
  fi
  printf '%s\n' "$2/$n" >"$2/.made"
  sync -- "$2/.made"
  mv -- "$2/.made" "$2/made"
}

# An explicit file is a list of packages to take; of what a YAML file asks for they are to be found first, in conda and mamba by a
# command of its own.
run_conda() { # FILE PREFIX
  local words=(env create)
  case ${conda_tool##*/}:$1 in micromamba*:* | *.txt) words=(create --yes) ;; esac
  # Not all versions have --yes for `env create`.
  CONDA_ALWAYS_YES=true MAMBA_ALWAYS_YES=true LC_ALL=C.UTF-8 "$conda_tool" "${words[@]}" --prefix "$2" --file "$1" </dev/null
}
