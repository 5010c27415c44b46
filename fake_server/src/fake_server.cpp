#include <cohub/fake_server.hpp>

#include <mutex>
#include <stdexcept>

#include "service.hpp"
#include "text.hpp"

namespace cohub {

using namespace fake;

namespace {

void check_key(std::string const& key)
{
    bool const shape = key.size() >= 9 && (key.starts_with("sk-") || key.starts_with("sk_"));
    bool const safe = key.find_first_of(": \t\r\n") == key.npos;
    if (!shape || !safe) {
        // The key itself stays out of the message, as it may be a real one given by mistake.
        throw std::invalid_argument(
            "an API key begins with 'sk-', has at least 9 characters, and no blank or colon"
        );
    }
}

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
    impl(world_options data, bool unmasked, std::string const& log)
        : service(std::move(data), unmasked, log)
    {
    }

    fake::service service;
    fake::journal journal = service.journal().handle();
    api_keys keys;
    std::string ca_pem;
    std::string url;
    std::unique_ptr<listener> sockets;  ///< last, so that it ends first
};

fake_server::fake_server(fake_server_options const& o)
    : impl_(std::make_unique<impl>(
          checked({o.seed_, o.users_, o.now_, o.api_key_, o.spend_time_, o.v1_}),
          o.unmasked_journal_,
          o.log_
      ))
{
    impl& i = *impl_;
    i.keys = i.service.world().seeded_keys();
    identity id;
    if (o.tls_ && o.identity_) {
        id = *o.identity_;
        i.ca_pem = o.ca_pem_;
    } else if (o.tls_) {
        authority const ca("cohub fake CA");
        certificate_request request = loopback_request();
        if (o.bind_ != "127.0.0.1" && o.bind_ != "::1" && o.bind_ != "0.0.0.0" && o.bind_ != "::") {
            request.ip(o.bind_);
        }
        id = ca.issue(request);
        i.ca_pem = ca.pem();
    }
    i.sockets = std::make_unique<listener>(i.service, o.tls_ ? &id : nullptr, o.bind_, o.port_);
    i.service.attach(*i.sockets);
    bool const loopback = o.bind_.starts_with("127.") || o.bind_ == "::1" || o.bind_ == "0.0.0.0" ||
                          o.bind_ == "::" || o.bind_ == "localhost";
    std::string host = loopback ? "localhost" : o.bind_;
    if (host.find(':') != host.npos) host = "[" + host + "]";
    i.url = (o.tls_ ? "https://" : "http://") + host + ":" + std::to_string(i.sockets->port());
}

fake_server::~fake_server() { impl_->sockets->stop(); }

std::string const& fake_server::url() const { return impl_->url; }
std::uint16_t fake_server::port() const { return impl_->sockets->port(); }
std::string const& fake_server::ca_pem() const { return impl_->ca_pem; }
std::string const& fake_server::api_key() const { return impl_->keys.user; }
fake::api_keys const& fake_server::keys() const { return impl_->keys; }

std::vector<fake::account> fake_server::users() const
{
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    std::vector<account> out;
    for (account_row const& row : w.accounts()) out.push_back(row.a);
    return out;
}

std::string fake_server::add_account(fake::account account)
{
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    return w.put(std::move(account)).account_id;
}

std::string fake_server::add_api_key(fake::api_key key)
{
    if (!key.text.empty()) check_key(key.text);
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    key_row row;
    row.id = key.id.value_or(0);
    row.secret = std::move(key.text);
    row.account_id = std::move(key.account_id);
    row.project_id = std::move(key.project_id);
    row.name = std::move(key.name);
    row.expire = key.expire;
    row.created = w.now;
    return key.legacy ? w.add_legacy_key(std::move(row)).secret : w.add_key(std::move(row)).secret;
}

void fake_server::add_project(std::string project_id, std::vector<std::string> collaborators)
{
    fake::project p(std::move(project_id));
    for (std::size_t i = 0; i < collaborators.size(); ++i) {
        p.users.push_back({std::move(collaborators[i]), i == 0});
    }
    world& w = impl_->service.world();
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
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    return w.put_project(make_project(project, w)).project_id;
}

void fake_server::add_organization(fake::organization o)
{
    world& w = impl_->service.world();
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
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    w.organizations.erase(name);
    for (account_row const& row : w.accounts()) {
        if (row.a.organization == name) w.find(row.a.account_id)->organization.reset();
    }
}

std::int64_t fake_server::add_message(fake::mail m)
{
    world& w = impl_->service.world();
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
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    message_row* const row = w.mail.find(id);
    if (!row) throw std::invalid_argument("there is no message " + std::to_string(id));
    row->note(account_id, flag, on);
}

std::vector<fake::auth_token> fake_server::auth_tokens() const
{
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    return w.live_tokens();
}

void fake_server::allow_public_jupyter(bool on)
{
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    w.public_jupyter = on;
}

void fake_server::next_random(std::string text)
{
    world& w = impl_->service.world();
    std::lock_guard lock(w.mutex);
    w.queue_random(std::move(text));
}

std::int64_t fake_server::now() const { return impl_->service.now(); }
void fake_server::set_now(std::int64_t ms) { impl_->service.set_now(ms); }

void fake_server::advance(std::chrono::milliseconds by)
{
    impl_->service.set_now(impl_->service.now() + by.count());
}

void fake_server::reset() { impl_->service.reset(); }

fake::script fake_server::script(std::string pattern)
{
    return impl_->service.script().begin(std::move(pattern));
}

void fake_server::add_fault(std::string_view spec)
{
    impl_->service.script().add(detail::parse_fault_text(spec));
}

void fake_server::release() { impl_->sockets->release(); }
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
