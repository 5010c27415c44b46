#include "recorded_answers.hpp"

#include <cohub/call/answer.hpp>
#include <cohub/json/decode.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "doors.hpp"
#include "json_text.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;

namespace {

using node = json_node::kind;

/// The levels of `read_tree`.
constexpr std::size_t max_depth = 64;

/// Answers each call by one response that is known.
class replaying_channel final : public cohub::call::channel
{
public:
    replaying_channel(asio::any_io_executor e, std::string response)
        : executor_(std::move(e)), response_(std::move(response))
    {
    }

    void start(cohub::call::operation& op) override
    {
        cohub::http::response_parser parser(
            response_.size() + 1, std::numeric_limits<std::uint64_t>::max()
        );
        boost::system::error_code ec;
        std::size_t used = 0;
        while (!parser.is_done() && !ec && used != response_.size())
            used += parser.feed(response_.data(), used, response_.size() - used, ec);
        std::optional<cohub::failure> f;
        if (!op.req.problem.empty())
            f.emplace(cohub::errc::invalid_argument, op.req.problem);
        else if (ec || !parser.is_done())
            f.emplace(cohub::errc::protocol_error);
        else
            f = cohub::call::read_answer(op, parser, {});
        if (f) op.error = std::make_unique<cohub::failure>(std::move(*f));
        op.deliver(false);
    }
    void cancel(cohub::call::operation&, asio::cancellation_type) noexcept override {}
    executor_type executor() const noexcept override { return executor_; }

private:
    asio::any_io_executor executor_;
    std::string response_;
};

/// The answer to the call of a row, as the client would have read it.
contract_answer read_as_client(contract_row const& row, int status, std::string const& response)
{
    asio::io_context io(1);
    cohub::call::channel_ptr const channel(new replaying_channel(io.get_executor(), response));
    doors const to(channel, new cohub::cocalc::project_address(), exact_numbers());
    request r;
    r.api = row.api;
    r.wire = row.method;
    r.args = row.args;
    answer got = cohub::failure();
    std::exception_ptr bug;
    asio::co_spawn(io, call_any(to, std::move(r)), [&](std::exception_ptr e, answer a) {
        bug = e;
        got = std::move(a);
    });
    io.run();
    if (bug) std::rethrow_exception(bug);
    return {status, std::move(got)};
}

/// Whether two texts of JSON have the same value; `$account` in the first one is any text.
bool is_same(json_node const& known, json_node const& given)
{
    if (known.is != given.is || known.items.size() != given.items.size()) return false;
    switch (known.is) {
        case node::text:
            return known.raw == "\"$account\"" || known.text() == given.text();
        case node::array:
            return std::equal(known.items.begin(), known.items.end(), given.items.begin(), is_same);
        case node::object:
            return std::all_of(known.items.begin(), known.items.end(), [&](json_node const& m) {
                auto const* const other = given.member(m.name);
                return other != nullptr && is_same(m, *other);
            });
        default:
            return known.raw == given.raw;
    }
}

/// What a request asks for.
struct question
{
    cli::api api = cli::api::hub;
    std::string method;
    /// Null, if they are no JSON.
    json_node args;
};

/// @param body must outlive what is returned
std::optional<question> read_question(std::string target, std::string_view body)
{
    target.erase(std::min(target.find('?'), target.size()));
    cohub::json::nothing any;
    cohub::json::rules rules;
    rules.max_depth = max_depth;
    auto const o = cohub::json::decode(body, any, cohub::json::envelope::none, rules);
    bool const is_json = o.status != cohub::json::outcome::code::bad_json;
    json_node const all = is_json ? read_tree(body) : json_node();
    for (auto const& [begin, api] :
         {std::pair("/api/v1/", api::v1), std::pair("/api/v2/", api::v2)})
        if (target.starts_with(begin))
            return question{api, target.substr(std::string_view(begin).size()), all};
    auto const* const name = all.member("name");
    auto const* const args = all.member("args");
    if (target != "/api/conat/hub" || name == nullptr || args == nullptr) return std::nullopt;
    return question{api::hub, name->text(), *args};
}

struct match
{
    contract_row const* row = nullptr;
    bool has_its_args = false;
};

/// The row that knows the answer; of several the one with the same arguments.
match find_row(question const& q)
{
    match found;
    for (contract_row const& row : contract_rows()) {
        if (row.api != q.api || row.method != q.method) continue;
        if (is_same(read_tree(row.args), q.args)) return {&row, true};
        if (found.row == nullptr && !row.for_these_args) found.row = &row;
    }
    return found;
}

/// Whether the answer tells something about the server's interface.
bool tells(contract_answer const& a, bool has_args_of_row)
{
    if (a.json) return true;
    cohub::failure const& f = a.json.error();
    if (!is_an_answer(f) || f.code == cohub::errc::unauthorized) return false;
    // A server that does not know the method says so whatever the arguments are.
    bool const is_gone = f.code == cohub::errc::not_found || f.code == cohub::errc::not_implemented;
    return has_args_of_row || is_gone || f.code == cohub::condition::bad_answer;
}

/// Reads members of a recording, and says which one is wrong.
class reader
{
public:
    explicit reader(std::string const& file) : file_(file) {}

    [[noreturn]] void fail(std::string const& why) const
    {
        throw usage_error("--recorded: '" + file_ + "': " + why);
    }
    json_node const& member(json_node const& of, char const* name, node is) const
    {
        auto const* const m = of.member(name);
        if (m == nullptr || m->is != is)
            fail(std::string("'") + name + "' is missing, or of another type");
        return *m;
    }
    std::string text(json_node const& of, char const* name) const
    {
        return member(of, name, node::text).text();
    }
    /// Bytes that are no UTF-8 are no JSON either, whatever they are.
    std::string body(json_node const& of) const
    {
        if (of.member("body_base64") != nullptr) return "\xff";
        return text(of, "body");
    }

private:
    std::string const& file_;
};

/// As it came, as far as the client looks at it.
std::string response_of(reader const& r, json_node const& answer)
{
    json_node const& headers = r.member(answer, "headers", node::object);
    std::string const body = r.body(answer);
    std::string text = "HTTP/1.1 " + std::string(answer.member("status")->raw) + " -\r\n";
    if (auto const* const type = headers.member("Content-Type"))
        text += "Content-Type: " + type->text() + "\r\n";
    return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

recorded_answers recorded_answers::from_file(std::string const& file)
{
    std::string const text = read_json("--recorded", '@' + file, max_depth);
    json_node const all = read_tree(text);
    reader const r(file);
    if (auto const* const format = all.member("format");
        !format || format->text() != "cohub-recording")
        r.fail("it is no recording of cohub-fake-server");
    if (r.member(all, "version", node::number).raw != "1")
        r.fail("its version is not 1; record it again");
    recorded_answers found;
    found.upstream_ = r.text(all, "upstream");
    auto const& exchanges = r.member(all, "exchanges", node::array).items;
    found.exchanges_ = exchanges.size();
    for (json_node const& x : exchanges) {
        json_node const& request = r.member(x, "request", node::object);
        json_node const& reply = r.member(x, "answer", node::object);
        std::string_view const status = r.member(reply, "status", node::number).raw;
        if (status.size() != 3 || status < "200" || status > "599")
            r.fail("a 'status' is none of an answer");
        std::string const asked = r.body(request);
        auto const q = read_question(r.text(request, "target"), asked);
        match const m = q ? find_row(*q) : match();
        if (m.row == nullptr) continue;
        contract_answer a =
            read_as_client(*m.row, std::stoi(std::string(status)), response_of(r, reply));
        if (tells(a, m.has_its_args)) found.known_.emplace_back(m.row, std::move(a));
    }
    if (found.known_.empty()) r.fail("it has no answer to the calls that cohub contract makes");
    return found;
}

std::vector<contract_answer> recorded_answers::of(contract_row const& row) const
{
    std::vector<contract_answer> all;
    for (auto const& [known, a] : known_)
        if (known == &row) all.push_back(a);
    return all;
}

}  // namespace cli
