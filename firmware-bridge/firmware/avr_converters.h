/*
 * The two converters on the SPI bus: a four-channel 24-bit ADC (ADS131M04) and a two-channel 16-bit DAC (DAC8563). Owns
 * the SPI port and the frames of both; knows counts of the range, not what they are for.
 */
#ifndef GALVANODE_AVR_CONVERTERS_H
#define GALVANODE_AVR_CONVERTERS_H

#include <stdbool.h>
#include <stdint.h>

enum channel { CHANNEL_CURRENT, CHANNEL_RETURN_CURRENT, CHANNEL_VOLTAGE, CHANNEL_DAC, CHANNELS };
enum output { OUTPUT_SETPOINT, OUTPUT_THRESHOLD };

void converters_boot(void);
/* The four channels of one instant, counts. False when the converter's checksum was wrong twice. */
bool converters_read(int16_t *counts);
/* Offset binary for the set point, 0x8000 is zero; straight binary for the threshold. */
void converters_write(enum output output, uint16_t code);

#endif
