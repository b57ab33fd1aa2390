# cut.awk: which pending shards run now, and their jobs: items cut into tasks, tasks into arrays with dependencies.
# Use with plan.awk and decide.awk.
#
# An item of a job is a point of the axes that all its calls have; it runs their shards there one after another.
# A job of several lots of calls without axes has an item for each lot.
# A job whose items read those of an earlier job one by one is cut like that one, task by task, so that SLURM can
# let each element wait for its counterpart alone (aftercorr). Items whose counterpart is done already
# come behind, in an array of their own, which waits for nothing of that job. All else waits for whole arrays.

# ---- what runs now --------------------------------------------------------------------------------------------------

# --only: the chosen shards and whatever they need. --first: the first shards of each call that need no others. --add: all
# that a living submission does not have, and that waits for nothing of it.
function choose(first, held_by,    line, c, p, i) {
  if (!only && first == "" && held_by == "") return
  choosing = 1
  if (only) {
    for (i = 1; i <= names; i++) {
      if (name_option[i] != "--only") continue
      c = call_of[name_call[i]]
      for (p = 0; p < points[c]; p++) if ((base[c] + p) in pending && named(name_key[i], dir_of(c, p))) chosen[base[c] + p]
    }
    for (c = calls; c >= 1; c--)
      for (p = 0; p < points[c]; p++) if ((base[c] + p) in chosen) { look_at(c, p); choose_needs(c) }
    return
  }
  if (held_by != "") while ((getline line < held_by) > 0) held_shard[line]
  for (c = 1; c <= calls; c++)
    for (p = 0; p < points[c] && (first == "" || p < first); p++)
      if ((base[c] + p) in pending && !(held_by != "" && is_taken(c, p))) {
        look_at(c, p)
        if (needs_chosen(c)) chosen[base[c] + p]
      }
}

# Has a living submission a shard, or what stood for it when its items were not known?
function is_taken(c, p,    i, k, dir, part, n) {
  dir = dir_of(c, p)
  if ((call_name[c] "\t" dir) in held_shard) return 1
  if (!(c in outer)) return 0
  n = split(dir, part, "/")
  for (k = n; k >= 1; k--) {
    if (!(call_axis[c, k] in maker)) continue
    part[k] = call_label[c, k] "=*"
    dir = part[1]
    for (i = 2; i <= n; i++) dir = dir "/" part[i]
    if ((call_name[c] "\t" dir) in held_shard) return 1
  }
  return 0
}

function choose_needs(c,    i, n, m, producer, place) {
  for (i = 1; i <= inputs[c]; i++) {
    if (!((c, i) in input_producer)) continue
    producer = input_producer[c, i]
    if (input_list[c, i]) {
      take_picked(c, i)
      place = list_place(c, i, producer)
      put_back()
      if (place in listed) continue
      listed[place]
    }
    n = points_read(c, i)
    for (m = 1; m <= n; m++) if ((base[producer] + selected[m]) in pending) chosen[base[producer] + selected[m]]
  }
}

function needs_chosen(c,    i, n, m, producer, k) {
  for (i = 1; i <= inputs[c]; i++) {
    if (!((c, i) in input_producer)) continue
    producer = input_producer[c, i]
    n = points_read(c, i)
    for (m = 1; m <= n; m++) {
      k = base[producer] + selected[m]
      if (k in pending && !(k in chosen)) return 0
    }
  }
  return 1
}

function runs(shard) { return choosing ? shard in chosen : shard in pending }

# ---- items ----------------------------------------------------------------------------------------------------------

# The axes that all calls of a job have, as a call of their own, so that the functions of plan.awk serve for it.
function item_axes(j,    c, i, k, a, all, n, text, v) {
  v = calls + j
  c = job_call[j, 1]
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    all = 1
    for (k = 2; k <= job_calls[j]; k++) if (!((job_call[j, k], a) in call_at)) all = 0
    if (!all) continue
    call_axis[v, ++n] = a
    call_at[v, a]
    text = text "," a
  }
  call_axes[v] = n + 0
  number_call(v)
  if (job_lots[j] > 1) points[v] = job_lots[j]
  job_axes[j] = text
  job_plain[j] = job_lots[j] == 1                          # its calls have just these axes, in this order: a point each
  for (k = 1; k <= job_calls[j]; k++) {
    c = job_call[j, k]
    if (call_axes[c] != call_axes[v]) job_plain[j] = 0
    for (i = 1; i <= call_axes[v]; i++) if (call_axis[c, i] != call_axis[v, i]) job_plain[j] = 0
  }
  item_base[j] = items_all
  items_all += points[v]
}

# The lot of calls that item q runs.
function lot_of(j, q) { return job_lots[j] > 1 ? q : 0 }

# How many shards run in item q.
function item_shards(j, q,    l, k, c, n, m, count) {
  if (!job_plain[j]) look_at(calls + j, q)
  l = lot_of(j, q)
  for (k = lot_first[j, l]; k <= lot_last[j, l]; k++) {
    c = job_call[j, k]
    if (job_plain[j]) { if (runs(base[c] + q)) count++; continue }
    n = select_points(calls + j, c)
    for (m = 1; m <= n; m++) if (runs(base[c] + selected[m])) count++
  }
  return count + 0
}

# Which earlier jobs job j reads, in edge_jobs[1…edges]; edge_like[u] is 1 where every reading is item by item.
function read_edges(j,    k, c, i, u) {
  edges = 0
  split("", edge_like)
  split("", edge_picks)
  for (k = 1; k <= job_calls[j]; k++) {
    c = job_call[j, k]
    for (i = 1; i <= inputs[c]; i++) {
      if (!((c, i) in input_producer)) continue
      u = job_of[call_job[input_producer[c, i]]]
      if (u == j || !tasks[u]) continue
      if (!(u in edge_like)) {
        edge_jobs[++edges] = u
        edge_like[u] = job_plain[j] && job_plain[u] && job_axes[j] == job_axes[u] && job_pack[j] == job_pack[u] && \
          job_abreast[j] == job_abreast[u] && \
          (job_pack[j] == 1 || !job_load[j] && !job_load[u])
      }
      if (input_kind[c, i] != "result" || input_list[c, i] || (c, i) in picks || open_tasks[u] || opens_of(j) || does_without(c, i)) edge_like[u] = 0
      # Which task has which item is not known where some are dealt at run time.
      if ((c, i) in picks && !open_tasks[u] && !opens_of(j)) edge_picks[u]
    }
  }
}

# Whether a shard may end well though what an input names failed: that is one of several sources (NAME.2), or a condition,
# which reads other calls (.NAME), may keep the shard from it.
function does_without(c, i,    k, asks, told) {
  for (k = 1; k <= inputs[c]; k++) {
    if (input_kind[c, k] == "result" && input_name[c, k] ~ /.\.[0-9]+$/) return 1
    if (input_name[c, k] !~ /^\./) continue
    asks = 1
    if ((c, k) in input_producer && input_producer[c, k] == input_producer[c, i]) told = 1
  }
  return asks && !told
}

# ---- tasks ----------------------------------------------------------------------------------------------------------

# order[item_base + x] is the item at place x of the job's list, task_of[item_base + item] its task.
function cut_job(j,    v, q, n, x, b, u, i, e, lead, waiting, single, shards_here, total, unknown, likely, pack) {
  item_axes(j)
  read_edges(j)
  v = calls + j
  b = item_base[j]
  n = 0
  # The nearest job before it that it follows item by item leads, if all the items of that one are needed here.
  for (e = edges; e >= 1 && !lead; e--) {
    u = edge_jobs[e]
    if (!edge_like[u]) continue
    lead = u
    for (x = 0; x < items[u]; x++) if (!item_shards(j, order[item_base[u] + x])) { lead = 0; break }
  }
  if (lead) {
    for (x = 0; x < items[lead]; x++) {
      q = order[item_base[lead] + x]
      order[b + n++] = q
      task_of[b + q] = task_of[item_base[lead] + q]
      total += item_shards(j, q)
    }
    # What comes behind begins with an array element of its own.
    tasks[j] = int((tasks[lead] + job_abreast[j] - 1) / job_abreast[j]) * job_abreast[j]
  } else tasks[j] = 0
  i = 0
  waiting = 0
  for (q = 1; q <= job_calls[j]; q++) waiting += pending_n[job_call[j, q]]
  single = job_calls[j] == 1 && job_plain[j] && !choosing ? base[job_call[j, 1]] : -1
  for (q = 0; q < points[v] && waiting; q++) {
    if ((b + q) in task_of) continue
    shards_here = single < 0 ? item_shards(j, q) : (single + q) in pending
    if (!shards_here) continue
    total += shards_here
    if (any_open) look_at(v, q)
    if (any_open && is_open(v)) { unknown_item[++unknown] = q; likely += items_of(v); continue }
    order[b + n++] = q
    i++
  }
  if (lead && !i) tasks[j] = tasks[lead]
  pack = pack_of(j, i, likely)
  for (x = n - i; x < n; x++) task_of[b + order[b + x]] = tasks[j] + int((x - n + i) / pack)
  if (job_load[j] && i > 1) tasks[j] += balance(j, n - i, i)
  else tasks[j] += int((i + pack - 1) / pack)
  # What stands for items that are not known comes last, each under a number of its own: its tasks deal the items.
  for (x = 1; x <= unknown; x++) {
    order[b + n++] = unknown_item[x]
    task_of[b + unknown_item[x]] = tasks[j] + x - 1
  }
  open_tasks[j] = int((likely + pack - 1) / pack)
  tasks[j] += open_tasks[j]
  items[j] = n
  if (!n) return
  print job_name[j], tasks[j], total > (out "/jobs.tsv")
  cut_arrays(j, lead)
  if (write) write_list(j)
}

# Items a task: more than planned where a call made more than was expected, since an array may not have more tasks.
function pack_of(j, known, likely,    i, a, made, planned, pack) {
  pack = job_pack[j]
  for (i = 1; i <= call_axes[calls + j]; i++) if (call_axis[calls + j, i] in maker) made = 1
  if (!made) return pack
  planned = int((expected_points(calls + j) + pack - 1) / pack)
  if (planned < 1) planned = 1
  return known + likely > planned * pack ? int((known + likely + planned - 1) / planned) : pack
}

# How many points a call was planned with.
function expected_points(c,    i, a, n) {
  n = 1
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    if (stride[c, i]) n *= a in maker ? axis_expect[a] * expected_points(maker[a]) : axis_count[a]
  }
  return n
}

# About how many items the point at `digit` stands for: of lists that differ in length there is one, which fails.
function items_of(c,    i, a, n) {
  n = 1
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    if ((a, digit[a]) in open_row && unlike_at(a) == "") n *= axis_expect[a]
  }
  return n
}

# Has a job items that are not known?
function opens_of(j,    k, i) {
  for (k = 1; k <= job_calls[j]; k++)
    for (i = 1; i <= call_axes[job_call[j, k]]; i++) if (opens[call_axis[job_call[j, k], i]]) return 1
  return 0
}

# Spreads the last n items of job j, from place `from` of its list on, over as few tasks as their costs ask for: the
# longest first, each to the task that has least (a heap: heap_load, heap_task). Returns how many tasks.
function balance(j, from, n,    file, line, q, b, x, k, t, count, sum, cost, left) {
  b = item_base[j]
  for (x = from; x < from + n; x++) left[order[b + x]]
  file = ENVIRON["FLOW_PLAN"] "/shards/" job_name[j] ".tsv"
  n = 0
  while ((getline line < file) > 0) {
    q = line + 0
    if (!(q in left)) continue
    cost[n] = substr(line, index(line, "\t") + 1) + 0
    order[b + from + n++] = q
    sum += cost[n - 1]
    delete left[q]
  }
  close(file)
  for (q in left) fail(file " lacks item " q ": compile again")
  count = int(sum / job_load[j] - 1e-6) + 1
  if (job_pack[j] == 1 || count > n) count = n
  for (t = 1; t <= count; t++) { heap_load[t] = 0; heap_task[t] = t - 1; many[t - 1] = 0 }
  for (x = 0; x < n; x++) {
    t = heap_task[1]
    many[t]++
    task_of[b + order[b + from + x]] = tasks[j] + t
    sink(count, heap_load[1] + cost[x], t)
  }
  # The list is sorted by task: places[t] is where its next item goes.
  for (t = 0; t < count; t++) { places[t] = k; k += many[t] }
  for (x = 0; x < n; x++) left[x] = order[b + from + x]
  for (x = 0; x < n; x++) order[b + from + places[task_of[b + left[x]] - tasks[j]]++] = left[x]
  return count
}

# Puts a load in place of the least, and keeps the heap in order: by load, then by task.
function sink(count, load, task,    i, k) {
  for (i = 1; (k = 2 * i) <= count; i = k) {
    if (k < count && (heap_load[k + 1] < heap_load[k] || heap_load[k + 1] == heap_load[k] && heap_task[k + 1] < heap_task[k])) k++
    if (load < heap_load[k] || load == heap_load[k] && task < heap_task[k]) break
    heap_load[i] = heap_load[k]
    heap_task[i] = heap_task[k]
  }
  heap_load[i] = load
  heap_task[i] = task
}

# Does each task of j hold just items whose counterpart in u is in the task of that number, or none in u at all?
function aligned(j, u,    x, q, t) {
  for (x = 0; x < items[j]; x++) {
    q = order[item_base[j] + x]
    t = task_of[item_base[j] + q]
    if ((item_base[u] + q) in task_of ? task_of[item_base[u] + q] != t : t < tasks[u]) return 0
  }
  return 1
}

# The arrays of job j: one, or more where only some of its tasks have counterparts. A throttle holds for one array, and a
# rung waits for one.
function cut_arrays(j, lead,    e, u, k, n, first, last, m, deps, one, kind) {
  split("", corr)
  for (e = 1; e <= edges; e++) {
    u = edge_jobs[e]
    corr[u] = edge_like[u] && site["dependency"] != "any" && !rungs[u] && aligned(j, u) && \
      !((job_throttle[j] || rungs[j]) && tasks[j] > tasks[u])
  }
  m = 0
  if (lead && corr[lead]) {
    for (k = 1; k <= arrays[lead]; k++) { array_first[j, ++m] = array_first[lead, k]; array_last[j, m] = array_last[lead, k] }
    if ((job_throttle[j] || rungs[j]) && m > 1) { corr[lead] = 0; m = 0 }
    else if (tasks[j] > tasks[lead]) {
      array_first[j, ++m] = int((tasks[lead] + job_abreast[j] - 1) / job_abreast[j]) * job_abreast[j]
      array_last[j, m] = tasks[j] - 1
    }
  }
  split("", some)
  if (!m) m = cut_by_picks(j)
  if (!m) { m = 1; array_first[j, 1] = 0; array_last[j, 1] = tasks[j] - 1 }
  arrays[j] = m
  # An array follows another element by element only if all its elements have counterparts there.
  for (e = 1; e <= edges; e++) {
    u = edge_jobs[e]
    for (k = 1; k <= m && corr[u]; k++)
      if (array_first[j, k] < tasks[u] && !counterpart(j, k, u)) corr[u] = 0
    kind = corr[u] ? "aftercorr" : "afterany"
    if (write) print job_name[j], job_name[u], kind > (out "/edges.tsv")
  }
  for (k = 1; k <= m; k++) {
    deps = ""
    for (e = 1; e <= edges; e++) {
      u = edge_jobs[e]
      if (u in some) deps = deps some_needs(j, u, array_first[j, k], array_last[j, k])
      else if (!corr[u]) {
        deps = deps ",afterany:" job_name[u]
        for (n = 1; n <= rungs[u]; n++) deps = deps ",afterany:" rung_name[u, n]
      }
      else if (array_first[j, k] < tasks[u]) deps = deps ",aftercorr:" job_name[u] ":" counterpart(j, k, u)
    }
    print job_name[j], array_first[j, k], array_last[j, k], deps == "" ? "-" : substr(deps, 2) > (out "/arrays.tsv")
  }
  # A rung starts if the job and all the rungs before it left something undone; of a job in several arrays nobody could say.
  kind = site["dependency"] == "any" ? "afterany:" : "afternotok:"
  deps = kind job_name[j]
  for (n = 1; n <= rungs[j]; n++) {
    print rung_name[j, n], 0, (rung_width[j] < tasks[j] ? rung_width[j] : tasks[j]) - 1, deps > (out "/arrays.tsv")
    deps = deps "," kind rung_name[j, n]
  }
}

# More dependencies, or arrays, than that are no gain over waiting for a whole job.
function few() { return 16 }

# Where few tasks of an earlier job hold what is picked of it, only these are waited for: some[u], and need[u, t, n] are the
# needs[u, t] tasks of u that task t of job j needs. Neighbouring tasks of like needs are an array, if these are few. Returns how
# many; 0: all of j is one array.
function cut_by_picks(j,    e, u, t, m, text, last, free) {
  split("", needs); split("", need); split("", is_need)
  for (e = 1; e <= edges; e++) {
    u = edge_jobs[e]
    if (u in edge_picks && !rungs[u] && tasks[u] > 1 && find_needs(j, u)) { some[u]; free = 1 }
  }
  if (!free || job_throttle[j] || rungs[j] || job_abreast[j] > 1) return 0
  for (t = 0; t < tasks[j]; t++) {
    text = "="
    for (e = 1; e <= edges; e++) if (edge_jobs[e] in some) text = text some_needs(j, edge_jobs[e], t, t)
    if (text == last) { array_last[j, m] = t; continue }
    last = text
    if (++m > few()) return 0
    array_first[j, m] = array_last[j, m] = t
  }
  return m
}

# `,afterany:JOB:TASK` for each task of u that some task of j from first to last needs; all of u where these are many.
function some_needs(j, u, first, last,    t, n, out, count, met) {
  for (t = first; t <= last; t++)
    for (n = 1; n <= needs[u, t]; n++) {
      if (need[u, t, n] in met) continue
      met[need[u, t, n]]
      if (++count > few()) return ",afterany:" job_name[u]
      out = out ",afterany:" job_name[u] ":" need[u, t, n]
    }
  return out
}

# Notes which tasks of u each task of j needs; FALSE if these are many.
function find_needs(j, u,    x, q, l, k, c, n, m, t, here) {
  for (x = 0; x < items[j]; x++) {
    q = order[item_base[j] + x]
    t = task_of[item_base[j] + q]
    l = lot_of(j, q)
    for (k = lot_first[j, l]; k <= lot_last[j, l]; k++) {
      c = job_call[j, k]
      if (job_plain[j]) { n = 1; here[1] = q }
      else {
        look_at(calls + j, q)
        n = select_points(calls + j, c)
        for (m = 1; m <= n; m++) here[m] = selected[m]
      }
      for (m = 1; m <= n; m++) if (runs(base[c] + here[m]) && !note_needs(c, here[m], u, t)) return 0
    }
  }
  return 1
}

function note_needs(c, p, u, t,    i, n, m, at, task) {
  for (i = 1; i <= inputs[c]; i++) {
    if (!((c, i) in input_producer)) continue
    if (job_of[call_job[input_producer[c, i]]] != u) continue
    look_at(c, p)
    n = points_read(c, i)
    for (m = 1; m <= n; m++) at[m] = selected[m]
    for (m = 1; m <= n; m++) {
      task = task_with(u, input_producer[c, i], at[m])
      if (task == "" || (u, t, task) in is_need) continue
      is_need[u, t, task]
      need[u, t, ++needs[u, t]] = task
      if (needs[u, t] > few()) return 0
    }
  }
  return 1
}

# The task of job u that makes shard p of call c; "" if it is not pending.
function task_with(u, c, p,    l, k, q) {
  q = p
  if (!runs(base[c] + p)) return ""
  if (job_lots[u] > 1) {
    for (l = 0; l < job_lots[u]; l++) for (k = lot_first[u, l]; k <= lot_last[u, l]; k++) if (job_call[u, k] == c) q = l
  } else if (!job_plain[u]) { look_at(c, p); q = producer_point(calls + u) }
  return task_of[item_base[u] + q]
}

# The array of u (as `FIRST-LAST`) that holds all the task numbers of array k of j, or "".
function counterpart(j, k, u,    m) {
  for (m = 1; m <= arrays[u]; m++)
    if (array_first[u, m] <= array_first[j, k] && array_last[j, k] <= array_last[u, m])
      return array_first[u, m] "-" array_last[u, m]
  return ""
}

# lists/JOB.tsv, or JOB.open.tsv where its first task is to write that: TASK CALL DIR VERSION INPUTS ID STATS VALUE…
function write_list(j,    file, x, q, t, l, k, c, n, m) {
  file = out "/lists/" job_name[j] (open_tasks[j] ? ".open.tsv" : ".tsv")
  for (x = 0; x < items[j]; x++) {
    q = order[item_base[j] + x]
    t = task_of[item_base[j] + q]
    l = lot_of(j, q)
    for (k = lot_first[j, l]; k <= lot_last[j, l]; k++) {
      c = job_call[j, k]
      if (job_plain[j]) { if (runs(base[c] + q)) write_line(file, t, c, q); continue }
      look_at(calls + j, q)
      n = select_points(calls + j, c)
      for (m = 1; m <= n; m++) point_list[m] = selected[m]
      for (m = 1; m <= n; m++) if (runs(base[c] + point_list[m])) write_line(file, t, c, point_list[m])
    }
  }
  close(file)
}

function write_line(file, t, c, p,    values) {
  look_at(c, p)
  values = values_text(c)
  if (is_open(c)) values = zip_marks(c, values) open_text(c)
  print t, call_name[c], dir_of(c, p), call_version[c], inputs_text(c), id_of(c, p), stats_text(c) values > file
}
