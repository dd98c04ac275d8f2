#!/usr/bin/env bash
# Installs what the tests' engines need and the Go modules do not bring:
# PostgreSQL and MariaDB from Debian, without starting Debian's own servers, and
# ClickHouse's library from npm, where Open looks for it. Installs nothing that
# is there. Says at the end what cannot be had, and then exits with status 1.
set -uo pipefail
cd "$(dirname "$0")"
absent=()

# has PROGRAM PLACE...: is it in PATH or one of the places?
has() {
  local name=$1 place
  command -v "$name" >/dev/null 2>&1 && return
  for place in "${@:2}"; do [ -x "$place/$name" ] && return; done
  return 1
}
has_postgres() { has initdb /usr/lib/postgresql/*/bin; }
has_mariadb() { has mariadbd /usr/sbin /usr/libexec && has mariadb-install-db; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# debian PACKAGE...: installs packages, with services held back meanwhile.
debian() {
  command -v apt-get >/dev/null 2>&1 || return 1
  local policy=/usr/sbin/policy-rc.d held='' status=0
  if [ ! -e "$policy" ]; then
    held=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy"
  fi
  as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || status=1
  [ -z "$held" ] || as_root rm -f "$policy"
  return "$status"
}

missing=()
has_postgres || missing+=(postgresql)
has_mariadb || missing+=(mariadb-server)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  debian "${missing[@]}"
fi
has_postgres || absent+=("postgres: Debian package postgresql could not be installed")
has_mariadb || absent+=("mariadb: Debian package mariadb-server could not be installed")

version=$(sed -n 's/^const chdbVersion = "\(.*\)"$/\1/p' clickhouse.go)
library=${CHDB_LIB_PATH:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/segment/chdb-$version/libchdb.so}
case "$(uname -s) $(uname -m)" in
  "Linux x86_64") package=@chdb/lib-linux-x64-gnu@$version ;;
  *) package= ;;
esac

# fetch puts the library in its place in one move: a test may be looking.
fetch() {
  command -v npm >/dev/null 2>&1 || debian npm || return 1
  local folder status=0
  mkdir -p "$(dirname "$library")" && folder=$(mktemp -d "$(dirname "$library")/fetch.XXXXXX") || return 1
  npm pack --silent --pack-destination "$folder" "$package" >/dev/null &&
    tar -xzf "$folder"/*.tgz -C "$folder" package/libchdb.so &&
    mv "$folder/package/libchdb.so" "$library" || status=1
  rm -rf "$folder"
  return "$status"
}
if [ ! -e "$library" ] && [ -n "$package" ]; then
  echo "fetching $package"
  fetch
fi
if [ -e "$library" ]; then
  echo "CHDB_LIB_PATH=$library"
else
  absent+=("clickhouse: npm package ${package:-for $(uname -s) $(uname -m)} could not be fetched")
fi

if [ ${#absent[@]} -gt 0 ]; then
  printf 'cannot be had: %s\n' "${absent[@]}"
  exit 1
fi
