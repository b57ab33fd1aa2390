# temp.awk: outputs that are there for a while: who reads them, and which of them go. Use with plan.awk and decide.awk.
#
# A temporary file, or a list of them, goes when all shards that read it are done; `.dropped.OUTPUT` in its directory says so
# before it does. Its shard stays done, and its record says which items there were, so that loops over them are known. It is made
# again only if something pending reads it.

# Of call c at point p, done: the files of its temporary outputs, as its record has them.
function note_temp(c, p, dir,    f, i, files) {
  split(held[dir], f, "\t")
  for (i = 1; i <= temps[c]; i++) {
    files = record_temp(f, temp_output[c, i], work "/" call_name[c] "/" dir)
    if (files != "") temp_files[base[c] + p, i] = files
  }
}

# Which temporary output input i of call c reads, itself or an item of it; 0: none.
function temp_read(c, i,    u, k, output) {
  if (input_kind[c, i] == "result") output = input_output[c, i]
  else if (input_kind[c, i] == "made" && input_name[c, i] != "-") output = axis_output[input_axis[c, i]]
  else return 0
  u = input_producer[c, i]
  for (k = 1; k <= temps[u]; k++) if (temp_output[u, k] == output) return k
  return 0
}

# From the last call to the first, since what is made again reads others in turn.
function settle_temps(    c, i, p, k) {
  for (c = calls; c >= 1; c--)
    for (i = 1; i <= inputs[c]; i++) {
      k = temp_read(c, i)
      for (p = 0; k && p < points[c]; p++) { look_at(c, p); read_temp(c, p, i, k) }
    }
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

function tell_temps(    c, p, k) {
  for (c = 1; c <= calls; c++) for (p = 0; temps[c] && p < points[c]; p++) for (k = 1; k <= temps[c]; k++) tell_temp(c, p, k)
}

# What nothing pending reads any more goes at once; of what a task reads its submission says who else does.
function tell_temp(c, p, k,    shard, m, at) {
  shard = base[c] + p
  if (!((shard, k) in temp_has)) return
  if (!((shard, k) in temp_wanted)) {
    if ((shard, k) in temp_files && !(shard in pending))
      print call_name[c], dir_of(c, p), temp_output[c, k], temp_files[shard, k] > (out "/unused.tsv")
    return
  }
  for (m = 1; m <= temp_readers[shard, k]; m++) {
    split(temp_reader[shard, k, m], at, SUBSEP)
    print temp_line(c, p, temp_output[c, k], at[1], at[2]) > (out "/temp/" call_name[c] ".tsv")
  }
}

# Shard q of call c reads an output of shard p of u; `runs` where it is pending. Of items that are not known yet the line has marks
# (see made.awk), as long as one of the two tells who makes all of them; else it names a shard that never ends.
function temp_line(u, p, output, c, q,    dir, own, line, text) {
  look_at(u, p)
  dir = dir_of(u, p)
  own = is_open(u) ? open_text(u) : ""
  look_at(c, q)
  if (is_open(c)) { dir = zip_marks(c, dir); text = open_text(c) }
  line = dir OFS output OFS call_name[c] OFS dir_of(c, q) OFS id_of(c, q) OFS ((base[c] + q) in pending ? "runs" : "-")
  if (tells_marks(text, line)) return line text
  if (tells_marks(own, line)) return line own
  gsub(/%\*[A-Za-z0-9_]+\.0\*/, "*", line)
  return line
}

# Is each axis whose mark LINE has among those of TEXT?
function tells_marks(text, line,    axis) {
  while (match(line, /%\*[A-Za-z0-9_]+\./)) {
    axis = substr(line, RSTART + 2, RLENGTH - 3)
    if (!index(text, "%*" axis "=")) return 0
    line = substr(line, RSTART + RLENGTH)
  }
  return 1
}
