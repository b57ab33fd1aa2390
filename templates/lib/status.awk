# status.awk: how many shards of each call are done, running, queued, failed, blocked, pending, skipped.
# Environment: FLOW_ANSWERS, what decide.awk wrote; FLOW_SUBMISSIONS, the folder of the submissions; FLOW_ELEMENTS, the
# tasks that SLURM has: NUMBER JOB TASK running|queued.
# Output: CALL DONE RUNNING QUEUED FAILED BLOCKED PENDING TOTAL SKIPPED; the failures that count go to FLOW_ANSWERS/now.tsv.

BEGIN {
  FS = OFS = "\t"
  answers = ENVIRON["FLOW_ANSWERS"]
  while ((getline < (answers "/counts.tsv")) > 0) {
    order[++calls] = $1
    total[$1] = $2
    done[$1] = $3 - $6
    skipped[$1] = $6
    pending[$1] = $4
  }
  while ((getline < (answers "/failed.tsv")) > 0) {
    ended[$1, $2] = $3
    by[$1, $2] = $6
    line[++failures] = $0
  }
  read_live()
  for (i = 1; i <= failures; i++) {
    split(line[i], f, "\t")
    if ((f[1], f[2]) in queued_now) continue
    if (f[3] == "failed") failed[f[1]]++
    else blocked[f[1]]++
    pending[f[1]]--
    print line[i] > (answers "/now.tsv")
  }
  for (c = 1; c <= calls; c++) {
    name = order[c]
    print name, done[name], running[name] + 0, queued[name] + 0, failed[name] + 0, blocked[name] + 0, \
      pending[name], total[name], skipped[name]
  }
}

# What failed in a job, or was cut off, is still to be tried where a rung of it waits.
function rung_waits(job,    file) {
  file = ENVIRON["FLOW_SUBMISSIONS"] "/" job ".tsv"
  sub(/\.rung[0-9]+\.tsv$/, ".tsv", file)
  while ((getline < file) > 0) {
    if (!(($2, $3) in open) || ($2, $3) in queued_now) continue
    if (($2, $3) in ended && by[$2, $3] + 0 != job + 0) continue
    queued_now[$2, $3]
    pending[$2]--
    queued[$2]++
  }
  close(file)
}

# The tasks that SLURM still has, and the shards that they have not come to.
function read_live(    file, job, rung, line, waiting) {
  while ((getline < (answers "/pending.tsv")) > 0) open[$1, $2]
  while ((getline < ENVIRON["FLOW_ELEMENTS"]) > 0) { element[$1 "/lists/" $2, $3] = $4; jobs[$1 "/lists/" $2] }
  for (job in jobs) {
    file = ENVIRON["FLOW_SUBMISSIONS"] "/" job ".tsv"
    rung = job ~ /\.rung[0-9]+$/
    if ((getline line < file) < 0) {
      if (rung) { waiting[job]; continue }
      # Its first task will write it; until then a line may stand for several shards.
      file = ENVIRON["FLOW_SUBMISSIONS"] "/" job ".open.tsv"
    }
    close(file)
    while ((getline < file) > 0) {
      gsub(/%\*[^*]*\*/, "*", $3)
      if (!((job, $1) in element) || !(($2, $3) in open)) continue
      if (!rung && ($2, $3) in ended && by[$2, $3] + 0 == job + 0) continue
      if (($2, $3) in queued_now) continue
      queued_now[$2, $3]
      pending[$2]--
      # One after another: the first that has not ended is the one that runs.
      if (element[job, $1] == "running" && !((job, $1) in begun)) { begun[job, $1]; running[$2]++ }
      else queued[$2]++
    }
    close(file)
  }
  # What a task still has is counted as its own.
  for (job in waiting) rung_waits(job)
}
