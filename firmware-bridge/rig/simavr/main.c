/* SPDX-License-Identifier: GPL-3.0-or-later: links libsimavr. A separate test program, no part of galvanode; see README.md. */
/*
 * The program: a GS-1's compiled firmware in simavr, behind a pair of pipes and, when asked for, a Unix socket. Owns the
 * connections and the pace; what a request means is in frames.c. See README.md for the arguments.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "frames.h"
#include "machine.h"
#include "surroundings.h"
#include "wire.h"

#define CLIENTS 16
#define REQUEST_BATCH 0x02
#define NS_PER_S 1000000000

static struct {
  bool paced; /* the machine keeps up with the real time, and a batch is answered when its bus time has passed */
  bool told;  /* changes of the output lines are told on stdout */
  int64_t start_ns;
  avr_cycle_count_t start_cycle, last_write_cycle;
  uint8_t lines;
} pace;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t due_ns(void) {
  return pace.start_ns + (int64_t)((machine->cycle - pace.start_cycle) * 1000 / CYCLES_PER_US);
}

/* One JSON object a line: which lines changed, when, and when the last transfer of a host had ended, us of the machine. */
static void tell(void) {
  struct outputs outputs;
  surroundings_outputs(&outputs);
  if (!pace.told || outputs.lines == pace.lines) return;
  pace.lines = outputs.lines;
  printf("{\"lines\":%u,\"time_us\":%llu,\"lastTransfer_us\":%llu}\n", outputs.lines,
    (unsigned long long)(machine->cycle / CYCLES_PER_US), (unsigned long long)(pace.last_write_cycle / CYCLES_PER_US));
  fflush(stdout);
}

/* In steps of a tick, so that a change is told with its time. */
static void catch_up(void) {
  while (pace.paced && due_ns() + NS_PER_S / 1000 <= now_ns()) {
    machine_run(1000 * CYCLES_PER_US);
    tell();
  }
}

static void wait_for_wire(void) {
  const int64_t ahead_ns = due_ns() - now_ns();
  if (!pace.paced || ahead_ns <= 0) return;
  const struct timespec wait = { ahead_ns / NS_PER_S, ahead_ns % NS_PER_S };
  nanosleep(&wait, NULL);
}

static bool receive(int fd, uint8_t *bytes, size_t length) {
  while (length > 0) {
    const ssize_t got = read(fd, bytes, length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    length -= (size_t)got;
  }
  return true;
}

static bool send_all(int fd, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    const ssize_t sent = write(fd, bytes, length);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    length -= (size_t)sent;
  }
  return true;
}

/* One request and its answer; false when the connection is of no further use. */
static bool serve(int in, int out) {
  uint8_t request[FRAME_LIMIT], answer[FRAME_LIMIT];
  if (!receive(in, request, 2)) return false;
  const size_t length = (size_t)request[0] << 8 | request[1];
  if (length < FRAME_HEAD - 2 || length + 2 > sizeof request || !receive(in, request + 2, length)) return false;
  catch_up();
  const size_t answered = frames_answer(request, length + 2 - FRAME_HEAD, answer);
  if (request[2] == REQUEST_BATCH) {
    pace.last_write_cycle = machine->cycle;
    tell();
    wait_for_wire();
  }
  return send_all(out, answer, answered);
}

static int listen_on(const char *path) {
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  unlink(path);
  return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, CLIENTS) == 0 ? fd : -1;
}

/* Ends with the client of the pipes. */
static void loop(int in, int out, int listener) {
  struct pollfd polled[2 + CLIENTS] = { { in, POLLIN, 0 }, { listener, POLLIN, 0 } };
  nfds_t count = 2;
  for (;;) {
    const int ready = poll(polled, count, pace.paced ? 1 : -1);
    catch_up();
    if (ready <= 0) continue;
    if (polled[0].revents != 0 && !serve(in, out)) return;
    for (nfds_t i = count - 1; i >= 2; i--) {
      if (polled[i].revents == 0 || serve(polled[i].fd, polled[i].fd)) continue;
      close(polled[i].fd);
      polled[i] = polled[--count];
    }
    if (polled[1].revents == 0) continue;
    const int client = accept(listener, NULL, NULL);
    if (client >= 0 && count < sizeof polled / sizeof *polled) polled[count++] = (struct pollfd){ client, POLLIN, 0 };
    else if (client >= 0) close(client);
  }
}

struct arguments {
  const char *hex, *socket;
  uint32_t rate_Hz, seed;
  bool paced;
};

static bool parse(int argc, char **argv, struct arguments *arguments) {
  *arguments = (struct arguments){ NULL, NULL, 100000, 1, false };
  for (int option; (option = getopt(argc, argv, "s:r:n:p")) != -1;) {
    switch (option) {
      case 's': arguments->socket = optarg; break;
      case 'r': arguments->rate_Hz = (uint32_t)strtoul(optarg, NULL, 0); break;
      case 'n': arguments->seed = (uint32_t)strtoul(optarg, NULL, 0); break;
      case 'p': arguments->paced = true; break;
      default: return false;
    }
  }
  if (optind + 1 != argc || arguments->rate_Hz == 0) return false;
  arguments->hex = argv[optind];
  return true;
}

int main(int argc, char **argv) {
  struct arguments arguments;
  if (!parse(argc, argv, &arguments)) {
    fputs("simavr-board [-s socket] [-r bus_Hz] [-n seed] [-p] firmware.hex 3<requests 4>answers\n", stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!machine_load(arguments.hex)) {
    fprintf(stderr, "%s is no firmware for an ATmega328P\n", arguments.hex);
    return 1;
  }
  wire_attach(arguments.rate_Hz);
  surroundings_attach(arguments.seed);
  machine_power_cycle();
  const int listener = arguments.socket == NULL ? -1 : listen_on(arguments.socket);
  if (arguments.socket != NULL && listener < 0) {
    perror(arguments.socket);
    return 1;
  }
  pace.paced = pace.told = arguments.paced;
  pace.start_ns = now_ns();
  pace.start_cycle = machine->cycle;
  loop(3, 4, listener);
  return 0;
}
