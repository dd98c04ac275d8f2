#!/bin/sh
# Builds the page: dist/ from src/. With -test the unit tests run first.
#
# dist/sources.txt holds what the page was built from: one line "sha256  path" for each of
# package.json, package-lock.json, index.html, vite.config.ts, tsconfig.json and every file
# below src/, sorted by path as bytes. A Go test computes the same and compares.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --ignore-scripts
[ "${1:-}" != "-test" ] || npm test
npm run build

# The licences of what is bundled, which ask to be kept with it.
npm ls --all --omit=dev --parseable | sed -n 's|.*/node_modules/|node_modules/|p' | LC_ALL=C sort -u | while read -r d; do
	for f in "$d"/LICENSE*; do
		[ ! -f "$f" ] || { printf '%s\n\n' "== ${d#node_modules/}"; cat "$f"; printf '\n\n'; }
	done
done >dist/licenses.txt

{ printf '%s\n' package.json package-lock.json index.html vite.config.ts tsconfig.json; find src -type f; } |
	LC_ALL=C sort | xargs -d '\n' sha256sum >dist/sources.txt
