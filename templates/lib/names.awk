# names.awk: of the names on standard input, a line each, the nearest to FLOW_WANTED, in one line.

BEGIN { wanted = ENVIRON["FLOW_WANTED"]; most = 5 }

{
  names++
  keep($0, distance(wanted, $0, kept < most ? 1000 : slips[most]))
}

END {
  for (i = 1; i <= kept; i++) out = out (i > 1 ? ", " : "") near[i]
  print (names > kept ? "nearest of " names ": " : "nearest: ") out
}

# Into near[1…kept], by their slips; of equal ones the first.
function keep(name, n,    i) {
  if (kept < most) slips[++kept] = 1000
  else if (n >= slips[most]) return
  for (i = kept; i > 1 && slips[i - 1] > n; i--) { near[i] = near[i - 1]; slips[i] = slips[i - 1] }
  near[i] = name
  slips[i] = n
}

# How many letters to put in, take out or replace; `enough` where it is no less than that.
function distance(a, b, enough,    i, k, n, m, cost, before, least, row) {
  n = length(a)
  m = length(b)
  if (n - m >= enough || m - n >= enough) return enough
  for (k = 0; k <= m; k++) row[k] = k
  for (i = 1; i <= n; i++) {
    before = row[0]
    row[0] = least = i
    for (k = 1; k <= m; k++) {
      cost = before + (substr(a, i, 1) != substr(b, k, 1))
      before = row[k]
      if (row[k - 1] + 1 < cost) cost = row[k - 1] + 1
      if (before + 1 < cost) cost = before + 1
      row[k] = cost
      if (cost < least) least = cost
    }
    if (least >= enough) return enough
  }
  return row[m]
}
