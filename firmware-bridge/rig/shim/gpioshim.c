/*
 * Preloaded under the real onoff and epoll: /sys/class/gpio becomes the plain directory $GALVANODE_GPIO. Owns what the
 * kernel's sysfs would do with the files of a line; knows no board. Rig only.
 *
 * A line's directory gpioN holds direction, edge, active_low and level. An opened gpioN/value is one end of a Unix socket
 * pair: an out-of-band byte on it is EPOLLPRI, which is what the kernel raises for an edge (needs CONFIG_AF_UNIX_OOB,
 * Linux 5.15). The tester's side, all in the same directory:
 *   ctl      a FIFO: "N V\n" brings input N to level V, "N pulse\n" to the other level and back at once
 *   journal  what was written, in order: "export N", "N direction high", "N value 1", ...
 *   refuse   optional: lines "N file" (or "0 export") whose writes fail with EPERM
 * The FIFO is made at the first export, so that child processes that inherit the preload leave it alone.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define SYSFS "/sys/class/gpio"
#define FDS 1024
#define PATH 512

enum kind { NOT_OURS, VALUE, DIRECTION, ATTRIBUTE, EXPORT, UNEXPORT };

struct handle {
  enum kind kind;
  ino_t inode;      /* a number that was closed behind our back is not ours any more */
  int line;
  int peer;         /* VALUE: our end of the pair */
  char name[16];
};

static struct handle handles[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t control_once = PTHREAD_ONCE_INIT;
static const char *root;

#define NEXT(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

__attribute__((constructor)) static void begin(void) { root = getenv("GALVANODE_GPIO"); }

/* The path in our directory, or the path itself when it is none of ours. */
static const char *mapped(const char *path, char *buffer) {
  if (root == NULL || path == NULL || strncmp(path, SYSFS, sizeof SYSFS - 1) != 0) return path;
  snprintf(buffer, PATH, "%s%s", root, path + sizeof SYSFS - 1);
  return buffer;
}

static void in_root(char *buffer, int line, const char *name) {
  if (line < 0) snprintf(buffer, PATH, "%s/%s", root, name);
  else snprintf(buffer, PATH, "%s/gpio%d/%s", root, line, name);
}

static void store(int line, const char *name, const char *text, const char *mode) {
  char path[PATH];
  in_root(path, line, name);
  FILE *file = fopen(path, mode);
  if (file == NULL) return;
  fputs(text, file);
  fclose(file);
}

/* First word of a file, empty when there is none. */
static void fetch(int line, const char *name, char word[16]) {
  char path[PATH];
  in_root(path, line, name);
  word[0] = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  if (fscanf(file, "%15s", word) != 1) word[0] = 0;
  fclose(file);
}

static int refused(int line, const char *name) {
  char path[PATH], file_name[32];
  int number, hit = 0;
  in_root(path, -1, "refuse");
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  while (fscanf(file, "%d %31s", &number, file_name) == 2) hit |= number == line && strcmp(file_name, name) == 0;
  fclose(file);
  return hit;
}

static void journal(const char *format, ...) {
  char text[96];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  store(-1, "journal", text, "a");
}

/* Ours, and still the file that we opened. */
static struct handle *ours(int fd) {
  struct stat now;
  if (fd < 0 || fd >= FDS || handles[fd].kind == NOT_OURS) return NULL;
  if (fstat(fd, &now) == 0 && now.st_ino == handles[fd].inode) return &handles[fd];
  if (handles[fd].kind == VALUE) close(handles[fd].peer);
  handles[fd].kind = NOT_OURS;
  return NULL;
}

/* --- the tester's side ------------------------------------------------------------------------------------------- */

static void bring(int line, int level) {
  char before[16], edge[16];
  fetch(line, "level", before);
  fetch(line, "edge", edge);
  store(line, "level", level ? "1\n" : "0\n", "w");
  int changed = before[0] != (level ? '1' : '0');
  int wanted = strcmp(edge, "both") == 0 || strcmp(edge, level ? "rising" : "falling") == 0;
  if (!changed || !wanted) return;
  pthread_mutex_lock(&lock);
  for (int fd = 0; fd < FDS; fd++) {
    if (handles[fd].kind != VALUE || handles[fd].line != line) continue;
    send(handles[fd].peer, "!", 1, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  pthread_mutex_unlock(&lock);
}

static void *control(void *path) {
  char word[16];
  int line;
  FILE *fifo = fopen(path, "r+"); /* both ways, so that it never ends when a writer goes */
  free(path);
  while (fifo != NULL && fscanf(fifo, "%d %15s", &line, word) == 2) {
    if (strcmp(word, "pulse") != 0) {
      bring(line, word[0] == '1');
      continue;
    }
    fetch(line, "level", word);
    int level = word[0] == '1';
    bring(line, !level);
    bring(line, level);
  }
  return NULL;
}

static void begin_control(void) {
  char path[PATH];
  pthread_t thread;
  in_root(path, -1, "ctl");
  unlink(path);
  if (mkfifo(path, 0600) != 0) return;
  if (pthread_create(&thread, NULL, control, strdup(path)) == 0) pthread_detach(thread);
}

/* --- what the kernel does with a write --------------------------------------------------------------------------- */

static ssize_t fail(int code) {
  errno = code;
  return -1;
}

static int export_line(int line) {
  char path[PATH];
  pthread_once(&control_once, begin_control);
  in_root(path, line, "");
  if (mkdir(path, 0755) != 0) return EBUSY;
  store(line, "direction", "in\n", "w");
  store(line, "edge", "none\n", "w");
  store(line, "active_low", "0\n", "w");
  store(line, "level", "0\n", "w");
  store(line, "value", "", "w");
  return 0;
}

static void unexport_line(int line) {
  static const char *const names[] = { "direction", "edge", "active_low", "level", "value" };
  char path[PATH];
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    in_root(path, line, names[i]);
    unlink(path);
  }
  in_root(path, line, "");
  rmdir(path);
}

static ssize_t written(const struct handle *handle, const char *text, size_t size) {
  char direction[16], word[16];
  snprintf(word, sizeof word, "%.*s", (int)(size < 15 ? size : 15), text);
  int line = handle->kind == EXPORT || handle->kind == UNEXPORT ? atoi(word) : handle->line;
  if (refused(handle->kind == EXPORT ? 0 : line, handle->name)) return fail(EPERM);
  if (handle->kind == EXPORT || handle->kind == UNEXPORT) {
    journal("%s %d\n", handle->name, line);
    int code = 0;
    if (handle->kind == EXPORT) code = export_line(line);
    else unexport_line(line);
    return code == 0 ? (ssize_t)size : fail(code);
  }
  fetch(line, "direction", direction);
  if (handle->kind == VALUE && strcmp(direction, "out") != 0) return fail(EPERM);
  journal("%d %s %s\n", line, handle->name, word);
  if (handle->kind == VALUE) store(line, "level", word[0] == '1' ? "1\n" : "0\n", "w");
  else if (handle->kind == ATTRIBUTE) store(line, handle->name, word, "w");
  else {
    /* "out" is "low": the kernel's gpio documentation; "high" and "low" set level and direction at once */
    int is_input = strcmp(word, "in") == 0;
    if (!is_input) store(line, "level", strcmp(word, "high") == 0 ? "1\n" : "0\n", "w");
    store(line, "direction", is_input ? "in\n" : "out\n", "w");
  }
  return (ssize_t)size;
}

static ssize_t value_read(const struct handle *handle, int fd, char *buffer, size_t size) {
  char level[16], active_low[16], edge_mark;
  recv(fd, &edge_mark, 1, MSG_OOB | MSG_DONTWAIT); /* reading clears the edge */
  fetch(handle->line, "level", level);
  fetch(handle->line, "active_low", active_low);
  char answer[2] = { (level[0] == '1') != (active_low[0] == '1') ? '1' : '0', '\n' };
  size_t count = size < 2 ? size : 2;
  memcpy(buffer, answer, count);
  return (ssize_t)count;
}

/* --- the calls that Node makes ----------------------------------------------------------------------------------- */

static int open_value(const char *path, int line) {
  struct stat there;
  int pair[2];
  if (stat(path, &there) != 0) return -1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
  if (pair[0] >= FDS || fstat(pair[0], &there) != 0) return (int)fail(EMFILE);
  pthread_mutex_lock(&lock);
  handles[pair[0]] = (struct handle){ VALUE, there.st_ino, line, pair[1], "value" };
  pthread_mutex_unlock(&lock);
  return pair[0];
}

static int opened(int (*next)(const char *, int, ...), const char *path, int flags, mode_t mode) {
  char buffer[PATH], name[16] = "";
  const char *target = mapped(path, buffer);
  if (target == path) return next(path, flags, mode);
  int line = 0, is_line = sscanf(path, SYSFS "/gpio%d/%15s", &line, name) == 2;
  if (is_line && strcmp(name, "value") == 0) return open_value(target, line);
  enum kind kind = is_line ? (strcmp(name, "direction") == 0 ? DIRECTION : ATTRIBUTE)
    : strcmp(path, SYSFS "/export") == 0 ? EXPORT
    : strcmp(path, SYSFS "/unexport") == 0 ? UNEXPORT : NOT_OURS;
  if (kind == EXPORT || kind == UNEXPORT) snprintf(name, sizeof name, "%s", kind == EXPORT ? "export" : "unexport");
  struct stat there;
  int fd = next(target, flags & ~O_TRUNC, mode);
  if (fd < 0 || fd >= FDS || kind == NOT_OURS || fstat(fd, &there) != 0) return fd;
  handles[fd] = (struct handle){ kind, there.st_ino, line, -1, "" };
  memcpy(handles[fd].name, name, sizeof name);
  return fd;
}

#define OPEN(symbol) \
  int symbol(const char *path, int flags, ...) { \
    va_list arguments; \
    va_start(arguments, flags); \
    mode_t mode = va_arg(arguments, mode_t); \
    va_end(arguments); \
    return opened(NEXT(int, #symbol, const char *, int, ...), path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

int access(const char *path, int mode) {
  char buffer[PATH];
  return NEXT(int, "access", const char *, int)(mapped(path, buffer), mode);
}

typedef int select64(const struct dirent64 *);
typedef int order64(const struct dirent64 **, const struct dirent64 **);

int scandir64(const char *path, struct dirent64 ***names, select64 *selected, order64 *order) {
  char buffer[PATH];
  int (*next)(const char *, struct dirent64 ***, select64 *, order64 *) = NULL;
  *(void **)&next = dlsym(RTLD_NEXT, "scandir64");
  return next(mapped(path, buffer), names, selected, order);
}

ssize_t read(int fd, void *buffer, size_t size) {
  const struct handle *handle = ours(fd);
  if (handle != NULL && handle->kind == VALUE) return value_read(handle, fd, buffer, size);
  return NEXT(ssize_t, "read", int, void *, size_t)(fd, buffer, size);
}

ssize_t pread64(int fd, void *buffer, size_t size, off64_t offset) {
  const struct handle *handle = ours(fd);
  if (handle != NULL && handle->kind == VALUE) return value_read(handle, fd, buffer, size);
  return NEXT(ssize_t, "pread64", int, void *, size_t, off64_t)(fd, buffer, size, offset);
}

ssize_t write(int fd, const void *buffer, size_t size) {
  const struct handle *handle = ours(fd);
  if (handle != NULL) return written(handle, buffer, size);
  return NEXT(ssize_t, "write", int, const void *, size_t)(fd, buffer, size);
}

ssize_t pwrite64(int fd, const void *buffer, size_t size, off64_t offset) {
  const struct handle *handle = ours(fd);
  if (handle != NULL) return written(handle, buffer, size);
  return NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, buffer, size, offset);
}
