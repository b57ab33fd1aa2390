# drop.awk: temporary outputs of DROP_CALL that a shard read, and that no shard needs any more: lines DIR OUTPUT FILE…. The table
# DROP_TABLE has DIR OUTPUT READER READER-DIR READER-ID RUNS, with marks for items that were not known when it was written. A reader is
# done when the record in its directory has that id; of one that runs in this submission only if that made it, or found it: what is
# there from before may be made again. Use with records.awk and made.awk.

BEGIN {
  FS = OFS = "\t"
  while (made_next(ENVIRON["DROP_TABLE"])) for (i = 1; i <= made_lines; i++) take(made_line[i])
  for (i = 1; i <= n; i++) if (unused(keys[i]) && (files = files_of(keys[i])) != "") print keys[i], files
}

function take(line,    f, key) {
  split(line, f, "\t")
  key = f[1] OFS f[2]
  if (index(f[1], "*")) { unsure[++unsures] = f[1]; unsure_output[unsures] = f[2]; return }
  if (f[3] == ENVIRON["DROP_READER"] && f[4] == ENVIRON["DROP_DIR"]) { if (!(key in read)) keys[++n] = key; read[key] }
  reader[key, ++readers[key]] = f[3] OFS f[4] OFS f[5] OFS f[6]
}

# The last one is likely to be done last.
function unused(key,    f, m) {
  split(key, f, "\t")
  for (m = 1; m <= unsures; m++) if (unsure_output[m] == f[2] && dir_selected(unsure[m], f[1])) return 0
  for (m = readers[key]; m >= 1; m--) if (!is_done(reader[key, m])) return 0
  return 1
}

function is_done(reader,    at, f) {
  if (reader in known) return known[reader]
  split(reader, at, "\t")
  read_record(at[1], at[2], f)
  return known[reader] = f[1] ~ /^(done|skipped)$/ && f[6] == at[3] && (at[4] == "-" || f[7] + 0 >= ENVIRON["DROP_SUBMISSION"] + 0)
}

# What a later submission made is not ours to remove.
function files_of(key,    at, f) {
  split(key, at, "\t")
  read_record(ENVIRON["DROP_CALL"], at[1], f)
  return f[1] == "done" && f[7] + 0 <= ENVIRON["DROP_SUBMISSION"] + 0 ? record_temp(f, at[2], place_of(ENVIRON["DROP_CALL"], at[1])) : ""
}

# The columns of a directory's record; none where there is no whole one.
function read_record(call, dir, f,    file, line) {
  file = place_of(call, dir) "/.flow"
  if ((getline line < file) <= 0) line = ""
  close(file)
  if (split(line, f, "\t") != 18) split("", f)
}

function place_of(call, dir) { return "work/" call (dir == "." ? "" : "/" dir) }
