# compact.awk: journals into records: what counts for each shard, at most two lines.
# Input: the lines of journals and of the records that they add to, in any order. Use with records.awk.
# Environment: FLOW_WORK, the folder of the shards' directories; FLOW_OUT, where CALL.tsv files go
# (not sorted; there are none before).

BEGIN { FS = "\t" }

# The loss that counts, as a line; never a torn one.
record_take($0) && $1 == "lost" && ($2, $3) in record_lost {
  if (record_lost[$2, $3] == record_order(record_field)) lost_line[$2, $3] = $0
}

# A program may have more calls than a process may have open files.
function put(line, call,    other) {
  if (!(call in written)) {
    if (++files > 200) {
      for (other in written) close(out "/" other ".tsv")
      split("", written)
      files = 1
    }
    written[call]
  }
  print line >> (out "/" call ".tsv")
}

END {
  work = ENVIRON["FLOW_WORK"]
  out = ENVIRON["FLOW_OUT"]
  # An attempt died while it replaced a directory: what is there now decides.
  for (k in record_begun) begun[k]
  for (k in begun) {
    split(k, part, SUBSEP)
    file = work "/" part[1] "/" part[2] "/.flow"
    line = ""
    if ((getline line < file) <= 0) line = ""
    close(file)
    record_settle(k, line)
  }
  for (k in record_lost) {
    split(k, part, SUBSEP)
    put(lost_line[k], part[1])
  }
  for (k in record_held) {
    if (k in record_lost) continue
    split(k, part, SUBSEP)
    put(record_held[k], part[1])
  }
  for (k in record_failed) {
    if (record_failed[k] ~ /^lost\t/ || record_failure(k) == "") continue
    split(k, part, SUBSEP)
    put(record_failed[k], part[1])
  }
}
