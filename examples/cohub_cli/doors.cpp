#include "doors.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>
#include <utility>

#include "values.hpp"

namespace cli {

namespace asio = boost::asio;

using cohub::as_result;

namespace {

/// Keeps the text of an answer, and else does what the method itself would.
class keeper final : public cohub::call::result_adapter
{
public:
    keeper(
        std::shared_ptr<texts> kept, boost::intrusive_ptr<cohub::call::result_adapter const> inner
    )
        : texts_(std::move(kept)), inner_(std::move(inner))
    {
    }

    cohub::json::outcome decode(
        std::string_view body,
        cohub::json::detail::type_info const& type,
        void* value,
        cohub::json::envelope e
    ) const noexcept override
    {
        texts_->answer.assign(body);
        // A value of any kind would have to be rounded, and a number beyond any double refused.
        if (!inner_ && type.kind == cohub::json::detail::kind::any) {
            cohub::json::nothing any;
            return cohub::json::decode(body, any, e);
        }
        if (inner_) return inner_->decode(body, type, value, e);
        return result_adapter::decode(body, type, value, e);
    }
    void apply(void* value) const noexcept override
    {
        if (inner_) inner_->apply(value);
    }
    std::optional<cohub::failure> judge(void const* value) const override
    {
        return inner_ ? inner_->judge(value) : std::nullopt;
    }
    bool accepts_error(cohub::errc code, std::string_view words) const noexcept override
    {
        return inner_ && inner_->accepts_error(code, words);
    }

private:
    std::shared_ptr<texts> texts_;
    boost::intrusive_ptr<cohub::call::result_adapter const> inner_;
};

class exchanging_channel final : public cohub::call::channel
{
public:
    exchanging_channel(cohub::call::channel_ptr inner, std::shared_ptr<texts> t)
        : inner_(std::move(inner)), texts_(std::move(t))
    {
    }

    void start(cohub::call::operation& op) override
    {
        op.req.adapter = new keeper(texts_, std::move(op.req.adapter));
        op.req.body =
            texts_->fields.empty() ? texts_->numbers.restore(op.req.body) : texts_->fields;
        inner_->start(op);
    }
    void cancel(cohub::call::operation& op, asio::cancellation_type type) noexcept override
    {
        inner_->cancel(op, type);
    }
    executor_type executor() const noexcept override { return inner_->executor(); }

private:
    cohub::call::channel_ptr inner_;
    std::shared_ptr<texts> texts_;
};

/// A group that tells its channel.
class any_group : public cohub::system_api
{
public:
    explicit any_group(cohub::system_api const& g) : cohub::system_api(g) {}

    cohub::call::channel_ptr channel() const { return channel_; }
};

/// The envelope's beginning, and the arguments as they were given.
void write_call(cohub::call::request& req, cohub::json::writer& w, request const& r)
{
    req.name.assign(r.wire);
    req.body.clear();
    w.raw("{\"name\":");
    w.text(r.wire);
    w.raw(",\"args\":[");
    // Without the brackets: the group closes the list.
    w.raw(std::string_view(r.args).substr(1, r.args.size() - 2));
    if (r.holds_secret) w.note_secret();
    if (r.wire.empty() || r.wire.find_first_of("\r\n/") != std::string::npos)
        w.refuse("a method's name looks like system.ping");
}

class methods_of_hub : public cohub::cocalc::group
{
public:
    using group::group;

    auto call(request const& r, cohub::call_options const& o) const
    {
        cohub::call::request req = begin("", cohub::retry::never);
        cohub::json::writer w(req.body);
        write_call(req, w, r);
        return end<void>(std::move(req), w, o, as_result);
    }
};

class methods_of_project : public cohub::cocalc::project_group
{
public:
    using project_group::project_group;

    auto call(request const& r, cohub::call_options const& o) const
    {
        cohub::call::request req = begin("", cohub::retry::never);
        cohub::json::writer w(req.body);
        write_call(req, w, r);
        return end<void>(std::move(req), w, o, as_result);
    }
};

boost::json::object fields_of(std::string_view json)
{
    boost::json::object fields;
    cohub::json::decode(json, fields);
    return fields;
}

}  // namespace

doors::doors(
    cohub::hub const& hub, cohub::cocalc::project_address_ptr project, exact_numbers numbers
)
    : doors(any_group(hub.system()).channel(), std::move(project), std::move(numbers))
{
}

doors::doors(
    cohub::call::channel_ptr to, cohub::cocalc::project_address_ptr project, exact_numbers numbers
)
    : texts(std::make_shared<cli::texts>()),
      channel(new exchanging_channel(std::move(to), texts)),
      address(std::move(project))
{
    texts->numbers = std::move(numbers);
}

std::string doors::last_answer() const
{
    return texts->answer.empty() ? "null" : trimmed(texts->answer);
}

asio::awaitable<answer> call_any(doors d, request r)
{
    auto const options = cohub::call_options().idempotent(r.idempotent);
    if (r.api == api::v1 || r.api == api::v2) {
        boost::json::object const fields = fields_of(r.args);
        d.texts->fields = r.args;
        if (r.api == api::v1) {
            cohub::v1_api const v1(d.channel);
            co_return d.whole(co_await v1.call(r.wire, fields, options, as_result));
        }
        cohub::v2_api const v2(d.channel);
        co_return d.whole(co_await v2.call(r.wire, fields, options, as_result));
    }
    if (r.api == api::project) {
        methods_of_project const project(d.channel, d.address);
        co_return d.whole(co_await project.call(r, options));
    }
    methods_of_hub const hub(d.channel);
    co_return d.whole(co_await hub.call(r, options));
}

}  // namespace cli
