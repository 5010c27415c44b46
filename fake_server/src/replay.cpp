#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>

#include "recording.hpp"
#include "redaction.hpp"
#include "relay.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

namespace json = boost::json;

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

bool is_same(json::value const& a, json::value const& b)
{
    if (a.is_object() && b.is_object()) {
        json::object const& other = b.get_object();
        return a.get_object().size() == other.size() &&
               std::all_of(a.get_object().begin(), a.get_object().end(), [&](auto const& member) {
                   auto const* const found = other.if_contains(member.key());
                   return found && is_same(member.value(), *found);
               });
    }
    if (a.is_array() && b.is_array()) {
        json::array const& other = b.get_array();
        return std::equal(
            a.get_array().begin(), a.get_array().end(), other.begin(), other.end(), is_same
        );
    }
    if (a.is_number() && b.is_number() && (a.is_double() || b.is_double())) {
        // 5 and 5.0 are the same number in JavaScript.
        return a.to_number<double>() == b.to_number<double>();
    }
    return a == b;
}

/// A request in the form in which requests are compared: redacted, and with the body as JSON if it
/// is JSON.
struct question
{
    std::string method;
    std::string target;
    std::string body;
    std::optional<json::value> value;

    question(std::string m, std::string t, std::string b)
        : method(std::move(m)), target(std::move(t)), body(std::move(b))
    {
        boost::system::error_code error;
        json::value v = json::parse(body, error);
        if (!error) value = std::move(v);
    }

    bool operator==(question const& other) const
    {
        if (method != other.method || target != other.target) return false;
        // The order of members and white space do not matter.
        if (value && other.value) return is_same(*value, *other.value);
        return body == other.body;
    }

    std::string text() const
    {
        constexpr std::size_t shown = 120;
        std::string out = method + " " + target;
        if (!body.empty()) out += " " + repair_utf8(body.substr(0, shown));
        if (body.size() > shown) out += "...";
        return out;
    }
};

class replayer final : public relay
{
public:
    replayer(std::string const& file, bool in_order)
        : recording_(read_recording(file)),
          redaction_(recording_.salt),
          in_order_(in_order),
          asked_(recording_.exchanges.size())
    {
        questions_.reserve(recording_.exchanges.size());
        for (recorded_exchange const& x : recording_.exchanges) {
            // An older program may have masked less.
            questions_.emplace_back(
                x.method, redaction_.text(x.target), redaction_.body("", x.request_body)
            );
        }
    }

    bool answer(request const& r, std::string_view name, std::function<bool()> const&, reply& out)
        override
    {
        question const q(
            std::string(r.method), redaction_.text(r.target), redaction_.body(name, r.body)
        );
        std::lock_guard lock(mutex_);
        std::optional<std::size_t> const at = in_order_ ? next_if(q) : find(q);
        if (!at) {
            refuse(q, out);
            return false;
        }
        ++asked_[*at];
        recorded_exchange const& x = recording_.exchanges[*at];
        out = reply();
        out.status = x.status;
        out.headers = x.headers;
        out.body = x.body;
        out.has_own_length = x.method == "HEAD";
        return true;
    }

    std::vector<std::string> problems() const override
    {
        std::vector<std::string> all;
        std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < questions_.size(); ++i) {
            if (asked_[i] == 0) {
                all.push_back("recorded and not asked for: " + questions_[i].text());
            }
        }
        return all;
    }

    std::string text() const override { return recording_text(recording_); }

    void reset() override
    {
        std::lock_guard lock(mutex_);
        std::fill(asked_.begin(), asked_.end(), 0);
        next_ = 0;
    }

private:
    // The first equal request that was not asked for yet, or the last equal one.
    std::optional<std::size_t> find(question const& q) const
    {
        std::optional<std::size_t> last;
        for (std::size_t i = 0; i < questions_.size(); ++i) {
            if (!(questions_[i] == q)) continue;
            last = i;
            if (asked_[i] == 0) break;
        }
        return last;
    }

    std::optional<std::size_t> next_if(question const& q)
    {
        if (next_ == questions_.size() || !(questions_[next_] == q)) return {};
        return next_++;
    }

    void refuse(question const& q, reply& out) const
    {
        std::string why;
        if (in_order_) {
            why = next_ == questions_.size() ? "all that was recorded has been asked for"
                                             : "the next one is " + questions_[next_].text();
        } else {
            auto const near =
                std::find_if(questions_.begin(), questions_.end(), [&](question const& other) {
                    return path_of(other.target) == path_of(q.target);
                });
            why = near == questions_.end() ? "nothing of this path was recorded"
                                           : "of this path there is " + near->text();
        }
        out = reply();
        out.status = 501;
        out.content_type = "application/json; charset=utf-8";
        out.body = "{\"error\":";
        append_json_string(out.body, "not in the recording: " + q.text() + "; " + why);
        out.body += '}';
    }

    recording const recording_;
    redaction const redaction_;
    bool const in_order_;
    std::vector<question> questions_;

    mutable std::mutex mutex_;
    std::vector<std::size_t> asked_;  ///< how often each question was asked
    std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<relay> replay_from(std::string const& file, bool in_order)
{
    return std::make_unique<replayer>(file, in_order);
}

}  // namespace cohub::inline abi_0_2::fake
