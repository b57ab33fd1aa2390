# decide.awk: which shards are done, and why the others are not. Use with records.awk, plan.awk, versions.awk, temp.awk, cut.awk.
#
# A shard is done when its held record has today's version and inputs and its directory is there. Environment:
#   FLOW_PLAN      folder with plan.tsv and shards/        FLOW_FILES   PATH IDENTITY SIZE MTIME of each tracked file
#   FLOW_RECORDS   folder of compacted records             FLOW_NEWER   the same, for calls whose journals are newer
#   FLOW_LISTING   folder: CALL holds the directories that a call has
#   FLOW_WORK      run/work                                FLOW_OUT     where the answers go
#   FLOW_WRITE     `write`: also expect/, lists/, index/; `index`: index/ alone
#   FLOW_FIRST     a number
#   FLOW_NAMED     file of what was named: lines `--only|--rerun|--accept CALL KEY`
#   FLOW_HELD      file of `CALL DIR` lines: shards that a living submission has
#   FLOW_MODE      what submit.sh is told to do, such as prune
# Answers:
#   counts.tsv     CALL TOTAL DONE PENDING RUN SKIPPED     reasons.tsv  CALL COUNT REASON   (DONE: with SKIPPED)
#   jobs.tsv       JOB TASKS SHARDS                        arrays.tsv   JOB FIRST LAST DEPENDENCIES
#   failed.tsv     CALL DIR STATUS CAUSE EXIT SUBMISSION   found.tsv    records that the directories add, or take away
#   publish.tsv    NAME, PATH below work/ or -             surplus.tsv  CALL DIR that the program lacks, with --prune
#   keep.tsv       PREFIX, SUFFIX of published names that stay as they are
#   unused.tsv     CALL DIR OUTPUT FILE…: temporary files that nothing reads any more
#   pending.tsv    CALL DIR, with --status, --local        accepted.tsv the records of --accept, as they are to be
#   again.tsv      CALL DIR of what is there and runs again, as told
#   unknown.tsv    OPTION CALL KEY of what was named and is not there (of a call no KEY); names: those that are, a line each
# FLOW_LOOKING=1: nothing is to be submitted.

BEGIN {
  FS = OFS = "\t"
  out = ENVIRON["FLOW_OUT"]
  work = ENVIRON["FLOW_WORK"]
  submissions = ENVIRON["FLOW_RECORDS"] "/../submissions"
  write = ENVIRON["FLOW_WRITE"] == "write"
  indexes = ENVIRON["FLOW_WRITE"] != ""
  surplus = ENVIRON["FLOW_MODE"] == "prune"
  states = ENVIRON["FLOW_MODE"] ~ /^(status|local)$/
  looking = ENVIRON["FLOW_LOOKING"] != ""
  read_plan(ENVIRON["FLOW_PLAN"] "/plan.tsv")
  read_tables(ENVIRON["FLOW_PLAN"] "/shards")
  read_files(ENVIRON["FLOW_FILES"])
  if (ENVIRON["FLOW_NAMED"] != "") read_named(ENVIRON["FLOW_NAMED"])
  for (c = 1; c <= calls; c++) { meet_call(c); decide_call(c) }
  check_named()
  settle_temps()
  choose(ENVIRON["FLOW_FIRST"], ENVIRON["FLOW_HELD"])
  for (c = 1; c <= calls; c++) report_call(c)
  marked = 1          # from here on directories are written for tasks: made.awk
  tell_temps()
  for (j = 1; j <= jobs; j++) cut_job(j)
  if (write) {
    for (c = 1; c <= calls; c++) write_expect(c)
    for (a = 1; a <= axes_n; a++) if (opens[a]) write_made(a)
  }
  exit
}

END { if (failed) exit 1 }

# ---- what was named -------------------------------------------------------------------------------------------------

function read_named(file,    i) {
  while ((getline < file) > 0) {
    i = ++names
    name_option[i] = $1
    name_call[i] = $2
    name_key[i] = $3
    if ($1 == "--only") only = 1
    if ($1 == "--rerun") reruns[$2]
    if ($1 == "--accept") accept = $2
  }
  close(file)
}

# Does `seed=0/model=a` name this directory? Axes that it does not mention may have any key.
function named(pattern, dir,    n, i, part) {
  if (pattern == "" || pattern == dir) return 1
  n = split(pattern, part, "/")
  for (i = 1; i <= n; i++) if (!dir_has(dir, part[i])) return 0
  return 1
}

# Is this shard to run again, as told?
function rerun(call, dir,    i) {
  for (i = 1; i <= names; i++) if (name_option[i] == "--rerun" && name_call[i] == call && named(name_key[i], dir)) return 1
  return 0
}

# What was named has to be there.
function check_named(    i, c, p) {
  for (i = 1; i <= names; i++) {
    if (!(name_call[i] in call_of)) {
      for (c = 1; c <= calls; c++) print call_name[c] > (out "/names")
      not_there(i, "")
    }
    if (name_key[i] == "") continue
    c = call_of[name_call[i]]
    for (p = 0; p < points[c]; p++) if (named(name_key[i], dir_of(c, p))) break
    if (p < points[c]) continue
    for (p = 0; p < points[c]; p++) print dir_of(c, p) > (out "/names")
    not_there(i, name_key[i])
  }
}

function not_there(i, key) {
  print name_option[i], name_call[i], key > (out "/unknown.tsv")
  failed = 1
  exit 1
}

# ---- what is there --------------------------------------------------------------------------------------------------

# Reads a call's directories and records: present[dir]; held[dir], the record of what it holds; gone[dir], that of a
# directory which is not there; broken[dir] if its files are not what was recorded; failure[dir], a newer failure;
# again[dir], what runs again as told: as if it were not there. Records are kept as whole lines (splitting is what costs;
# compact.awk has looked at them). FALSE if there is nothing at all.
function read_call(c,    file, name, line, status, head, rest, dir, any) {
  split("", present); split("", held); split("", broken); split("", failure); split("", gone); split("", again)
  name = call_name[c]
  file = ENVIRON["FLOW_LISTING"] "/" name
  while ((getline line < file) > 0) {
    if (name in reruns && rerun(name, line)) again[line]
    else present[line]
    any = 1
  }
  close(file)
  file = ENVIRON["FLOW_NEWER"] "/" name ".tsv"
  if ((getline line < file) < 0) {
    close(file)
    file = ENVIRON["FLOW_RECORDS"] "/" name ".tsv"
    if ((getline line < file) < 0) line = ""
  }
  head = "\t" name "\t"
  if (line != "") do {
    status = index(line, "\t")
    if (substr(line, status, length(head)) != head || substr(line, length(line) - 1) != "\t.") continue
    rest = substr(line, status + length(head), 5000)
    dir = substr(rest, 1, index(rest, "\t") - 1)
    status = substr(line, 1, status - 1)
    if (status == "done" || status == "skipped") {
      if (status == "skipped") skips = 1
      if (dir in present) held[dir] = line
      else gone[dir] = line
    } else if (status == "lost") broken[dir] = line
    else failure[dir] = line
    any = 1
  } while ((getline line < file) > 0)
  close(file)
  return any
}

# A directory without a record: its own is adopted.
function adopt(c, dir,    file, line, f) {
  file = work "/" call_name[c] "/" dir "/.flow"
  line = ""
  if ((getline line < file) <= 0) line = ""
  close(file)
  if (split(line, f, "\t") != 18 || f[18] != "." || f[1] !~ /^(done|skipped)$/ || f[2] != call_name[c] || f[3] != dir) return
  held[dir] = line
  if (f[1] == "skipped") skips = 1
  print line > (out "/found.tsv")
}

# A line of the records that the directories themselves call for.
function note(status, call, dir, version, text, id, submission, number, outputs, texts) {
  print status, call, dir, version, text, id, submission, number, "-", "-", "-", outputs, texts, "-", "-", "-", "-", \
    "." > (out "/found.tsv")
}

# ---- one call -------------------------------------------------------------------------------------------------------

function decide_call(c,    any, p, n, q, inner, last, a, v, plain, label, prefix, dir, k, same, want, skip, reason, f,
    last_reason, last_n, skipped, twisted, open, unsure) {
  any = read_call(c)
  accepting = accept == call_name[c]
  n = points[c]
  last = call_axes[c]
  a = last ? call_axis[c, last] : 0
  inner = last ? axis_count[a] : 1
  label = call_label[c, last] "="
  # Most axes are small whole numbers: their keys need no function call.
  plain = last && axis_range[a] && axis_start[a] >= 0 && axis_step[a] >= 0 && axis_start[a] + inner * axis_step[a] < 2000000000
  twisted = c in odd
  skip = 7 + length(call_name[c])
  if (c in outer) whole_ids(c)
  if (!varies[c]) {
    same = inputs_text(c)
    common_id[c] = shard_id(call_version[c], same)
    want = call_version[c] "\t" same "\t"
  }
  # Nothing of it ever ran: no directory has to be looked up.
  if (!any && !states && !varies[c] && !publishes[c]) {
    for (p = 0; p < n; p++) pending[base[c] + p]
    pending_n[c] = n
    if (n) count_reason(c, "never ran", n)
    if (indexes) index_call(c)
    return
  }
  for (p = 0; p < n; p++) {
    if (last == 0) dir = "."
    else if (twisted) { look_at(c, p); dir = dir_of(c, p) }
    else {
      q = p % inner
      if (q == 0) {
        look_at(c, p)
        prefix = ""
        for (k = 1; k < last; k++) prefix = prefix component_of(c, k, digit[call_axis[c, k]]) "/"
      }
      digit[a] = q
      dir = prefix (plain ? label (axis_start[a] + q * axis_step[a]) : component_of(c, last, q))
    }
    if (varies[c]) { same = inputs_text(c); want = call_version[c] "\t" same "\t" }
    if (surplus) wanted[dir]
    open = is_open(c)
    if (open) unsure = 1
    if (any && !(dir in held) && dir in present && !(dir in broken)) adopt(c, dir)
    # The columns VERSION and INPUTS of the record stand behind its status, call and directory.
    if (dir in held) {
      k = skip + length(dir) + 1
      skipped = skips && held[dir] ~ /^skipped/
      if (skipped) k += length("skipped") - length("done")
      if (substr(held[dir], k, length(want)) == want) {
        v = substr(held[dir], k + length(want), 16)
        if (varies[c] || v != common_id[c]) own_id[base[c] + p] = v     # a done shard keeps the id of its record
        if (skipped) { skipped_n[c]++; status_now[base[c] + p] = "skipped" }
        else if (publishes[c]) publish_held(c, dir)
        if (temps[c]) note_temp(c, p, dir)
        continue
      }
      if (accepting) {
        split(held[dir], f, "\t")
        print accepted(f, call_version[c], same) > (out "/accepted.tsv")
        sub(/~.*/, "", f[6])
        own_id[base[c] + p] = f[6]
        if (publishes[c] && !skipped) publish_held(c, dir)
        continue
      }
      # What went without some of its inputs is as good as done as long as those are not made. A submission looks again.
      if (looking && !(dir in failure) && index(held[dir], "~") && went_without(c, p, held[dir], same)) {
        if (publishes[c]) publish_held(c, dir)
        continue
      }
    }
    pending[base[c] + p]
    pending_n[c]++
    if (dir in again) print call_name[c], dir > (out "/again.tsv")
    if (varies[c]) own_id[base[c] + p] = shard_id(call_version[c], same)
    # Made again from the same it is the same, also where its record was accepted under another id.
    if (dir in gone) keep_id(c, p, gone[dir], want, skip + length(dir) + 1)
    else if (dir in broken) keep_id(c, p, broken[dir], want, skip - length("done") + length("lost") + length(dir) + 1)
    reason = any ? why(c, p, dir, same) : "never ran"
    if (open && reason == "never ran") reason = open_reason(c)
    if (states) {
      print call_name[c], dir > (out "/pending.tsv")
      if (failures && !((base[c] + p) in failed_by)) block(c, p, dir)
    }
    if (reason == last_reason) last_n++
    else {
      count_reason(c, last_reason, last_n)
      last_reason = reason
      last_n = 1
    }
    if (dir in gone) {
      split(gone[dir], f, "\t")
      note("lost", call_name[c], dir, f[4], f[5], f[6], f[7], f[8], "-", "-")
    }
    if (publishes[c]) {
      split(dir in held ? held[dir] : "", f, "\t")
      publish_names(c, "-", "", f[13], work "/" call_name[c] "/" dir)
    }
  }
  count_reason(c, last_reason, last_n)
  if (surplus) {
    if (!unsure) for (dir in present) if (!(dir in wanted)) print call_name[c], dir > (out "/surplus.tsv")
    split("", wanted)
  }
  for (p = 0; p < n && c in makes; p++) if (!((base[c] + p) in pending)) made_line[base[c] + p] = held[dir_of(c, p)]
  # What was accepted keeps its id, and so does the whole.
  for (p = n - 1; p >= 0 && c in outer; p--) { look_at(c, p); own_id[base[outer[c]] + producer_point(outer[c])] = id_of(c, p) }
  if (indexes) index_call(c)
}

# The ids of a call's shards, whatever items the axes have that other calls make.
function whole_ids(c,    o, p) {
  o = outer[c]
  whole = 1
  for (p = 0; p < points[o]; p++) {
    look_at(o, p)
    own_id[base[o] + p] = shard_id(call_version[c], inputs_text(c))
  }
  whole = 0
}

# How many items a shard made for an axis, in record_item; -1 where it has not.
function made_items(c, p, a,    f) {
  if (!((base[c] + p) in made_line)) return -1
  split(made_line[base[c] + p], f, "\t")
  return f[1] == "skipped" ? 0 : record_items(f[13], axis_output[a], work "/" call_name[c] "/" dir_of(c, p))
}

function is_skipped(c, p) { return made_line[base[c] + p] ~ /^skipped/ }

# Why it is not known what the shard at `digit` runs for.
function open_reason(c,    i, a) {
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    if ((a, digit[a]) in open_row && unlike_at(a) != "") return "zip: lists of different lengths: " unlike_at(a)
  }
  return "what it runs for is not made yet"
}

function count_reason(c, reason, n) {
  if (!n) return
  if (!((c, reason) in reason_n)) { reason_n[c, reason] = 0; reason_text[c, ++reasons[c]] = reason }
  reason_n[c, reason] += n
}

function keep_id(c, p, line, want, at,    id) {
  if (line ~ /^skipped/) at += length("skipped") - length("done")
  if (substr(line, at, length(want)) != want) return
  id = substr(line, at + length(want), 16)
  if (varies[c] || id != common_id[c]) own_id[base[c] + p] = id
}

# A record with today's version and inputs, and all else as it was.
function accepted(f, version, text,    i, line) {
  line = f[1] "\t" f[2] "\t" f[3] "\t" version "\t" text
  for (i = 6; i <= 18; i++) line = line "\t" f[i]
  return line
}

# Is a record today's but for marks, and is what it went without still not there?
function went_without(c, p, line, text,    f, i, m, n, producer) {
  split(line, f, "\t")
  gsub(/~[^,]*/, "", f[5])
  if (f[4] != call_version[c] || f[5] != text) return 0
  look_at(c, p)
  for (i = 1; i <= inputs[c]; i++) {
    if (input_kind[c, i] == "after" || !((c, i) in input_producer)) continue
    producer = input_producer[c, i]
    n = points_read(c, i)
    for (m = 1; m <= n; m++)
      if ((base[producer] + selected[m]) in pending || (base[producer] + selected[m]) in without) return without[base[c] + p] = 1
  }
  return 0
}

# ---- reasons --------------------------------------------------------------------------------------------------------

function why(c, p, dir, text,    f, key) {
  if (dir in failure) {
    split(failure[dir], f, "\t")
    if (f[4] == call_version[c] && f[5] == text) {
      if (f[1] == "pending") return "pending: " decode(f[14])
      print call_name[c], dir, f[1], f[14], f[11], f[7] > (out "/failed.tsv")
      failures++
      status_now[base[c] + p] = f[1]
      failed_by[base[c] + p] = f[1] == "blocked" ? f[14] : encode(call_name[c] "[" dir "]")
      return f[1] == "failed" ? "failed: " f[14] : f[1]
    }
  }
  if (dir in broken) return "its files are not what was recorded"
  if (dir in again) return "run again, as told"
  if (dir in gone) return "its directory is gone"
  if (!(dir in held)) return dir in present ? "its directory has no record" : dir in failure ? changed_since(c, failure[dir]) : "never ran"
  split(held[dir], f, "\t")
  if (f[4] != call_version[c]) return version_changed(c, f[4], f[7])
  if (index(f[5], "~")) return "it went without what had failed"
  key = c SUBSEP f[5] SUBSEP text
  if (key != changed_key) { changed_key = key; changed_text = changed(c, f[5], text) }
  return changed_text
}

# What failed with another version, or other inputs; what was only blocked or left has not run.
function changed_since(c, line,    f) {
  split(line, f, "\t")
  if (f[1] != "failed") return "never ran"
  return "failed before; " (f[4] == call_version[c] ? "inputs changed" : version_changed(c, f[4], f[7]))
}

function version_changed(c, was, number) {
  if (!((c, was) in version_text))
    version_text[c, was] = "version changed" what_changed(call_name[c], was, submissions "/" number, ENVIRON["FLOW_PLAN"])
  return version_text[c, was]
}

# A shard without a record of its own that reads what failed, or what is blocked, is blocked too. SLURM may have
# cancelled its task before it could say so.
function block(c, p, dir,    i, n, m, k, producer) {
  look_at(c, p)
  for (i = 1; i <= inputs[c]; i++) {
    if (!((c, i) in input_producer)) continue
    producer = input_producer[c, i]
    n = points_read(c, i)
    for (m = 1; m <= n; m++) {
      k = base[producer] + selected[m]
      if (!(k in failed_by)) continue
      failed_by[base[c] + p] = failed_by[k]
      print call_name[c], dir, "blocked", failed_by[k], "-", "-" > (out "/failed.tsv")
      return
    }
  }
}

# Which inputs differ from those of the record.
function changed(c, before, now,    a, b, i, k, n, m, name, out, was, producer, fresh) {
  n = split(before, a, ",")
  for (i = 1; i <= n; i++) was[substr(a[i], 1, index(a[i], "=") - 1)] = a[i]
  n = split(now, b, ",")
  for (i = 1; i <= n; i++) {
    name = substr(b[i], 1, index(b[i], "=") - 1)
    if (name in was && was[name] == b[i]) continue
    for (k = 1; k <= inputs[c]; k++) if (input_name[c, k] == name) break
    if (!input_list[c, k]) { out = out ", " name " changed"; continue }
    producer = input_producer[c, k]
    m = points_read(c, k)
    fresh = 0
    for (n = 1; n <= m; n++) if ((base[producer] + selected[n]) in pending) fresh++
    n = split(now, b, ",")
    out = out ", " (fresh ? name ": " fresh " of " m " shards are new" : name ": other shards than before")
  }
  return out == "" ? "inputs changed" : substr(out, 3)
}

# ---- published names ------------------------------------------------------------------------------------------------

function publish_held(c, dir,    f) {
  split(held[dir], f, "\t")
  publish_names(c, call_name[c] "/" dir, f[12], f[13], work "/" call_name[c] "/" dir)
}

# The names that the shard at `digit` publishes. A name's parts count the values of its work line, as in the job script.
# What a list has can be told from its record alone, and a pending shard keeps what its last one published.
function publish_names(c, folder, outputs, texts, place,    i, k, n, part, name, v, file, list, items_n) {
  values_text(c)
  n = split(outputs, list, ",")
  for (i = 1; i <= publishes[c]; i++) {
    name = ""
    items_n = -1
    for (k = 1; k <= publish_parts[c, i]; k++) {
      part = publish_part[c, i, k]
      if (part == "*") items_n = record_items(texts, publish_output[c, i], place)
      else if (part ~ /^=/) name = name decode(substr(part, 2))
      else {
        v = decode(value[substr(part, 2) + 0])
        gsub(/\//, "%2F", v)
        name = name v
      }
    }
    name = published(name)
    if (match(name, /%\*.*\*/)) {
      # Of what is not known yet all names that there are stay.
      print kept_part(substr(name, 1, RSTART - 1)), part == "*" ? "" : kept_part(substr(name, RSTART + RLENGTH)) > (out "/keep.tsv")
      continue
    }
    if (part == "*") {
      for (k = 1; k <= items_n; k++) {
        v = file = decode(substr(record_item[k], 1, index(record_item[k], "=") - 1))
        sub(/.*\//, "", v)
        print encode(name v), folder == "-" ? "-" : encode(folder) "/" encode(file) > (out "/publish.tsv")
      }
      continue
    }
    file = "-"
    for (k = 1; k <= n; k++) {
      v = publish_output[c, i] ":"
      if (substr(list[k], 1, length(v)) != v) continue
      v = substr(list[k], length(v) + 1)
      sub(/=[^=]*$/, "", v)
      file = encode(decode(v))
    }
    if (file == "%_") continue          # an optional output that is absent
    print encode(name), folder == "-" || file == "-" ? "-" : encode(folder) "/" file > (out "/publish.tsv")
  }
}

function kept_part(text) { return text == "" ? "" : encode(text) }

# As flow_publish_name of flow.sh does it: no name leaves the folder of results.
function published(name) {
  name = "/" name "/"
  while (index(name, "/../")) sub(/\/\.\.\//, "/%2E./", name)
  while (index(name, "/./")) sub(/\/\.\//, "/%2E/", name)
  return substr(name, 2, length(name) - 2)
}

# ---- answers --------------------------------------------------------------------------------------------------------

function report_call(c,    i, n, p) {
  n = pending_n[c] + 0
  if (choosing) {
    n = 0
    for (p = 0; p < points[c]; p++) if ((base[c] + p) in chosen) n++
  }
  print call_name[c], points[c], points[c] - pending_n[c], pending_n[c] + 0, n, skipped_n[c] + 0 > (out "/counts.tsv")
  for (i = 1; i <= reasons[c]; i++)
    print call_name[c], reason_n[c, reason_text[c, i]], reason_text[c, i] > (out "/reasons.tsv")
}

# For people: the present shards with key, status and directory.
function index_call(c,    file, p, k, head, line, dir, f) {
  file = out "/index/" call_name[c] ".tsv"
  for (k = 1; k <= call_axes[c]; k++) head = head call_label[c, k] "\t"
  print head "status\tdirectory" > file
  for (p = 0; p < points[c]; p++) {
    dir = dir_of(c, p)
    look_at(c, p)
    if (is_open(c)) continue
    line = ""
    for (k = 1; k <= call_axes[c]; k++) line = line cell(call_axis[c, k], digit[call_axis[c, k]], 0) "\t"
    if ((base[c] + p) in pending) {
      k = (base[c] + p) in status_now ? status_now[base[c] + p] : "pending"
    } else k = (base[c] + p) in status_now ? status_now[base[c] + p] : "done"
    print line k "\t" call_name[c] (dir == "." ? "" : "/" dir) > file
  }
  close(file)
}

# What the gates of gathers expect, in the order of the call's loops: of shards that belong to items of another axis, also which.
function write_expect(c,    file, at, p, k, more, turned) {
  file = out "/expect/" call_name[c] ".tsv"
  printf "" > file
  turned = in_loop_order(c)
  for (at = 0; at < points[c]; at++) {
    p = turned ? in_order[at] : at
    more = ""
    if (shows[c] || any_open) look_at(c, p)
    if (shows[c]) {
      for (k = 1; k <= shows[c]; k++) more = more (k > 1 ? "/" : "\t") "@" axis_name[show[c, k]] "=" digit[show[c, k]]
    }
    print dir_of(c, p), id_of(c, p) more (is_open(c) ? open_text(c) : "") > file
  }
  close(file)
}

# Points stand in the order of the axes that tell others, and those rows in the order of whoever opened them first. Where the loops
# of a call may be in another one, in_order[0…] has its points by their items, the outer first; FALSE where they are so already.
function in_loop_order(c,    i, k, p, n, d, start, held, item, many) {
  n = points[c]
  for (i = call_axes[c]; i > 0 && told_by[c, i] == i; i--);
  if (!i) return 0
  for (p = 0; p < n; p++) in_order[p] = p
  for (; i > 0; i--) {                     # by each axis, the innermost first; what is equal stays as it was
    split("", many)
    for (k = 0; k < n; k++) { held[k] = in_order[k]; many[item[k] = digit_of(c, i, held[k])]++ }
    for (d = start = 0; d < axis_count[call_axis[c, i]]; d++) { start += many[d]; many[d] = start - many[d] }
    for (k = 0; k < n; k++) in_order[many[item[k]]++] = held[k]
  }
  return 1
}

# Who makes the items of an axis that are not known yet, and of a zip the other items: made/AXIS.open.tsv.
function write_made(a,    u, p, file, line) {
  file = out "/made/" axis_name[a] ".open.tsv"
  u = maker[a]
  for (p = 0; p < points[u]; p++) {
    if (!((a, p) in open_point)) continue
    look_at(u, p)
    line = dir_of(u, p) OFS id_of(u, p)
    if (a in zip_left) line = line OFS dir_here(maker[zip_right[a]]) OFS id_here(maker[zip_right[a]])
    print line (is_open(u) ? open_text(u) : "") > file
  }
  close(file)
}
