# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# container.sh: the command line that runs a script in an image. The image must hold bash (docs/containers.md).

# flow_container_words: the words before `bash .command.sh`; none without an image.
# Seen inside, each under its own path: the run folder, the project, tracked inputs outside of them, and what the program binds.
flow_container() {
  local image=${flow_call_image[shard_call_index]} b path
  flow_container_words=()
  [[ ${flow_call_runtime[shard_call_index]} ]] || return 0
  # docker://…, library://… and their like are the runtime's to resolve.
  if [[ $image != *://* ]]; then
    flow_absolute "$image"
    image=$REPLY
    [[ -e $image ]] || { printf 'flow: the image %s is not there\n' "$image"; return 1; }
  fi
  flow_binds=()
  flow_add_bind "$flow_run" && flow_add_bind "$flow_project" || return 1
  for path in "${tracked_paths[@]}" "${given_paths[@]}"; do flow_add_bind "$path" || return 1; done
  for ((b = flow_call_binds[shard_call_index]; b < flow_call_binds[shard_call_index + 1]; b++)); do
    # SRC:DST is passed on as it is.
    if [[ ${flow_bind_path[b]} == *:* ]]; then
      flow_binds+=("${flow_bind_path[b]}")
    else
      flow_absolute "${flow_bind_path[b]}"
      flow_add_bind "$REPLY" || return 1
    fi
  done
  case ${flow_call_runtime[shard_call_index]} in
    apptainer | singularity)
      flow_container_words=("${flow_call_runtime[shard_call_index]}" exec)
      for path in "${flow_binds[@]}"; do flow_container_words+=(--bind "$path"); done
      flow_container_words+=(--pwd "$flow_run/$flow_attempt_dir" "$image")
      ;;
    charliecloud)
      # ch-run wants to know who runs it; batch environments may lack it.
      export USER=${USER:-${LOGNAME:-$EUID}}
      flow_container_words=(ch-run)
      for path in "${flow_binds[@]}"; do
        [[ $path == *:* ]] || path=$path:$path
        flow_container_words+=(-b "$path")
      done
      flow_container_words+=(--cd "$flow_run/$flow_attempt_dir" "$image" --)
      ;;
    *)
      printf 'flow: no runtime %s: apptainer, singularity or charliecloud\n' "${flow_call_runtime[shard_call_index]}"
      return 1
      ;;
  esac
}

# A path that is to be seen inside, unless a folder above it is already.
flow_add_bind() {
  local have
  for have in "${flow_binds[@]}"; do [[ $1/ != "$have"/* ]] || return 0; done
  case $1 in
    *[:,]*)
      printf 'flow: a container cannot see %s: runtimes take : and , in a path for signs of their own\n' "$1"
      return 1
      ;;
  esac
  flow_binds+=("$1")
}

# After a failure that may be the runtime's own (255 of apptainer; 1, 31, 49 of charliecloud): can it start bash at all?
flow_container_hint() {
  case $1 in
    1 | 31 | 49 | 126 | 127 | 255) ;;
    *) return 0 ;;
  esac
  "${flow_container_words[@]:-false}" bash -c : </dev/null >/dev/null 2>&1 && return
  printf 'flow: bash cannot be started in %s; scripts run in the bash of the image, so it must hold one\n' \
    "${flow_call_image[shard_call_index]}"
}
