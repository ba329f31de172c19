#!/bin/sh
# fetch.sh MODULES DIR: unpacks the upstream source archive of every Debian source package named in MODULES
# into DIR/<package>, and writes DIR/<package>.version.
set -eu
modules=$1
dir=$2

sed 's/^deb /deb-src /' /etc/apt/sources.list >/etc/apt/sources.list.d/sources-only.list
apt-get update -qq
apt-get install -qq --yes --no-install-recommends xz-utils >/dev/null
mkdir -p "$dir/archives"
grep -v '^#' "$modules" | while read -r module package; do
  [ -n "$module" ] || continue
  (cd "$dir/archives" && apt-get source -qq -o APT::Sandbox::User=root --download-only --only-source "$package")
  archive=$(ls "$dir/archives/${package}_"*.orig.tar.* | grep -v '\.asc$')
  version=${archive##*/"${package}"_}
  version=${version%.orig.tar.*}
  mkdir "$dir/$package"
  tar -C "$dir/$package" --strip-components=1 --no-same-owner -xf "$archive"
  # Debian's own marks after the upstream version (1.2.3+ds1, 1.2.3~git) are cut off.
  echo "v${version%%[+~]*}" >"$dir/$package.version"
done
