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

/// @brief The decrypted bytes of an answer, from their arrival until they are used.
///
/// A short answer is in one buffer, and so is the head of a long one. A long body continues in
/// further buffers of up to 1 MiB, so that nothing is copied while it arrives.
class answer_buffer
{
public:
    static constexpr std::size_t small_size = 4096;
    static constexpr std::size_t large_size = 64 * 1024;
    /// A body that does not fit into a large buffer continues in pieces. This is their maximum
    /// size.
    static constexpr std::size_t largest_piece = 1024 * 1024;

    using parser = std::optional<http::response_parser>;

    /// @brief Makes at least 1 KiB of free space after the received bytes.
    /// @param expected of the first buffer: how many bytes are expected; 0: unknown
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL void make_room(parser& p, std::size_t expected);
    char* free_space() const noexcept { return bytes_.get() + end_; }
    std::size_t free_size() const noexcept { return capacity_ - end_; }
    /// @brief `n` bytes have been written to `free_space`.
    void received(std::size_t n) noexcept { end_ += n; }

    /// @brief The bytes that the parser has not seen.
    std::string_view unread() const noexcept { return {bytes_.get() + parsed_, end_ - parsed_}; }
    bool is_read() const noexcept { return parsed_ == end_; }
    void used(std::size_t n) noexcept { parsed_ += n; }
    /// @brief Passes the bytes that the parser has not seen to it.
    COHUB_DECL void feed(http::response_parser& p, error_code& ec);
    /// @brief Everything was read; the space of all bytes except the body becomes free.
    void keep_body(http::response_parser const& p) noexcept
    {
        parsed_ = end_ = begin_ + p.body_end();
    }

    /// @brief For heads: the bytes that the parser has seen since `clear`. A body changes this
    /// number.
    std::size_t parsed() const noexcept { return parsed_; }
    /// @brief Another answer begins here, after one that was read.
    void begin_next() noexcept { begin_ = parsed_; }

    /// @brief Joins the pieces of a long body.
    /// @throws std::bad_alloc if there is no memory
    COHUB_DECL void join(http::response_parser& p);

    /// @brief The answer is not needed any more.
    void clear() noexcept { begin_ = parsed_ = end_ = 0; }
    /// @brief The same, and frees the memory that only a long answer needs.
    COHUB_DECL void clear_large() noexcept;
    /// @brief The same, and frees all memory.
    COHUB_DECL void release() noexcept;
    bool is_released() const noexcept { return !bytes_; }

private:
    void begin_piece(http::response_parser& p);

    // [begin_, parsed_) has been read by the parser, [parsed_, end_) is new.
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0, parsed_ = 0, end_ = 0;
    // The parts of the body that did not fit.
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
