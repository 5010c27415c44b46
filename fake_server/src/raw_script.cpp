#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "cohub/fake/raw_peer.hpp"

namespace cohub::inline abi_0_2::fake {
namespace {

bool same_name(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

std::string_view word(std::string_view text, std::size_t index)
{
    text = text.substr(0, text.find("\r\n"));
    for (; index > 0; --index) {
        std::size_t const space = text.find(' ');
        if (space == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(space + 1);
    }
    return text.substr(0, text.find(' '));
}

std::string hex(std::size_t n)
{
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[n % 16]);
        n /= 16;
    } while (n != 0);
    return digits;
}

}  // namespace

tls_settings::tls_settings(identity who) : identity_(std::move(who)) {}

tls_settings& tls_settings::versions(tls_version oldest, tls_version newest)
{
    oldest_ = oldest;
    newest_ = newest;
    return *this;
}

tls_settings& tls_settings::ciphers(std::string list)
{
    ciphers_ = std::move(list);
    return *this;
}

tls_settings& tls_settings::ciphersuites(std::string list)
{
    ciphersuites_ = std::move(list);
    return *this;
}

tls_settings& tls_settings::security_level(int level)
{
    security_level_ = level;
    return *this;
}

tls_settings& tls_settings::without_chain()
{
    chain_ = false;
    return *this;
}

tls_settings& tls_settings::for_name(std::string name, identity who)
{
    by_name_.emplace_back(std::move(name), std::move(who));
    return *this;
}

tls_settings& tls_settings::client_certificate(std::string authority_pem)
{
    client_authority_ = std::move(authority_pem);
    return *this;
}

tls_settings& tls_settings::without_resumption()
{
    resumption_ = false;
    return *this;
}

tls_settings& tls_settings::alert_on_resumption()
{
    alert_on_resumption_ = true;
    return *this;
}

std::string_view raw_request::method() const { return word(head, 0); }

std::string_view raw_request::target() const { return word(head, 1); }

std::string_view raw_request::header(std::string_view name) const
{
    std::string_view rest = head;
    while (true) {
        std::size_t const end = rest.find("\r\n");
        if (end == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(end + 2);
        std::string_view const line = rest.substr(0, rest.find("\r\n"));
        std::size_t const colon = line.find(':');
        if (colon != std::string_view::npos && same_name(line.substr(0, colon), name)) {
            std::string_view value = line.substr(colon + 1);
            value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
            value.remove_suffix(value.size() - (value.find_last_not_of(" \t") + 1));
            return value;
        }
    }
}

raw_answer::raw_answer(std::string body) : body_(std::move(body)) {}

raw_answer& raw_answer::status(int code, std::string reason)
{
    status_ = code;
    reason_ = std::move(reason);
    return *this;
}

raw_answer& raw_answer::header(std::string name, std::string value)
{
    fields_ += name + ": " + value + "\r\n";
    return *this;
}

raw_answer& raw_answer::content_type(std::string value)
{
    content_type_ = std::move(value);
    return *this;
}

raw_answer& raw_answer::chunked(std::size_t chunk)
{
    framing_ = framing::chunks;
    chunk_ = chunk;
    return *this;
}

raw_answer& raw_answer::until_close()
{
    framing_ = framing::close;
    return *this;
}

raw_answer& raw_answer::http_1_0()
{
    old_ = true;
    return *this;
}

std::string raw_answer::head() const
{
    std::string text = old_ ? "HTTP/1.0 " : "HTTP/1.1 ";
    text += std::to_string(status_) + " " + reason_ + "\r\n";
    if (!content_type_.empty()) {
        text += "Content-Type: " + content_type_ + "\r\n";
    }
    text += fields_;
    if (framing_ == framing::chunks) {
        text += "Transfer-Encoding: chunked\r\n";
    } else if (framing_ == framing::length) {
        text += "Content-Length: " + std::to_string(body_.size()) + "\r\n";
    }
    return text + "\r\n";
}

std::string raw_answer::encoded_body() const
{
    if (framing_ != framing::chunks) {
        return body_;
    }
    std::size_t const step = chunk_ == 0 ? std::max<std::size_t>(body_.size(), 1) : chunk_;
    std::string text;
    for (std::size_t at = 0; at < body_.size(); at += step) {
        std::string const piece = body_.substr(at, step);
        text += hex(piece.size()) + "\r\n" + piece + "\r\n";
    }
    return text + "0\r\n\r\n";
}

std::string raw_answer::str() const { return head() + encoded_body(); }

raw_script::step& raw_script::add(kind what)
{
    steps_.emplace_back().what = what;
    return steps_.back();
}

raw_script& raw_script::plain()
{
    plain_ = true;
    return *this;
}

raw_script& raw_script::cut_handshake(std::size_t bytes)
{
    handshake_limit_ = bytes;
    return *this;
}

raw_script& raw_script::drip_handshake(duration interval, std::size_t bytes)
{
    handshake_interval_ = interval;
    handshake_piece_ = std::max<std::size_t>(bytes, 1);
    return *this;
}

raw_script& raw_script::send(std::string bytes)
{
    add(kind::send).text = std::move(bytes);
    return *this;
}

raw_script& raw_script::send_split(std::string bytes, std::size_t pieces, duration pause)
{
    step& s = add(kind::pieces);
    pieces = std::max<std::size_t>(pieces, 1);
    for (std::size_t i = 1; i <= pieces; ++i) {
        s.ends.push_back(bytes.size() * i / pieces);
    }
    s.text = std::move(bytes);
    s.time = pause;
    return *this;
}

raw_script& raw_script::send_split_at(std::string bytes, std::size_t offset, duration pause)
{
    step& s = add(kind::pieces);
    s.ends = {std::min(offset, bytes.size()), bytes.size()};
    s.text = std::move(bytes);
    s.time = pause;
    return *this;
}

raw_script& raw_script::dribble(std::string bytes, duration interval)
{
    std::size_t const pieces = bytes.size();
    return send_split(std::move(bytes), pieces, interval);
}

raw_script& raw_script::send_repeated(std::string bytes, std::size_t times)
{
    step& s = add(kind::repeated);
    s.text = std::move(bytes);
    s.count = times;
    return *this;
}

raw_script& raw_script::send_raw(std::string bytes)
{
    add(kind::raw).text = std::move(bytes);
    return *this;
}

raw_script& raw_script::send_changed(std::string bytes, bytes_function change)
{
    step& s = add(kind::changed);
    s.text = std::move(bytes);
    s.change = std::move(change);
    return *this;
}

raw_script& raw_script::respond(answer_function answer)
{
    add(kind::respond).answer = std::move(answer);
    return *this;
}

raw_script& raw_script::respond(std::string bytes) { return read_request().send(std::move(bytes)); }

raw_script& raw_script::read_request()
{
    add(kind::read_request);
    return *this;
}

raw_script& raw_script::wait_bytes(std::size_t n)
{
    add(kind::wait_bytes).count = n;
    return *this;
}

raw_script& raw_script::wait_for_release(std::string event)
{
    add(kind::wait_for_release).text = std::move(event);
    return *this;
}

raw_script& raw_script::delay(duration time)
{
    add(kind::delay).time = time;
    return *this;
}

raw_script& raw_script::stall()
{
    add(kind::stall);
    return *this;
}

raw_script& raw_script::mark(std::string name)
{
    add(kind::mark).text = std::move(name);
    return *this;
}

raw_script& raw_script::stop_reading()
{
    add(kind::stop_reading);
    return *this;
}

raw_script& raw_script::start_reading()
{
    add(kind::start_reading);
    return *this;
}

raw_script& raw_script::half_close(tls_end end)
{
    if (end == tls_end::close_notify) {
        add(kind::close_notify);
    }
    add(kind::half_close);
    return *this;
}

raw_script& raw_script::close(tls_end end)
{
    if (end == tls_end::close_notify) {
        add(kind::close_notify);
    }
    add(kind::close);
    return *this;
}

raw_script& raw_script::reset()
{
    add(kind::reset);
    return *this;
}

raw_script& raw_script::close_notify()
{
    add(kind::close_notify);
    return *this;
}

raw_script& raw_script::key_update(bool request_back)
{
    add(kind::key_update).count = request_back ? 1 : 0;
    return *this;
}

raw_script& raw_script::renegotiate()
{
    add(kind::renegotiate);
    return *this;
}

raw_script& raw_script::fatal_alert()
{
    add(kind::fatal_alert);
    return *this;
}

raw_script& raw_script::forever()
{
    repeat_from_ = steps_.size();
    return *this;
}

raw_script& raw_script::append(raw_script const& other)
{
    steps_.insert(steps_.end(), other.steps_.begin(), other.steps_.end());
    return *this;
}

raw_script::bytes_function flip_byte(std::size_t from_end)
{
    return [from_end](std::string wire) {
        if (from_end < wire.size()) {
            char& c = wire[wire.size() - 1 - from_end];
            c = static_cast<char>(c ^ 0x01);
        }
        return wire;
    };
}

raw_script::bytes_function keep_first(std::size_t n)
{
    return [n](std::string wire) { return wire.substr(0, n); };
}

std::string_view to_string(raw_ending how)
{
    switch (how) {
        case raw_ending::open:
            return "open";
        case raw_ending::closed:
            return "closed";
        case raw_ending::reset:
            return "reset";
        case raw_ending::peer_closed:
            return "peer_closed";
        case raw_ending::peer_reset:
            return "peer_reset";
        case raw_ending::tls_failed:
            return "tls_failed";
        case raw_ending::stopped:
            return "stopped";
    }
    return "?";
}

raw_peer_options& raw_peer_options::tls(tls_settings settings)
{
    tls_ = std::make_shared<tls_settings const>(std::move(settings));
    return *this;
}

raw_peer_options& raw_peer_options::ipv6()
{
    ipv6_ = true;
    return *this;
}

raw_peer_options& raw_peer_options::receive_buffer(int bytes)
{
    receive_buffer_ = bytes;
    return *this;
}

}  // namespace cohub::inline abi_0_2::fake
