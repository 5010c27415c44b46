#ifndef COHUB_TRANSPORT_DETAIL_PEM_HPP
#define COHUB_TRANSPORT_DETAIL_PEM_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

#include <openssl/bio.h>

#include <initializer_list>
#include <new>
#include <string>
#include <string_view>
#include <utility>

// Certificates and keys in files and texts.

namespace cohub::inline abi_0_2::transport::detail {

/// @brief A text that OpenSSL reads. It is not a std::unique_ptr, since each type of it costs a
/// compiler some thirty functions.
class bio_owner
{
public:
    explicit bio_owner(BIO* b) noexcept : bio_(b) {}
    explicit bio_owner(std::string_view text)
        : bio_(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())))
    {
        if (bio_ == nullptr) throw std::bad_alloc();
    }
    bio_owner(bio_owner const&) = delete;
    bio_owner& operator=(bio_owner const&) = delete;
    ~bio_owner() { BIO_free(bio_); }
    BIO* get() const noexcept { return bio_; }

private:
    BIO* bio_;
};

[[noreturn]] inline void refuse_tls(std::initializer_list<std::string_view> why)
{
    std::string text = "tls: ";
    for (auto const part : why) text += part;
    throw error(failure(errc::invalid_argument, std::move(text)));
}

/// @brief The content of a file that the option `option` names.
/// @throws cohub::error errc::invalid_argument if it cannot be read or is empty
COHUB_DECL std::string text_of_file(std::string const& path, std::string_view option);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/pem.ipp>
#endif

#endif
