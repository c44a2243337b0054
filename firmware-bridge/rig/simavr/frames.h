/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/* Requests and answers as bytes: what each asks of the board. Owns the frames of README.md; knows no socket. */
#ifndef SIMAVR_FRAMES_H
#define SIMAVR_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEAD 7 /* u16 length of what follows, u8 kind, u32 id */
#define FRAME_LIMIT 4096

/* Does what a request asks and writes the whole answer; its length. `length` is that of the body. */
size_t frames_answer(const uint8_t *request, size_t length, uint8_t answer[FRAME_LIMIT]);

#endif
