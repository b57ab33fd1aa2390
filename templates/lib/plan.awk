# plan.awk: reads plan.tsv, the tables of axes and the identities of tracked files; points, directories, inputs.
# Use with records.awk. Calls, axes and jobs are numbered from 1; the points of a call from 0, the outer axis first.
# A shard is base[c] + point: one number for all calls, so that arrays over shards have small keys.
# `digit[a]` is the item of axis a at which the functions below look.
# An axis may know those of others: its column `@b` holds the item of axis b that belongs to each of its own. Where a call
# has both, b has no digit of its own (its stride is 0). `odd[c]` marks calls to which this matters; all others are plain products.
# An axis whose items a call makes (`maker[a]`) is opened when that call has been decided: see open_axis. Ids of shards over it
# are the same for all its items, so they are known before; outer[c] is a call with the other axes of c, which has them.
# A zip of two such axes (zip_left[a], zip_right[a]) has the keys of the first, and knows the items of both. Where it is open it stands at
# item -1 of each, which is open, too.
# An input may pick items of its producer's axes, whatever those of the call. It looks as a call of its own would (its view),
# which has these items as well.

function read_plan(file,    n, i, c, j, axes, part) {
  while ((getline < file) > 0) {
    if ($1 == "axis") {
      n = ++axes_n
      axis_of[$2] = n
      axis_name[n] = $2
      axis_range[n] = $3 == "range"
      if (axis_range[n]) {
        axis_start[n] = $4 + 0; axis_step[n] = $5 + 0; axis_count[n] = $6 + 0
      } else {
        if ($3 == "made") {
          maker[n] = $4; axis_output[n] = $5; axis_expect[n] = $6 + 0
          if ($7 ~ /^\+/) { zip_left[n] = axis_of[substr($7, 2)]; zip_right[n] = axis_of[substr($8, 2)] }
        } else axis_count[n] = $4 + 0
        for (i = 5; i <= NF; i++) if ($i ~ /^@/) { known_axis[n, ++knows[n]] = substr($i, 2); known_column[n, knows[n]] = i - 4 }
      }
    } else if ($1 == "call") {
      c = ++calls
      call_of[$2] = c
      call_name[c] = $2
      call_version[c] = $4
      call_job[c] = $6
      axes = $5 == "-" ? 0 : split($5, part, ",")
      call_axes[c] = axes
      for (i = 1; i <= axes; i++) {
        n = index(part[i], ":")
        call_axis[c, i] = axis_of[substr(part[i], 1, n - 1)]
        call_label[c, i] = substr(part[i], n + 1)
        call_at[c, call_axis[c, i]]
      }
    } else if ($1 == "input") {
      c = call_of[$2]
      i = ++inputs[c]
      input_name[c, i] = $3
      input_kind[c, i] = $4
      if ($4 == "file") input_path[c, i] = $5
      else if ($4 == "item") {
        input_axis[c, i] = axis_of[$5]; input_columns[c, i] = $6; input_track[c, i] = $7
      } else if ($4 == "text") {
        input_track[c, i] = $5
        input_parts[c, i] = NF - 5
        for (n = 6; n <= NF; n++) input_part[c, i, n - 5] = $n
      } else if ($4 == "made") {
        input_axis[c, i] = axis_of[$5]
        input_producer[c, i] = call_of[maker[input_axis[c, i]]]
      } else if ($4 == "result") {
        input_producer[c, i] = call_of[$5]
        input_output[c, i] = $6
        for (n = 7; n <= NF; n++) read_pick(c, i, n - 6, $n)
      }
    } else if ($1 == "after") {
      c = call_of[$2]
      i = ++inputs[c]
      input_kind[c, i] = "after"
      input_producer[c, i] = call_of[$3]
    } else if ($1 == "publish") {
      c = call_of[$2]
      i = ++publishes[c]
      publish_output[c, i] = $3
      publish_parts[c, i] = NF - 3
      for (n = 4; n <= NF; n++) publish_part[c, i, n - 3] = $n
    } else if ($1 == "temp") {
      c = call_of[$2]
      temp_output[c, ++temps[c]] = $3
    } else if ($1 == "site") {
      site[$2] = $3
    } else if ($1 == "job") {
      j = ++jobs
      job_name[j] = $2
      job_of[$2] = j
      read_lots(j, $3)
      job_pack[j] = $4 > 0 ? $4 + 0 : 1
      job_throttle[j] = $5 + 0
      job_load[j] = $6 + 0
      job_abreast[j] = 1
    } else if ($1 == "abreast") {
      job_abreast[job_of[$2]] = $3 + 0
    } else if ($1 == "ignore") {
      ignores[$2] = $3
    } else if ($1 == "rung") {
      j = job_of[$2]
      rung_name[j, ++rungs[j]] = $3
      rung_width[j] = $4 + 0
    }
  }
  close(file)
  for (n = 1; n <= axes_n; n++) {
    for (i = 1; i <= knows[n]; i++) {
      known_axis[n, i] = axis_of[known_axis[n, i]]
      known_at[n, known_axis[n, i]] = i
    }
    if (n in maker) { maker[n] = call_of[maker[n]]; makes[maker[n]] }
  }
}

# `images:=3` or `images:pairs.4`: the item of an axis, by its number or by the column that has it.
function read_pick(c, i, k, text) {
  picks[c, i] = k
  pick_axis[c, i, k] = axis_of[substr(text, 1, index(text, ":") - 1)]
  text = substr(text, index(text, ":") + 1)
  if (text ~ /^=/) { pick_from[c, i, k] = 0; pick_item[c, i, k] = substr(text, 2) + 0; return }
  match(text, /\.[0-9]+$/)
  pick_from[c, i, k] = axis_of[substr(text, 1, RSTART - 1)]
  pick_item[c, i, k] = substr(text, RSTART + 1) + 0
}

# The calls of a job: commas between those that an item runs, semicolons between items of several lots.
function read_lots(j, text,    lots, lot, part, n, i, k) {
  lots = split(text, lot, ";")
  job_lots[j] = lots
  for (i = 1; i <= lots; i++) {
    lot_first[j, i - 1] = job_calls[j] + 1
    n = split(lot[i], part, ",")
    for (k = 1; k <= n; k++) job_call[j, ++job_calls[j]] = call_of[part[k]]
    lot_last[j, i - 1] = job_calls[j]
  }
}

# Meets a call, when all that it reads was decided: how many points it has, and where its shards begin.
function meet_call(c,    i, a, o, n) {
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    if (!(a in maker)) continue
    if (!(a in axis_count)) open_axis(a)
    if (!(c in outer)) outer[c] = calls + jobs + ++views
  }
  number_call(c)
  base[c] = shards
  shards += points[c]
  for (i = 1; i <= inputs[c]; i++) prepare_input(c, i)
  if (!(c in outer)) return
  o = outer[c]
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    if (a in maker) continue
    call_axis[o, ++n] = a
    call_label[o, n] = call_label[c, i]
    call_at[o, a]
  }
  call_axes[o] = n + 0
  number_call(o)
  base[o] = shards
  shards += points[o]
}

# The items of an axis that a call makes: those in the records of its shards. What pending ones will make stands in one row
# that is open: its cells are marks (made.awk).
function open_axis(a,    u, p, n, i, k, items) {
  u = maker[a]
  if (a in zip_left) { open_side(zip_left[a]); open_side(zip_right[a]) }
  for (p = 0; p < points[u]; p++) {
    look_at(u, p)
    items = a in zip_left ? made_pairs(a, p) : made_items(u, p, a)
    made_first[a, p] = n + 0
    made_n[a, p] = items
    for (i = 0; i < (items < 0 ? 1 : items); i++) {
      if (a in zip_left) take_pair(a, p, items < 0 ? -1 : i)
      if (items < 0) { open_row[a, n + 0]; row[a, n + 0] = open_cells(axis_name[a]) }
      else row[a, n + 0] = a in zip_left ? row[zip_left[a], digit[zip_left[a]]] : item_row(record_item[i + 1])
      for (k = 1; k <= knows[a]; k++) known[a, k, n + 0] = digit[known_axis[a, k]]
      n++
    }
    if (items < 0) { opens[a]++; any_open = 1; open_point[a, p] }
  }
  axis_count[a] = n + 0
}

# One of the axes of a zip, with an item for what is not known yet.
function open_side(a) {
  if (!(a in axis_count)) open_axis(a)
  open_row[a, -1]
  row[a, -1] = open_cells(axis_name[a])
}

# How many pairs a zip has of the lists that belong to point p of the first one's maker, at which `digit` is; -1 where they are not
# known, or differ in length: then unlike[a, p] says how. A skipped list leaves nothing to pair.
function made_pairs(a, p,    l, r, q, n, m) {
  l = zip_left[a]
  r = zip_right[a]
  q = producer_point(maker[r])
  n = made_n[l, p]
  m = made_n[r, q]
  if (n < 0 || m < 0) return -1
  if (is_skipped(maker[l], p) || is_skipped(maker[r], q)) return 0
  if (n != m) unlike[a, p] = unlike_text(n, call_name[maker[l]] "." axis_output[l], m, call_name[maker[r]] "." axis_output[r])
  return n == m ? n : -1
}

# How the lengths of the lists of a zip differ at `digit`, or "".
function unlike_at(a,    p) {
  if (!(a in zip_left)) return ""
  p = producer_point(maker[a])
  return (a, p) in unlike ? unlike[a, p] : ""
}

# Takes pair i into `digit`.
function take_pair(a, p, i,    q) {
  q = producer_point(maker[zip_right[a]])
  digit[zip_left[a]] = i < 0 ? -1 : made_first[zip_left[a], p] + i
  digit[zip_right[a]] = i < 0 ? -1 : made_first[zip_right[a], q] + i
}

function open_cells(axis) { return "*\t%*" axis ".1*\t%*" axis ".2*\t%*" axis ".3*" }

# Is the shard of c at `digit` one that stands for what is not known yet?
function is_open(c,    i) {
  if (!any_open) return 0
  for (i = 1; i <= call_axes[c]; i++) if ((call_axis[c, i], digit[call_axis[c, i]]) in open_row) return 1
  return 0
}

# Behind its line: who makes the items that it stands for.
function open_text(c,    i, a, u, out) {
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    if (!((a, digit[a]) in open_row)) continue
    u = maker[a]
    out = out "\t%*" axis_name[a] "=" call_name[u] "=" id_here(u) "=" dir_of(u, producer_point(u))
  }
  return out
}

# Text for the shard of c at `digit` with marks of zips in place of those of their two axes: what they have is known together.
function zip_marks(c, text,    i, k, a) {
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    if (!(a in zip_left) || !((a, digit[a]) in open_row)) continue
    gsub("%\\*" axis_name[zip_left[a]] "\\.", "%*" axis_name[a] ".", text)
    for (k = 0; k < 4; k++) gsub("%\\*" axis_name[zip_right[a]] "\\." k "\\*", "%*" axis_name[a] "." (k + 4) "*", text)
  }
  return text
}

# The strides of a call's axes, and all[c, 1…]: the axes of which a point of it has the item; has[c, a] says the same.
function number_call(c,    i, k, n, a, none) {
  n = 1
  for (i = call_axes[c]; i > 0; i--) {
    a = call_axis[c, i]
    told_by[c, i] = i
    for (k = 1; k <= call_axes[c]; k++) if ((call_axis[c, k], a) in known_at) told_by[c, i] = k
    stride[c, i] = told_by[c, i] == i ? n : 0
    if (!stride[c, i]) odd[c]
    else if (axis_count[a]) n *= axis_count[a]
    else none = 1                             # no points, but strides: 0 would say that another axis tells it
  }
  points[c] = none ? 0 : n
  for (i = 1; i <= call_axes[c]; i++) {
    a = call_axis[c, i]
    have(c, a)
    for (k = 1; k <= knows[a]; k++) { have(c, known_axis[a, k]); odd[c] }
  }
}

# The view of an input: behind the calls, and the items of jobs (see cut.awk).
function number_view(c, i,    v, k, n, a) {
  if (!((c, i) in picks)) { view[c, i] = c; return }
  v = view[c, i] = calls + jobs + ++views
  for (k = 1; k <= all_n[c]; k++) have(v, all[c, k])
  for (k = 1; k <= picks[c, i]; k++) {
    a = pick_axis[c, i, k]
    have(v, a)
    for (n = 1; n <= knows[a]; n++) have(v, known_axis[a, n])
  }
}

function have(c, a) { if (!((c, a) in has)) { has[c, a]; all[c, ++all_n[c]] = a } }

function read_tables(folder,    a, i, k, line, file) {
  for (a = 1; a <= axes_n; a++) {
    if (axis_range[a] || a in maker) continue
    file = folder "/" axis_name[a] ".tsv"
    for (i = 0; (getline line < file) > 0; i++) {
      row[a, i] = line
      for (k = 1; k <= knows[a]; k++) known[a, k, i] = cell(a, i, known_column[a, k]) + 0
    }
    close(file)
    if (i != axis_count[a]) fail(file " has " i " lines and plan.tsv says " axis_count[a] ": compile again")
  }
}

function read_files(file) {
  while ((getline < file) > 0) {
    file_identity[$1] = $2
    file_stats[$1] = $3 == "-" ? "-" : $3 ":" $4
  }
  close(file)
}

function fail(message) {
  print "submit.sh: " message > "/dev/stderr"
  failed = 1
  exit 1
}

# ---- axes -----------------------------------------------------------------------------------------------------------

function range_value(a, d,    v) {
  v = axis_start[a] + d * axis_step[a]
  return v < 2000000000 && v > -2000000000 ? v "" : sprintf("%.0f", v)
}

# Column k of item d; 0 is the key.
function cell(a, d, k,    v) {
  if (axis_range[a]) return range_value(a, d)
  if (row_at != a SUBSEP d) { row_at = a SUBSEP d; split(row[a, d], row_cell, "\t") }
  return row_cell[k + 1]
}

# `seed=42`: the component of call c's axis i for item d.
function component_of(c, i, d,    a, v) {
  a = call_axis[c, i]
  if (axis_range[a]) {
    v = range_value(a, d)
    return call_label[c, i] "=" (v ~ /^-/ ? "%2D" substr(v, 2) : v)
  }
  if (any_open && (a, d) in open_row) return call_label[c, i] "=" (marked ? "%*" axis_name[a] ".0*" : "*")
  v = row[a, d]
  return dir_component(call_label[c, i], index(v, "\t") ? substr(v, 1, index(v, "\t") - 1) : v)
}

function dir_of(c, p,    i, dir) {
  if (call_axes[c] == 1) return component_of(c, 1, p)
  if (call_axes[c] == 0) return "."
  if (c in odd) {
    for (i = 1; i <= call_axes[c]; i++) dir = dir (i > 1 ? "/" : "") component_of(c, i, digit_of(c, i, p))
    return dir
  }
  for (i = 1; i <= call_axes[c]; i++) {
    dir = dir (i > 1 ? "/" : "") component_of(c, i, int(p / stride[c, i]))
    p %= stride[c, i]
  }
  return dir
}

# The item of call c's axis i at point p, wherever it stands.
function digit_of(c, i, p,    k, a, d) {
  k = told_by[c, i]
  a = call_axis[c, k]
  d = int(p / stride[c, k]) % axis_count[a]
  return k == i ? d : known[a, known_at[a, call_axis[c, i]], d]
}

# Sets the digits of point p.
function look_at(c, p,    i, k, a) {
  if (c in odd) {
    for (i = 1; i <= call_axes[c]; i++) {
      if (!stride[c, i]) continue
      a = call_axis[c, i]
      digit[a] = int(p / stride[c, i])
      p %= stride[c, i]
      for (k = 1; k <= knows[a]; k++) digit[known_axis[a, k]] = known[a, k, digit[a]]
    }
    return
  }
  for (i = 1; i <= call_axes[c]; i++) {
    digit[call_axis[c, i]] = int(p / stride[c, i])
    p %= stride[c, i]
  }
}

# ---- inputs ---------------------------------------------------------------------------------------------------------

# What can be said of an input before any point is looked at:
#   input_plain   it is the same for all shards, or does not count;   input_list   it is a list
function prepare_input(c, i,    kind, producer, k, n, a, b, v, free, fixed) {
  kind = input_kind[c, i]
  if (kind == "file") input_plain[c, i] = 1
  else if (kind == "item") input_plain[c, i] = input_track[c, i] !~ /[vfl]/
  else if (kind == "text") {
    input_plain[c, i] = 1
    if (input_track[c, i] ~ /f/)
      for (k = 1; k <= input_parts[c, i]; k++) if (input_part[c, i, k] !~ /^=/) input_plain[c, i] = 0
  } else {
    producer = input_producer[c, i]
    number_view(c, i)
    v = view[c, i]
    for (k = 1; k <= call_axes[producer]; k++) {
      a = call_axis[producer, k]
      if (!stride[producer, k]) continue
      if ((v, a) in has) { fixed++; continue }
      free++
      for (n = 1; n <= knows[a]; n++) {
        b = known_axis[a, n]
        if (!((v, b) in has)) continue
        fixed++
        # Its directory does not say it: the gate's pattern has to.
        if (!((producer, b) in call_at) && !((producer, b) in shown)) { shown[producer, b]; show[producer, ++shows[producer]] = b }
      }
    }
    input_list[c, i] = free > 0
    if (kind == "result" && !free) note_told(c, i)
    input_plain[c, i] = kind == "after" || !fixed       # what it follows is no part of what it is made from
  }
  if (!input_plain[c, i]) varies[c] = 1
}

# The axes of a single result whose items the reader's directory need not say: of a zip the second one, of a row its group.
#   told_axis, told_own   such an axis, and the reader's own axis of the same label, if there is one
function note_told(c, i,    producer, k, n, a) {
  producer = input_producer[c, i]
  for (k = 1; k <= call_axes[producer]; k++) {
    a = call_axis[producer, k]
    if ((c, a) in call_at || a in maker || is_picked(c, i, a)) continue
    told_axis[c, i, ++told[c, i]] = a
    for (n = 1; n <= call_axes[c]; n++) if (call_label[c, n] == call_label[producer, k]) told_own[c, i, told[c, i]] = call_axis[c, n]
  }
}

function is_picked(c, i, a,    k) {
  for (k = 1; k <= picks[c, i]; k++) if (pick_axis[c, i, k] == a) return 1
  return 0
}

# Takes the items that an input picks into `digit`, and what they tell; all at once, since what is picked may stand at an item
# that is about to change. put_back() undoes it.
function take_picked(c, i,    k, n, a, b, taken) {
  kept_n = 0
  if (!((c, i) in picks)) return
  for (k = 1; k <= picks[c, i]; k++) {
    b = pick_from[c, i, k]
    taken[k] = b ? cell(b, digit[b], pick_item[c, i, k]) + 0 : pick_item[c, i, k]
  }
  for (k = 1; k <= picks[c, i]; k++) {
    a = pick_axis[c, i, k]
    take_item(a, taken[k])
    for (n = 1; n <= knows[a]; n++) take_item(known_axis[a, n], known[a, n, taken[k]])
  }
}

function take_item(a, d) { kept_axis[++kept_n] = a; kept[kept_n] = digit[a]; digit[a] = d }

function put_back() { for (; kept_n; kept_n--) digit[kept_axis[kept_n]] = kept[kept_n] }

# The shards that input i of call c reads at `digit`, in selected[1…]; returns how many.
function points_read(c, i,    n) {
  take_picked(c, i)
  n = 1
  if (input_list[c, i] || is_unsure(input_producer[c, i])) n = select_points(view[c, i], input_producer[c, i])
  else selected[1] = producer_point(input_producer[c, i])
  put_back()
  return n
}

# Is it not known yet which shard of a call there is at `digit`? Then it may be each that the other axes leave.
function is_unsure(c,    k) {
  if (!any_open) return 0
  for (k = 1; k <= call_axes[c]; k++) if (digit[call_axis[c, k]] < 0) return 1
  return 0
}

# The directory of the shard of c at `digit`.
function dir_here(c,    k, dir) {
  for (k = 1; k <= call_axes[c]; k++) dir = dir (k > 1 ? "/" : "") component_of(c, k, digit[call_axis[c, k]])
  return dir == "" ? "." : dir
}

# The shard of a single result that the point at `digit` reads.
function producer_point(producer,    k, p) {
  for (k = 1; k <= call_axes[producer]; k++) p += digit[call_axis[producer, k]] * stride[producer, k]
  return p + 0
}

# The fixed axes of a list's producer at `digit`, as one text.
function list_place(c, i, producer,    k, a, place) {
  for (k = 1; k <= all_n[producer]; k++) {
    a = all[producer, k]
    if ((view[c, i], a) in has) place = place "," digit[a]
  }
  return c SUBSEP i SUBSEP place
}

# The points that list input i of call c selects at `digit`, in order, in selected[1…]; returns how many.
# `c` is whatever call has the fixed axes: see also cut.awk.
function select_points(c, producer,    k, a, n, m, i, d, old) {
  selected[1] = 0
  n = 1
  for (k = 1; k <= call_axes[producer]; k++) {
    if (!stride[producer, k]) continue
    a = call_axis[producer, k]
    if ((c, a) in has && digit[a] >= 0) {
      for (i = 1; i <= n; i++) selected[i] += digit[a] * stride[producer, k]
      continue
    }
    m = axis_count[a]
    if (knows[a]) m = fitting(c, a)
    if (m == 0) return 0
    for (i = n; i >= 1; i--) {              # from the end: places are free when they are written
      old = selected[i]
      for (d = m - 1; d >= 0; d--) selected[(i - 1) * m + d + 1] = old + (knows[a] ? fits[d] : d) * stride[producer, k]
    }
    n *= m
  }
  return n
}

# The items of axis a that belong to the digits that call c has, in fits[0…]; returns how many.
function fitting(c, a,    k, b, best, n, m, i, d) {
  for (k = 1; k <= knows[a]; k++) {
    b = known_axis[a, k]
    if ((c, b) in has && (!best || axis_count[b] > axis_count[known_axis[a, best]])) best = k
  }
  if (!best) { for (d = 0; d < axis_count[a]; d++) fits[d] = d; return axis_count[a] }
  # Which items belong to which is gone through once.
  if (!((a, best) in gone_through)) {
    gone_through[a, best]
    for (d = 0; d < axis_count[a]; d++) member[a, best, known[a, best, d], members[a, best, known[a, best, d]]++] = d
  }
  b = digit[known_axis[a, best]]
  m = members[a, best, b]
  for (i = 0; i < m; i++) {
    d = member[a, best, b, i]
    for (k = 1; k <= knows[a]; k++)
      if (k != best && (c, known_axis[a, k]) in has && known[a, k, d] != digit[known_axis[a, k]]) break
    if (k > knows[a]) fits[n++] = d
  }
  return n + 0
}

# The id of the shard of c at `digit`.
function id_here(c) {
  if (c in outer && (whole || is_unsure(c))) c = outer[c]
  return id_of(c, producer_point(c))
}

function id_of(c, p) { return (base[c] + p) in own_id ? own_id[base[c] + p] : common_id[c] }

# A list is known by its labels, then the keys of each of its shards, and an id wherever it is another than before. Of an
# axis that a call makes no keys: what there is follows from who makes it.
function list_identity(c, i,    place, producer, n, m, id, last, k, p, a, v, step) {
  producer = input_producer[c, i]
  if (producer in outer) producer = outer[producer]
  place = list_place(c, i, producer)
  if (place in list_known) return list_known[place]
  n = select_points(view[c, i], producer)
  h_start()
  for (k = 1; k <= call_axes[producer]; k++) h_add(call_label[producer, k])
  for (m = 1; m <= n; m++) {
    p = selected[m]
    for (k = 1; k <= call_axes[producer]; k++) {
      a = call_axis[producer, k]
      step = stride[producer, k]
      if (producer in odd) { h_add_key(cell(a, digit_of(producer, k, p), 0)); continue }
      if (axis_range[a]) {
        v = axis_start[a] + int(p / step) * axis_step[a]
        if (v >= 0 && v < 16777216) {           # as h_add_key does it
          v += 33554432
          hash_a = (hash_a * 1299709 + v) % 2147483647
          hash_b = (hash_b * 1742537 + v) % 2147483629
          p %= step
          continue
        }
        if (v >= 2000000000 || v <= -2000000000) v = sprintf("%.0f", v)     # mawk would round it
      } else v = cell(a, int(p / step), 0)
      p %= step
      h_add_key(v)
    }
    p = base[producer] + selected[m]
    id = p in own_id ? own_id[p] : common_id[producer]
    if (id != last) h_add(id)
    last = id
  }
  return list_known[place] = h_end()
}

# Adds a key: a small whole number, however it is held, in one step (numbers of texts are below 2^25).
function h_add_key(v,    n) {
  n = v + 0
  if (n >= 0 && n < 16777216 && n == int(n) && n "" == v "") {
    n += 33554432
    hash_a = (hash_a * 1299709 + n) % 2147483647
    hash_b = (hash_b * 1742537 + n) % 2147483629
  } else h_add(v "")
}

# The text that the parts of a text input or of a published name make.
function text_of(c, i,    k, part, dot, v, out) {
  for (k = 1; k <= input_parts[c, i]; k++) {
    part = input_part[c, i, k]
    if (part ~ /^=/) v = substr(part, 2)
    else {
      dot = match(part, /\.[0-9]+$/)
      v = axis_of[substr(part, 1, dot - 1)]
      v = cell(v, digit[v], substr(part, dot + 1))
    }
    if (v != "%_") out = out v
  }
  return out == "" ? "%_" : out
}

# An absent optional has no file, and so no size.
function identity(path) {
  if (path in file_identity) return file_identity[path]
  if (path == "-" || path == "%_") return "-"
  fail("no identity for the file " path)
}

# `NAME=identity` of input i at `digit`, or "" where it does not count.
function piece(c, i,    kind, a, n, k, known, part, track, out) {
  kind = input_kind[c, i]
  if (kind == "file") return input_name[c, i] "=" identity(input_path[c, i])
  if (kind == "result") {
    n = input_producer[c, i]
    take_picked(c, i)
    out = input_name[c, i] "=" (input_list[c, i] ? list_identity(c, i) : id_here(n))
    if ((c, i) in picks) out = out picked_keys(c, i)
    if ((c, i) in told) out = out told_keys(c, i)
    put_back()
    return out
  }
  if (kind == "made") return input_name[c, i] "=" id_here(input_producer[c, i])
  if (kind == "text") return input_track[c, i] ~ /f/ ? input_name[c, i] "=" identity(text_of(c, i)) : ""
  if (kind != "item" || input_track[c, i] !~ /[vfl]/) return ""
  a = input_axis[c, i]
  known = c SUBSEP i SUBSEP digit[a]
  if (known in item_known) return item_known[known]
  n = split(input_columns[c, i], part, ",")
  split(input_track[c, i], track, ",")
  h_start()
  for (k = 1; k <= n; k++) {
    if (track[k] == "v") h_add(cell(a, digit[a], part[k]))
    if (track[k] == "f") h_add(identity(cell(a, digit[a], part[k])))
    if (track[k] == "l") list_add(cell(a, digit[a], part[k]))
  }
  kind = input_name[c, i] "=" h_end()
  # A memo pays only where other axes repeat the item.
  if (call_axes[c] > 1) item_known[known] = kind
  return kind
}

# Shards have the id of what they are made from; which of them is read, only their keys say.
function picked_keys(c, i,    k, out) {
  for (k = 1; k <= picks[c, i]; k++) out = out key_read(c, i, pick_axis[c, i, k])
  return out
}

# So too where something else tells which one is read. A part of an axis has the keys of the whole: those are in the directory.
function told_keys(c, i,    k, a, own, out) {
  for (k = 1; k <= told[c, i]; k++) {
    a = told_axis[c, i, k]
    own = told_own[c, i, k]
    if (digit[a] < 0 || own && digit[own] >= 0 && cell(own, digit[own], 0) == cell(a, digit[a], 0)) continue
    out = out key_read(c, i, a)
  }
  return out
}

function key_read(c, i, a) {
  h_start()
  h_add_key(cell(a, digit[a], 0))
  return "," input_name[c, i] "." axis_name[a] "=" h_end()
}

# Adds the identities of files with commas between.
function list_add(text,    n, i, path) {
  n = text == "-" ? 0 : split(text, path, ",")
  for (i = 1; i <= n; i++) h_add(identity(path[i]))
}

# The inputs of the shard at `digit`, in the order of the plan.
function inputs_text(c,    i, one, out) {
  for (i = 1; i <= inputs[c]; i++) {
    one = piece(c, i)
    if (one != "") out = out (out == "" ? "" : ",") one
  }
  return out == "" ? "-" : out
}

# The id of version and inputs. The last one is kept: most shards of a call have the same.
function shard_id(version, text) {
  if (text == last_text && version == last_version) return last_id
  last_version = version
  last_text = text
  h_start()
  h_add(version)
  h_add(text)
  return last_id = h_end()
}

function stats_part(path) { return path in file_stats ? "," file_stats[path] : "" }

# SIZE:MTIME of each tracked input file at `digit`.
function stats_text(c,    i, n, k, a, out, part, track) {
  for (i = 1; i <= inputs[c]; i++) {
    if (input_kind[c, i] == "file") out = out stats_part(input_path[c, i])
    else if (input_kind[c, i] == "text" && input_track[c, i] ~ /f/) out = out stats_part(text_of(c, i))
    else if (input_kind[c, i] == "item" && input_track[c, i] ~ /f/) {
      a = input_axis[c, i]
      n = split(input_columns[c, i], part, ",")
      split(input_track[c, i], track, ",")
      for (k = 1; k <= n; k++) if (track[k] == "f") out = out stats_part(cell(a, digit[a], part[k]))
    }
  }
  return out == "" ? "-" : substr(out, 2)
}

# The pattern that selects the shards of list input i at `digit`: `model=*/seed=42`. Items that belong to one of another axis
# are told by its number, behind: `row=*/@library=3`.
function selection(c, i,    producer, k, a, v, out) {
  producer = input_producer[c, i]
  v = view[c, i]
  for (k = 1; k <= call_axes[producer]; k++) {
    a = call_axis[producer, k]
    out = out (k > 1 ? "/" : "") \
      ((v, a) in has ? component_of(producer, k, digit[a]) : call_label[producer, k] "=*")
  }
  for (k = 1; k <= shows[producer]; k++) {
    a = show[producer, k]
    out = out "/@" axis_name[a] "=" ((v, a) in has ? digit[a] : "*")
  }
  return out == "" ? "." : out
}

# The value columns of a work line at `digit`, each behind a TAB; also in value[1…].
function values_text(c,    i, n, k, out, part, kind) {
  values = 0
  for (i = 1; i <= inputs[c]; i++) {
    kind = input_kind[c, i]
    if (kind == "item") {
      n = split(input_columns[c, i], part, ",")
      for (k = 1; k <= n; k++) value[++values] = cell(input_axis[c, i], digit[input_axis[c, i]], part[k])
    } else if (kind == "text") value[++values] = text_of(c, i)
    else if (kind == "after") value[++values] = selection(c, i)
    else if (kind == "result") {
      n = input_producer[c, i]
      take_picked(c, i)
      value[++values] = input_list[c, i] ? selection(c, i) : dir_here(n)
      put_back()
    } else if (kind == "made" && input_name[c, i] != "-") {
      n = input_producer[c, i]
      value[++values] = dir_here(n)
      value[++values] = cell(input_axis[c, i], digit[input_axis[c, i]], 2)
      # Of a file that was temporary, and is made again, only the path is known.
      if ((base[n] + producer_point(n)) in pending) sub(/=.*/, "=", value[values])
    }
  }
  for (k = 1; k <= values; k++) out = out "\t" value[k]
  return out
}
