#include <cohub/fake_server.hpp>

#include <stdexcept>

#include "server_socket.hpp"
#include "sessions.hpp"
#include "text.hpp"
#include "tls_context.hpp"

namespace cohub::inline abi_0_2 {

using namespace fake;

namespace {

world_options checked(world_options data)
{
    if (!data.user_key.empty()) check_key(data.user_key);
    constexpr std::size_t most = 1'000'000;
    if (data.users > most) throw std::invalid_argument("at most 1,000,000 users");
    return data;
}

std::vector<detail::fault_plan> plans_of(std::vector<std::string> const& faults)
{
    std::vector<detail::fault_plan> plans;
    plans.reserve(faults.size());
    for (std::string const& spec : faults) plans.push_back(detail::parse_fault_text(spec));
    return plans;
}

}  // namespace

struct fake_server::impl
{
    impl(world_options data, std::string const& log) : sessions(std::move(data), log) {}

    session_list sessions;
    std::string ca_pem;
    std::string url;
    std::unique_ptr<listener> sockets;  ///< last, so that it ends first
};

fake_server::fake_server(fake_server_options const& o)
    : fake_server(
          o,
          std::make_unique<impl>(
              checked(
                  {o.seed_,
                   o.users_,
                   o.now_,
                   o.api_key_,
                   o.spend_time_,
                   o.v1_,
                   o.running_clock_,
                   o.unmasked_journal_,
                   {},
                   {}}
              ),
              o.log_
          )
      )
{
}

fake_server::fake_server(fake_server_options const& o, std::unique_ptr<impl> made)
    : served_world(made->sessions.share_common()), impl_(std::move(made))
{
    impl& i = *impl_;
    service& common = i.sessions.common();
    common.script().start_with(plans_of(o.faults_));
    i.sessions.tell(o.warn_);
    if (!o.record_to_.empty() && !o.replay_from_.empty()) {
        throw std::invalid_argument("a server records or replays, and not both");
    }
    if (!o.record_to_.empty()) {
        common.answer_by(record_from(o.upstream_, o.upstream_ca_, o.record_to_));
    }
    if (!o.replay_from_.empty()) common.answer_by(replay_from(o.replay_from_, o.in_order_));
    bool const everywhere = is_every_address(o.bind_, o.port_);
    identity id;
    if (o.tls_ && o.identity_) {
        id = *o.identity_;
        i.ca_pem = o.ca_pem_;
    } else if (o.tls_) {
        authority const ca("cohub fake CA");
        certificate_request request = loopback_request();
        if (is_numeric_address(o.bind_)) {
            if (o.bind_ != "127.0.0.1" && o.bind_ != "::1") request.ip(o.bind_);
        } else if (o.bind_ != "localhost" && !everywhere) {
            request.dns(o.bind_);
        }
        id = ca.issue(request);
        i.ca_pem = ca.pem();
    }
    std::unique_ptr<tls_context> tls;
    if (o.tls_) tls = std::make_unique<tls_context>(id, o.client_ca_);
    i.sockets =
        std::make_unique<listener>(i.sessions, std::move(tls), o.bind_, o.port_, o.time_source_);
    i.sessions.attach(*i.sockets);
    bool const local = o.bind_ == "127.0.0.1" || everywhere;
    std::string host = local ? "localhost" : o.bind_;
    if (host.find(':') != host.npos) host = "[" + host + "]";
    i.url = (o.tls_ ? "https://" : "http://") + host + ":" + std::to_string(i.sockets->port());
    i.sessions.place({i.url, i.ca_pem});
    i.sockets->start();
}

fake_server::~fake_server() { impl_->sockets->stop(); }

std::string const& fake_server::url() const { return impl_->url; }
std::uint16_t fake_server::port() const { return impl_->sockets->port(); }
std::string const& fake_server::ca_pem() const { return impl_->ca_pem; }

session fake_server::session(session_options const& o)
{
    session_list& all = impl_->sessions;
    world_options with = all.usual_options();
    o.apply_to(with);
    return fake::session(all.create(checked(std::move(with)), plans_of(o.faults_)), all);
}

}  // namespace cohub::inline abi_0_2
