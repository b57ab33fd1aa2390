# versions.awk: what makes the version of a call another one, from two compiles of it. Use with records.awk.

# ": script, seeds 2 → 4", of the call in two folders with plan.tsv and jobs/; nothing where that cannot be told. The old one
# must have the version WAS.
function what_changed(call, was, old, new,    before, now, order, told, i, k, out) {
  order[0] = 0
  if (read_parts(call, old, before, order) != was) return ""
  if (read_parts(call, new, now, order) == "") return ""
  for (i = 1; i <= order[0]; i++) {
    k = order[i]
    if (k in told || before[k] == now[k]) continue
    told[k]
    out = out ", " k shown_values(before[k], now[k])
  }
  return out == "" ? "" : ": " substr(out, 3)
}

# A constant that is short is shown.
function shown_values(before, now,    a, b) {
  a = short_value(before)
  b = short_value(now)
  return a == "" || b == "" ? "" : " " a " → " b
}

function short_value(part) {
  if (part !~ /^\nflow_value [^ ]+ [^ ]+ '[^\n']+'$/ || length(part) > 60) return ""
  sub(/^\nflow_value [^ ]+ [^ ]+ '/, "", part)
  return substr(part, 1, length(part) - 1)
}

# Reads the parts of a call's version into PART, by name, and their names behind those in ORDER, whose number is ORDER[0].
# Gives the version.
function read_parts(call, folder, part, order,    file, line, f, version, job, uses, n, i, mark, inside) {
  file = folder "/plan.tsv"
  while ((getline line < file) > 0) {
    n = split(line, f, "\t")
    if (f[1] == "uses") { uses[++uses[0]] = decode(f[2]); uses["sum", uses[0]] = f[3] }
    else if (f[1] == "call" && f[2] == call) { version = f[4]; job = f[6] }
    else if (f[1] == "conda" && f[2] == call) add_part(part, order, "conda", line)
    # Where a value comes from, of which the script says nothing.
    else if (f[1] == "input" && f[2] == call && f[4] ~ /^(item|text)$/) add_part(part, order, f[3], line)
  }
  close(file)
  file = folder "/jobs/" job ".sbatch"
  while (job != "" && (getline line < file) > 0) {
    if (mark != "") {
      if (line == mark) mark = ""
      else if (inside) part["script"] = part["script"] "\n" line
      continue
    }
    if (line ~ /^flow_call /) inside = line == "flow_call " call
    if (line ~ /^flow_script /) { mark = line; sub(/.*<<'/, "", mark); sub(/'$/, "", mark) }
    if (inside) declared_part(part, order, line, uses)
  }
  close(file)
  return version
}

function add_part(part, order, name, text) {
  if (!(name in part)) order[++order[0]] = name
  part[name] = part[name] "\n" text
}

# What one declaration says of the version; names of producers and jobs are not in it.
function declared_part(part, order, line, uses,    f, i) {
  split(line, f, " ")
  if (f[1] == "flow_or") { sub(/^flow_or /, "", line); split(line, f, " ") }
  if (f[1] ~ /^flow_(only|when)$/) add_part(part, order, "condition", line)
  else if (f[1] ~ /^flow_(list|list_part|result|item_of|item_beside)$/) add_part(part, order, f[2], f[1] " " f[3] " " f[5])
  else if (f[1] ~ /^flow_(value|values|file|item|items|record|text|joined|output|output_text|env|secret)$/) add_part(part, order, f[2], line)
  else if (f[1] ~ /^flow_(stdin|stdout|success|module|todo|script)$/) add_part(part, order, substr(f[1], 6), line)
  else if (f[1] == "flow_image") add_part(part, order, "container", f[3])
  else if (f[1] == "flow_uses")
    for (i = 1; i <= uses[0]; i++) if (uses_names(line, uses[i])) add_part(part, order, uses[i], uses["sum", i])
}

# Does a line of `flow_uses` have the path, or a folder above it?
function uses_names(line, path) {
  while (index(line, "'" path "'") == 0) if (!sub(/\/[^\/]*$/, "", path)) return 0
  return 1
}
