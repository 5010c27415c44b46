#include <cohub/fake/served_world.hpp>

#include <mutex>
#include <utility>

#include "service.hpp"

namespace cohub::inline abi_0_2::fake {

served_world::served_world(std::shared_ptr<service> s)
    : service_(std::move(s)), journal_(service_->journal().handle()), keys_(service_->seeded_keys())
{
}

world& served_world::current() const
{
    service_->tick();
    return service_->world();
}

std::string const& served_world::api_key() const { return keys_.user; }
fake::api_keys const& served_world::keys() const { return keys_; }

std::vector<fake::account> served_world::users() const
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    std::vector<account> out;
    for (account_row const& row : w.accounts()) out.push_back(row.a);
    return out;
}

std::string served_world::add_account(fake::account account)
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    return w.put(std::move(account)).account_id;
}

std::string served_world::add_api_key(fake::api_key key)
{
    return service_->add_key(std::move(key));
}

void served_world::add_project(std::string project_id, std::vector<std::string> collaborators)
{
    fake::project p(std::move(project_id));
    for (std::size_t i = 0; i < collaborators.size(); ++i) {
        p.users.push_back({std::move(collaborators[i]), i == 0});
    }
    world& w = current();
    std::lock_guard lock(w.mutex);
    project_row made = make_project(p, w);
    if (project_row* const known = w.project(made.project_id)) {
        known->users = std::move(made.users);
    } else {
        w.put_project(std::move(made));
    }
}

std::string served_world::add_project(fake::project project)
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    return w.put_project(make_project(project, w)).project_id;
}

void served_world::add_organization(fake::organization o)
{
    world& w = current();
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

void served_world::remove_organization(std::string_view name)
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    w.remove_organization(name);
}

std::int64_t served_world::add_message(fake::mail m)
{
    world& w = current();
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

void served_world::mark_message(
    std::int64_t id, std::string_view account_id, fake::mail_flag flag, bool on
)
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    message_row* const row = w.mail.find(id);
    if (!row) throw std::invalid_argument("there is no message " + std::to_string(id));
    row->note(account_id, flag, on);
}

std::vector<fake::auth_token> served_world::auth_tokens() const
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    return w.live_tokens();
}

std::vector<fake::verification_mail> served_world::verification_mails() const
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    return w.verification_mails;
}

void served_world::allow_public_jupyter(bool on)
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    w.public_jupyter = on;
}

void served_world::next_random(std::string text)
{
    world& w = current();
    std::lock_guard lock(w.mutex);
    w.queue_random(std::move(text));
}

std::int64_t served_world::now() const { return service_->now(); }
void served_world::set_now(std::int64_t ms) { service_->set_now(ms); }

void served_world::advance(std::chrono::milliseconds by)
{
    service_->set_now(service_->now() + by.count());
}

void served_world::run_clock(bool on) { service_->run_clock(on); }
void served_world::reset() { service_->reset(); }

fake::script served_world::script(std::string pattern)
{
    return service_->script().begin(std::move(pattern));
}

void served_world::add_fault(std::string_view spec)
{
    service_->script().add(detail::parse_fault_text(spec));
}

void served_world::release() { service_->release(); }
fake::pieces_os served_world::pieces() { return service_->pieces().handle(); }
fake::journal const& served_world::journal() const { return journal_; }
std::vector<std::string> served_world::problems() const { return service_->problems(); }

std::string served_world::report() const
{
    std::string out;
    for (std::string const& problem : problems()) out += problem + "\n";
    return out;
}

void served_world::verify() const
{
    if (std::string const problems = report(); !problems.empty())
        throw verification_error(problems);
}

}  // namespace cohub::inline abi_0_2::fake
