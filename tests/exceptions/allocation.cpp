#include "allocation.hpp"

#include <malloc.h>
#include <openssl/crypto.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace cohub::tests::allocation {
namespace {

// Constant initialization: operator new may be called before and after everything else.
constinit thread_local long left = 0;  // counts down to the one that fails; 0: none fails
constinit thread_local bool armed = false;
constinit thread_local source counted = source::operator_new;
constinit thread_local bool failed = false;
constinit thread_local std::vector<std::string_view> const* watched = nullptr;
constinit thread_local int found_watched = 0;

bool fails_now(source from) noexcept
{
    if (!armed || from != counted || left == 0 || --left != 0) return false;
    failed = true;
    return true;
}

void* take(std::size_t size, std::size_t alignment = 0) noexcept
{
    if (fails_now(source::operator_new)) return nullptr;
    if (size == 0) size = 1;
    if (alignment <= alignof(std::max_align_t)) return std::malloc(size);
    void* p = nullptr;
    return ::posix_memalign(&p, alignment, size) == 0 ? p : nullptr;
}

void* take_or_throw(std::size_t size, std::size_t alignment = 0)
{
    void* const p = take(size, alignment);
    if (p == nullptr) throw std::bad_alloc();
    return p;
}

void* openssl_malloc(std::size_t size, char const* /*file*/, int /*line*/)
{
    return fails_now(source::openssl) ? nullptr : std::malloc(size);
}

void* openssl_realloc(void* p, std::size_t size, char const* /*file*/, int /*line*/)
{
    return fails_now(source::openssl) ? nullptr : std::realloc(p, size);
}

void give_back(void* p) noexcept
{
    if (p != nullptr && watched != nullptr) {
        std::string_view const block(static_cast<char const*>(p), ::malloc_usable_size(p));
        for (auto const& word : *watched) found_watched += block.find(word) != block.npos ? 1 : 0;
    }
    std::free(p);
}

void openssl_free(void* p, char const* /*file*/, int /*line*/) { give_back(p); }

}  // namespace

failing::failing(source from, long nth) noexcept
{
    counted = from;
    left = nth;
    failed = false;
    armed = true;
}

failing::~failing() { armed = false; }

bool failing::has_failed() const noexcept { return failed; }

exempt::exempt() noexcept : before_(armed) { armed = false; }

exempt::~exempt() { armed = before_; }

watch::watch(std::vector<std::string_view> const& words) noexcept
{
    found_watched = 0;
    watched = &words;
}

watch::~watch() { watched = nullptr; }

int watch::found() const noexcept { return found_watched; }

bool take_over_openssl() noexcept
{
    return CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1;
}

}  // namespace cohub::tests::allocation

namespace allocation = cohub::tests::allocation;

void* operator new(std::size_t n) { return allocation::take_or_throw(n); }
void* operator new[](std::size_t n) { return allocation::take_or_throw(n); }
void* operator new(std::size_t n, std::nothrow_t const&) noexcept { return allocation::take(n); }
void* operator new[](std::size_t n, std::nothrow_t const&) noexcept { return allocation::take(n); }
void* operator new(std::size_t n, std::align_val_t a)
{
    return allocation::take_or_throw(n, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t n, std::align_val_t a)
{
    return allocation::take_or_throw(n, static_cast<std::size_t>(a));
}
void* operator new(std::size_t n, std::align_val_t a, std::nothrow_t const&) noexcept
{
    return allocation::take(n, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t n, std::align_val_t a, std::nothrow_t const&) noexcept
{
    return allocation::take(n, static_cast<std::size_t>(a));
}
void operator delete(void* p) noexcept { allocation::give_back(p); }
void operator delete[](void* p) noexcept { allocation::give_back(p); }
void operator delete(void* p, std::size_t) noexcept { allocation::give_back(p); }
void operator delete[](void* p, std::size_t) noexcept { allocation::give_back(p); }
void operator delete(void* p, std::nothrow_t const&) noexcept { allocation::give_back(p); }
void operator delete[](void* p, std::nothrow_t const&) noexcept { allocation::give_back(p); }
void operator delete(void* p, std::align_val_t) noexcept { allocation::give_back(p); }
void operator delete[](void* p, std::align_val_t) noexcept { allocation::give_back(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { allocation::give_back(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept
{
    allocation::give_back(p);
}
void operator delete(void* p, std::align_val_t, std::nothrow_t const&) noexcept
{
    allocation::give_back(p);
}
void operator delete[](void* p, std::align_val_t, std::nothrow_t const&) noexcept
{
    allocation::give_back(p);
}

// Asio's own memory. Most of its operations are in it.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    if (allocation::fails_now(allocation::source::asio)) return nullptr;
    void* p = nullptr;
    return ::posix_memalign(&p, alignment, size) == 0 ? p : nullptr;
}
