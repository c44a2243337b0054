/*
 * The dead-man: current flows only while a host that reads and thinks keeps answering. Each telemetry read poses a
 * challenge; the answer depends on it and on a nonce that is new at every boot, arm and trip, and counts once. A timer
 * cannot feed it, nor a replay, nor a host that slept through a trip. Owns time-out, nonce and challenge.
 */
#ifndef GALVANODE_DEADMAN_H
#define GALVANODE_DEADMAN_H

#include <stdbool.h>
#include <stdint.h>

void deadman_boot(uint32_t entropy);
uint32_t deadman_boot_nonce(void);
uint32_t deadman_nonce(void);
/* A nonce that no frame of the past was made with. */
void deadman_renew(uint32_t now_ms);
/* Time-out, in the bounds of the configure frame. */
void deadman_set_timeout(uint16_t timeout_ms);
uint16_t deadman_timeout_ms(void);
/* The clock runs from here; arming counts as the first beat. */
void deadman_start(uint32_t now_ms);
/* Telemetry was read with this sample counter. */
void deadman_challenge(uint32_t sample_counter);
/* Whatever was asked before is void: frames already under way are answered to nobody. */
void deadman_void(void);
/* True when this answers the open challenge. Does not count it yet. */
bool deadman_answered(uint32_t heartbeat);
/* Counts the beat and closes the challenge. */
void deadman_beat(uint32_t now_ms);
bool deadman_expired(uint32_t now_ms);

#endif
