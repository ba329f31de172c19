# Resolves names and unpacks packages.

# What is there already: packages of this script, and Debian's own where the image is a Debian.
present() {
  busybox cut -d ' ' -f 1 "$db/installed"
  [ ! -e /var/lib/dpkg/status ] ||
    busybox awk '/^Package:/ { name = $2 } /^Status:.* installed$/ { print name }' /var/lib/dpkg/status
}

# debian_name NAME: Debian's name for an Alpine package, without a version.
debian_name() {
  plain=${1%%[=<>~]*}
  [ "$plain" = "$1" ] || say "WARNING: $1: the stand-in takes the version that Debian has"
  busybox awk -v name="$plain" '$1 == name { name = $2 } END { print name }' "$share/names"
}

add() {
  wanted=
  for name; do wanted="$wanted $(debian_name "$name")"; done
  present >"$work/present"
  busybox awk -v wanted="$wanted" -f "$share/resolve.awk" "$work/present" "$share/unneeded" "$work/Packages" >"$work/plan" ||
    { busybox cat "$work/plan" >&2; exit 1; }

  total=$(busybox wc -l <"$work/plan")
  number=0
  while read -r name version url hash; do
    number=$((number + 1))
    [ -n "$quiet" ] || echo "($number/$total) Installing $name ($version)"
    download "$url" "$work/package.deb"
    verify "$work/package.deb" "$hash"
    unpack
    echo "$name $version" >>"$db/installed"
  done <"$work/plan"
  [ "$number" = 0 ] || gather_certificates
  echo "OK: $(busybox wc -l <"$db/installed") packages"
}

# The paths that the slim images leave out are left out here too.
unpack() {
  busybox mkdir "$work/files"
  busybox dpkg-deb -x "$work/package.deb" "$work/files" || fail "unpacking $name"
  for left_out in doc groff info lintian locale man; do busybox rm -rf "$work/files/usr/share/$left_out"; done
  # Through tar, so that folders which are links here (/lib in a Debian) are followed.
  busybox tar -C "$work/files" -cf - . | busybox tar -C / -xf -
  busybox rm -rf "$work/files" "$work/package.deb"
}

# What the script of ca-certificates would do.
gather_certificates() {
  [ -d /usr/share/ca-certificates ] && [ ! -e /etc/ssl/certs/ca-certificates.crt ] || return 0
  busybox mkdir -p /etc/ssl/certs
  busybox find /usr/share/ca-certificates /usr/local/share/ca-certificates -name '*.crt' 2>/dev/null | busybox sort |
    while read -r certificate; do busybox cat "$certificate"; done >/etc/ssl/certs/ca-certificates.crt
  busybox ln -sf certs/ca-certificates.crt /etc/ssl/cert.pem
}
