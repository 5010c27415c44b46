#include <cohub/fake_server.hpp>

#include <mutex>
#include <stdexcept>

#include "server_socket.hpp"
#include "sessions.hpp"
#include "text.hpp"
#include "tls_context.hpp"

namespace cohub {

using namespace fake;

namespace {

world_options checked(world_options data)
{
    if (!data.user_key.empty()) check_key(data.user_key);
    constexpr std::size_t most = 1'000'000;
    if (data.users > most) throw std::invalid_argument("at most 1,000,000 users");
    return data;
}

}  // namespace

struct fake_server::impl
{
    impl(world_options data, std::string const& log) : sessions(std::move(data), log) {}

    /// The world, with its time brought up to date.
    fake::world& world()
    {
        service.tick();
        return service.world();
    }

    session_list sessions;
    fake::service& service = sessions.common();
    fake::journal journal = service.journal().handle();
    api_keys keys;
    std::string ca_pem;
    std::string url;
    std::unique_ptr<listener> sockets;  ///< last, so that it ends first
};

fake_server::fake_server(fake_server_options const& o)
    : impl_(std::make_unique<impl>(
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
      ))
{
    impl& i = *impl_;
    std::vector<detail::fault_plan> plans;
    plans.reserve(o.faults_.size());
    for (std::string const& spec : o.faults_) plans.push_back(detail::parse_fault_text(spec));
    i.service.script().start_with(std::move(plans));
    i.sessions.tell(o.warn_);
    if (!o.record_to_.empty() && !o.replay_from_.empty()) {
        throw std::invalid_argument("a server records or replays, and not both");
    }
    if (!o.record_to_.empty()) {
        i.service.answer_by(record_from(o.upstream_, o.upstream_ca_, o.record_to_));
    }
    if (!o.replay_from_.empty()) i.service.answer_by(replay_from(o.replay_from_, o.in_order_));
    i.keys = i.service.world().seeded_keys();
    identity id;
    if (o.tls_ && o.identity_) {
        id = *o.identity_;
        i.ca_pem = o.ca_pem_;
    } else if (o.tls_) {
        authority const ca("cohub fake CA");
        certificate_request request = loopback_request();
        if (is_numeric_address(o.bind_)) {
            if (o.bind_ != "127.0.0.1" && o.bind_ != "::1") request.ip(o.bind_);
        } else if (o.bind_ != "localhost") {
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
    bool const local = o.bind_ == "127.0.0.1" || o.bind_ == "0.0.0.0" || o.bind_ == "::";
    std::string host = local ? "localhost" : o.bind_;
    if (host.find(':') != host.npos) host = "[" + host + "]";
    i.url = (o.tls_ ? "https://" : "http://") + host + ":" + std::to_string(i.sockets->port());
    i.sessions.place({i.url, i.ca_pem});
}

fake_server::~fake_server() { impl_->sockets->stop(); }

std::string const& fake_server::url() const { return impl_->url; }
std::uint16_t fake_server::port() const { return impl_->sockets->port(); }
std::string const& fake_server::ca_pem() const { return impl_->ca_pem; }
std::string const& fake_server::api_key() const { return impl_->keys.user; }
fake::api_keys const& fake_server::keys() const { return impl_->keys; }

std::vector<fake::account> fake_server::users() const
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    std::vector<account> out;
    for (account_row const& row : w.accounts()) out.push_back(row.a);
    return out;
}

std::string fake_server::add_account(fake::account account)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    return w.put(std::move(account)).account_id;
}

std::string fake_server::add_api_key(fake::api_key key)
{
    return impl_->service.add_key(std::move(key));
}

void fake_server::add_project(std::string project_id, std::vector<std::string> collaborators)
{
    fake::project p(std::move(project_id));
    for (std::size_t i = 0; i < collaborators.size(); ++i) {
        p.users.push_back({std::move(collaborators[i]), i == 0});
    }
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    project_row made = make_project(p, w);
    if (project_row* const known = w.project(made.project_id)) {
        known->users = std::move(made.users);
    } else {
        w.put_project(std::move(made));
    }
}

std::string fake_server::add_project(fake::project project)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    return w.put_project(make_project(project, w)).project_id;
}

void fake_server::add_organization(fake::organization o)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    organization_row row;
    row.organization_id = w.random_uuid();
    row.name = std::move(o.name_);
    row.title = std::move(o.title_);
    row.description = std::move(o.description_);
    row.link = std::move(o.link_);
    row.email_address = std::move(o.email_address_);
    row.admins = std::move(o.admins_);
    w.organizations.put(std::move(row));
}

void fake_server::remove_organization(std::string_view name)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    w.remove_organization(name);
}

std::int64_t fake_server::add_message(fake::mail m)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    message_row row;
    row.id = m.id_.value_or(0);
    row.from_id = std::move(m.from_);
    row.to_ids = std::move(m.to_);
    row.subject = std::move(m.subject_);
    row.body = std::move(m.body_);
    row.sent = m.sent_.value_or(w.now);
    row.thread_id = m.thread_id_;
    message_row& added = w.mail.add(std::move(row));
    for (auto const& [account_id, flag] : m.flags_) added.note(account_id, flag, true);
    return added.id;
}

void fake_server::mark_message(
    std::int64_t id, std::string_view account_id, fake::mail_flag flag, bool on
)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    message_row* const row = w.mail.find(id);
    if (!row) throw std::invalid_argument("there is no message " + std::to_string(id));
    row->note(account_id, flag, on);
}

std::vector<fake::auth_token> fake_server::auth_tokens() const
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    return w.live_tokens();
}

std::vector<fake::verification_mail> fake_server::verification_mails() const
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    return w.verification_mails;
}

void fake_server::allow_public_jupyter(bool on)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    w.public_jupyter = on;
}

void fake_server::next_random(std::string text)
{
    world& w = impl_->world();
    std::lock_guard lock(w.mutex);
    w.queue_random(std::move(text));
}

std::int64_t fake_server::now() const { return impl_->service.now(); }
void fake_server::set_now(std::int64_t ms) { impl_->service.set_now(ms); }

void fake_server::advance(std::chrono::milliseconds by)
{
    impl_->service.set_now(impl_->service.now() + by.count());
}

void fake_server::run_clock(bool on) { impl_->service.run_clock(on); }
void fake_server::reset() { impl_->service.reset(); }

fake::script fake_server::script(std::string pattern)
{
    return impl_->service.script().begin(std::move(pattern));
}

void fake_server::add_fault(std::string_view spec)
{
    impl_->service.script().add(detail::parse_fault_text(spec));
}

void fake_server::release() { impl_->service.release(); }
fake::pieces_os fake_server::pieces() { return impl_->service.pieces().handle(); }
fake::journal const& fake_server::journal() const { return impl_->journal; }
std::vector<std::string> fake_server::problems() const { return impl_->service.problems(); }

std::string fake_server::report() const
{
    std::string out;
    for (std::string const& problem : problems()) out += problem + "\n";
    return out;
}

void fake_server::verify() const
{
    if (std::string const problems = report(); !problems.empty())
        throw verification_error(problems);
}

}  // namespace cohub
