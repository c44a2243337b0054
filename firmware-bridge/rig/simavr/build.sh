#!/usr/bin/env bash
# Compiles the emulated board: build.sh <directory>. Prints the program's path. Needs a C compiler and libsimavr-dev.
set -euo pipefail
out=$1
here=$(dirname "$(readlink -f "$0")")
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -o "$out/simavr-board" \
  "$here"/{main,frames,machine,wire,converters,surroundings}.c -lsimavr -lm
echo "$out/simavr-board"
