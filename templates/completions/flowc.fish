
# `flowc FILE` and `flowc COMMAND` stand at the same place.
complete -c flowc -n "__fish_flowc_needs_command" -k -f -a "(__fish_complete_suffix .flow)"
