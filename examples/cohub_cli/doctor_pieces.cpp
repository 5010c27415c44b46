#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "doctor.hpp"
#include "outcome.hpp"
#include "print.hpp"
#include "report.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using cohub::as_result;

namespace {

// The limit for the first message of the stream.
constexpr auto patience = 5s;

/// Keeps a text that is no JSON.
class plain_text final : public cohub::call::result_adapter
{
public:
    explicit plain_text(std::shared_ptr<std::string> to) : text_(std::move(to)) {}

    cohub::json::outcome decode(
        std::string_view body,
        cohub::json::detail::type_info const& /*type*/,
        void* /*value*/,
        cohub::json::envelope /*e*/
    ) const noexcept override
    {
        *text_ = body.substr(0, max_length);
        return {};
    }

private:
    static constexpr std::size_t max_length = 80;
    std::shared_ptr<std::string> text_;
};

/// A client that asks for what is not about the user.
class pieces_os : public cohub::pieces::client
{
public:
    using client::client;

    auto version(std::shared_ptr<std::string> to) const
    {
        cohub::call::request r;
        r.verb = "GET";
        r.target = "/.well-known/version";
        r.content_type = {};
        r.name = "pieces.version";
        r.is_rpc = false;
        r.with_key = false;
        r.answer = cohub::json::envelope::none;
        r.adapter = new plain_text(std::move(to));
        return cohub::call::initiate<void>(client_.channel(), std::move(r), as_result);
    }
};

class pieces_examination : public report
{
public:
    pieces_examination(asio::io_context& io, settings const& s, std::string const& problem)
        : report(s, {"settings", "Pieces OS", "version", "stream"}),
          io_(io),
          settings_(s),
          problem_(problem)
    {
    }

    asio::awaitable<text_answer> run()
    {
        // g++ 12 puts what is awaited inside of an `if` before the frame's own members where there
        // is no variable: the frame is then none that can be resumed.
        bool goes_on = look_at_settings();
        if (goes_on) goes_on = co_await find();
        if (goes_on) goes_on = co_await look_at_version();
        if (goes_on) co_await look_at_stream();
        co_return finished();
    }

private:
    bool look_at_settings()
    {
        try {
            if (!problem_.empty()) throw usage_error(problem_);
            options_ = settings_.pieces_options();
        } catch (usage_error const& e) {
            return fail("settings", e.what(), "see cohub config", usage);
        }
        options_.retry.max_attempts = 1;
        return add("settings", file_of(settings_));
    }

    asio::awaitable<bool> find()
    {
        std::string how = "where it is said to be";
        if (options_.host.empty()) {
            auto const found = co_await cohub::pieces::discover(io_, as_result);
            if (!found)
                co_return fail(
                    "Pieces OS",
                    found.error().message(),
                    "start it, or say where it is by --host or PIECES_HOST",
                    transport
                );
            options_.host = found->base_url;
            how = "found by " + found->how;
        }
        std::string const text = options_.host + ", " + how;
        try {
            client_.emplace(io_, options_);
        } catch (cohub::error const& e) {
            co_return fail(
                "Pieces OS",
                e.what(),
                "mend --host, PIECES_HOST or pieces-host in the config file",
                usage
            );
        }
        co_return add("Pieces OS", text);
    }

    asio::awaitable<bool> look_at_version()
    {
        auto const text = std::make_shared<std::string>();
        auto const got = co_await client_->version(text);
        if (got) co_return add("version", *text);
        co_return fail(
            "version",
            got.error().message(),
            "does it run, and is it Pieces OS that answers there? Without --host and PIECES_HOST "
            "it is looked for",
            transport
        );
    }

    asio::awaitable<bool> look_at_stream()
    {
        cohub::pieces::stream_options options;
        options.reconnect(false).max_attempts(1);
        auto const stream = client_->user().stream_user(options);
        std::chrono::milliseconds const most = patience;
        auto const limit =
            cohub::call_options().timeout(std::min(most, options_.timeouts.call.value_or(most)));
        auto const event = co_await stream.next(limit, as_result);
        if (event && *event)
            co_return add(
                "stream", (*event)->user ? "somebody is signed in" : "nobody is signed in"
            );
        // It need not say anything before something changes.
        bool const silent = !event && event.error().code == cohub::errc::timeout;
        if (silent && stream.stats().opened != 0)
            co_return add("stream", "stands, and says nothing yet");
        std::string why = "it ended at once";
        if (!event) why = event.error().message();
        co_return fail(
            "stream",
            why,
            "streams are WebSockets: is there a proxy or a filter that lets no upgrade through?",
            transport
        );
    }

    asio::io_context& io_;
    settings const& settings_;
    std::string const& problem_;
    cohub::pieces::options options_;
    std::optional<pieces_os> client_;
};

}  // namespace

int run_pieces_doctor(settings const& s, std::string const& problem)
{
    asio::io_context io(1);
    pieces_examination one(io, s, problem);
    return conduct(io, "doctor", one.run(), [&](std::string const& text, int) {
        print(text);
        return one.status();
    });
}

}  // namespace cli
