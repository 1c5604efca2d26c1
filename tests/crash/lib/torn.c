/*
 * Ends the process in the middle of a write, as a power failure would: preloaded into Node
 * (LD_PRELOAD), it counts the calls that change files below a folder, and at a chosen one does a
 * part of it and then kills the process.
 *
 * TORN_FOLDER  the folder; without it nothing happens
 * mkdir("…/torn-CALL-PERMILLE") arms it: of the CALLth change from then on, a write puts that share
 * of its octets into the file, anything else does not happen; then SIGKILL.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int calls_left = -1;
static atomic_int permille;

/* The libc's own function of this name. */
static void *next_of(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static bool is_ours(const char *path)
{
    const char *folder = getenv("TORN_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

/* Whether this is the call in which the process ends. */
static bool is_last(const char *path)
{
    return atomic_load(&calls_left) > 0 && is_ours(path) && atomic_fetch_sub(&calls_left, 1) == 1;
}

static bool is_last_of(int fd)
{
    char link[64], path[PATH_MAX];
    if (atomic_load(&calls_left) <= 0)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    if (len < 0)
        return false;
    path[len] = 0;
    return is_last(path);
}

static void end(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static size_t part_of(size_t len)
{
    return len * (size_t)atomic_load(&permille) / 1000;
}

int mkdir(const char *path, mode_t mode)
{
    int (*next)(const char *, mode_t) = next_of("mkdir");
    int call, share;
    const char *name = strrchr(path, '/');
    if (is_ours(path) && name && sscanf(name, "/torn-%d-%d", &call, &share) == 2) {
        atomic_store(&permille, share);
        atomic_store(&calls_left, call);
        return 0;
    }
    return next(path, mode);
}

ssize_t write(int fd, const void *octets, size_t len)
{
    ssize_t (*next)(int, const void *, size_t) = next_of("write");
    if (is_last_of(fd)) {
        next(fd, octets, part_of(len));
        end();
    }
    return next(fd, octets, len);
}

ssize_t pwrite64(int fd, const void *octets, size_t len, off64_t at)
{
    ssize_t (*next)(int, const void *, size_t, off64_t) = next_of("pwrite64");
    if (is_last_of(fd)) {
        next(fd, octets, part_of(len), at);
        end();
    }
    return next(fd, octets, len, at);
}

int ftruncate64(int fd, off64_t len)
{
    int (*next)(int, off64_t) = next_of("ftruncate64");
    if (is_last_of(fd))
        end();
    return next(fd, len);
}

int fdatasync(int fd)
{
    int (*next)(int) = next_of("fdatasync");
    if (is_last_of(fd))
        end();
    return next(fd);
}

int fsync(int fd)
{
    int (*next)(int) = next_of("fsync");
    if (is_last_of(fd))
        end();
    return next(fd);
}

int rename(const char *from, const char *to)
{
    int (*next)(const char *, const char *) = next_of("rename");
    if (is_last(from))
        end();
    return next(from, to);
}

int unlink(const char *path)
{
    int (*next)(const char *) = next_of("unlink");
    if (is_last(path))
        end();
    return next(path);
}
