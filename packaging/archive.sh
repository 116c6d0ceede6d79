#!/bin/sh
# Makes the archive of a release for one target: hbmon-VERSION-TARGET.tgz in the current folder.
# `cargo binstall` (Cargo.toml) and action.yml expect this name, and the binary in a folder of the
# same name.
#
#   packaging/archive.sh TARGET BINARY
set -eu
target=$1
binary=$2
root=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
name="hbmon-$version-$target"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
cp "$binary" "$work/$name/hbmon"
cp -R "$root/man" "$root/completions" "$root/README.md" "$root/CHANGELOG.md" \
  "$root/LICENSE-MIT" "$root/LICENSE-APACHE" "$work/$name"
tar -czf "$name.tgz" -C "$work" "$name"
echo "$name.tgz"
