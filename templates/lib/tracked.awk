# tracked.awk: the paths of all tracked files of a plan, once each, as they are written in its tables (encoded).
# Environment: FLOW_PLAN, the folder with plan.tsv and shards/.

# Optional inputs that are absent have no file.
function track(path) {
  if (path != "-" && path != "%_" && path != "" && !(path in seen)) { seen[path]; print path }
}

# The columns of one axis that hold tracked files.
function track_columns(axis, columns, tracks,    n, i, col, kind, file, line, f) {
  n = split(columns, col, ",")
  split(tracks, kind, ",")
  file = plan "/shards/" axis ".tsv"
  while ((getline line < file) > 0) {
    split(line, f, "\t")
    for (i = 1; i <= n; i++) if (kind[i] == "f") track(f[col[i] + 1])
  }
  close(file)
}

# A path made of literals and columns: columns of several axes give every combination.
function track_parts(at, n, prefix,    part, dot, axis, col, file, line, f, i, m, cell) {
  if (at > n) { track(prefix); return }
  part = parts[at]
  if (part ~ /^=/) { part = substr(part, 2); track_parts(at + 1, n, prefix (part == "%_" ? "" : part)); return }
  dot = match(part, /\.[0-9]+$/)
  axis = substr(part, 1, dot - 1)
  col = substr(part, dot + 1)
  if (axis in bound) {                        # another column of a row that is chosen already
    split(bound[axis], f, "\t")
    track_parts(at + 1, n, prefix (f[col + 1] == "%_" ? "" : f[col + 1]))
    return
  }
  if (axis in range_count) {
    for (i = 0; i < range_count[axis]; i++) {
      bound[axis] = "-\t" (range_start[axis] + i * range_step[axis])
      track_parts(at, n, prefix)
    }
  } else {
    file = plan "/shards/" axis ".tsv"
    m = 0
    while ((getline line < file) > 0) cell[++m] = line
    close(file)
    for (i = 1; i <= m; i++) { bound[axis] = cell[i]; track_parts(at, n, prefix) }
  }
  delete bound[axis]
}

BEGIN {
  FS = "\t"
  plan = ENVIRON["FLOW_PLAN"]
  while ((getline < (plan "/plan.tsv")) > 0) {
    if ($1 == "axis" && $3 == "range") {
      range_start[$2] = $4 + 0; range_step[$2] = $5 + 0; range_count[$2] = $6 + 0
    }
    if ($1 != "input") continue
    if ($4 == "file") track($5)
    if ($4 == "item" && $7 ~ /f/) track_columns($5, $6, $7)
    if ($4 == "text" && $5 == "f") {
      for (i = 6; i <= NF; i++) parts[i - 5] = $i
      track_parts(1, NF - 5, "")
    }
  }
}
