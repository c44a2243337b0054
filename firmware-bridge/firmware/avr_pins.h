/*
 * The pins of the GS-1's ATmega328P (TQFP-32, 16 MHz crystal) and nothing else. Lines are active high with resistors to
 * ground outside, in both directions: while the controller is in reset its pins float and every output is off, and a wire
 * that breaks reads as an open contact.
 */
#ifndef GALVANODE_AVR_PINS_H
#define GALVANODE_AVR_PINS_H

#include <avr/io.h>

/* Port B: SAFE_EN, and the converters on the SPI bus. */
#define PIN_SAFE_EN PB0
#define PIN_DAC_SYNC PB1
#define PIN_ADC_CS PB2
#define PIN_MOSI PB3
#define PIN_MISO PB4
#define PIN_SCK PB5

/* Port C: T1 on its divider, address straps, request for the master relay; SDA and SCL are PC4 and PC5. */
#define ADC_CELL_TEMPERATURE 0
#define PIN_STRAP_LOW PC1
#define PIN_STRAP_HIGH PC2
#define PIN_OPEN_MASTER_RELAY PC3

/* Port D: range, the lines of the safety chain, relay and stage. */
#define PIN_RANGE_0 PD0
#define PIN_RANGE_1 PD1
#define PIN_INTERLOCK PD2
#define PIN_OVER_CURRENT PD3 /* INT1: output of the comparator */
#define PIN_CONTACT PD4
#define PIN_DOOR PD5
#define PIN_STAGE_ENABLE PD6
#define PIN_RELAY PD7

/* Analog only. */
#define ADC_SUPPLY 6
#define ADC_BOARD_TEMPERATURE 7

#endif
