/*
 * A preloaded library that gives a program a /dev/i2c-N which is not there: behind it lies the Unix socket of a live
 * bench or of an emulated board (frames of src/bus/socket-protocol.ts). The program and its native addons run as they
 * are. Owns the descriptors it opened and what the kernel's i2c-dev does with their calls; knows no chip.
 *
 *     GALVANODE_I2C=1=<socket>[,2=<socket>]   buses and where they lie
 *     GALVANODE_I2C_TAKE_US=<n>               setting an address takes so long (a thread that loses its turn)
 *     GALVANODE_I2C_OWNED=<address>           the first setting of this address fails with EBUSY (a kernel driver has it)
 *
 * The opened descriptor is the connection itself, one per opening, so that poll, close and exit need no care. SMBus calls
 * become messages as in the kernel's i2c_smbus_xfer_emulated. Linux only; _GNU_SOURCE for RTLD_NEXT and off64_t.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DESCRIPTORS 1024
#define BLOCK_MAX 32
#define FRAME_HEAD 7 /* length, kind, id */
#define REQUEST_BATCH 0x02
#define ANSWER_REPLIES 0x82

struct bus_file {
  bool used;
  uint8_t address; /* 0 until it is set: the general call */
  dev_t device;
  ino_t inode;
  uint32_t last_id;
};

static struct bus_file files[DESCRIPTORS];
static pthread_mutex_t locks[DESCRIPTORS]; /* zeroes are PTHREAD_MUTEX_INITIALIZER on Linux */
static atomic_int owned_refusals;

/* The next definition of a function in the order of loading: the C library's. */
#define NEXT(name) \
  static __typeof__(name) *next; \
  if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name)

/* Descriptors are also closed by bare system calls and their numbers reused: the inode tells whether it is still ours. */
static struct bus_file *file_of(int fd) {
  if (fd < 0 || fd >= DESCRIPTORS || !files[fd].used) return NULL;
  struct stat now;
  if (fstat(fd, &now) == 0 && now.st_ino == files[fd].inode && now.st_dev == files[fd].device) return &files[fd];
  files[fd].used = false;
  return NULL;
}

/* The socket of bus `wanted` in GALVANODE_I2C. */
static bool socket_of(int wanted, struct sockaddr_un *address) {
  const char *entry = getenv("GALVANODE_I2C");
  while (entry != NULL && *entry != '\0') {
    int bus;
    if (sscanf(entry, "%d=%107[^,]", &bus, address->sun_path) == 2 && bus == wanted) return true;
    entry = strchr(entry, ',');
    if (entry != NULL) entry++;
  }
  return false;
}

/* A descriptor, or -1 with errno; `ours` tells whether the path is a bus of GALVANODE_I2C at all. */
static int open_bus(const char *path, bool *ours) {
  int bus, end = 0;
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  *ours = path != NULL && sscanf(path, "/dev/i2c-%d%n", &bus, &end) == 1 && path[end] == '\0' && socket_of(bus, &address);
  if (!*ours) return -1;
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct stat now;
  if (fd < 0) return -1;
  if (fd >= DESCRIPTORS || connect(fd, (struct sockaddr *)&address, sizeof address) != 0 || fstat(fd, &now) != 0) {
    close(fd);
    errno = ENXIO;
    return -1;
  }
  files[fd] = (struct bus_file){ .used = true, .device = now.st_dev, .inode = now.st_ino };
  return fd;
}

static bool receive(int fd, uint8_t *bytes, size_t length) {
  while (length > 0) {
    const ssize_t got = recv(fd, bytes, length, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    length -= (size_t)got;
  }
  return true;
}

/* The next frame that answers `id`, its body in `body`; notices that nobody asked for (id 0) are passed over. */
static int answer_to(int fd, uint32_t id, uint8_t *kind, uint8_t body[UINT16_MAX], size_t *length) {
  for (;;) {
    uint8_t head[FRAME_HEAD];
    if (!receive(fd, head, sizeof head)) return -EIO;
    *length = ((size_t)head[0] << 8 | head[1]) + 2;
    if (*length < FRAME_HEAD) return -EPROTO;
    *length -= FRAME_HEAD;
    if (!receive(fd, body, *length)) return -EIO;
    *kind = head[2];
    const uint32_t answered = (uint32_t)head[3] << 24 | (uint32_t)head[4] << 16 | (uint32_t)head[5] << 8 | head[6];
    if (answered == id) return 0;
    if (answered != 0) return -EPROTO;
  }
}

/* The reasons of socket-protocol.ts in their order, as an adapter would say them. */
static int error_of(uint8_t status) {
  static const int errors[] = { 0, -EREMOTEIO, -ETIMEDOUT, -EBADMSG, -EBUSY, -ENODEV, -EPROTO };
  return status < sizeof errors / sizeof *errors ? errors[status] : -EPROTO;
}

struct transfer {
  uint8_t address;
  const uint8_t *written;
  size_t write_length; /* with `written` */
  uint8_t *read;       /* NULL: only a write */
  size_t read_length;
};

static int exchange(int fd, struct bus_file *file, const struct transfer *transfer) {
  const uint32_t id = ++file->last_id == 0 ? ++file->last_id : file->last_id;
  uint8_t request[FRAME_HEAD + 5 + BLOCK_MAX], body[UINT16_MAX], kind;
  size_t at = FRAME_HEAD, length;
  request[at++] = 1;
  request[at++] = transfer->address;
  request[at++] = (transfer->written != NULL ? 1 : 0) | (transfer->read != NULL ? 2 : 0);
  request[at++] = (uint8_t)transfer->write_length;
  if (transfer->write_length > 0) memcpy(request + at, transfer->written, transfer->write_length);
  at += transfer->write_length;
  request[at++] = (uint8_t)transfer->read_length;
  const uint8_t head[FRAME_HEAD] = { 0, (uint8_t)(at - 2), REQUEST_BATCH, id >> 24, id >> 16 & 0xff, id >> 8 & 0xff, id & 0xff };
  memcpy(request, head, sizeof head);
  if (send(fd, request, at, MSG_NOSIGNAL) != (ssize_t)at) return -EIO;
  const int error = answer_to(fd, id, &kind, body, &length);
  if (error != 0) return error;
  if (kind != ANSWER_REPLIES || length < 3 || body[0] != 1 || body[2] != length - 3) return -EPROTO;
  if (body[1] != 0) return error_of(body[1]);
  if (body[2] != transfer->read_length) return -EPROTO;
  if (transfer->read_length > 0) memcpy(transfer->read, body + 3, transfer->read_length);
  return 0;
}

/* 0 or -errno. The kernel holds the adapter's lock meanwhile; here each descriptor has its own connection and lock. */
static int transact(int fd, struct bus_file *file, const struct transfer *transfer) {
  if (transfer->write_length > BLOCK_MAX || transfer->read_length > BLOCK_MAX) return -EOPNOTSUPP;
  pthread_mutex_lock(&locks[fd]);
  const int error = exchange(fd, file, transfer);
  pthread_mutex_unlock(&locks[fd]);
  return error;
}

/* The SMBus calls that i2c-bus makes, as messages. Its block write comes as I2C_BLOCK_BROKEN, which only for reads forces 32. */
static int smbus(int fd, struct bus_file *file, const struct i2c_smbus_ioctl_data *call) {
  union i2c_smbus_data *data = call->data;
  const bool reads = call->read_write == I2C_SMBUS_READ;
  uint8_t written[1 + I2C_SMBUS_BLOCK_MAX] = { call->command }, read[I2C_SMBUS_BLOCK_MAX];
  struct transfer transfer = { .address = file->address, .written = written, .write_length = 1 };
  if (reads) transfer.read = read;
  switch (call->size) {
    case I2C_SMBUS_BYTE:
      if (reads) transfer = (struct transfer){ .address = file->address, .read = read, .read_length = 1 };
      break;
    case I2C_SMBUS_BYTE_DATA:
      written[1] = reads ? 0 : data->byte;
      if (reads) transfer.read_length = 1; else transfer.write_length = 2;
      break;
    case I2C_SMBUS_WORD_DATA:
      written[1] = reads ? 0 : (uint8_t)data->word;
      written[2] = reads ? 0 : (uint8_t)(data->word >> 8);
      if (reads) transfer.read_length = 2; else transfer.write_length = 3;
      break;
    case I2C_SMBUS_I2C_BLOCK_BROKEN:
      if (reads) data->block[0] = I2C_SMBUS_BLOCK_MAX;
      __attribute__((fallthrough));
    case I2C_SMBUS_I2C_BLOCK_DATA:
      if (data->block[0] > I2C_SMBUS_BLOCK_MAX) return -EINVAL;
      if (reads) transfer.read_length = data->block[0];
      else memcpy(written + 1, data->block + 1, data->block[0]);
      if (!reads) transfer.write_length = (size_t)data->block[0] + 1;
      break;
    default: return -EOPNOTSUPP;
  }
  const int error = transact(fd, file, &transfer);
  if (error != 0 || !reads) return error;
  if (call->size == I2C_SMBUS_WORD_DATA) data->word = (uint16_t)(read[0] | read[1] << 8);
  else if (call->size == I2C_SMBUS_BYTE || call->size == I2C_SMBUS_BYTE_DATA) data->byte = read[0];
  else memcpy(data->block + 1, read, data->block[0]);
  return 0;
}

static int take_address(struct bus_file *file, unsigned long address) {
  const char *takes_us = getenv("GALVANODE_I2C_TAKE_US"), *owned = getenv("GALVANODE_I2C_OWNED");
  if (address > 0x7f) return -EINVAL;
  if (takes_us != NULL) usleep((useconds_t)atoi(takes_us));
  const bool refused = owned != NULL && strtoul(owned, NULL, 0) == address && atomic_fetch_add(&owned_refusals, 1) == 0;
  if (refused) return -EBUSY;
  file->address = (uint8_t)address;
  return 0;
}

static int control(int fd, struct bus_file *file, unsigned long request, void *argument) {
  switch (request) {
    case I2C_SLAVE:
    case I2C_SLAVE_FORCE: return take_address(file, (unsigned long)argument);
    case I2C_FUNCS: *(unsigned long *)argument = I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL; return 0;
    case I2C_SMBUS: return smbus(fd, file, argument);
    default: return -ENOTTY;
  }
}

int ioctl(int fd, unsigned long request, ...) {
  NEXT(ioctl);
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  struct bus_file *file = file_of(fd);
  if (file == NULL) return next(fd, request, argument);
  const int error = control(fd, file, request, argument);
  if (error == 0) return 0;
  errno = -error;
  return -1;
}

static ssize_t plain(int fd, struct bus_file *file, const void *written, void *read, size_t length) {
  const struct transfer transfer = {
    .address = file->address,
    .written = written,
    .write_length = written != NULL ? length : 0,
    .read = read,
    .read_length = read != NULL ? length : 0,
  };
  const int error = transact(fd, file, &transfer);
  if (error == 0) return (ssize_t)length;
  errno = -error;
  return -1;
}

ssize_t read(int fd, void *bytes, size_t length) {
  NEXT(read);
  struct bus_file *file = file_of(fd);
  return file == NULL ? next(fd, bytes, length) : plain(fd, file, NULL, bytes, length);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  NEXT(write);
  struct bus_file *file = file_of(fd);
  return file == NULL ? next(fd, bytes, length) : plain(fd, file, bytes, NULL, length);
}

/* Node reads and writes at position 0, which a character device does not have. */
ssize_t pread64(int fd, void *bytes, size_t length, off64_t offset) {
  NEXT(pread64);
  struct bus_file *file = file_of(fd);
  return file == NULL ? next(fd, bytes, length, offset) : plain(fd, file, NULL, bytes, length);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  NEXT(pwrite64);
  struct bus_file *file = file_of(fd);
  return file == NULL ? next(fd, bytes, length, offset) : plain(fd, file, bytes, NULL, length);
}

#define OPENING(name) \
  int name(const char *path, int flags, ...) { \
    NEXT(name); \
    va_list rest; \
    va_start(rest, flags); \
    const mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    bool ours; \
    const int fd = open_bus(path, &ours); \
    return ours ? fd : next(path, flags, mode); \
  }

OPENING(open)
OPENING(open64)
