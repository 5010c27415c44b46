#include "sessions.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "own_routes.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::size_t session_limit = 1000;
constexpr std::size_t usual_users = 1000;
constexpr std::string_view mark = "session";
constexpr std::size_t number_width = 5;  ///< digits in base 62

std::optional<std::uint64_t> number_of_id(std::string_view id)
{
    std::uint64_t n = 0;
    if (!id.starts_with('s') || id.size() < 2 || id[1] == '0') return {};
    auto const [end, error] = std::from_chars(id.data() + 1, id.data() + id.size(), n);
    if (error != std::errc() || end != id.data() + id.size()) return {};
    return n;
}

// The session's number in a key that its world has drawn; 0 for any other key.
std::uint64_t number_of_key(std::string_view key)
{
    if (!key.starts_with("sk-") && !key.starts_with("sk_")) return 0;
    key.remove_prefix(3);
    if (!key.starts_with(mark)) return 0;
    std::string_view const digits = key.substr(mark.size(), number_width);
    if (digits.size() < number_width) return 0;
    std::uint64_t n = 0;
    for (char const c : digits) {
        std::uint64_t digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint64_t>(c - '0');
        } else if (c >= 'a' && c <= 'z') {
            digit = static_cast<std::uint64_t>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'Z') {
            digit = static_cast<std::uint64_t>(c - 'A') + 36;
        } else {
            return 0;
        }
        n = n * 62 + digit;
    }
    return n;
}

std::string id_text(std::uint64_t number) { return "s" + std::to_string(number); }

}  // namespace

session_list::session_list(world_options options, std::string const& log_file)
    : log_(log_file.empty() ? nullptr : std::make_shared<detail::request_log>(log_file)),
      common_(std::make_shared<service>(std::move(options), log_))
{
    common_->on_given_key([this](std::string const& key) { claim(0, key); });
}

void session_list::attach(listener& l)
{
    listener_ = &l;
    common_->attach(l);
}

void session_list::place(server_place p)
{
    std::lock_guard lock(mutex_);
    place_ = std::move(p);
}

server_place session_list::place() const
{
    std::lock_guard lock(mutex_);
    return place_;
}

world_options session_list::usual_options() const
{
    world_options o = common_->options();
    o.user_key.clear();
    o.users = std::min(o.users, usual_users);
    return o;
}

std::shared_ptr<service> session_list::create(
    world_options options, std::vector<detail::fault_plan> faults
)
{
    std::uint64_t number = 0;
    {
        std::lock_guard lock(mutex_);
        if (sessions_.size() >= session_limit) {
            throw std::invalid_argument(
                "there are " + std::to_string(session_limit) +
                " sessions; end those that are over with DELETE /__fake__/sessions/ID"
            );
        }
        number = ++last_number_;
    }
    options.key_mark = std::string(mark) + base62(number, number_width);
    options.session = id_text(number);
    if (!options.user_key.empty()) check_key(options.user_key);
    // Outside of the lock, because making a large world takes time.
    auto made = std::make_shared<service>(options, log_);
    made->script().start_with(std::move(faults));
    made->attach(*listener_);
    made->on_given_key([this, number](std::string const& key) { claim(number, key); });
    if (!options.user_key.empty()) claim(number, options.user_key);
    std::lock_guard lock(mutex_);
    sessions_.emplace(number, made);
    return made;
}

bool session_list::remove(std::string_view id)
{
    auto const number = number_of_id(id);
    std::shared_ptr<service> ended;
    {
        std::lock_guard lock(mutex_);
        auto const at = number ? sessions_.find(*number) : sessions_.end();
        if (at == sessions_.end()) return false;
        ended = std::move(at->second);
        sessions_.erase(at);
        std::erase_if(given_keys_, [&](auto const& key) { return key.second == *number; });
    }
    ended->end();
    return true;
}

std::vector<std::shared_ptr<service>> session_list::list() const
{
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<service>> out;
    out.reserve(sessions_.size());
    for (auto const& [number, session] : sessions_) out.push_back(session);
    return out;
}

void session_list::claim(std::uint64_t owner, std::string const& key)
{
    bool in_common = false;
    if (owner != 0) {
        std::lock_guard lock(common_->world().mutex);
        in_common = !common_->world().owner_of_key(key).empty();
    }
    std::lock_guard lock(mutex_);
    auto const at = given_keys_.find(key);
    std::uint64_t const number = number_of_key(key);
    bool const drawn = number != 0 && number <= last_number_ && number != owner;
    bool const taken = at != given_keys_.end() && at->second != owner;
    if (in_common || drawn || taken) {
        throw std::invalid_argument(
            "this key belongs to another session, and the key tells the server which session a "
            "request is for: give another"
        );
    }
    if (owner != 0) given_keys_.emplace(key, owner);
}

session_list::choice session_list::choose(request const& r) const
{
    auto const named = r.header("X-Fake-Session");
    if (!named && last_number_ == 0) return {common_, {}};
    std::uint64_t number = 0;
    std::string wanted;
    if (named) {
        wanted = *named;
        number = number_of_id(*named).value_or(0);
    }
    std::string const key = named ? std::string() : r.key();
    std::lock_guard lock(mutex_);
    if (!named) {
        if (auto const given = given_keys_.find(key); given != given_keys_.end()) {
            number = given->second;
        } else {
            number = number_of_key(key);
        }
        if (number == 0 || number > last_number_) return {common_, {}};
        wanted = id_text(number);
    }
    auto const at = sessions_.find(number);
    return {at == sessions_.end() ? nullptr : at->second, std::move(wanted)};
}

connection_record& session_list::visit(connection_record& c, std::shared_ptr<service> const& s)
{
    for (connection_record::visit const& v : c.visits) {
        if (v.session == s) return *v.record;
    }
    connection_record& made =
        *c.visits.emplace_back(s, std::make_unique<connection_record>()).record;
    made.secure = c.secure;
    made.resumed = c.resumed;
    s->journal().accepted(made);
    if (made.secure) s->journal().handshaken(made);
    return made;
}

void session_list::handle(request const& r, connection_record& c, reply& out, delivery& how)
{
    // Sessions that have ended have no more answers to give on this connection.
    std::erase_if(c.visits, [](auto const& v) { return v.session->has_ended(); });
    bool const about_sessions =
        r.path.starts_with("/__fake__/sessions") || (r.path == "/__fake__/openapi.json");
    choice const chosen = about_sessions ? choice{common_, {}} : choose(r);
    if (chosen.session == common_) return common_->handle(r, c, *this, out, how);
    common_->journal().own_traffic(c);
    if (chosen.session) return chosen.session->handle(r, visit(c, chosen.session), *this, out, how);
    how.now = common_->now();
    out = reply();
    out.status = 404;
    out.content_type = "text/plain; charset=utf-8";
    out.body = "There is no session '" + chosen.wanted +
               "': it has ended, or never was. POST /__fake__/sessions makes one.\n";
    if (is_own(r.path)) allow_all_origins(out);
}

void session_list::closed(connection_record& c)
{
    common_->journal().closed(c);
    for (connection_record::visit const& v : c.visits) v.session->journal().closed(*v.record);
}

void session_list::complain(std::string what)
{
    if (warn_) warn_(what);
    common_->journal().unasked(std::move(what));
}

}  // namespace cohub::inline abi_0_2::fake
