#!/usr/bin/env bash
# Builds the firmware for the board: firmware/*.c -> firmware/firmware.hex, the same bytes wherever it is built with
# avr-gcc 5.4, and firmware.size with what it takes of the ATmega328P. Fails when less than a fifth of flash or of RAM is
# left. With --check it builds elsewhere and compares with the committed files.
set -euo pipefail
cd "$(dirname "$0")/firmware"

FLASH=32768
RAM=2048
STACK=240 # deepest use of the stack, with a margin; test/firmware-bridge/avr8js.test.ts measures it
FREE_PERCENT=20

# Tables made of switches would be copied to RAM.
flags=(-mmcu=atmega328p -DF_CPU=16000000UL -std=c99 -flto -Wall -Wextra -Werror -ffunction-sections -fdata-sections
  -fshort-enums -fno-ident -fno-tree-switch-conversion)

# What does not run every millisecond is built for size; a tick is short of time, and everything of flash.
seldom=' corrections deadman envelope faults selftest stop waveform avr_store '

# Every source but those of the other build and those that have one of their own for the AVR.
sources=()
for source in *.c; do
  case "$source" in hal_wasm*.c | crc.c) ;; *) sources+=("${source%.c}") ;; esac
done

bounded() { # what, used, all
  local free=$(($3 - $2))
  printf '%s: %d of %d bytes, %d %% free\n' "$1" "$2" "$3" $((free * 100 / $3))
  if ((free * 100 < $3 * FREE_PERCENT)); then
    echo "$1: less than $FREE_PERCENT % free" >&2
    return 1
  fi
}

build() { # directory for the results
  local objects optimize source text data bss
  objects=$(mktemp -d)
  for source in "${sources[@]}"; do
    case "$seldom" in *" $source "*) optimize=-Os ;; *) optimize=-O2 ;; esac
    avr-gcc "${flags[@]}" "$optimize" -c "$source.c" -o "$objects/$source.o"
  done
  (cd "$objects" && avr-gcc "${flags[@]}" -O2 -Wl,--gc-sections "${sources[@]/%/.o}" -o firmware.elf)
  avr-objcopy -O ihex -R .eeprom "$objects/firmware.elf" "$1/firmware.hex"
  read -r text data bss < <(avr-size "$objects/firmware.elf" | awk 'NR == 2 { print $1, $2, $3 }')
  {
    bounded flash $((text + data)) "$FLASH"
    bounded "RAM with $STACK bytes of stack" $((data + bss + STACK)) "$RAM"
  } > "$1/firmware.size"
  rm -r "$objects"
}

case "${1:-}" in
  '')
    build .
    cat firmware.size
    ;;
  --check)
    fresh=$(mktemp -d)
    trap 'rm -r "$fresh"' EXIT
    build "$fresh"
    for result in firmware.hex firmware.size; do
      if ! cmp -s "$fresh/$result" "$result"; then
        echo "firmware-bridge/firmware/$result is not what its sources give: run firmware-bridge/build-avr.sh" >&2
        exit 1
      fi
    done
    cat firmware.size
    ;;
  *)
    echo "usage: build-avr.sh [--check]" >&2
    exit 2
    ;;
esac
