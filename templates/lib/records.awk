# lib/records.awk: not there yet
