# rung.awk: the list of a rung; used with records.awk, made.awk, deal.awk. Of a job's work lines those that have not ended well and may be tried again: failures with one
# of the causes that the rung is for, what died without a word, what was not reached, and what is blocked by one of these.
# Where a chain asks for more, that is what was left under the rung's own request, and failures under a smaller one that are to be raised.
# The journals of the job and of its rungs are named on standard input, a line each. Environment:
#   RUNG_LISTS   the folder of the lists    RUNG_ARRAYS  arrays.tsv: the rung's width    RUNG_OF  the job    RUNG_JOB  the rung's own name
#   RUNG_CALLS   CALL= CAUSE CAUSE ;…       the calls that the rung is for; ` any ` for all causes
#   RUNG_FROM    the rung from which on they have the request of this one; 0: all that the job has left is for it
#   RUNG_RAISES  CALL= CAUSE CAUSE ;…       the failures that ask for more    RUNG_PASSES  rungs behind this one that ask for more
#   RUNG_FUSED   1: an item has several lines; they stay together
#   RUNG_LOGS    logs are RUNG_LOGS.TASK.log, those of rungs RUNG_LOGS.rungN.TASK.log
#   RUNG_DEATHS  file for the records of what died   RUNG_SUBMISSION its number
# Output: work lines as in lists/, their TASK that of the rung, with the number of attempts so far as one more column; and lines
# `next CALL DIR` for failures that are left to the rung behind that asks for more.

function take(line,    f, k, n) {
  if (split(line, f, "\t") != 18 || f[18] != "." || f[7] + 0 != submission) return
  k = f[2] SUBSEP f[3]
  n = f[8] + 0
  if (f[1] == "done" || f[1] == "skipped") { if (!(k in done) || n > done[k]) done[k] = n }
  else if (f[1] == "lost") { if (!(k in lost) || n > lost[k]) lost[k] = n }
  else if (f[1] != "begin" && !(k in status && n < number[k])) {
    status[k] = f[1]; cause[k] = f[14]; number[k] = n
    rung[k] = rung_number(substr(f[15], length(ENVIRON["RUNG_SUBMISSION"] "." of) + 1))
  }
  if (!(k in tries) || n > tries[k]) tries[k] = n
}

# Of `.rung2` and what follows, 2; else 0: that is the job.
function rung_number(name) { return index(name, ".rung") == 1 ? int(substr(name, 6)) : 0 }

# Which task had a shard last: `.TASK` of the job, or `.rungN.TASK`.
function read_lists(rungs,    n, name, file, line, f) {
  for (n = 0; n < rungs; n++) {
    name = n ? ".rung" n : ""
    file = ENVIRON["RUNG_LISTS"] "/" of name ".tsv"
    while ((getline line < file) > 0) if (split(line, f, "\t") > 3) had[f[2], f[3]] = name "." f[1]
    close(file)
  }
}

# How a task ended that left a shard without a record: what its log says behind the last attempt that was begun.
function read_log(task,    file, line, f) {
  if (task in read) return
  read[task]
  file = ENVIRON["RUNG_LOGS"] task ".log"
  while ((getline line < file) > 0) {
    if (index(line, "::flow begin ") == 1) { split(line, f, " "); open_shard[task] = f[3] SUBSEP f[4]; attempt[task] = f[5]; ended[task] = "killed" }
    else if (index(line, "::flow end ") == 1) delete open_shard[task]
    else if (line ~ /^slurmstepd.*(exceeded memory limit|oom.kill|OOM Kill)/) ended[task] = "memory"
    else if (line ~ /^slurmstepd.*DUE TO TIME LIMIT/) ended[task] = "timeout"
    else if (line ~ /^slurmstepd.*DUE TO NODE FAIL/) ended[task] = "node"
  }
  close(file)
}

# A shard that began in the task that had it last, and died there.
function find_death(k, f,    task) {
  task = had[k]
  if (k in status && rung[k] >= rung_number(task)) return
  read_log(task)
  if (!(task in open_shard) || open_shard[task] != k) return
  status[k] = "failed"
  cause[k] = ended[task]
  rung[k] = rung_number(task)
  print "failed", f[2], f[3], f[4], f[5], f[6], ENVIRON["RUNG_SUBMISSION"], ++tries[k], "-", "-", "-", "-", "-", cause[k], \
    attempt[task], "-", "-", "." > ENVIRON["RUNG_DEATHS"]
}

function read_causes(text, causes,    n, i, part, sign) {
  n = split(text, part, ";")
  for (i = 1; i <= n; i++) if ((sign = index(part[i], "=")) > 0) causes[substr(part[i], 1, sign - 1)] = substr(part[i], sign + 1)
}

# What had all its starts (`again`) gets no more of them.
function wanted(causes, call, why) {
  sub(/:.*/, "", why)
  return why != "again" && call in causes && (causes[call] == " any " || index(causes[call], " " why " ") > 0)
}

# Is it for this rung?
function is_ours(k, call,    own) {
  own = rung[k] + 0 >= from
  if (!(k in status) || status[k] != "failed" || k in lost) {
    if (!own || k in status && status[k] == "left-out") return 0
    return !(k in status && status[k] == "blocked" && !(decode(cause[k]) in again))
  }
  if (own ? wanted(causes, call, cause[k]) : wanted(raises, call, cause[k])) return 1
  if (ENVIRON["RUNG_PASSES"] > 0 && wanted(raises, call, cause[k])) passed[++passed_n] = k
  return 0
}

BEGIN {
  FS = OFS = "\t"
  submission = ENVIRON["RUNG_SUBMISSION"] + 0
  of = ENVIRON["RUNG_OF"]
  from = ENVIRON["RUNG_FROM"] + 0
  read_causes(ENVIRON["RUNG_CALLS"], causes)
  read_causes(ENVIRON["RUNG_RAISES"], raises)
  while ((getline file) > 0) {
    while ((getline line < file) > 0) take(line)
    close(file)
  }
  read_lists(rung_number(substr(ENVIRON["RUNG_JOB"], length(of) + 1)))
  file = ENVIRON["RUNG_LISTS"] "/" of ".tsv"
  while ((getline line < file) > 0) {
    split(line, f, "\t")
    k = f[2] SUBSEP f[3]
    if (k in done && !(k in lost && lost[k] >= done[k])) continue
    find_death(k, f)
    if (!is_ours(k, f[2])) continue
    again[f[2] "[" f[3] "]"]
    # Lines of one task stay together where they may belong to one item.
    deal_add(substr(line, length(f[1]) + 1) OFS tries[k] + 0, ENVIRON["RUNG_FUSED"] != "1" || f[1] "" != last "")
    last = f[1]
  }
  deal(0, deal_tasks(ENVIRON["RUNG_ARRAYS"], ENVIRON["RUNG_JOB"]))
  for (n = 1; n <= passed_n; n++) { split(passed[n], f, SUBSEP); print "next", f[1], f[2] }
}
