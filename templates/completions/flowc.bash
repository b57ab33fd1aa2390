
# Files beside words: `flowc FILE` and `flowc COMMAND` stand at the same place, and only clap's words are known above.
_flowc_with_files() {
  local word
  local -a words=() find=(-d)
  _flowc "$@"
  [[ $2 != -* && $3 != -* ]] || return 0
  for word in "${COMPREPLY[@]}"; do
    [[ $word == -* ]] || words+=("$word")
  done
  if ((COMP_CWORD == 1)); then
    find=(-f -X '!*.flow')
  else
    case ${COMP_WORDS[1]} in
      check | plan | graph | run | simulate | fmt) find=(-f -X '!*.flow') ;;
      status | learn | report) ;;
      import) find=(-f) ;;
      *.flow) return 0 ;;
      *) find=() ;;
    esac
  fi
  COMPREPLY=("${words[@]}")
  ((${#find[@]} > 0)) || return 0
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <({ compgen -d -- "$2"; compgen "${find[@]}" -- "$2"; } | sort -u)
  ! type -t compopt >/dev/null || compopt -o filenames 2>/dev/null || true
}

complete -F _flowc_with_files -o bashdefault -o default flowc
