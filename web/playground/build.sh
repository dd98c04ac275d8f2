#!/bin/sh
# Builds docs/playground: static files that any web server can serve, and that ask for nothing
# else. The page must be built before, by ../build.sh. Needs Go and zstd, and no network.
#
# -l keeps functions from being copied into their callers, which makes the program a good
# eighth smaller when it is packed, and no slower than a page needs.
set -eu
cd "$(dirname "$0")"
to=../../docs/playground
rm -rf "$to"
mkdir -p "$to/assets"

GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -gcflags=all=-l -ldflags="-s -w -buildid=" -o "$to/segment.wasm" .
go run ./make >"$to/shop"
zstd -q -19 --rm "$to/segment.wasm" "$to/shop"

../node_modules/.bin/esbuild start.js --bundle --external:./assets/index.js --minify --format=esm --target=es2022 --log-level=warning --outfile="$to/start.js"
cp "$(go env GOROOT)/lib/wasm/wasm_exec.js" ../dist/theme.js "$to/"
{ cat ../dist/licenses.txt && printf '== fzstd\n\n' && cat ../node_modules/fzstd/LICENSE && printf '\n\n== Go\n\n' && cat "$(go env GOROOT)/LICENSE"; } >"$to/licenses.txt"
cp ../dist/assets/index.js ../dist/assets/index.css "$to/assets/"
sed 's|<script type="module"[^>]*assets/index.js"></script>|<script src="./wasm_exec.js"></script>\
    <script type="module" src="./start.js"></script>|' ../dist/index.html >"$to/index.html"
grep -q start.js "$to/index.html" # the page's start was found and replaced

echo "bytes to load, packed:"
for f in index.html theme.js wasm_exec.js start.js assets/index.js assets/index.css; do gzip -9 -c "$to/$f" | wc -c; done |
	awk -v wasm="$(cat "$to"/*.zst | wc -c)" '{ n += $1 } END { print wasm " program, " n " page, " wasm + n " together" }'
