# identify.awk: which tracked files have to be read to be known. Use with records.awk, behind survey.awk.
# Environment: FLOW_OUT, a folder with plan.tracked and, line by line, their `stats`: SIZE MTIME INODE TYPE; FLOW_FILES, what was
# read before: PATH SIZE MTIME INODE IDENTITY. Answers, in FLOW_OUT:
#   known      PATH SIZE MTIME INODE IDENTITY, `?` for what has to be read, `dir` for folders
#   unknown    the names of those with `?`, each with a NUL behind it         dirs   the paths of folders

BEGIN {
  FS = OFS = "\t"
  out = ENVIRON["FLOW_OUT"] "/"
  while ((getline < ENVIRON["FLOW_FILES"]) > 0) if (NF == 5) read_before[$1, $2, $3, $4] = $5
  printf "" > (out "known"); printf "" > (out "unknown"); printf "" > (out "dirs")
  while ((getline path < (out "plan.tracked")) > 0) {
    if ((getline < (out "stats")) <= 0) exit 1
    if ($4 == "directory") { identity = "dir"; print path > (out "dirs") }
    else if ($1 > 104857600) { identity = $2; sub(/\..*/, "", identity); identity = $1 "." identity }
    else if ((path, $1, $2, $3) in read_before) identity = read_before[path, $1, $2, $3]
    else { identity = "?"; name = decode(path); printf "%s%c", (name ~ /^\// ? "" : "./") name, 0 > (out "unknown") }
    print path, $1, $2, $3, identity > (out "known")
  }
}
