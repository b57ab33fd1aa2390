# temp.awk: outputs that are there for a while: who reads them, and which of them go. Use with plan.awk and decide.awk.
#
# A temporary file goes when all shards that read it are done; `.dropped.OUTPUT` in its directory says so before it does. Its
# shard stays done, and is made again only if something pending reads the file.

# Of call c at point p, done: the files of its temporary outputs, as its record has them.
function note_temp(c, p, dir,    f, list, n, i, k, head) {
  split(held[dir], f, "\t")
  n = split(f[12], list, ",")
  for (i = 1; i <= temps[c]; i++) {
    head = temp_output[c, i] ":"
    for (k = 1; k <= n; k++)
      if (substr(list[k], 1, length(head)) == head && list[k] !~ /:%_=-$/) temp_file[base[c] + p, i] = substr(list[k], length(head) + 1)
  }
}

# Which temporary output input i of call c reads; 0: none.
function temp_read(c, i,    u, k) {
  if (input_kind[c, i] != "result") return 0
  u = input_producer[c, i]
  for (k = 1; k <= temps[u]; k++) if (temp_output[u, k] == input_output[c, i]) return k
  return 0
}

# From the last call to the first, since what is made again reads others in turn.
function settle_temps(    c, i, p, k) {
  for (c = calls; c >= 1; c--)
    for (i = 1; i <= inputs[c]; i++) {
      k = temp_read(c, i)
      for (p = 0; k && p < points[c]; p++) { look_at(c, p); read_temp(c, p, i, k) }
    }
  for (c = 1; c <= calls; c++) for (p = 0; temps[c] && p < points[c]; p++) for (k = 1; k <= temps[c]; k++) tell_temp(c, p, k)
}

function read_temp(c, p, i, k,    u, n, m, shard) {
  u = input_producer[c, i]
  n = points_read(c, i)
  for (m = 1; m <= n; m++) {
    shard = base[u] + selected[m]
    temp_has[shard, k]
    if (write) temp_reader[shard, k, ++temp_readers[shard, k]] = c SUBSEP p
    if (!((base[c] + p) in pending)) continue
    temp_wanted[shard, k]
    if (shard in pending || !is_dropped(u, selected[m], temp_output[u, k])) continue
    pending[shard]
    pending_n[u]++
    count_reason(u, temp_output[u, k] " was temporary, and is read again", 1)
  }
}

function is_dropped(c, p, output,    file, line, found) {
  file = dir_of(c, p)
  file = work "/" call_name[c] (file == "." ? "" : "/" file) "/.dropped." output
  found = (getline line < file) >= 0
  close(file)
  return found
}

# What nothing pending reads any more goes at once; of what a task reads its submission says who else does.
function tell_temp(c, p, k,    shard, m, at, dir) {
  shard = base[c] + p
  if (!((shard, k) in temp_has)) return
  dir = dir_of(c, p)
  if (!((shard, k) in temp_wanted)) {
    if ((shard, k) in temp_file && !(shard in pending))
      print call_name[c], dir, temp_output[c, k], temp_file[shard, k] > (out "/unused.tsv")
    return
  }
  for (m = 1; m <= temp_readers[shard, k]; m++) {
    split(temp_reader[shard, k, m], at, SUBSEP)
    print dir, temp_output[c, k], call_name[at[1]], dir_of(at[1], at[2]), id_of(at[1], at[2]) > (out "/temp/" call_name[c] ".tsv")
  }
}
