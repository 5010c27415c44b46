#ifndef COHUB_TRANSPORT_DETAIL_ANSWER_BUFFER_HPP
#define COHUB_TRANSPORT_DETAIL_ANSWER_BUFFER_HPP

#include <cohub/core/config.hpp>
#include <cohub/http/response_parser.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Where the bytes of an answer lie, decrypted, while they come and until they are used.
///
/// A short answer lies in one buffer, and so does the head of a long one. A long body goes on in
/// further buffers of up to 1 MiB, so that nothing is copied while it comes.
class answer_buffer
{
public:
    static constexpr std::size_t small_size = 4096;
    static constexpr std::size_t large_size = 64 * 1024;
    /// A body that outgrows a large buffer goes on in pieces, each at most so large.
    static constexpr std::size_t largest_piece = 1024 * 1024;

    using parser = std::optional<http::response_parser>;

    /// @brief Makes at least 1 KiB free behind what came.
    /// @param expected of the first buffer: how much is known to come; 0: unknown
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL void make_room(parser& p, std::size_t expected);
    char* free_space() const noexcept { return bytes_.get() + end_; }
    std::size_t free_size() const noexcept { return capacity_ - end_; }
    /// @brief `n` bytes have been written to `free_space`.
    void received(std::size_t n) noexcept { end_ += n; }

    /// @brief What the parser has not seen.
    std::string_view unread() const noexcept { return {bytes_.get() + parsed_, end_ - parsed_}; }
    bool is_read() const noexcept { return parsed_ == end_; }
    void used(std::size_t n) noexcept { parsed_ += n; }
    /// @brief Hands the parser what it has not seen.
    COHUB_DECL void feed(http::response_parser& p, error_code& ec);
    /// @brief All was read; what is no body of it makes room.
    void keep_body(http::response_parser const& p) noexcept
    {
        parsed_ = end_ = begin_ + p.body_end();
    }

    /// @brief Of heads: bytes that the parser has seen since `clear`. A body makes it another
    /// number.
    std::size_t parsed() const noexcept { return parsed_; }
    /// @brief Another answer begins here, behind one that is read.
    void begin_next() noexcept { begin_ = parsed_; }

    /// @brief Puts the pieces of a long body together.
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL void join(http::response_parser& p);

    /// @brief The answer is used up.
    void clear() noexcept { begin_ = parsed_ = end_ = 0; }
    /// @brief The same, and gives back what only a long answer needs.
    COHUB_DECL void clear_large() noexcept;
    /// @brief The same, and gives back all memory.
    COHUB_DECL void release() noexcept;
    bool is_released() const noexcept { return !bytes_; }

private:
    void begin_piece(http::response_parser& p);

    // [begin_, parsed_) has been read by the parser, [parsed_, end_) is new.
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0, parsed_ = 0, end_ = 0;
    // The body, as far as it did not fit.
    struct piece
    {
        std::unique_ptr<char[]> buffer;
        std::size_t at;
        std::size_t size;
    };
    std::vector<piece> pieces_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/answer_buffer.ipp>
#endif

#endif
