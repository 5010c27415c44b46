#ifndef COHUB_TRANSPORT_DETAIL_IMPL_ANSWER_BUFFER_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_ANSWER_BUFFER_IPP

#include <cohub/transport/detail/answer_buffer.hpp>

#include <algorithm>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL void answer_buffer::make_room(parser& p, std::size_t expected)
{
    std::size_t const least = 1024;
    if (free_size() >= least) return;
    if (capacity_ >= large_size && p && p->body_end() != 0) return begin_piece(*p);
    std::size_t capacity = std::max(small_size, capacity_ * 2);
    // The first buffer holds what is expected, which is usually the answer, and not much more.
    if (capacity_ == 0 && expected != 0)
        capacity = std::clamp((expected + least - 1) / least * least, least, capacity);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    std::copy_n(bytes_.get(), end_, larger.get());
    bytes_ = std::move(larger);
    capacity_ = capacity;
    // Possibly no further bytes come: an answer may end with the connection.
    if (p) p->moved_to(bytes_.get() + begin_);
}

/// A long body continues in a separate buffer: copying it would take too long here.
inline void answer_buffer::begin_piece(http::response_parser& p)
{
    std::size_t const capacity = std::min(capacity_ * 2, largest_piece);
    auto next = std::make_unique_for_overwrite<char[]>(capacity);
    std::string_view const body = p.body();
    auto const at = static_cast<std::size_t>(body.data() - bytes_.get());
    pieces_.push_back({nullptr, at, body.size()});
    pieces_.back().buffer = std::exchange(bytes_, std::move(next));
    capacity_ = capacity;
    clear();
    p.begin_piece(bytes_.get());
}

COHUB_DECL void answer_buffer::feed(http::response_parser& p, error_code& ec)
{
    parsed_ += p.feed(bytes_.get() + begin_, parsed_ - begin_, end_ - parsed_, ec);
}

COHUB_DECL void answer_buffer::join(http::response_parser& p)
{
    if (pieces_.empty()) return;
    std::size_t const capacity = p.body_size();
    auto all = std::make_unique_for_overwrite<char[]>(capacity);
    char* to = all.get();
    for (auto& part : pieces_) {
        to = std::copy_n(part.buffer.get() + part.at, part.size, to);
        part.buffer.reset();
    }
    std::copy_n(p.body().data(), p.body().size(), to);
    pieces_.clear();
    bytes_ = std::move(all);
    capacity_ = begin_ = parsed_ = end_ = capacity;
    p.joined_at(bytes_.get());
}

COHUB_DECL void answer_buffer::clear_large() noexcept
{
    clear();
    pieces_.clear();
    if (capacity_ <= large_size) return;
    bytes_.reset();
    capacity_ = 0;
}

COHUB_DECL void answer_buffer::release() noexcept
{
    clear();
    pieces_.clear();
    bytes_.reset();
    capacity_ = 0;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
