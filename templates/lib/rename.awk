# rename.awk: calls that are there under another name: lines OLD NEW. FILES: the plan of before, and today's.
#
# A call has its process's name if the program calls it in one place, and else also that which it is bound to; `was` says what a
# process was called before. So a name that is gone and one that is new are the same call if they are of one process, have the
# same version and labels. Of several those that read the same, else the first.

BEGIN { FS = OFS = "\t" }

FNR == 1 { plan++ }

$1 == "call" {
  name[plan, ++calls[plan]] = $2
  known[plan, $2]
  process[plan, $2] = $3
  labels = "," $5
  gsub(/,[^:]*:/, ",", labels)
  like[plan, $2] = $4 "\t" labels
}

$1 == "input" {
  call = $2
  $2 = ""
  read[plan, call] = read[plan, call] "\n" $0
}

$1 == "was" { was[$2] = $3 }

END {
  for (alike = 1; alike >= 0; alike--)
    for (i = 1; i <= calls[2]; i++)
      for (k = 1; k <= calls[1]; k++) match_calls(name[1, k], name[2, i], alike)
}

function match_calls(old, new, alike) {
  if ((2, old) in known || (1, new) in known || old in taken || new in taken) return
  if (like[1, old] != like[2, new] || alike && read[1, old] != read[2, new]) return
  if (process[1, old] != process[2, new] && process[1, old] != was[new]) return
  print old, new
  taken[old]
  taken[new]
}
