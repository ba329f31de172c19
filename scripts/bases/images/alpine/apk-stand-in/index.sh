# Fetches the package lists of the repositories, checked against the hashes in their Release files.

architecture=$(busybox cat "$share/architecture")

# download URL FILE
download() {
  busybox wget -q -O "$2" "$1" || fail "fetching $1"
}

# verify FILE SHA256
verify() {
  [ -n "$2" ] || fail "no SHA-256 is known for $1"
  echo "$2  $1" | busybox sha256sum -c -s || fail "$1 does not have the SHA-256 $2"
}

fetch_index() {
  : >"$work/Packages"
  while read -r uri suite components; do
    for component in $components; do
      fetch_list "$uri" "$suite" "$component"
    done
  done </etc/apk/repositories
}

fetch_list() {
  list=$3/binary-$architecture/Packages.xz
  [ -n "$quiet" ] || echo "fetch $1/dists/$2/$list"
  download "$1/dists/$2/Release" "$work/Release"
  hash=$(busybox awk -v list="$list" '/^[^ ]/ { on = $1 == "SHA256:" } on && $3 == list { print $1 }' "$work/Release")
  download "$1/dists/$2/$list" "$work/Packages.xz"
  verify "$work/Packages.xz" "$hash"
  # Each stanza gets the archive that its Filename is relative to.
  busybox xz -dc "$work/Packages.xz" | busybox awk -v uri="$1" '{ print } /^Package:/ { print "Archive: " uri }' >>"$work/Packages"
  busybox rm "$work/Packages.xz"
}
