# records.awk: what submit.sh and the tasks both know about fields, directories, hashes and records.
# Used as `LC_ALL=C awk -f records.awk -f other.awk`; runs in mawk, gawk and busybox awk. docs/runtime.md says what it means.
# Every name here begins with the word of its part: field_, hash_ (h, h_*), dir_, record_.

BEGIN {
  for (field_i = 1; field_i < 256; field_i++) {
    field_char = sprintf("%c", field_i)
    field_ord[field_char] = field_i
    field_hex[field_char] = sprintf("%%%02X", field_i)
    field_byte[sprintf("%02X", field_i)] = field_char
    field_byte[sprintf("%02x", field_i)] = field_char
  }
}

# ---- fields ---------------------------------------------------------------------------------------------------------

# A text as a field of a table. A lone "-" is escaped too: it means "does not apply".
function encode(s) {
  if (s == "") return "%_"
  if (s == "-") return "%2D"
  if (s !~ /[%\t\n\r\\]/) return s
  gsub(/%/, "%25", s); gsub(/\t/, "%09", s); gsub(/\n/, "%0A", s); gsub(/\r/, "%0D", s); gsub(/\\/, "%5C", s)
  return s
}

# A text inside of the lists `name:file=bytes,…` and `name=text,…` of a record.
function encode_part(s) {
  s = encode(s)
  if (s ~ /[,:=]/) { gsub(/,/, "%2C", s); gsub(/:/, "%3A", s); gsub(/=/, "%3D", s) }
  return s
}

# The text of a field, however it was escaped.
function decode(s,    i, out) {
  if (s == "%_") return ""
  while ((i = index(s, "%")) > 0) {
    out = out substr(s, 1, i - 1)
    if (substr(s, i + 1, 2) in field_byte) {
      out = out field_byte[substr(s, i + 1, 2)]
      s = substr(s, i + 3)
    } else {
      out = out "%"
      s = substr(s, i + 1)
    }
  }
  return out s
}

# ---- hash -----------------------------------------------------------------------------------------------------------
# Two polynomial hashes modulo primes below 2^31, three bytes a step. The multipliers are below 2^21, so every product
# is an exact integer in a double, and `%` is exact: mawk and gawk agree. Not cryptographic.

function h_start() { hash_a = 1; hash_b = 2 }

# Adds one text. Its length goes in behind it, so that ("ab", "c") and ("a", "bc") differ.
function h_add(text,    i, n, c) {
  n = length(text)
  for (i = 1; i <= n; i += 3) {
    c = substr(text, i, 3)
    # Most chunks (digits, labels) come again: their number is kept, up to a bounded table.
    if (c in hash_chunk) c = hash_chunk[c]
    else c = hash_number(c)
    hash_a = (hash_a * 1299709 + c) % 2147483647
    hash_b = (hash_b * 1742537 + c) % 2147483629
  }
  n = 16777216 + n % 16777216
  hash_a = (hash_a * 1299709 + n) % 2147483647
  hash_b = (hash_b * 1742537 + n) % 2147483629
}

function hash_number(c,    n) {
  n = field_ord[substr(c, 1, 1)] * 65536 + field_ord[substr(c, 2, 1)] * 256 + field_ord[substr(c, 3, 1)]
  if (hash_chunks < 65536) { hash_chunks++; hash_chunk[c] = n }
  return n
}

function h_end() { return sprintf("%08x%08x", hash_a, hash_b) }

# 16 hex digits for a text.
function h(text) {
  h_start()
  h_add(text)
  return h_end()
}

# ---- items ----------------------------------------------------------------------------------------------------------

# The items of an output that is a list, into record_item[1…]; returns how many, or -1 where VALUES and the directory at
# `place` do not say. See items.sh.
function record_items(values, output, place,    n, i, p, file) {
  n = split(values, p, ",")
  for (i = 1; i <= n && index(p[i], output "=") != 1; i++);
  if (i > n) return -1
  values = substr(p[i], length(output) + 2)
  if (values == "") return 0
  if (values !~ /^=/) return split(values, record_item, ":")
  file = place "/.items." output
  for (n = 0; (getline record_item[n + 1] < file) > 0; n++);
  close(file)
  return n == substr(values, 2) + 0 ? n : -1
}

# The name of an item: the last part of a path, or the text.
function item_name(item,    file) {
  file = item ~ /=/
  sub(/=.*/, "", item)
  item = decode(item)
  if (file) sub(/.*\//, "", item)
  return item
}

# Its key in directories, its name, itself and its name without extension: how it stands in tables.
function item_row(item,    name, stem) {
  stem = name = item_name(item)
  if (match(name, /.\.[^.]*$/)) stem = substr(name, 1, RSTART)
  return dir_key(name) "\t" encode(name) "\t" item "\t" encode(stem)
}

# The files of a temporary output by the columns of its record, TABs between, and "" where a list is not known. What another
# output names as well, holds, or has around it stays.
function record_temp(f, output, place,    n, i, k, m, count, part, name, file, of, taken, out) {
  n = split(f[12], part, ",")
  for (i = 1; i <= n; i++) {
    if (!(k = index(part[i], ":")) || part[i] ~ /:%_=-$/) continue
    of[++m] = substr(part[i], 1, k - 1)
    file[m] = substr(part[i], k + 1)
  }
  n = split(f[13], part, ",")
  for (i = 1; i <= n; i++) {
    name = substr(part[i], 1, index(part[i], "=") - 1)
    if (name == "" || name ~ /^\./) continue
    if ((count = record_items(part[i], name, place)) < 0) return ""
    for (k = 1; k <= count && record_item[k] ~ /=/; k++) { of[++m] = name; file[m] = record_item[k] }
  }
  for (i = 1; i <= m; i++) {
    sub(/=.*/, "", file[i])
    if (of[i] == output) continue
    name = plain_path(file[i])
    taken[name] = 1
    while (sub(/\/[^\/]*$/, "", name)) if (!(name in taken)) taken[name] = 0
  }
  for (i = 1; i <= m; i++) {
    if (of[i] != output) continue
    name = plain_path(file[i])
    k = name in taken
    while (!k && sub(/\/[^\/]*$/, "", name)) k = name in taken && taken[name]
    if (!k) out = out (out == "" ? "" : "\t") file[i]
  }
  return out
}

function plain_path(path) {
  gsub(/\/(\.?\/)+/, "/", path)
  sub(/^(\.\/)+/, "", path)
  sub(/\/$/, "", path)
  return path
}

# How the lengths of two lists differ.
function unlike_text(n, one, m, other) { return n " in " one ", " m " in " other }

# ---- directories ----------------------------------------------------------------------------------------------------

# A key as it is written in directories.
function dir_key(key,    i, n, c, out) {
  if (key ~ /^[A-Za-z0-9_+,@:][A-Za-z0-9._+,@:-]*$/) return key
  n = length(key)
  for (i = 1; i <= n; i++) {
    c = substr(key, i, 1)
    if (c ~ /[A-Za-z0-9_+,@:]/ || (i > 1 && (c == "." || c == "-"))) out = out c
    else out = out field_hex[c]
  }
  return out
}

# `label=KEY`; dir_component takes a key that is written already.
function component(label, key) { return dir_component(label, dir_key(key)) }

function dir_component(label, key,    s, cut) {
  s = label "=" key
  if (length(s) <= 100) return s
  cut = substr(s, 1, 83)
  # No escape is cut in two. Keys hold "%" only in escapes.
  if (substr(cut, 83) == "%") cut = substr(cut, 1, 82)
  else if (substr(cut, 82, 1) == "%") cut = substr(cut, 1, 81)
  return cut "~" h(s)
}

# What people write for a shard, `seed=42,model=a` or as they see it, as directories have it. A comma or slash that no label
# follows is one of the key.
function dir_named(name,    part, out) {
  while (match(name, /[,\/][A-Za-z_][A-Za-z0-9_]*=/)) {
    part = substr(name, 1, RSTART - 1)
    name = substr(name, RSTART + 1)
    out = out dir_spelt(part) "/"
  }
  return out dir_spelt(name)
}

# A lone `*` stands for items that are not known.
function dir_spelt(part,    i, key) {
  i = index(part, "=")
  key = substr(part, i + 1)
  if (i == 0 || key == "*" || key ~ /%[0-9A-F][0-9A-F]/ || key ~ /~[0-9a-f]+$/) return part
  return component(substr(part, 1, i - 1), key)
}

# Is a directory of an item, `seed=42`, or of a key of whichever loop, `42`?
function dir_has(dir, part) {
  return part == dir || index("/" dir "/", (index(part, "=") ? "/" part : "=" dir_key(part)) "/") > 0
}

# Is a directory selected by `model=*/seed=42`? `*` stands for one key (no key holds a `*`).
function dir_selected(pattern, dir,    n, i, star) {
  if (pattern == dir) return 1
  if (index(pattern, "*") == 0) return 0
  if (pattern != dir_pattern) { dir_parts = split(pattern, dir_part, "/"); dir_pattern = pattern }
  n = split(dir, dir_have, "/")
  if (n != dir_parts) return 0
  for (i = 1; i <= n; i++) {
    if (dir_part[i] == dir_have[i]) continue
    star = index(dir_part[i], "=*")
    if (star == 0 || length(dir_part[i]) != star + 1) return 0
    if (substr(dir_have[i], 1, star) != substr(dir_part[i], 1, star)) return 0
  }
  return 1
}

# The keys of the free axes alone: `model=a` for `model=*/seed=42` and `model=a/seed=42`.
function dir_free(pattern, dir,    n, i, out) {
  split(pattern, dir_free_part, "/")
  n = split(dir, dir_free_have, "/")
  for (i = 1; i <= n; i++)
    if (dir_free_part[i] != dir_free_have[i]) out = out (out == "" ? "" : "/") dir_free_have[i]
  return out == "" ? "." : out
}

# ---- records --------------------------------------------------------------------------------------------------------
# record_take reads one line of a journal, a compacted file or a `.flow`. What counts is kept by k = CALL SUBSEP DIR:
#   record_held[k]    the last done record, or skipped one, as a line
#   record_begun[k]   a begin stands behind it: the directory's own .flow decides (record_settle)
#   record_lost[k]    a lost stands behind it: the directory holds something else than was recorded
#   record_failed[k]  the last record that is none of these, as a line; record_failure says if it counts
# Lines are kept whole and split when they are needed: filling arrays is what costs in mawk.
# Files may be read in any order: SUBMISSION and NUMBER order the records, the place only within the same attempt.

# A call is a name, no longer than a file's may be, and no part of a directory is `..`: what is torn leads nowhere else.
function record_place(call, dir) {
  if (!(call in record_calls)) record_calls[call] = call ~ /^[A-Za-z_][A-Za-z0-9_.]*$/ && length(call) <= 200
  return record_calls[call] && (index(dir, "..") == 0 || ("/" dir "/") !~ /\/\.\.\//)
}

# Does `name:FILE=bytes` of OUTPUTS, or `FILE=…` of an item, stay below the shard's directory?
function record_below(part) { return index(part, "..") + index(part, "%") == 0 || decode(part) !~ /(^|[:\/])\.\.([\/=]|$)/ }

# Takes a line; 0 if it is torn, or no record of any shard. Its columns are left in record_field[1..18].
function record_take(line,    k, order, status) {
  if (split(line, record_field, "\t") != 18 || record_field[18] != "." || !record_place(record_field[2], record_field[3])) return 0
  k = record_field[2] SUBSEP record_field[3]
  status = record_field[1]
  if (status == "done" || status == "skipped") {
    if (k in record_held) {
      order = record_order(record_field)
      if (order < record_line_order(record_held[k])) return 1
    }
    record_held[k] = line
    if (k in record_begun && record_order(record_field) >= record_begun[k]) delete record_begun[k]
    # Another task reported the loss: its journal may be read first, so the same attempt stays lost.
    if (k in record_lost && record_order(record_field) > record_lost[k]) delete record_lost[k]
    return 1
  }
  order = record_order(record_field)
  if (status == "begin" || status == "lost") {
    if (!(k in record_held) || order >= record_line_order(record_held[k])) {
      if (status == "begin" && !(k in record_begun && order < record_begun[k])) record_begun[k] = order
      if (status == "lost" && !(k in record_lost && order < record_lost[k])) record_lost[k] = order
    }
    if (status == "begin") return 1
  }
  if (!(k in record_failed) || order >= record_line_order(record_failed[k])) record_failed[k] = line
  return 1
}

# Submissions and attempts as one number.
function record_order(f) { return f[7] * 1000000 + f[8] }
function record_line_order(line) { split(line, record_old, "\t"); return record_order(record_old) }

# Does the held record stand? (After a begin only the directory knows: see record_settle.)
function record_stands(k) { return k in record_held && !(k in record_begun) && !(k in record_lost) }

# Is the held record one of this version and these inputs? Leaves its columns in record_field: [6] is its id.
function record_matches(k, version, inputs) {
  if (!record_stands(k)) return 0
  split(record_held[k], record_field, "\t")
  return record_field[4] == version && record_field[5] == inputs
}

# The directory's own record decides: the line of its .flow, or "" where there is none. 0 if it holds no result.
function record_settle(k, line) {
  delete record_begun[k]
  delete record_held[k]
  return record_take(line) && (record_field[2] SUBSEP record_field[3]) == k && (record_field[1] == "done" || record_field[1] == "skipped")
}

# The line of the failure that counts, or "": a failure of the version and inputs of a result that stands does not.
function record_failure(k) {
  if (!(k in record_failed)) return ""
  if (!record_stands(k)) return record_failed[k]
  split(record_failed[k], record_field, "\t")
  split(record_held[k], record_old, "\t")
  if (record_order(record_field) < record_order(record_old)) return ""
  if (record_field[4] == record_old[4] && record_field[5] == record_old[5]) return ""
  return record_failed[k]
}

# How a shard is today, by its records alone: done, begin (open the directory), the status of a failure, or pending.
function record_status(k, version, inputs) {
  if (k in record_begun) return "begin"
  if (record_matches(k, version, inputs)) return "done"
  if (record_failure(k) != "") {
    split(record_failed[k], record_field, "\t")
    if (record_field[4] == version && record_field[5] == inputs) return record_field[1]
  }
  return "pending"
}
