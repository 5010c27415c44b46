#ifndef COHUB_TRANSPORT_DETAIL_IMPL_SOCKS_TUNNEL_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_SOCKS_TUNNEL_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/socks_tunnel.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace cohub::inline abi_0_2::transport::detail {

/// The numbers of RFC 1928 and RFC 1929.
namespace socks {
inline constexpr char version = 5;
inline constexpr char no_authentication = 0;
inline constexpr char user_and_password = 2;
inline constexpr char credentials_version = 1;
inline constexpr char connect = 1;
inline constexpr char v4 = 1;
inline constexpr char name = 3;
inline constexpr char v6 = 4;
}  // namespace socks

/// Appends a byte with the length of the text, and the text.
inline void append_counted(std::string& out, std::string_view text)
{
    out += static_cast<char>(text.size());
    out.append(text);
}

COHUB_DECL void socks_tunnel::begin(std::string& out)
{
    out += socks::version;
    if (user_.empty())
        out.append({1, socks::no_authentication});
    else
        out.append({2, socks::no_authentication, socks::user_and_password});
}

inline void socks_tunnel::ask_for_way(std::string& out)
{
    step_ = step::way;
    out.append({socks::version, socks::connect, 0});
    auto const append_address = [&out](char kind, auto const& bytes) {
        out += kind;
        for (auto const b : bytes) out += static_cast<char>(b);
    };
    if (!to_.is_address) {
        out += socks::name;
        append_counted(out, to_.host);
    } else {
        auto const address = boost::asio::ip::make_address(to_.host.substr(0, to_.host.find('%')));
        if (address.is_v4())
            append_address(socks::v4, address.to_v4().to_bytes());
        else
            append_address(socks::v6, address.to_v6().to_bytes());
    }
    out += static_cast<char>(to_.port >> 8);
    out += static_cast<char>(to_.port & 0xFF);
}

inline tunnel::status socks_tunnel::judge_way(failure& why) const
{
    static constexpr std::string_view words[] = {
        "",
        "general failure",
        "its rules do not allow it",
        "the network is unreachable",
        "the host is unreachable",
        "the connection was refused",
        "the time to live is over",
        "it does not know CONNECT",
        "it does not know this kind of address",
    };
    auto const code = static_cast<unsigned char>(answer_[1]);
    if (code == 0) return status::stands;
    bool const may_pass = code == 1 || (code >= 3 && code <= 6);
    why = failure(may_pass ? errc::connect_failed : errc::proxy_refused);
    why.detail = cohub::detail::concat(
        {"the SOCKS proxy opens no way to ",
         to_.host_and_port(),
         ": ",
         code < std::size(words) ? std::string(words[code]) : "code " + std::to_string(code)}
    );
    return status::refused;
}

COHUB_DECL tunnel::status socks_tunnel::take(
    std::string_view in, std::size_t& used, std::string& out, failure& why
)
{
    auto const refuse = [&why](errc code, char const* words) {
        why = failure(code, words);
        return status::refused;
    };
    auto const byte = [this](std::size_t i) { return answer_[i]; };
    for (used = 0;;) {
        // How many bytes of the answer are needed to know the length of the rest.
        std::size_t wanted = step_ == step::way ? 5 : 2;
        if (step_ == step::way && answer_.size() >= 5) {
            if (byte(3) == socks::v4)
                wanted = 4 + 4 + 2;
            else if (byte(3) == socks::v6)
                wanted = 4 + 16 + 2;
            else
                wanted = 4 + 1 + static_cast<unsigned char>(byte(4)) + 2;
        }
        if (answer_.size() < wanted) {
            std::string_view const piece = in.substr(used, wanted - answer_.size());
            answer_.append(piece);
            used += piece.size();
            char const version =
                step_ == step::credentials ? socks::credentials_version : socks::version;
            if (!answer_.empty() && byte(0) != version)
                return refuse(
                    errc::proxy_refused, "what it answers is not SOCKS5; is it a SOCKS5 proxy?"
                );
            // A refusal may consist of these bytes alone.
            if (step_ == step::way && answer_.size() >= 2 && byte(1) != 0) return judge_way(why);
            if (answer_.size() < wanted) return status::waits;
            continue;
        }
        switch (step_) {
            case step::method:
                if (byte(1) == socks::user_and_password && !user_.empty()) {
                    step_ = step::credentials;
                    out += socks::credentials_version;
                    append_counted(out, user_);
                    append_counted(out, password_.reveal());
                } else if (byte(1) == socks::no_authentication)
                    ask_for_way(out);
                else
                    return refuse(
                        errc::proxy_unauthorized,
                        user_.empty() ? "the SOCKS proxy wants a name and password: "
                                        "proxy_options(...).credentials(...)"
                                      : "the SOCKS proxy takes neither a name and password nor "
                                        "none"
                    );
                break;
            case step::credentials:
                if (byte(1) != 0)
                    return refuse(
                        errc::proxy_unauthorized,
                        "the SOCKS proxy refuses the name and password; are they right?"
                    );
                ask_for_way(out);
                break;
            case step::way:
                return judge_way(why);
        }
        answer_.clear();
    }
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
