#include <cohub/fake/journal.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <ostream>

#include "journal_store.hpp"
#include "masking.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

std::string_view recorded_request::header(std::string_view field) const
{
    for (auto const& [spelling, value] : headers) {
        if (equal_ignoring_case(spelling, field)) return value;
    }
    return {};
}

boost::json::array recorded_request::args() const
{
    boost::system::error_code error;
    boost::json::value const envelope = boost::json::parse(body, error);
    if (error || !envelope.is_object()) return {};
    auto const* const found = envelope.get_object().if_contains("args");
    return found && found->is_array() ? found->get_array() : boost::json::array();
}

std::ostream& operator<<(std::ostream& out, recorded_request const& r)
{
    out << r.method << ' ' << masked_text(r.path);
    if (!r.name.empty()) out << " (" << r.name << ')';
    for (auto const& [field, value] : r.headers) {
        out << ", " << field << ": " << masked_header(field, value);
    }
    return out << ", body: " << (r.body.empty() ? "none" : masked_body(r.name, r.body));
}

std::size_t journal::count(std::string_view pattern) const { return store_->count(pattern); }

std::vector<recorded_request> journal::requests(std::string_view pattern) const
{
    return store_->requests(pattern);
}

std::size_t journal::connections() const { return store_->connections(); }
std::size_t journal::open() const { return store_->open(); }
std::size_t journal::handshakes() const { return store_->handshakes(); }
std::size_t journal::resumed_handshakes() const { return store_->resumed_handshakes(); }

bool journal::wait_for(std::string_view pattern, std::size_t n, std::chrono::milliseconds limit)
    const
{
    return store_->wait(limit, [&] { return store_->count_locked(pattern) >= n; });
}

bool journal::wait_for_connections(std::size_t n, std::chrono::milliseconds limit) const
{
    return store_->wait(limit, [&] { return store_->connections_locked() >= n; });
}

bool journal::wait_for_open(std::size_t n, std::chrono::milliseconds limit) const
{
    return store_->wait(limit, [&] { return store_->open_locked() == n; });
}

std::vector<recorded_frame> journal::frames(std::string_view kind) const
{
    return store_->frames(kind);
}

bool journal::wait_for_frames(std::string_view kind, std::size_t n, std::chrono::milliseconds limit)
    const
{
    return store_->wait(limit, [&] { return store_->count_frames_locked(kind) >= n; });
}

std::string journal::frames_json() const { return store_->frames_json(); }
std::string journal::json() const { return store_->json(); }
void journal::clear() const { store_->clear(); }

}  // namespace cohub::inline abi_0_2::fake
