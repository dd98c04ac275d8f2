#!/usr/bin/env bash
# Installs what the browser tests need: Chromium from the packages of Debian, and axe-core
# (Mozilla Public License 2.0), which looks for barriers, by npm.
set -euo pipefail
cd "$(dirname "$0")"
version=4.14.1

if ! [ -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
fi
"${CHROMIUM:-/usr/bin/chromium}" --version

mkdir -p axe
if ! [ -s "axe/axe-$version.min.js" ]; then
  packed=$(cd axe && npm pack --silent "axe-core@$version")
  tar -xzf "axe/$packed" -C axe package/axe.min.js package/LICENSE
  mv axe/package/axe.min.js "axe/axe-$version.min.js"
  mv axe/package/LICENSE axe/LICENSE
  rm -r axe/package "axe/$packed"
fi
echo "axe-core $version"
