# made.awk: lines that were written before the items of an axis were known, which an earlier call makes. Used with records.awk.
# Such a line of lists/JOB.open.tsv or expect/CALL.tsv stands for all these items. It has marks, `%*AXIS.0*` for the key in a
# directory, `%*AXIS.1*` for the text, `%*AXIS.2*` for the item and `%*AXIS.3*` for the text without extension, and behind all else `%*AXIS=CALL=ID=DIR` for each such
# axis, the outer first: the shard that makes them. No field has `%*` in it otherwise. Of a zip 4 to 7 are those of the other item.
# MADE_FOLDER/AXIS.tsv has them once they are known: DIR alone, then DIR KEY TEXT ITEM STEM for each, of a zip KEY TEXT ITEM STEM
# of the other behind it; or DIR = WHY: that of the zip's other item which is missing, `CALL=ID=DIR`, or `=` and how the lengths differ.

function made_read(axis,    file, line, dir) {
  if (axis in made_met) return
  made_met[axis]
  file = ENVIRON["MADE_FOLDER"] "/" axis ".tsv"
  while ((getline line < file) > 0) {
    dir = index(line, "\t") ? substr(line, 1, index(line, "\t") - 1) : line
    if (dir == line) made_n[axis, dir] = 0
    else if (substr(line, length(dir) + 1, 3) == "\t=\t") made_why[axis, dir] = substr(line, length(dir) + 4)
    else made_row[axis, dir, ++made_n[axis, dir]] = substr(line, length(dir) + 2)
  }
  close(file)
}

# What the next lines of a file (always the same) stand for, in made_line[1…made_lines]; FALSE behind the last.
function made_next(file,    line, n, place) {
  made_lines = 0
  if (made_ahead) line[1] = made_ahead_line
  else if ((getline line[1] < file) <= 0) return 0
  n = 1
  place = made_place(line[1])
  while ((made_ahead = (getline made_ahead_line < file) > 0) && place != "" && made_place(made_ahead_line) == place)
    line[++n] = made_ahead_line
  made_lines_of(line, n)
  return 1
}

# Who makes the items of a line's outermost such axis, `AXIS=CALL=ID=DIR`; "" of one without marks.
function made_by(line) {
  return index(line, "\t%*") && match(line, /\t%\*[A-Za-z0-9_]+=[^\t]*/) ? substr(line, RSTART + 3, RLENGTH - 3) : ""
}

# Lines of one place, `row=3/chunk=%*` and who makes these, differ by what stands inside of that axis.
function made_place(line,    by) {
  by = made_by(line)
  return by == "" ? "" : substr(line, 1, index(line, "%*")) "\t" by
}

# The lines that line[1…n] stand for, behind those in made_line[1…made_lines]. Neighbours of one place are inside of each item.
function made_lines_of(line, n,    i, j, k, m, place, axis, dir, f, inner) {
  for (i = 1; i <= n; i = j) {
    place = made_place(line[i])
    for (j = i + 1; j <= n && place != "" && made_place(line[j]) == place; j++);
    if (place == "") { made_line[++made_lines] = line[i]; continue }
    axis = dir = made_by(line[i])
    sub(/=.*/, "", axis)
    sub(/^[^=]*=[^=]*=[^=]*=/, "", dir)
    made_read(axis)
    # Who makes them had not ended well: all of them are one shard that cannot run.
    if (!((axis, dir) in made_n)) for (k = i; k < j; k++) made_line[++made_lines] = made_closed(line[k], made_why[axis, dir])
    else for (m = 1; m <= made_n[axis, dir]; m++) {
      split(made_row[axis, dir, m], f, "\t")
      for (k = i; k < j; k++) inner[k - i + 1] = made_put(line[k], axis, f)
      made_lines_of(inner, j - i)
    }
  }
}

# A line with `*` in place of all items; why there are none, or who should have made the outermost, CALL=ID=DIR, is told behind
# where that is asked for.
function made_closed(line, reason) {
  if (reason == "") { reason = made_by(line); reason = substr(reason, index(reason, "=") + 1) }
  gsub(/\t%\*[A-Za-z0-9_]+=[^\t]*/, "", line)
  if (made_tells) line = line "\t%*" reason
  gsub(/%\*[A-Za-z0-9_]+\.[0-9]\*/, "*", line)
  return line
}

# A line with an item in place of its outermost marks.
function made_put(line, axis, f,    mark, at, head, k) {
  sub(/\t%\*[A-Za-z0-9_]+=[^\t]*/, "", line)
  for (k = 0; k <= 7; k++) {
    mark = "%*" axis "." k "*"
    while ((at = index(line, mark)) > 0) {
      head = substr(line, 1, at - 1)
      if (k % 4) head = head f[k + 1]
      else {
        match(head, /[A-Za-z0-9_]+=$/)
        head = substr(head, 1, RSTART - 1) dir_component(substr(head, RSTART, RLENGTH - 1), f[k + 1])
      }
      line = head substr(line, at + length(mark))
    }
  }
  return line
}
