# drop.awk: temporary files of DROP_CALL that a shard read, and that no shard needs any more: lines DIR OUTPUT. The table on standard
# input has DIR OUTPUT READER READER-DIR READER-ID; a reader is done when the record in its directory has that id.

BEGIN {
  FS = OFS = "\t"
  while ((getline) > 0) {
    key = $1 OFS $2
    if ($3 == ENVIRON["DROP_READER"] && $4 == ENVIRON["DROP_DIR"]) { if (!(key in read)) keys[++n] = key; read[key] }
    reader[key, ++readers[key]] = $3 OFS $4 OFS $5
  }
  for (i = 1; i <= n; i++) if (unused(keys[i])) print keys[i]
}

function unused(key,    m) {
  for (m = 1; m <= readers[key]; m++) if (!is_done(reader[key, m])) return 0
  return 1
}

function is_done(reader,    f, file, line) {
  if (reader in known) return known[reader]
  split(reader, f, "\t")
  file = "work/" f[1] (f[2] == "." ? "" : "/" f[2]) "/.flow"
  if ((getline line < file) <= 0) line = ""
  close(file)
  reader_id = f[3]
  known[reader] = split(line, f, "\t") == 18 && f[1] ~ /^(done|skipped)$/ && f[6] == reader_id
  return known[reader]
}
