# resolve.awk -v wanted="NAME..." PRESENT UNNEEDED PACKAGES
# Prints "name version url sha256" for each package to install, dependencies first.
# Exits with 1 after apk's words for names that nobody has. A later list's stanza replaces an earlier one's.

FILENAME == ARGV[1] { present[$1] = 1; next }
FILENAME == ARGV[2] { if ($0 !~ /^#/ && NF == 2) unneeded[$1, $2] = 1; next }

/^Package: / { name = $2; needs[name] = "" }
/^Archive: / { archive[name] = $2 }
/^Version: / { version[name] = $2 }
/^(Pre-)?Depends: / { sub(/^[^:]*: /, ""); needs[name] = needs[name] == "" ? $0 : needs[name] ", " $0 }
/^Filename: / { path[name] = $2 }
/^SHA256: / { hash[name] = $2 }
/^Provides: / {
  sub(/^[^:]*: /, "")
  n = split($0, given, /, */)
  for (i = 1; i <= n; i++) { virtual = bare(given[i]); if (!(virtual in provider)) provider[virtual] = name }
}

function bare(dependency) {
  sub(/^ +/, "", dependency)
  sub(/[ (:].*$/, "", dependency)
  return dependency
}

# The package that answers one name: itself, else one that provides it.
function answering(wish) {
  if (wish in present || wish in path) return wish
  return wish in provider ? provider[wish] : ""
}

function choose(alternatives, parts, count, i, found) {
  count = split(alternatives, parts, "|")
  for (i = 1; i <= count; i++) if (bare(parts[i]) in present) return bare(parts[i])
  for (i = 1; i <= count; i++) { found = answering(bare(parts[i])); if (found != "") return found }
  return ""
}

function visit(package, parts, count, i, next_one) {
  if (package in present || package in seen) return
  seen[package] = 1
  count = split(needs[package], parts, ",")
  for (i = 1; i <= count; i++) {
    next_one = choose(parts[i])
    if (next_one == "") { missing = missing "  " bare(parts[i]) " (no such package):\n    required by: " package "\n"; continue }
    if (!(("*", next_one) in unneeded) && !((package, next_one) in unneeded)) visit(next_one)
  }
  plan = plan package " " version[package] " " archive[package] "/" path[package] " " hash[package] "\n"
}

END {
  count = split(wanted, names, " ")
  for (i = 1; i <= count; i++) {
    found = answering(names[i])
    if (found == "") missing = missing "  " names[i] " (no such package):\n    required by: world[" names[i] "]\n"
    else visit(found)
  }
  if (missing != "") { printf "ERROR: unable to select packages:\n%s", missing; exit 1 }
  printf "%s", plan
}
