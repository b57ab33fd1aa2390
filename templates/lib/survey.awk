# survey.awk: what submit.sh itself has to know of a plan, in one pass. Use with records.awk.
# Environment: FLOW_PLAN, the folder with plan.tsv and shards/; FLOW_OUT, the folder of the answers:
#   plan.tracked  the paths of all tracked files, once each, as they are written in the tables (encoded)
#   plan.sources  PATH SHA256 of what the compiler read, and of code; plan.globs the same of patterns
#   plan.calls    CALL, how many folders deep its shards are     plan.jobs  JOB THROTTLE, tasks in an element
#   plan.secrets  CALL NAME                             plan.environments  CALL KIND TEXT [DIGEST]
#   plan.tracked.names, plan.sources.names  the paths as names that end with NUL, from the program's folder

# Optional inputs that are absent have no file.
function track(path) {
  if (path != "-" && path != "%_" && path != "" && !(path in seen)) { seen[path]; print path > tracked; add_name(path, tracked) }
}

function source(path, digest) { print path "\t" digest > sources; add_name(path, sources) }

# A name that begins with `-` would be an option.
function add_name(path, file) { path = decode(path); printf "%s%c", (path ~ /^\// ? "" : "./") path, 0 > (file ".names") }

# A path, or a list of paths with commas between.
function track_cell(cell, kind,    n, i, path) {
  if (kind == "f") track(cell)
  if (kind != "l" || cell == "-") return
  n = split(cell, path, ",")
  for (i = 1; i <= n; i++) track(path[i])
}

# The columns of one axis that hold tracked files.
function track_columns(axis, columns, tracks,    n, i, k, own, col, kind, f) {
  n = split(columns, col, ",")
  split(tracks, kind, ",")
  own = teller(axis)
  read_axis(own)
  read_axis(axis)
  for (k = 0; k < count[own]; k++) {
    split(line[axis, own == axis ? k : told(own, axis, k)], f, "\t")
    for (i = 1; i <= n; i++) track_cell(f[col[i] + 1], kind[i])
  }
}

# A path made of literals and columns: columns of several axes give every combination that there is.
function track_parts(at, n, prefix,    part, dot, axis, own, f, i, col) {
  if (at > n) { track(prefix); return }
  part = parts[at]
  if (part ~ /^=/) { part = substr(part, 2); track_parts(at + 1, n, prefix (part == "%_" ? "" : part)); return }
  dot = match(part, /\.[0-9]+$/)
  axis = substr(part, 1, dot - 1)
  col = substr(part, dot + 1)
  if (axis in chosen) {
    read_axis(axis)
    split(line[axis, chosen[axis]], f, "\t")
    track_parts(at + 1, n, prefix (f[col + 1] == "%_" ? "" : f[col + 1]))
    return
  }
  own = teller(axis)
  read_axis(own)
  for (i = 0; i < count[own]; i++) if (choose(own, i)) { track_parts(at, n, prefix); leave(own) }
}

# The axis of the call at hand that says which item of another one a shard has: itself, or one that tells it.
function teller(axis,    i, own) {
  for (i = 1; i <= call_axes; i++) if (call_axis[i] == axis) return axis
  for (i = 1; i <= call_axes; i++) if ((call_axis[i], axis) in told_column) own = call_axis[i]
  return own == "" ? axis : own
}

function told(axis, other, i,    f) { split(line[axis, i], f, "\t"); return f[told_column[axis, other] + 1] + 0 }

# Takes an item of an axis, and with it those that it tells; not if others were taken already.
function choose(axis, i,    k, other) {
  for (k = 1; k <= tells[axis]; k++) {
    other = tells_axis[axis, k]
    if (other in chosen && chosen[other] != told(axis, other, i)) return 0
  }
  chosen[axis] = i
  for (k = 1; k <= tells[axis]; k++) {
    other = tells_axis[axis, k]
    if (!(other in chosen)) { chosen[other] = told(axis, other, i); chosen_by[other] = axis }
  }
  return 1
}

function leave(axis,    k, other) {
  delete chosen[axis]
  for (k = 1; k <= tells[axis]; k++) {
    other = tells_axis[axis, k]
    if (chosen_by[other] == axis) { delete chosen[other]; delete chosen_by[other] }
  }
}

# The rows of an axis, once.
function read_axis(axis,    file, i, text) {
  if (axis in count) return
  if (axis in range_count) {
    for (i = 0; i < range_count[axis]; i++) line[axis, i] = "-\t" (range_start[axis] + i * range_step[axis])
    count[axis] = i
    return
  }
  file = plan "/shards/" axis ".tsv"
  for (i = 0; (getline text < file) > 0; i++) line[axis, i] = text
  close(file)
  count[axis] = i
}

function begin_file(file) { printf "" > file; return file }

BEGIN {
  FS = OFS = "\t"
  plan = ENVIRON["FLOW_PLAN"]
  out = ENVIRON["FLOW_OUT"] "/plan."
  tracked = begin_file(out "tracked"); begin_file(tracked ".names")
  sources = begin_file(out "sources"); begin_file(sources ".names")
  globs = begin_file(out "globs")
  secrets = begin_file(out "secrets")
  environments = begin_file(out "environments")
  calls = begin_file(out "calls")
  while ((getline < (plan "/plan.tsv")) > 0) {
    if ($1 == "axis" && $3 == "range") {
      range_start[$2] = $4 + 0; range_step[$2] = $5 + 0; range_count[$2] = $6 + 0
    } else if ($1 == "axis") {
      for (i = 5; i <= NF; i++) if ($i ~ /^@/) {
        tells_axis[$2, ++tells[$2]] = substr($i, 2)
        told_column[$2, substr($i, 2)] = i - 4
      }
    } else if ($1 == "call") {
      call_axes = $5 == "-" ? 0 : split($5, call_axis, ",")
      for (i = 1; i <= call_axes; i++) sub(/:.*/, "", call_axis[i])
      print $2, call_axes > calls
    } else if ($1 == "source") {
      if ($2 == "glob") print $3, $4 > globs
      else source($3, $4)
    } else if ($1 == "uses") source($2, $3)
    else if ($1 == "secret") print $2, $3 > secrets
    else if ($1 == "conda") print $2, $3, $4, $5 > environments
    else if ($1 == "job") { job[++jobs] = $2; throttle[$2] = $5 }
    else if ($1 == "abreast") abreast[$2] = $3
    if ($1 != "input") continue
    if ($4 == "file") track($5)
    if ($4 == "item" && $7 ~ /[fl]/) track_columns($5, $6, $7)
    if ($4 == "text" && $5 == "f") {
      for (i = 6; i <= NF; i++) parts[i - 5] = $i
      track_parts(1, NF - 5, "")
    }
  }
  printf "" > (out "jobs")
  for (i = 1; i <= jobs; i++) print job[i], throttle[job[i]], (job[i] in abreast ? abreast[job[i]] : 1) > (out "jobs")
}
