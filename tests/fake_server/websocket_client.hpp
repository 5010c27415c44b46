#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support.hpp"

namespace cohub::tests {

/// A frame as it came from the server, with everything that a test may want to check.
struct seen_frame
{
    int opcode = -1;
    bool fin = true;
    int rsv = 0;
    bool masked = false;
    int length_bits = 7;
    std::string payload;

    int code() const
    {
        if (payload.size() < 2) return 1005;
        return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
    std::string reason() const { return payload.size() > 2 ? payload.substr(2) : ""; }
};

/// The client's side of RFC 6455 in its simplest form, over a plain connection. It answers nothing
/// by itself. All waits have a limit.
class websocket_client
{
public:
    using headers = std::vector<std::pair<std::string, std::string>>;

    static constexpr std::string_view sample_key = "dGhlIHNhbXBsZSBub25jZQ==";
    static constexpr std::string_view sample_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    static headers good_headers()
    {
        return {
            {"Host", "localhost"},
            {"Upgrade", "websocket"},
            {"Connection", "Upgrade"},
            {"Sec-WebSocket-Version", "13"},
            {"Sec-WebSocket-Key", std::string(sample_key)}};
    }
    static headers headers_but(std::string const& name, std::optional<std::string> value)
    {
        headers out;
        for (auto const& [n, v] : good_headers()) {
            if (n != name) out.emplace_back(n, v);
        }
        if (value) out.emplace_back(name, *value);
        return out;
    }

    explicit websocket_client(fake_server const& server) : raw_(server.port())
    {
        if (server.ca_pem().empty()) return;
        context_.reset(SSL_CTX_new(TLS_client_method()));
        tls_.reset(SSL_new(context_.get()));
        SSL_set_fd(tls_.get(), raw_.descriptor());
        if (SSL_connect(tls_.get()) != 1) throw std::runtime_error("no TLS handshake");
    }

    /// Sends the request and reads its answer. @return whether it was 101
    bool upgrade(
        std::string const& path = "/user/stream",
        headers const& fields = good_headers(),
        std::string const& version = "HTTP/1.1"
    )
    {
        std::string request = "GET " + path + " " + version + "\r\n";
        for (auto const& [name, value] : fields) request += name + ": " + value + "\r\n";
        send(request + "\r\n");
        return read_head() && status == 101;
    }

    void send(std::string_view bytes)
    {
        if (!tls_) return raw_.send(bytes);
        if (SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) {
            throw std::runtime_error("cannot send");
        }
    }
    static std::string frame(int opcode, std::string_view payload, bool fin = true, int rsv = 0)
    {
        std::string out;
        auto const put = [&out](unsigned b) { out += static_cast<char>(b & 0xff); };
        put((fin ? 0x80u : 0) | static_cast<unsigned>(rsv) << 4 | static_cast<unsigned>(opcode));
        std::size_t const n = payload.size();
        if (n < 126) {
            put(0x80u | static_cast<unsigned>(n));
        } else {
            put(n < 65536 ? 0xfe : 0xff);
            for (int shift = n < 65536 ? 8 : 56; shift >= 0; shift -= 8) {
                put(static_cast<unsigned>(std::uint64_t{n} >> shift));
            }
        }
        constexpr std::string_view mask = "\x11\x22\x33\x44";
        out += mask;
        for (std::size_t i = 0; i < n; ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
        return out;
    }
    static std::string close_frame(int code, std::string_view reason = "")
    {
        std::string payload;
        payload += static_cast<char>(code >> 8);
        payload += static_cast<char>(code & 0xff);
        return frame(8, payload.append(reason));
    }
    void close(int code = 1000) { send(close_frame(code)); }

    /// The next frame; opcode -1 when the connection has ended or nothing came in time.
    seen_frame next()
    {
        seen_frame f;
        auto const byte = [this](std::size_t i) {
            return static_cast<unsigned>(static_cast<unsigned char>(in_[i]));
        };
        if (!need(2)) return f;
        std::uint64_t length = byte(1) & 0x7f;
        std::size_t head = 2;
        if (length >= 126) {
            std::size_t const bytes = length == 126 ? 2 : 8;
            f.length_bits = static_cast<int>(bytes * 8);
            if (!need(head + bytes)) return f;
            length = 0;
            for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | byte(head + i);
            head += bytes;
        }
        f.masked = (byte(1) & 0x80) != 0;
        if (f.masked) head += 4;
        if (!need(head + length)) return f;
        f.opcode = static_cast<int>(byte(0) & 15);
        f.fin = (byte(0) & 0x80) != 0;
        f.rsv = static_cast<int>(byte(0) >> 4 & 7);
        f.payload = in_.substr(head, length);
        for (std::size_t i = 0; f.masked && i < f.payload.size(); ++i) {
            f.payload[i] = static_cast<char>(f.payload[i] ^ in_[head - 4 + i % 4]);
        }
        in_.erase(0, head + length);
        return f;
    }
    /// The payload of the next frame, which must be a text frame.
    std::string next_text()
    {
        seen_frame const f = next();
        return f.opcode == 1 ? f.payload : "no text but opcode " + std::to_string(f.opcode);
    }
    /// Whether the connection ends without a further byte.
    bool ends() { return in_.empty() && !need(1) && (closed || was_reset()); }
    bool was_reset() const { return raw_.was_reset; }
    bool is_silent(std::chrono::milliseconds time) { return in_.empty() && raw_.has_silence(time); }
    /// All bytes that have come and were not used, including the head.
    std::string const& waiting() const { return in_; }
    bool read_more() { return fill(); }
    raw_client& raw() { return raw_; }

    std::string header(std::string_view name) const
    {
        for (auto const& [n, v] : answer_headers) {
            if (n == name) return v;
        }
        return "";
    }

    int status = 0;
    headers answer_headers;
    std::string body;  ///< the body of a refusal
    bool closed = false;

private:
    struct free_tls
    {
        void operator()(SSL* s) const { SSL_free(s); }
        void operator()(SSL_CTX* c) const { SSL_CTX_free(c); }
    };

    bool fill()
    {
        if (!tls_) {
            raw_.received.clear();
            bool const more = raw_.receive_some();
            in_ += raw_.received;
            closed = raw_.was_closed;
            return more;
        }
        pollfd p{raw_.descriptor(), POLLIN, 0};
        if (SSL_pending(tls_.get()) == 0 && ::poll(&p, 1, 20'000) <= 0) return false;
        std::array<char, 16384> buffer;
        int const n = SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size()));
        closed = n <= 0;
        if (n > 0) in_.append(buffer.data(), static_cast<std::size_t>(n));
        return n > 0;
    }
    bool need(std::size_t n)
    {
        while (in_.size() < n) {
            if (!fill()) return false;
        }
        return true;
    }
    bool read_head()
    {
        std::size_t end;
        while ((end = in_.find("\r\n\r\n")) == in_.npos) {
            if (!fill()) return false;
        }
        std::string const head = in_.substr(0, end);
        in_.erase(0, end + 4);
        status = std::stoi(head.substr(head.find(' ')));
        answer_headers.clear();
        for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
            std::string const line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
            auto const colon = line.find(": ");
            answer_headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        }
        if (std::string const length = header("Content-Length"); !length.empty()) {
            std::size_t const n = std::stoul(length);
            if (!need(n)) return false;
            body = in_.substr(0, n);
            in_.erase(0, n);
        }
        return true;
    }

    raw_client raw_;
    std::unique_ptr<SSL_CTX, free_tls> context_;
    std::unique_ptr<SSL, free_tls> tls_;
    std::string in_;
};

}  // namespace cohub::tests
