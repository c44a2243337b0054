#!/usr/bin/env bash
# Builds the firmware for the simulated board: firmware/*.c -> firmware/firmware.wasm, byte for byte the same wherever it
# is built with clang 14. With --check it builds elsewhere and compares with the committed file. With KEPT_OBJECTS, a
# folder, what has not changed since the last build there is not compiled again.
set -euo pipefail
cd "$(dirname "$0")/firmware"

CLANG=${CLANG:-clang-14}
WASM_LD=${WASM_LD:-wasm-ld-14}
sources=(board calibration corrections coulomb crc deadman envelope faults fifo galvanostat guard hal_wasm measure registers
  selftest stop waveform)
flags=(--target=wasm32 -std=c99 -O2 -flto -Wall -Wextra -Werror -pedantic -Wno-c11-extensions
  -ffreestanding -nostdlib -ffp-contract=off -fno-ident -mbulk-memory)

build() { # output file
  local objects
  objects=${KEPT_OBJECTS:-$(mktemp -d)}
  for source in "${sources[@]}"; do
    if [ -e "$objects/$source.o" ] && [ -z "$(find "$source.c" ./*.h -newer "$objects/$source.o")" ]; then continue; fi
    "$CLANG" "${flags[@]}" -c "$source.c" -o "$objects/$source.o"
  done
  (cd "$objects" && "$WASM_LD" --no-entry --strip-all --lto-O2 -z stack-size=16384 --initial-memory=131072 --max-memory=131072 \
    "${sources[@]/%/.o}" -o firmware.wasm)
  install -m 0644 "$objects/firmware.wasm" "$1"
  if [ -z "${KEPT_OBJECTS:-}" ]; then rm -r "$objects"; fi
}

case "${1:-}" in
  '') build firmware.wasm ;;
  --check)
    fresh=$(mktemp)
    build "$fresh"
    if ! cmp -s "$fresh" firmware.wasm; then
      echo "firmware-bridge/firmware/firmware.wasm is not what its sources give: run npm run firmware" >&2
      rm "$fresh"
      exit 1
    fi
    rm "$fresh"
    ;;
  *)
    echo "usage: build-wasm.sh [--check]" >&2
    exit 2
    ;;
esac
