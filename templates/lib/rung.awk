# rung.awk: the list of a rung; used with records.awk, made.awk, deal.awk. Of a job's work lines those that have not ended well and may be tried again: failures with one
# of the causes that the rung is for, what died without a word, what was not reached, and what is blocked by one of these.
# The journals of the job and of its rungs are named on standard input, a line each. Environment:
#   RUNG_LIST    lists/JOB.tsv              RUNG_ARRAYS  arrays.tsv: the rung's width    RUNG_JOB  the rung's own name
#   RUNG_CALLS   CALL= CAUSE CAUSE ;…       the calls that the rung is for; ` any ` for all causes
#   RUNG_FUSED   1: an item has several lines; they stay together
#   RUNG_LOGS    logs are RUNG_LOGS.TASK.log   RUNG_DEATHS  file for the records of what died   RUNG_SUBMISSION its number
# Output: work lines as in lists/, their TASK that of the rung, with the number of attempts so far as one more column.

function take(line,    f, k, n) {
  if (split(line, f, "\t") != 18 || f[18] != "." || f[7] + 0 != submission) return
  k = f[2] SUBSEP f[3]
  n = f[8] + 0
  if (f[1] == "done" || f[1] == "skipped") { if (!(k in done) || n > done[k]) done[k] = n }
  else if (f[1] == "lost") { if (!(k in lost) || n > lost[k]) lost[k] = n }
  else if (f[1] != "begin" && !(k in status && n < number[k])) { status[k] = f[1]; cause[k] = f[14]; number[k] = n }
  if (!(k in tries) || n > tries[k]) tries[k] = n
}

# How a task ended that left a shard without a record: what its log says behind the last attempt that was begun.
function read_log(task,    file, line, f) {
  if (task in read) return
  read[task]
  file = ENVIRON["RUNG_LOGS"] "." task ".log"
  while ((getline line < file) > 0) {
    if (index(line, "::flow begin ") == 1) { split(line, f, " "); open_shard[task] = f[3] SUBSEP f[4]; attempt[task] = f[5]; ended[task] = "killed" }
    else if (index(line, "::flow end ") == 1) delete open_shard[task]
    else if (line ~ /^slurmstepd.*(exceeded memory limit|oom.kill|OOM Kill)/) ended[task] = "memory"
    else if (line ~ /^slurmstepd.*DUE TO TIME LIMIT/) ended[task] = "timeout"
    else if (line ~ /^slurmstepd.*DUE TO NODE FAIL/) ended[task] = "node"
  }
  close(file)
}

function wanted(call, why) {
  sub(/:.*/, "", why)
  return call in causes && (causes[call] == " any " || index(causes[call], " " why " ") > 0)
}

BEGIN {
  FS = OFS = "\t"
  submission = ENVIRON["RUNG_SUBMISSION"] + 0
  n = split(ENVIRON["RUNG_CALLS"], part, ";")
  for (i = 1; i <= n; i++) if ((at = index(part[i], "=")) > 0) causes[substr(part[i], 1, at - 1)] = substr(part[i], at + 1)
  while ((getline file) > 0) {
    while ((getline line < file) > 0) take(line)
    close(file)
  }
  while ((getline line < ENVIRON["RUNG_LIST"]) > 0) {
    split(line, f, "\t")
    k = f[2] SUBSEP f[3]
    if (k in done && !(k in lost && lost[k] >= done[k])) continue
    if (!(k in status)) {
      read_log(f[1])
      if (f[1] in open_shard && open_shard[f[1]] == k) {
        status[k] = "failed"
        cause[k] = ended[f[1]]
        print "failed", f[2], f[3], f[4], f[5], f[6], ENVIRON["RUNG_SUBMISSION"], 1, "-", "-", "-", "-", "-", cause[k], \
          attempt[f[1]], "-", "-", "." > ENVIRON["RUNG_DEATHS"]
        tries[k] = 1
      }
    }
    if (k in status && status[k] == "failed" && !(k in lost) && !wanted(f[2], cause[k])) continue
    if (k in status && status[k] == "left-out") continue
    if (k in status && status[k] == "blocked" && !(decode(cause[k]) in again)) continue
    again[f[2] "[" f[3] "]"]
    # Lines of one task stay together where they may belong to one item.
    deal_add(substr(line, length(f[1]) + 1) OFS tries[k] + 0, ENVIRON["RUNG_FUSED"] != "1" || f[1] "" != last "")
    last = f[1]
  }
  deal(0, deal_tasks(ENVIRON["RUNG_ARRAYS"], ENVIRON["RUNG_JOB"]))
}
