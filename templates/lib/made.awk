# made.awk: lines that were written before the items of an axis were known, which an earlier call makes. Used with records.awk.
# Such a line of lists/JOB.open.tsv or expect/CALL.tsv stands for all these items. It has marks, `%*AXIS.0*` for the key in a
# directory, `%*AXIS.1*` for the text, `%*AXIS.2*` for the item and `%*AXIS.3*` for the text without extension, and behind all else `%*AXIS=CALL=ID=DIR` for each such
# axis, the outer first: the shard that makes them. No field has `%*` in it otherwise.
# MADE_FOLDER/AXIS.tsv has them once they are known: DIR alone, then DIR KEY TEXT ITEM STEM for each.

function made_read(axis,    file, line, dir) {
  if (axis in made_met) return
  made_met[axis]
  file = ENVIRON["MADE_FOLDER"] "/" axis ".tsv"
  while ((getline line < file) > 0) {
    dir = index(line, "\t") ? substr(line, 1, index(line, "\t") - 1) : line
    if (dir == line) made_n[axis, dir] = 0
    else made_row[axis, dir, ++made_n[axis, dir]] = substr(line, length(dir) + 2)
  }
  close(file)
}

# The lines that a line stands for, behind those in made_line[1…made_lines].
function made_lines_of(line,    column, rest, axis, dir, i, f) {
  if (!index(line, "\t%*") || !match(line, /\t%\*[A-Za-z0-9_]+=[^\t]*/)) { made_line[++made_lines] = line; return }
  column = substr(line, RSTART + 3, RLENGTH - 3)
  rest = substr(line, RSTART + RLENGTH)
  line = substr(line, 1, RSTART - 1)
  axis = substr(column, 1, index(column, "=") - 1)
  column = substr(column, length(axis) + 2)
  dir = column
  sub(/^[^=]*=[^=]*=/, "", dir)
  made_read(axis)
  if ((axis, dir) in made_n) {
    for (i = 1; i <= made_n[axis, dir]; i++) {
      split(made_row[axis, dir, i], f, "\t")
      made_lines_of(made_put(line rest, axis, f))
    }
    return
  }
  # Who makes them had not ended well: all of them are one shard that cannot run.
  gsub(/\t%\*[^\t]*/, "", rest)
  line = line rest (made_tells ? "\t%*" column : "")
  gsub(/%\*[A-Za-z0-9_]+\.[0-9]\*/, "*", line)
  made_line[++made_lines] = line
}

# A line with an item in place of the marks of its axis.
function made_put(line, axis, f,    mark, at, head, k) {
  mark = "%*" axis ".0*"
  while ((at = index(line, mark)) > 0) {
    head = substr(line, 1, at - 1)
    match(head, /[A-Za-z0-9_]+=$/)
    line = substr(head, 1, RSTART - 1) dir_component(substr(head, RSTART, RLENGTH - 1), f[1]) substr(line, at + length(mark))
  }
  for (k = 1; k <= 3; k++) {
    mark = "%*" axis "." k "*"
    while ((at = index(line, mark)) > 0) line = substr(line, 1, at - 1) f[k + 1] substr(line, at + length(mark))
  }
  return line
}
