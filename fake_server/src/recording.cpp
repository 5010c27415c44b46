#include "recording.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr std::string_view format = "cohub-recording";
constexpr std::int64_t version = 1;

void append_text(std::string& to, std::string_view name, std::string_view value)
{
    to.append("\"").append(name).append("\": ");
    append_json_string(to, value);
}

// A body is a JSON string with its original text, so that numbers keep all their digits. Bytes that
// are not text are base64.
void append_body(std::string& to, std::string_view body)
{
    if (is_utf8(body)) {
        append_text(to, "body", body);
    } else {
        append_text(to, "body_base64", base64_encode(body));
    }
}

json::value const& member(json::object const& o, std::string_view name)
{
    if (auto const* const found = o.if_contains(name)) return *found;
    throw std::invalid_argument("'" + std::string(name) + "' is missing");
}

std::string text_of(json::object const& o, std::string_view name)
{
    json::value const& v = member(o, name);
    if (!v.is_string()) throw std::invalid_argument("'" + std::string(name) + "' is no text");
    return std::string(v.get_string());
}

std::int64_t number_of(json::object const& o, std::string_view name)
{
    json::value const& v = member(o, name);
    if (!v.is_int64()) throw std::invalid_argument("'" + std::string(name) + "' is no number");
    return v.get_int64();
}

json::object const& object_of(json::object const& o, std::string_view name)
{
    json::value const& v = member(o, name);
    if (!v.is_object()) throw std::invalid_argument("'" + std::string(name) + "' is no object");
    return v.get_object();
}

std::string body_of(json::object const& o)
{
    if (!o.contains("body_base64")) return text_of(o, "body");
    std::string const text = text_of(o, "body_base64");
    if (!is_base64(text)) throw std::invalid_argument("'body_base64' is no valid base64");
    return base64_decode(text);
}

void check_header(std::string_view method, std::string const& name, std::string_view value)
{
    if (method == "HEAD" && is_length_header(name, value)) return;
    constexpr std::string_view letters =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (name.empty() || name.find_first_not_of(letters) != name.npos) {
        throw std::invalid_argument("'" + name + "' is no name of a header");
    }
    if (equal_ignoring_case(name, "Content-Length") ||
        equal_ignoring_case(name, "Transfer-Encoding")) {
        throw std::invalid_argument("the server itself sends '" + name + "'; leave it out");
    }
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
        throw std::invalid_argument("the value of '" + name + "' is no line of text");
    }
}

recorded_exchange exchange_of(json::value const& v)
{
    if (!v.is_object()) throw std::invalid_argument("it is no object");
    json::object const& request = object_of(v.get_object(), "request");
    json::object const& answer = object_of(v.get_object(), "answer");
    recorded_exchange x;
    x.method = text_of(request, "method");
    x.target = text_of(request, "target");
    x.request_body = body_of(request);
    std::int64_t const status = number_of(answer, "status");
    if (status < 100 || status > 599) throw std::invalid_argument("'status' is none of HTTP");
    x.status = static_cast<int>(status);
    for (auto const& [name, value] : object_of(answer, "headers")) {
        if (!value.is_string()) throw std::invalid_argument("a header is no text");
        check_header(x.method, std::string(name), value.get_string());
        x.headers.emplace_back(std::string(name), std::string(value.get_string()));
    }
    x.body = body_of(answer);
    x.took_ms = number_of(answer, "took_ms");
    return x;
}

recording recording_of(json::value const& v)
{
    if (!v.is_object() || !v.get_object().contains("format") ||
        text_of(v.get_object(), "format") != format) {
        throw std::invalid_argument("it is no recording of cohub-fake-server");
    }
    json::object const& o = v.get_object();
    if (number_of(o, "version") != version) {
        throw std::invalid_argument(
            "it is of version " + std::to_string(number_of(o, "version")) +
            ", and this program knows 1; record anew"
        );
    }
    recording r;
    r.upstream = text_of(o, "upstream");
    r.salt = text_of(o, "salt");
    json::value const& all = member(o, "exchanges");
    if (!all.is_array()) throw std::invalid_argument("'exchanges' is no list");
    r.exchanges.reserve(all.get_array().size());
    for (json::value const& x : all.get_array()) {
        try {
            r.exchanges.push_back(exchange_of(x));
        } catch (std::invalid_argument const& error) {
            throw std::invalid_argument(
                "exchange " + std::to_string(r.exchanges.size() + 1) + ": " + error.what()
            );
        }
    }
    return r;
}

}  // namespace

bool is_length_header(std::string_view name, std::string_view value)
{
    return equal_ignoring_case(name, "Content-Length") && !value.empty() &&
           value.find_first_not_of("0123456789") == value.npos;
}

recording read_recording(std::string const& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw std::invalid_argument("cannot read '" + file + "' (" + std::strerror(errno) + ")");
    }
    std::string const text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    try {
        boost::system::error_code error;
        json::value const v = json::parse(text, error);
        if (error) throw std::invalid_argument("it is no JSON: " + error.message());
        return recording_of(v);
    } catch (std::invalid_argument const& error) {
        throw std::invalid_argument("'" + file + "': " + error.what());
    }
}

std::string recording_text(recording const& r)
{
    std::string out = "{";
    append_text(out, "format", format);
    out += ", \"version\": " + std::to_string(version) + ",\n ";
    append_text(out, "upstream", r.upstream);
    out += ", ";
    append_text(out, "salt", r.salt);
    out += ",\n \"exchanges\": [";
    std::string_view separator = "\n";
    for (recorded_exchange const& x : r.exchanges) {
        out.append(separator).append("  {\"request\": {");
        separator = ",\n";
        append_text(out, "method", x.method);
        out += ", ";
        append_text(out, "target", x.target);
        out += ", ";
        append_body(out, x.request_body);
        out += "},\n   \"answer\": {\"status\": " + std::to_string(x.status);
        out += ", \"took_ms\": " + std::to_string(x.took_ms) + ", \"headers\": {";
        std::string_view comma;
        for (auto const& [name, value] : x.headers) {
            out += comma;
            comma = ", ";
            append_text(out, name, value);
        }
        out += "}, ";
        append_body(out, x.body);
        out += "}}";
    }
    return out + "\n]}\n";
}

void write_recording(std::string const& file, recording const& r)
{
    std::string const part = file + "." + std::to_string(::getpid()) + ".part";
    std::ofstream out(part, std::ios::binary);
    out << recording_text(r);
    out.close();
    if (!out || std::rename(part.c_str(), file.c_str()) != 0) {
        int const error = errno;
        std::remove(part.c_str());
        throw std::runtime_error("cannot write '" + file + "' (" + std::strerror(error) + ")");
    }
}

}  // namespace cohub::inline abi_0_2::fake
