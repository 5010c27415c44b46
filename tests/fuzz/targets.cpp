#include "fuzz/targets.hpp"

#include <cohub/cocalc/types/api_key.hpp>
#include <cohub/cocalc/types/server_time.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/http/response_parser.hpp>
#include <cohub/http/retry_after.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::fuzz {

void must(bool holds, char const* what)
{
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

namespace {

using status = json::outcome::code;

template <class T>
status decoded(std::string_view text, json::envelope e)
{
    T target{};
    json::outcome const o = json::decode(text, target, e);
    must(
        o.status == status::ok || o.status == status::error_envelope || !o.text.empty(), "no words"
    );
    return o.status;
}

void agree_on_syntax(std::string_view text, json::envelope e)
{
    status const any = decoded<boost::json::value>(text, e);
    status const all[] = {
        decoded<std::vector<user>>(text, e),
        decoded<names_by_account>(text, e),
        decoded<json::list_or_null<std::optional<api_key_entry>>>(text, e),
        decoded<key_owner>(text, e),
        decoded<boost::json::object>(text, e),
        decoded<std::string>(text, e),
        decoded<secret>(text, e),
        decoded<double>(text, e),
        decoded<std::int64_t>(text, e),
        decoded<json::nothing>(text, e)};
    for (status const s : all) {
        must((s == status::bad_json) == (any == status::bad_json), "what is JSON depends on type");
        must(
            (s == status::error_envelope) == (any == status::error_envelope),
            "what is an error depends on type"
        );
    }
}

struct parsed
{
    bool failed = false, done = false, header = false, cut = false;
    int status = 0;
    std::string body, content_type;
};

parsed feed(
    std::string_view whole, std::size_t piece, std::size_t max_header, std::uint64_t max_body
)
{
    http::response_parser p(max_header, max_body);
    std::string buffer;
    std::size_t at = 0;
    boost::system::error_code ec;
    while (!whole.empty() && !ec && !p.is_done() && !p.cut()) {
        std::size_t const n = std::min(piece, whole.size());
        buffer.append(whole.substr(0, n));
        whole.remove_prefix(n);
        while (at != buffer.size() && !ec && !p.is_done() && !p.cut()) {
            std::size_t const used = p.feed(buffer.data(), at, buffer.size() - at, ec);
            must(used <= buffer.size() - at, "more used than given");
            at += used;
            if (used == 0) break;
        }
    }
    parsed r;
    r.failed = ec.failed();
    r.done = !r.failed && p.is_done();
    r.header = p.is_header_done();
    r.cut = p.cut();
    r.status = p.status();
    if (r.header && !r.failed) {
        r.body = std::string(p.body());
        r.content_type = std::string(p.content_type());
        must(p.body_end() <= at, "a body beyond what was read");
        must(r.cut || r.body.size() <= max_body, "a body beyond the limit");
        http::parse_retry_after(p.retry_after(), {});
    }
    return r;
}

}  // namespace

void decode_body(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    agree_on_syntax(text, json::envelope::none);
    agree_on_syntax(text, json::envelope::error_member);

    boost::json::value v;
    if (json::decode(text, v).status != status::ok) return;
    std::string again;
    json::writer w(again);
    encode(w, v);
    must(
        !w.problem().empty() ||
            decoded<boost::json::value>(again, json::envelope::none) == status::ok,
        "what was read cannot be written and read again"
    );
}

void parse_response(std::uint8_t const* data, std::size_t size)
{
    if (size < 2) return;
    std::size_t const max_header = 256u << (data[0] % 4);
    std::uint64_t const max_body = 64u << (data[0] / 4 % 8);
    std::size_t const piece = 1u + data[1] % 64;
    std::string_view const text(reinterpret_cast<char const*>(data) + 2, size - 2);

    parsed const whole = feed(text, text.size() + 1, max_header, max_body);
    parsed const pieces = feed(text, piece, max_header, max_body);
    must(!(whole.failed && pieces.done), "in pieces a broken response is whole");
    must(!(whole.done && pieces.failed), "in pieces a whole response is broken");
    if (!whole.done || whole.cut || pieces.cut) return;
    must(pieces.done, "in pieces a response has no end");
    must(whole.status == pieces.status, "in pieces the status is another one");
    must(whole.body == pieces.body, "in pieces the body is another one");
    must(whole.content_type == pieces.content_type, "in pieces the type is another one");
}

}  // namespace cohub::fuzz
