# deal.awk: work lines dealt over array tasks, those that belong together in one. Used with made.awk and rung.awk; alone with
# made.awk it deals the list of a job whose items were not all known at submit. Environment:
#   DEAL_OPEN   lists/JOB.open.tsv         DEAL_ARRAYS  arrays.tsv         DEAL_JOB  the job's name
# Output: work lines as in lists/. What was known keeps its task; the items of each line with a mark go to those behind.

# Keeps a line, without its TASK; the first of those that stay together begins a new unit.
function deal_add(line, begins) {
  if (begins) deal_unit[++deal_units] = deal_n + 1
  deal_line[++deal_n] = line
}

# Every so-many-th unit to each task.
function deal(first, width,    e, u, n) {
  deal_unit[deal_units + 1] = deal_n + 1
  for (e = 0; e < width; e++)
    for (u = e + 1; u <= deal_units; u += width)
      for (n = deal_unit[u]; n < deal_unit[u + 1]; n++) print (first + e) deal_line[n]
}

# The tasks of a job, by its arrays.
function deal_tasks(file, job,    line, f, tasks) {
  while ((getline line < file) > 0) { split(line, f, "\t"); if (f[1] == job && f[3] + 1 > tasks) tasks = f[3] + 1 }
  close(file)
  return tasks > 0 ? tasks : 1
}

# The lines of one item stand together, and stand for the same items.
function deal_item(n,    i, k, m, line) {
  for (i = 1; i <= n; i++) {
    made_lines = 0
    line[1] = item_line[i]
    made_lines_of(line, 1)
    m = made_lines
    for (k = 1; k <= m; k++) shard_line[i, k] = made_line[k]
  }
  for (k = 1; k <= m; k++) for (i = 1; i <= n; i++) deal_add(shard_line[i, k], i == 1)
}

BEGIN {
  if (ENVIRON["DEAL_OPEN"] != "") {
    made_tells = 1
    first = -1
    while ((getline line < ENVIRON["DEAL_OPEN"]) > 0) {
      task = substr(line, 1, index(line, "\t") - 1)
      if (!index(line, "\t%*")) { print line; continue }
      if (first < 0) first = task + 0
      if (task != last && n) { deal_item(n); n = 0 }
      last = task
      item_line[++n] = substr(line, length(task) + 1)
    }
    if (n) deal_item(n)
    deal(first, deal_tasks(ENVIRON["DEAL_ARRAYS"], ENVIRON["DEAL_JOB"]) - first)
  }
}
