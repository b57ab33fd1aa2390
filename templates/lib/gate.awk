# gate.awk: what a gate asks the records; used with records.awk. GATE says what is asked, the rest comes in GATE_… too
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
  if (record_field[7] + 0 != ENVIRON["GATE_SUBMISSION"] + 0 || record_field[6] != id) return ""
  return record_field[1] (record_field[14] == "-" ? "" : " (" decode(record_field[14]) ")")
}

# One line: complete, or absent CALL DIR ID WHY (of one that has a reason, if there is one).
function list(    n, i, k, f, line, dir, id, place, reason, part, parts, absent, absent_id, prefix, run) {
  while ((getline line < ENVIRON["GATE_EXPECT"]) > 0) {
    split(line, f, "\t")
    if (!dir_selected(select, f[1])) continue
    dir[++n] = f[1]
    id[n] = f[2]
    wanted[f[1]] = 1
  }
  narrow = index(select, "*") > 0 && n < 1000
  take_file("state/records/" call ".tsv")
  take_journals()
  prefix = ENVIRON["GATE_PREFIX"]
  run = ENVIRON["GATE_RUN"]
  if (prefix != "") {
    printf "" > (prefix "_list"); printf "" > (prefix "_keys"); printf "" > (prefix "_missing")
    printf "" > (prefix (file_type ? "_sizes" : "_values"))
  }
  for (i = 1; i <= n; i++) {
    k = call SUBSEP dir[i]
    place = shard_place(call, dir[i])
    if (k in record_begun) {
      line = ""
      getline line < (place "/.flow")
      close(place "/.flow")
      record_settle(k, line)
    }
    part = ""
    if (record_stands(k)) {
      split(record_held[k], f, "\t")
      if (f[6] == id[i]) part = prefix == "" ? "-" : output_part(f[file_type ? 12 : 13])
    }
    if (part == "") {
      reason = why(k, id[i])
      if (absent == "" || reason != "") { absent = dir[i]; absent_id = id[i] }
      if (reason != "") break
      continue
    }
    if (absent != "" || prefix == "") continue
    print dir_free(select, dir[i]) > (prefix "_keys")
    if (file_type) {
      parts = part
      sub(/=[^=]*$/, "", parts)
      parts = decode(parts)
      print run "/" place "/" parts > (prefix "_list")
      sub(/^.*=/, "", part)
      print dir[i] "\t" id[i] "\t" run "/" place "/" parts "\t" part > (prefix "_sizes")
    } else {
      print decode(part) > (prefix "_list")
      print part > (prefix "_values")
    }
  }
  if (absent == "") print "complete"
  else print "absent\t" call "\t" absent "\t" absent_id "\t" reason
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
  while ((getline line < (ENVIRON["GATE_PREFIX"] "_sizes")) > 0) {
    split(line, f, "\t")
    if (!(f[3] in have) || (f[4] != "-" && have[f[3]] != f[4])) { print f[1] "\t" f[2] "\t" f[3]; return }
  }
}

BEGIN {
  call = ENVIRON["GATE_CALL"]
  select = ENVIRON["GATE_SELECT"]
  output = ENVIRON["GATE_OUTPUT"]
  file_type = ENVIRON["GATE_TYPE"] == "File" || ENVIRON["GATE_TYPE"] == "Dir"
  if (ENVIRON["GATE"] == "list") list()
  else if (ENVIRON["GATE"] == "sizes") sizes()
  else if (ENVIRON["GATE"] == "why") {
    narrow = 1
    wanted[select] = 1
    take_journals()
    print why(call SUBSEP select, ENVIRON["GATE_ID"])
  }
}
