#include <cohub/streams/detail/frames.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/targets.hpp"

namespace cohub::fuzz {
namespace {

/// The events of some frames as one text, including the bytes of the messages.
std::string story_of(std::string_view bytes, std::size_t piece, std::size_t max_message)
{
    using event = streams::detail::ws_reader::event;
    streams::detail::ws_reader r(max_message);
    std::string told;
    while (!bytes.empty()) {
        // Each piece has its own memory, so that a sanitizer finds code that keeps a pointer to it
        // or reads beyond it.
        std::vector<char> const part(
            bytes.begin(),
            bytes.begin() + static_cast<std::ptrdiff_t>(std::min(piece, bytes.size()))
        );
        std::size_t used = 0;
        event const e = r.feed(part.data(), part.size(), used);
        must(used <= part.size(), "more used than given");
        must(e != event::more || used == part.size(), "something was left, and more is needed");
        bytes.remove_prefix(used);
        if (e != event::more) told += std::to_string(static_cast<int>(e));
        if (e == event::message) {
            std::string const message = r.take_message();
            must(message.size() <= max_message, "a message beyond the limit");
            streams::detail::utf8_check text;
            must(
                !r.is_text() || (text.feed(message.data(), message.size()) && text.is_whole()),
                "a text that is not UTF-8"
            );
            told += message;
        } else if (e == event::ping || e == event::pong || e == event::close) {
            must(r.control().size() <= 125, "a control frame beyond its limit");
            told += std::to_string(r.close_code()).append(r.control());
        } else if (e == event::failed) {
            must(r.problem()[0] != '\0', "no words");
            return told += std::to_string(r.failure_code());
        }
    }
    return told;
}

}  // namespace

void read_frames(std::uint8_t const* data, std::size_t size)
{
    if (size < 2) return;
    std::size_t const max_message = std::size_t{1} << (data[0] % 18);
    std::string_view const bytes(reinterpret_cast<char const*>(data) + 2, size - 2);
    std::string const whole = story_of(bytes, bytes.size(), max_message);
    must(
        whole == story_of(bytes, 1u + data[1] % 64, max_message), "in pieces the frames are others"
    );
}

}  // namespace cohub::fuzz
