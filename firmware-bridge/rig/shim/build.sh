#!/usr/bin/env bash
# Compiles the preloaded library of a shim: build.sh i2cshim <directory>. Prints its path. Needs a C compiler; CC is taken
# when it is set.
set -euo pipefail
name=$1
out=$2
here=$(dirname "$(readlink -f "$0")")
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -o "$out/$name.so" "$here/$name.c" -ldl -lpthread
echo "$out/$name.so"
