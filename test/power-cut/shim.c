/*
 * A disk that can lose its power, for one process: preloaded, it stands between the program and the file system and keeps a
 * second folder that holds only what a disk is sure to have. A file gets there when it is synced, as it is at that moment;
 * unlink, rename and truncate count at once. Whoever kills the process and opens only that folder sees a power cut.
 *
 * Beside that it makes a disk fail on order: a sync that fails or takes its time, a disk that is full or read-only.
 * Owns nothing of SQLite: it knows folders, files and counts.
 *
 *   POWERCUT_LIVE     folder that is watched (absolute, no link in it)
 *   POWERCUT_DURABLE  folder that holds what is sure to be there
 *   POWERCUT_FAULTS   beginning of the paths that faults are for; by default the watched folder
 *   POWERCUT_COUNTS   file to which the counts of intercepted calls are written at every sync
 *   POWERCUT_EIO_AT=n            the n-th sync and every later one of the faulty paths fails with EIO
 *   POWERCUT_EROFS_AT=n          after the n-th sync writes and syncs fail with EROFS
 *   POWERCUT_STALL_AT=n, POWERCUT_STALL_MS=t, POWERCUT_STALL_COUNT=m   m syncs from the n-th on take t ms
 *   POWERCUT_FULL_AT=n           after the n-th sync writes that make a file longer fail with ENOSPC...
 *   POWERCUT_ROOM=file           ... until this file is there
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long syncs, writes, faulty_syncs, faults;

#define REAL(name, type, ...) \
  static type (*real)(__VA_ARGS__); \
  if (real == NULL) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static long number(const char *name) {
  const char *text = getenv(name);
  return text == NULL ? 0 : atol(text);
}

static int below(const char *path, const char *folder) {
  return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

/* Path of an open file below the watched folder; 0 when it is elsewhere, or has no name any more. */
static int watched(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return below(path, getenv("POWERCUT_LIVE")) && strstr(path, " (deleted)") == NULL;
}

static int may_fail(const char *path) {
  const char *faulty = getenv("POWERCUT_FAULTS");
  return below(path, faulty == NULL ? getenv("POWERCUT_LIVE") : faulty);
}

static int durable(const char *path, char *copy) {
  const char *live = getenv("POWERCUT_LIVE"), *to = getenv("POWERCUT_DURABLE");
  if (to == NULL || live == NULL || !below(path, live)) return 0;
  snprintf(copy, PATH_MAX, "%s%s", to, path + strlen(live));
  return 1;
}

static void make_parents(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0755);
    *slash = '/';
  }
}

/*
 * The whole file, under its name only when it is whole: a kill in between leaves the state of the sync before. It is read
 * through the program's own descriptor: to close another one would let go of the locks that SQLite holds on the file.
 */
static void keep(const char *path, int fd) {
  static char buffer[1 << 16];
  static ssize_t (*put)(int, const void *, size_t);
  static int (*move)(const char *, const char *);
  if (put == NULL) put = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  if (move == NULL) move = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  char copy[PATH_MAX], part[PATH_MAX + 8];
  struct stat about;
  if (!durable(path, copy) || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return;
  make_parents(copy);
  snprintf(part, sizeof part, "%s.part", copy);
  int to = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (to < 0) abort();
  ssize_t got;
  for (off_t at = 0; (got = pread(fd, buffer, sizeof buffer, at)) > 0; at += got) {
    if (put(to, buffer, (size_t)got) != got) abort();
  }
  if (got < 0 || close(to) != 0 || move(part, copy) != 0) abort();
}

/* One write of one length, so that a kill never leaves half of it. */
static void count(void) {
  static int out = -1;
  const char *name = getenv("POWERCUT_COUNTS");
  if (name == NULL) return;
  if (out < 0) out = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  char text[128];
  int length = snprintf(text, sizeof text, "{\"syncs\":%9ld,\"writes\":%9ld,\"faults\":%9ld}\n", syncs, writes, faults);
  if (out < 0 || pwrite(out, text, (size_t)length, 0) != length) abort();
}

static void stall(void) {
  long ms = number("POWERCUT_STALL_MS");
  struct timespec nap = {ms / 1000, (ms % 1000) * 1000000L};
  nanosleep(&nap, NULL);
}

/* 0, or the error that this sync is to end with. */
static int sync_fault(const char *path) {
  if (!may_fail(path)) return 0;
  faulty_syncs++;
  long eio = number("POWERCUT_EIO_AT"), rofs = number("POWERCUT_EROFS_AT"), slow = number("POWERCUT_STALL_AT");
  if (slow > 0 && faulty_syncs >= slow && faulty_syncs < slow + number("POWERCUT_STALL_COUNT")) {
    faults++;
    stall();
  }
  if (eio > 0 && faulty_syncs >= eio) return EIO;
  return rofs > 0 && faulty_syncs > rofs ? EROFS : 0;
}

static int synced(int fd, int (*real)(int)) {
  char path[PATH_MAX];
  if (!watched(fd, path)) return real(fd);
  pthread_mutex_lock(&lock);
  syncs++;
  int fault = sync_fault(path);
  int result = fault == 0 ? real(fd) : -1;
  if (fault != 0) faults++;
  if (result == 0) keep(path, fd);
  count();
  pthread_mutex_unlock(&lock);
  if (fault != 0) errno = fault;
  return result;
}

int fsync(int fd) {
  REAL(fsync, int, int);
  return synced(fd, real);
}

int fdatasync(int fd) {
  REAL(fdatasync, int, int);
  return synced(fd, real);
}

/* 0, or the error that this write is to end with. */
static int write_fault(int fd, long long end) {
  long full = number("POWERCUT_FULL_AT"), rofs = number("POWERCUT_EROFS_AT");
  char path[PATH_MAX];
  if (!watched(fd, path)) return 0;
  writes++;
  if (!may_fail(path)) return 0;
  int fault = 0;
  if (rofs > 0 && faulty_syncs > rofs) fault = EROFS;
  if (full > 0 && faulty_syncs > full) {
    const char *room = getenv("POWERCUT_ROOM");
    struct stat about;
    if ((room == NULL || access(room, F_OK) != 0) && fstat(fd, &about) == 0 && end > about.st_size) fault = ENOSPC;
  }
  if (fault != 0) {
    faults++;
    count();
  }
  return fault;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  REAL(pwrite64, ssize_t, int, const void *, size_t, off64_t);
  int fault = write_fault(fd, (long long)at + (long long)size);
  if (fault == 0) return real(fd, bytes, size, at);
  errno = fault;
  return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  return pwrite64(fd, bytes, size, at);
}

ssize_t write(int fd, const void *bytes, size_t size) {
  REAL(write, ssize_t, int, const void *, size_t);
  int fault = fd > 2 ? write_fault(fd, (long long)lseek(fd, 0, SEEK_CUR) + (long long)size) : 0;
  if (fault == 0) return real(fd, bytes, size);
  errno = fault;
  return -1;
}

int unlink(const char *path) {
  REAL(unlink, int, const char *);
  char copy[PATH_MAX];
  int result = real(path);
  if (result == 0 && durable(path, copy)) real(copy);
  return result;
}

int rename(const char *from, const char *to) {
  REAL(rename, int, const char *, const char *);
  char durable_from[PATH_MAX], durable_to[PATH_MAX];
  int result = real(from, to);
  if (result == 0 && durable(from, durable_from) && durable(to, durable_to)) real(durable_from, durable_to);
  return result;
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64, int, int, off64_t);
  char path[PATH_MAX], copy[PATH_MAX];
  int result = real(fd, size);
  if (result == 0 && watched(fd, path) && durable(path, copy) && truncate(copy, size) != 0 && errno != ENOENT) abort();
  return result;
}

int ftruncate(int fd, off_t size) {
  return ftruncate64(fd, size);
}
