#ifndef COHUB_STREAMS_DETAIL_IMPL_FRAMES_IPP
#define COHUB_STREAMS_DETAIL_IMPL_FRAMES_IPP

#include <cohub/streams/detail/frames.hpp>

#include <algorithm>
#include <cstring>

namespace cohub::inline abi_0_2::streams::detail {

COHUB_DECL bool utf8_check::feed(char const* data, std::size_t size) noexcept
{
    char const* const end = data + size;
    while (data != end) {
        if (left_ == 0 && end - data >= 8) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, data, 8);
            if ((eight & 0x8080808080808080U) == 0) {
                data += 8;
                continue;
            }
        }
        auto const b = static_cast<unsigned char>(*data++);
        if (left_ != 0) {
            if (b < low_ || b > high_) return false;
            --left_;
            low_ = 0x80;
            high_ = 0xBF;
        } else if (b >= 0x80) {
            if (b < 0xC2 || b > 0xF4) return false;
            left_ = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
            if (b == 0xE0) low_ = 0xA0;   // only the shortest form
            if (b == 0xED) high_ = 0x9F;  // no surrogates
            if (b == 0xF0) low_ = 0x90;
            if (b == 0xF4) high_ = 0x8F;  // nothing above U+10FFFF
        }
    }
    return true;
}

COHUB_DECL ws_reader::event ws_reader::feed(char const* data, std::size_t size, std::size_t& used)
{
    used = 0;
    while (failure_code_ == 0) {
        if (step_ == step::payload) {
            auto const n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size - used));
            take_payload(data + used, n);
            if (failure_code_ != 0) break;
            used += n;
            left_ -= n;
            if (left_ != 0) return event::more;
            if (event const e = end_frame(); e != event::more) return e;
            continue;
        }
        if (step_ == step::ended) used = size;
        if (used == size) return event::more;
        auto const byte = static_cast<unsigned char>(data[used++]);
        if (step_ == step::start)
            take_start(byte);
        else if (step_ == step::length)
            take_length(byte);
        else
            take_long_length(byte);
    }
    return event::failed;
}

COHUB_DECL void ws_reader::take_start(unsigned char byte)
{
    unsigned const code = byte & 0x0FU;
    fin_ = (byte & 0x80U) != 0;
    if ((byte & 0x70U) != 0) return fail(1002, "a reserved bit is set");
    if (code > 10 || (code > 2 && code < 8)) return fail(1002, "reserved opcode");
    opcode_ = static_cast<ws_opcode>(code);
    if (is_control()) {
        if (!fin_) return fail(1002, "control frame in fragments");
        control_.clear();
    } else if (opcode_ == ws_opcode::continuation) {
        if (!in_message_) return fail(1002, "continuation of no message");
    } else {
        if (in_message_) return fail(1002, "a message begins inside another one");
        in_message_ = true;
        is_text_ = opcode_ == ws_opcode::text;
        message_.clear();
    }
    step_ = step::length;
}

COHUB_DECL void ws_reader::take_length(unsigned char byte)
{
    if ((byte & 0x80U) != 0) return fail(1002, "the server masks its frames");
    if (is_control() && byte > 125) return fail(1002, "control frame of more than 125 bytes");
    if (byte <= 125) {
        left_ = byte;
        return begin_payload();
    }
    length_bytes_ = length_left_ = byte == 126 ? 2 : 8;
    left_ = 0;
    step_ = step::long_length;
}

COHUB_DECL void ws_reader::take_long_length(unsigned char byte)
{
    if (length_left_ == 8 && byte > 0x7F) return fail(1002, "length of 64 bits");
    left_ = left_ << 8 | byte;
    if (--length_left_ != 0) return;
    if (left_ < (length_bytes_ == 2 ? 126U : 65'536U))
        return fail(1002, "length in a longer form than needed");
    return begin_payload();
}

COHUB_DECL void ws_reader::begin_payload()
{
    if (!is_control() && left_ > max_message_ - message_.size())
        return fail(1009, "message beyond the limit");
    if (opcode_ == ws_opcode::close && left_ == 1)
        return fail(1002, "close frame with half a code");
    step_ = step::payload;
}

COHUB_DECL void ws_reader::take_payload(char const* data, std::size_t size)
{
    if (is_control())
        control_.append(data, size);
    else if (is_text_ && !text_.feed(data, size))
        fail(1007, "text that is not UTF-8");
    else
        message_.append(data, size);
}

COHUB_DECL ws_reader::event ws_reader::end_frame()
{
    step_ = step::start;
    switch (opcode_) {
        case ws_opcode::ping:
            return event::ping;
        case ws_opcode::pong:
            return event::pong;
        case ws_opcode::close:
            return end_close();
        default:
            break;
    }
    if (!fin_) return event::more;
    in_message_ = false;
    if (is_text_ && !text_.is_whole()) {
        fail(1007, "text that ends inside a code point");
        return event::failed;
    }
    return event::message;
}

COHUB_DECL ws_reader::event ws_reader::end_close()
{
    step_ = step::ended;
    if (control_.empty()) return event::close;
    unsigned const code =
        static_cast<unsigned char>(control_[0]) * 256U + static_cast<unsigned char>(control_[1]);
    control_.erase(0, 2);
    // 1004 to 1006 and 1015 are never sent; below 3000, the others have no meaning yet.
    bool const known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    utf8_check reason;
    if (!known && (code < 3000 || code > 4999))
        fail(1002, "close code that is not allowed");
    else if (!reason.feed(control_.data(), control_.size()) || !reason.is_whole())
        fail(1007, "close reason that is not UTF-8");
    else {
        close_code_ = static_cast<std::uint16_t>(code);
        return event::close;
    }
    return event::failed;
}

COHUB_DECL void ws_reader::fail(std::uint16_t code, char const* problem)
{
    failure_code_ = code;
    problem_ = problem;
    message_ = std::string();
    control_.clear();
}

COHUB_DECL void ws_append_frame(
    std::string& out, ws_opcode opcode, std::string_view payload, std::uint32_t mask_key
)
{
    auto const put = [&out](std::uint64_t number, int bytes) {
        while (bytes-- > 0) out.push_back(static_cast<char>(number >> (8 * bytes) & 0xFFU));
    };
    put(0x80U | static_cast<unsigned>(opcode), 1);
    if (payload.size() <= 125)
        put(0x80U | payload.size(), 1);
    else if (payload.size() <= 0xFFFF) {
        put(0x80U | 126U, 1);
        put(payload.size(), 2);
    } else {
        put(0x80U | 127U, 1);
        put(payload.size(), 8);
    }
    put(mask_key, 4);
    std::size_t const begin = out.size();
    out.append(payload);
    char const* const mask = out.data() + begin - 4;
    for (std::size_t i = 0; i < payload.size(); ++i)
        out[begin + i] = static_cast<char>(out[begin + i] ^ mask[i % 4]);
}

COHUB_DECL void ws_append_close(
    std::string& out, std::uint16_t code, std::string_view reason, std::uint32_t mask_key
)
{
    std::string payload;
    if (code != 1005) {
        constexpr std::size_t max_reason = 123;
        if (reason.size() > max_reason) {
            std::size_t n = max_reason;
            while (n != 0 && (static_cast<unsigned char>(reason[n]) & 0xC0U) == 0x80U) --n;
            reason = reason.substr(0, n);
        }
        payload.push_back(static_cast<char>(code >> 8));
        payload.push_back(static_cast<char>(code & 0xFF));
        payload.append(reason);
    }
    ws_append_frame(out, ws_opcode::close, payload, mask_key);
}

}  // namespace cohub::inline abi_0_2::streams::detail

#endif
