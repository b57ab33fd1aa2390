# shellcheck shell=bash disable=SC2154,SC2034 # a part of flow.sh: variables are set in one part and used in another
# when.sh: conditions that each shard decides for itself. A test is words: `.value` (an input that no script sees),
# numbers, `true`, `false`, `=text`, and `( LEFT OPERATOR RIGHT )`, `! BOOL`. Values have matched their type's pattern when
# they come here. What is absent makes a test absent, unless the rest decides it alone; an absent test does not hold.

declare -A asked_types=() asked_values=()       # what tests read, by the names of inputs; an absent one has the type -

# Does the test of input I hold? 0: it does; 1: it does not; 2: it cannot be computed.
flow_holds() { # I
  local test at=0 type
  test=("${flow_words[@]:flow_in_test_start[$1]:flow_in_test_count[$1]}")
  flow_term || { shard_cause=bad-value:condition; return 2; }
  [[ $REPLY == true ]]
}

# The term at word `at` of `test`: its type in `type`, its value in REPLY.
flow_term() {
  local word=${test[at++]} op left_type left
  case $word in
    '(')
      flow_term || return
      left_type=$type left=$REPLY op=${test[at++]}
      flow_term || return
      ((++at))
      flow_apply "$op" "$left_type" "$left" "$type" "$REPLY"
      ;;
    '!')
      flow_term || return
      case $REPLY in
        true) REPLY=false ;;
        false) REPLY=true ;;
      esac
      ;;
    .*) type=${asked_types[$word]} REPLY=${asked_values[$word]} ;;
    =*) type=String REPLY=${word#=} ;;
    true | false) type=Bool REPLY=$word ;;
    *) type=Float REPLY=$word; [[ ! $word =~ $flow_int ]] || type=Int ;;
  esac
}

flow_apply() { # OPERATOR TYPE LEFT TYPE RIGHT
  local decides=false
  case $1 in
    '&&' | '||')
      [[ $1 == '&&' ]] || decides=true
      type=Bool
      if [[ $3 == "$decides" || $5 == "$decides" ]]; then REPLY=$decides
      elif [[ $2 == - || $4 == - ]]; then type=- REPLY=''
      else REPLY=$3; fi
      return
      ;;
  esac
  case $2:$4 in
    -:* | *:-) type=- REPLY='' ;;
    Int:Int) flow_apply_int "$1" "$3" "$5" ;;
    Int:* | Float:*) flow_apply_float "$1" "$3" "$5" ;;
    *) flow_apply_text "$1" "$3" "$5" ;;
  esac
}

flow_apply_int() { # OPERATOR LEFT RIGHT: of at most 18 digits
  local left right
  flow_integer "$2"
  left=$REPLY
  flow_integer "$3"
  right=$REPLY type=Bool
  case $1 in
    '==') flow_truth "$((left == right))" ;;
    '!=') flow_truth "$((left != right))" ;;
    '<') flow_truth "$((left < right))" ;;
    '<=') flow_truth "$((left <= right))" ;;
    '>') flow_truth "$((left > right))" ;;
    '>=') flow_truth "$((left >= right))" ;;
    *)
      type=Int
      case $1 in
        +) REPLY=$((left + right)) ;;
        -) REPLY=$((left - right)) ;;
        '*') REPLY=$((left * right)); ((left == 0 || REPLY / left == right)) || REPLY=overflow ;;
      esac
      [[ $REPLY =~ $flow_int ]] || { printf 'flow: %s %s %s has too many digits\n' "$2" "$1" "$3"; return 1; }
      ;;
  esac
}

# Digits with zeros before them are no octal number.
flow_integer() { if [[ $1 == -* ]]; then REPLY=-$((10#${1#-})); else REPLY=$((10#$1)); fi; }

flow_truth() { if (($1)); then REPLY=true; else REPLY=false; fi; }

# Doubles are awk's.
flow_apply_float() { # OPERATOR LEFT RIGHT
  REPLY=$(exec awk -v op="$1" 'BEGIN {
    l = ARGV[1] + 0; r = ARGV[2] + 0
    if (op == "+" || op == "-" || op == "*") { printf "%.17g", op == "+" ? l + r : op == "-" ? l - r : l * r; exit }
    print (op == "==" ? l == r : op == "!=" ? l != r : op == "<" ? l < r : op == "<=" ? l <= r : op == ">" ? l > r : l >= r) \
      ? "true" : "false"
  }' "$2" "$3") || return
  case $1 in
    [-+*]) type=Float; flow_matches Float "$REPLY" ;;
    *) type=Bool ;;
  esac
}

# Bytes are compared, as everywhere.
flow_apply_text() { # OPERATOR LEFT RIGHT
  local holds=1
  case $1 in
    '==') [[ $2 == "$3" ]] || holds=0 ;;
    '!=') [[ $2 != "$3" ]] || holds=0 ;;
    '<') [[ $2 < $3 ]] || holds=0 ;;
    '<=') [[ ! $2 > $3 ]] || holds=0 ;;
    '>') [[ $2 > $3 ]] || holds=0 ;;
    '>=') [[ ! $2 < $3 ]] || holds=0 ;;
  esac
  type=Bool
  flow_truth "$holds"
}
