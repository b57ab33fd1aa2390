# lib/decide.awk: not there yet
