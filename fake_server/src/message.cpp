#include "message.hpp"

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

std::optional<std::string_view> request::header(std::string_view name) const
{
    for (auto const& [n, v] : headers) {
        if (equal_ignoring_case(n, name)) return v;
    }
    return {};
}

std::string request::key() const
{
    auto const parts = words(header("Authorization").value_or(""));
    if (parts.size() < 2) return {};
    if (parts[0] == "Bearer") return std::string(parts[1]);
    if (parts[0] != "Basic") return {};
    std::string const pair = base64_decode(parts[1]);
    return pair.substr(0, pair.find(':'));
}

std::string_view reason_phrase(int status)
{
    switch (status) {
        case 100:
            return "Continue";
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 413:
            return "Payload Too Large";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 425:
            return "Too Early";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 511:
            return "Network Authentication Required";
        default:
            return "Unknown";
    }
}

}  // namespace cohub::inline abi_0_2::fake
