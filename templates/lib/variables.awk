# variables.awk: the variables that an environment sets when it is activated. Use with records.awk.
# Reads etc/conda/env_vars.d/*.json (an object of texts) and conda-meta/state (the same, under "env_vars"), in this order; prints
# `PREFIX NAME=VALUE…`, as fields. As in conda, names are in capitals, and `***unset***` is no value.
# Environment: FLOW_PREFIX.

# The text of a JSON string that begins behind the quote at `at`; leaves `at` behind its end.
function json_text(s,    c, out) {
  for (at++; at <= length(s) && (c = substr(s, at, 1)) != "\""; at++) {
    if (c == "\\") {
      c = substr(s, ++at, 1)
      if (c == "u") { c = utf8(code_unit(s)) }
      else if (c in escaped) c = escaped[c]
    }
    out = out c
  }
  at++
  return out
}

# The code point of \uXXXX, of which `at` is the u; of a pair of surrogates what both mean. Leaves `at` at the last digit.
function code_unit(s,    high, low) {
  high = hex(substr(s, at + 1, 4)); at += 4
  if (high < 55296 || high > 56319 || substr(s, at + 1, 2) != "\\u") return high
  low = hex(substr(s, at + 3, 4)); at += 6
  return 65536 + (high - 55296) * 1024 + low - 56320
}

function hex(digits,    i, n) {
  for (i = 1; i <= length(digits); i++) n = n * 16 + index("123456789abcdef", tolower(substr(digits, i, 1)))
  return n
}

function utf8(n) {
  if (n < 128) return sprintf("%c", n)
  if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
  if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
  return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
}

# The values of one file that stand at the depth where variables are.
function take(s, depth,    here, c, key, name) {
  at = 1
  while (at <= length(s)) {
    c = substr(s, at, 1)
    if (c == "{" || c == "[") { above[++here] = name; key = 1; at++ }
    else if (c == "}" || c == "]") { here--; at++ }
    else if (c == ",") { key = 1; at++ }
    else if (c == ":") { key = 0; at++ }
    else if (c == "\"") {
      if (key) name = json_text(s)
      else give(name, json_text(s), here, depth)
    } else if (match(substr(s, at), /^[-+.0-9A-Za-z]+/)) {
      give(name, substr(s, at, RLENGTH), here, depth)
      at += RLENGTH
    } else at++
  }
}

function give(name, value, here, depth) {
  name = toupper(name)
  if (here != depth || depth == 2 && above[2] != "env_vars" || name !~ /^[A-Z_][A-Z0-9_]*$/) return
  if (!(name in values)) order[++count] = name
  values[name] = value
}

BEGIN { escaped["n"] = "\n"; escaped["t"] = "\t"; escaped["r"] = "\r"; escaped["b"] = "\b"; escaped["f"] = "\f" }

FNR == 1 && NR > 1 { take(all, depth); all = "" }
FNR == 1 { depth = FILENAME ~ /\/conda-meta\/state$/ ? 2 : 1 }
{ all = all $0 "\n" }

END {
  if (all != "") take(all, depth)
  line = encode(ENVIRON["FLOW_PREFIX"])
  for (i = 1; i <= count; i++)
    if (values[order[i]] != "***unset***") line = line "\t" encode(order[i] "=" values[order[i]])
  print line
}
