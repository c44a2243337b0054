#!/usr/bin/env bash
# Compiles the preloaded disk: build.sh <directory>. Prints its path. Needs a C compiler; CC is taken when it is set.
set -euo pipefail
out=$1
here=$(dirname "$(readlink -f "$0")")
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -o "$out/power-cut.so" "$here/shim.c" -ldl -lpthread
echo "$out/power-cut.so"
