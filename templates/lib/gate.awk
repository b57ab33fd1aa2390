# gate.awk: what a gate asks the records; used with records.awk, made.awk. GATE says what is asked, the rest comes in GATE_… too
# (not with -v, which would read backslashes). Journals are named on standard input, a line each: there may be many.

function take_file(file,    line) {
  while ((getline line < file) > 0)
    # Most lines of a big table are of other shards.
    if (!narrow || line_dir(line) in wanted) record_take(line)
  close(file)
}

function line_dir(line,    f) { split(line, f, "\t"); return f[3] }

function take_journals(    file) { while ((getline file) > 0) take_file(file) }

function shard_place(call, dir) { return dir == "." ? "work/" call : "work/" call "/" dir }

# Why a shard is not there: the status of a record of this submission, or "".
function why(k, id,    line) {
  line = record_failure(k)
  if (line == "") return ""
  split(line, record_field, "\t")
  if (record_field[7] + 0 != ENVIRON["GATE_SUBMISSION"] + 0 || !same_id(record_field[6], id)) return ""
  return record_field[1] (record_field[14] == "-" ? "" : " (" decode(record_field[14]) ")")
}

# Is it the id that was expected? What was made without some of its inputs has a mark behind it: see ignored().
function same_id(have, id) { return have == id || index(have, id "~") == 1 }

# Was the record made, or found again, by this submission? What bears a mark counts only then.
function todays(f) { return index(f[6], "~") == 0 || f[7] + 0 == ENVIRON["GATE_SUBMISSION"] + 0 }

# The call whose `on failure ignore` leaves out what is not there, or "". A failure is looked at under the policy of its own
# process, what was left out for it too; a shard without any end that is lost for good counts as failed.
function ignored(reason,    root) {
  root = call
  if (reason ~ /^left-out /) { root = substr(reason, 11); sub(/\[.*/, "", root) }
  else if (reason !~ /^failed/ && !(reason == "" && ENVIRON["GATE_GONE"])) return ""
  return root in policy ? root : ""
}

# Does the held record of a shard stand? After a begin its directory says it.
function stands(k, place,    line) {
  if (k in record_begun) {
    line = ""
    getline line < (place "/.flow")
    close(place "/.flow")
    record_settle(k, line)
  }
  return record_stands(k)
}

# The next lines of what is expected, in made_line[1…made_lines]; FALSE behind the last.
function expected() { return made_next(ENVIRON["GATE_EXPECT"]) }

# What an axis has, as made/AXIS.tsv is to hold it: see made.awk. Ends with 1 where a shard may only be late.
function made(    i, n, m, e, out, one, other, beside, beside_output) {
  beside = ENVIRON["GATE_BESIDE"]
  beside_output = ENVIRON["GATE_BESIDE_OUTPUT"]
  take_file(ENVIRON["GATE_RECORDS"])
  if (beside != "" && beside != call) take_file(ENVIRON["GATE_BESIDE_RECORDS"])
  take_journals()
  while (expected()) for (i = 1; i <= made_lines; i++) {
    split(made_line[i], e, "\t")
    n = rows_of(call, e[1], e[2], output, one)
    if (beside == "") { if (n >= 0) out = out rows_text(e[1], n, one); continue }
    m = rows_of(beside, e[3], e[4], beside_output, other)
    if (n >= 0 && m < 0) out = out e[1] "\t=\t" beside "=" e[4] "=" e[3] "\n"
    else if (n >= 0 && (one["skipped"] || other["skipped"])) out = out e[1] "\n"
    else if (n >= 0 && n != m) out = out e[1] "\t=\t=" unlike_text(n, call "." output, m, beside "." beside_output) "\n"
    else if (n >= 0) {
      for (m = 1; m <= n; m++) one[m] = one[m] "\t" other[m]
      out = out rows_text(e[1], n, one)
    }
  }
  printf "%s", out
}

# The items of a shard's output, in rows[1…]; returns how many, -1 where it is not there.
function rows_of(call, dir, id, output, rows,    k, f, n, i) {
  k = call SUBSEP dir
  n = -1
  rows["skipped"] = 0
  if (stands(k, shard_place(call, dir))) {
    split(record_held[k], f, "\t")
    rows["skipped"] = f[1] == "skipped"
    if (same_id(f[6], id) && todays(f)) n = f[1] == "skipped" ? 0 : record_items(f[13], output, shard_place(call, dir))
  }
  if (n < 0 && !ENVIRON["GATE_LAST"] && why(k, id) == "") exit 1
  for (i = 1; i <= n; i++) rows[i] = item_row(record_item[i])
  return n
}

function rows_text(dir, n, rows,    i, out) {
  out = dir "\n"
  for (i = 1; i <= n; i++) out = out dir "\t" rows[i] "\n"
  return out
}

# The id under which a result was made: it may have stayed since, under another one (cutoff.sh).
function made_id(f) { return match("," f[13] ",", /,\.made=[^,]*/) ? substr("," f[13], RSTART + 7, RLENGTH - 7) : f[6] }

# One line: complete, the mark of what is missing, and what the list is known by; or absent CALL DIR ID WHY (of one that has a
# reason, if there is one).
function list(    n, i, k, f, n_fields, line, dir, id, place, reason, part, absent, absent_id, run, m, j, key, root, gaps, marks, out, seen) {
  while (expected()) for (i = 1; i <= made_lines; i++) {
    n_fields = split(made_line[i], f, "\t")
    if (f[1] != select && !dir_selected(select, f[1] (n_fields > 2 ? "/" f[3] : ""))) continue
    dir[++n] = f[1]
    id[n] = f[2]
    wanted[f[1]] = 1
  }
  narrow = select != "." && n < 1000
  take_file(ENVIRON["GATE_RECORDS"])
  take_journals()
  run = ENVIRON["GATE_RUN"]
  if (prefix != "") {
    printf "" > (prefix "_list"); printf "" > (prefix "_keys"); printf "" > (prefix "_missing")
    printf "" > (prefix (file_type ? "_sizes" : "_values"))
    if (places) printf "" > (prefix "_places")
  }
  for (i = 1; i <= n; i++) {
    k = call SUBSEP dir[i]
    place = shard_place(call, dir[i])
    part = ""
    if (stands(k, place)) {
      split(record_held[k], f, "\t")
      if (same_id(f[6], id[i]) && todays(f)) {
        if (f[6] != id[i]) marks = marks dir[i] "=" f[6] "\n"
        # A list holds what exists.
        if (prefix != "" && (f[1] == "skipped" || index("," f[12] ",", "," output ":%_=-,"))) continue
        part = prefix == "" ? "-" : many ? "items" : output_part(f[file_type ? 12 : 13])
      }
      if (part == "items") part = (m = record_items(f[13], output, place)) < 0 || file_type && !items_below(m) ? "" : part
      else if (file_type && !record_below(part)) part = ""
    }
    if (part == "") {
      reason = why(k, id[i])
      root = lenient ? ignored(reason) : ""
      if (root != "") {
        out[root]++
        if (++gaps == 1) first_gap = i
        marks = marks dir[i] "\n"
        if (prefix != "") print list_key(dir[i]) > (prefix "_missing")
        continue
      }
      if (absent == "" || reason != "") { absent = dir[i]; absent_id = id[i] }
      if (reason != "") break
      continue
    }
    if (absent != "" || prefix == "") continue
    key = list_key(dir[i])
    if (seeing) seen = h(seen dir[i] " " made_id(f))
    shard_at = i
    if (!many) give(key, dir[i], id[i], run "/" place "/", part)
    else for (j = 1; j <= m; j++) {
      part = record_item[j]
      sub(/=[^=]*$/, "", part)                        # a file's identity
      give((key == "." ? "" : key "/") dir_key(item_name(record_item[j])), dir[i], id[i], run "/" place "/", part)
    }
  }
  for (root in out)
    if (out[root] * 100 > policy[root] * n && absent == "") {
      absent = dir[first_gap]
      absent_id = id[first_gap]
      reason = out[root] " of " n " are missing, more than the " policy[root] " % that may be"
    }
  # What could not be written (a full disk) ends awk here, without an answer.
  if (prefix != "") { close(prefix "_list"); close(prefix "_keys"); close(prefix "_missing"); close(prefix (file_type ? "_sizes" : "_values")) }
  if (prefix != "" && places) close(prefix "_places")
  if (absent == "") print "complete\t" (marks == "" || prefix == "" ? "-" : h(marks)) "\t" (seen == "" ? "-" : seen)
  else print "absent\t" call "\t" absent "\t" absent_id "\t" reason
}

# The keys of the free axes; in a written list behind the call, since others stand beside it.
function list_key(dir,    key) {
  key = dir_free(select, dir)
  if (ENVIRON["GATE_PART"] != "part") return key
  return call (key == "." ? "" : "/" key)
}

function items_below(n,    j) {
  for (j = 1; j <= n && record_below(record_item[j]); j++);
  return j > n
}

# One item of a list: FILE=BYTES below a folder, or the text of a value. `shard_at` is the number of its shard.
function give(key, dir, id, folder, part,    name) {
  print key > (prefix "_keys")
  if (places) print shard_at > (prefix "_places")
  if (file_type) {
    name = part
    sub(/=[^=]*$/, "", name)
    name = folder decode(name)
    print name > (prefix "_list")
    sub(/^.*=/, "", part)
    print call "\t" dir "\t" id "\t" name "\t" part > (prefix "_sizes")
  } else {
    print decode(part) > (prefix "_list")
    print part > (prefix "_values")
  }
}

# Lists of several producers, GATE_PARTS, as one: of each shard what the first has. Prints what their order is known by.
function merge(    n, part, k, place, most, from, items, key, value, item, line, gaps, i, j, seen) {
  n = split(ENVIRON["GATE_PARTS"], part, "\n")
  for (k = 1; k <= n; k++) {
    while ((getline place < (part[k] "_places")) > 0) {
      getline line < (part[k] "_keys")
      getline item < (part[k] (file_type ? "_sizes" : "_values"))
      if (place in from && from[place] != k) continue
      from[place] = k
      if (place + 0 > most) most = place + 0
      key[place, ++items[place]] = line
      value[place, items[place]] = item
    }
    while ((getline line < (part[k] "_missing")) > 0) gaps = gaps line "\n"
  }
  for (k = 1; k <= n; k++) {
    close(part[k] "_places"); close(part[k] "_keys"); close(part[k] (file_type ? "_sizes" : "_values")); close(part[k] "_missing")
  }
  printf "" > (prefix "_keys"); printf "" > (prefix "_list"); printf "" > (prefix (file_type ? "_sizes" : "_values"))
  printf "%s", gaps > (prefix "_missing")
  for (i = 1; i <= most; i++)
    for (j = 1; j <= items[i]; j++) {
      if (seeing) seen = h(seen from[i] " " key[i, j])
      print key[i, j] > (prefix "_keys")
      print value[i, j] > (prefix (file_type ? "_sizes" : "_values"))
      if (file_type) split(value[i, j], part, "\t")
      print (file_type ? part[4] : decode(value[i, j])) > (prefix "_list")
    }
  printf "%s", seen
}

# What each of a task's shards will ask of one list, cut out of the big tables in one pass: PREFIX.N.expect and
# PREFIX.N.records for its Nth selection. Prints N (or 0: another call) for each of the task's lines.
function cut_out(    file, task, line, f, n, i, k, d, m, sel, of, dirs, dir, id, free, part, parts, lines, text, e) {
  file = ENVIRON["GATE_LIST"]
  task = ENVIRON["GATE_TASK"]
  while ((getline line < file) > 0) {
    split(line, f, "\t")
    if (f[1] != task) { if (k) break; continue }
    k = 1
    if (f[2] != ENVIRON["GATE_CONSUMER"]) { print 0; continue }
    select = f[7 + ENVIRON["GATE_COLUMN"]]
    if (!(select in sel)) { sel[select] = ++n; selection[n] = select }
    print sel[select]
  }
  close(file)
  # All selections of a list leave the same axes free.
  parts = split(selection[1], part, "/")
  for (i = 1; i <= parts; i++) free[i] = part[i] ~ /=\*$/
  while (expected()) for (e = 1; e <= made_lines; e++) {
    line = made_line[e]
    i = split(line, f, "\t")
    split(f[1] (i > 2 ? "/" f[3] : ""), part, "/")
    text = ""
    for (i = 1; i <= parts; i++) text = text (i > 1 ? "/" : "") (free[i] ? substr(part[i], 1, index(part[i], "=")) "*" : part[i])
    if (!(text in sel)) continue
    d = sel[text]
    of[f[1]] = d
    dir[d, ++dirs[d]] = line
  }
  for (k = 0; ; k++) {
    if (k == 0) file = ENVIRON["GATE_RECORDS"]
    else if ((getline file) <= 0) break
    while ((getline line < file) > 0) {
      split(line, f, "\t")
      if (f[2] == call && f[3] in of) lines[of[f[3]], ++m[of[f[3]]]] = line
    }
    close(file)
  }
  for (d = 1; d <= n; d++) {
    file = ENVIRON["GATE_PREFIX"] "." d ".expect"
    printf "" > file
    for (i = 1; i <= dirs[d]; i++) print dir[d, i] > file
    close(file)
    file = ENVIRON["GATE_PREFIX"] "." d ".records"
    printf "" > file
    for (i = 1; i <= m[d]; i++) print lines[d, i] > file
    close(file)
  }
}

# What a record says of the output: FILE=BYTES, or the text of a value; "" where it has none.
function output_part(field,    n, i, p, mark) {
  mark = output (file_type ? ":" : "=")
  n = split(field, p, ",")
  for (i = 1; i <= n; i++) if (index(p[i], mark) == 1) return substr(p[i], length(mark) + 1)
  return ""
}

# Reads SIZE NAME lines; prints the first file that is not as recorded.
function sizes(    line, f, have) {
  while ((getline line) > 0) {
    split(line, f, "\t")
    have[f[2]] = f[1]
  }
  while ((getline line < (prefix "_sizes")) > 0) {
    split(line, f, "\t")
    if (!(f[4] in have) || (f[5] != "-" && have[f[4]] != f[5])) { print f[1] "\t" f[2] "\t" f[3] "\t" f[4]; return }
  }
}

BEGIN {
  call = ENVIRON["GATE_CALL"]
  lenient = split(ENVIRON["GATE_IGNORE"], part, ";")
  for (i = 1; i <= lenient; i++) if (match(part[i], /=/)) policy[substr(part[i], 1, RSTART - 1)] = substr(part[i], RSTART + 1) + 0
  select = ENVIRON["GATE_SELECT"]
  output = ENVIRON["GATE_OUTPUT"]
  many = ENVIRON["GATE_MANY"] != ""
  places = ENVIRON["GATE_PLACES"] != ""
  seeing = ENVIRON["GATE_SEEN"] != ""
  prefix = ENVIRON["GATE_PREFIX"]
  file_type = ENVIRON["GATE_TYPE"] == "File" || ENVIRON["GATE_TYPE"] == "Dir"
  if (ENVIRON["GATE"] == "list") list()
  else if (ENVIRON["GATE"] == "cut") cut_out()
  else if (ENVIRON["GATE"] == "made") made()
  else if (ENVIRON["GATE"] == "sizes") sizes()
  else if (ENVIRON["GATE"] == "merge") merge()
  else if (ENVIRON["GATE"] == "today") {
    take_journals()
    if (record_stands(call SUBSEP select)) {
      split(record_held[call SUBSEP select], part, "\t")
      if (part[6] == ENVIRON["GATE_ID"] && part[7] + 0 == ENVIRON["GATE_SUBMISSION"] + 0) print "yes"
    }
  }
  else if (ENVIRON["GATE"] == "why") {
    narrow = 1
    wanted[select] = 1
    take_journals()
    print why(call SUBSEP select, ENVIRON["GATE_ID"])
  }
}
