// Counts allocations and system calls by replacing libc's functions, also for the shared libraries
// (OpenSSL, libstdc++). It needs no LD_PRELOAD. In contrast to strace, it does not slow the program
// down so much that answers arrive before the program waits for them. It also counts reads that
// find nothing.

#include <dlfcn.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>

#include "work.hpp"

namespace {

bench::counts all;

constexpr char const* names[bench::counts::kinds] = {
    "read",
    "readv",
    "recv",
    "recvfrom",
    "recvmsg",
    "write",
    "writev",
    "send",
    "sendto",
    "sendmsg",
    "poll",
    "epoll_wait",
    "epoll_ctl",
    "timerfd_settime",
};

void counted(std::size_t size) noexcept
{
    ++all.allocations;
    all.bytes += size;
}

template <class Function>
Function* next(char const* name) noexcept
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

bench::counts const* cohub_bench_counts() noexcept { return &all; }
char const* cohub_bench_system_call(std::size_t kind) noexcept { return names[kind]; }

// glibc's own names for what is replaced here.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

void* malloc(std::size_t size)
{
    counted(size);
    return __libc_malloc(size);
}
void* calloc(std::size_t n, std::size_t size)
{
    counted(n * size);
    return __libc_calloc(n, size);
}
void* realloc(void* p, std::size_t size)
{
    counted(size);
    return __libc_realloc(p, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size)
{
    counted(size);
    return __libc_memalign(alignment, size);
}

#define COHUB_BENCH_COUNT(kind, result, name, parameters, arguments)    \
    result name parameters                                              \
    {                                                                   \
        static auto* const real = next<result parameters>(names[kind]); \
        ++all.system_calls[kind];                                       \
        return real arguments;                                          \
    }

COHUB_BENCH_COUNT(0, ssize_t, read, (int f, void* b, std::size_t n), (f, b, n))
COHUB_BENCH_COUNT(1, ssize_t, readv, (int f, iovec const* v, int n), (f, v, n))
COHUB_BENCH_COUNT(2, ssize_t, recv, (int f, void* b, std::size_t n, int l), (f, b, n, l))
COHUB_BENCH_COUNT(
    3,
    ssize_t,
    recvfrom,
    (int f, void* b, std::size_t n, int l, sockaddr* a, socklen_t* s),
    (f, b, n, l, a, s)
)
COHUB_BENCH_COUNT(4, ssize_t, recvmsg, (int f, msghdr* m, int l), (f, m, l))
COHUB_BENCH_COUNT(5, ssize_t, write, (int f, void const* b, std::size_t n), (f, b, n))
COHUB_BENCH_COUNT(6, ssize_t, writev, (int f, iovec const* v, int n), (f, v, n))
COHUB_BENCH_COUNT(7, ssize_t, send, (int f, void const* b, std::size_t n, int l), (f, b, n, l))
COHUB_BENCH_COUNT(
    8,
    ssize_t,
    sendto,
    (int f, void const* b, std::size_t n, int l, sockaddr const* a, socklen_t s),
    (f, b, n, l, a, s)
)
COHUB_BENCH_COUNT(9, ssize_t, sendmsg, (int f, msghdr const* m, int l), (f, m, l))
COHUB_BENCH_COUNT(10, int, poll, (pollfd * p, nfds_t n, int t), (p, n, t))
COHUB_BENCH_COUNT(11, int, epoll_wait, (int f, epoll_event* e, int n, int t), (f, e, n, t))
COHUB_BENCH_COUNT(12, int, epoll_ctl, (int f, int o, int t, epoll_event* e), (f, o, t, e))
COHUB_BENCH_COUNT(
    13, int, timerfd_settime, (int f, int l, itimerspec const* n, itimerspec* o), (f, l, n, o)
)

}  // extern "C"
