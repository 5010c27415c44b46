// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/fake_server.hpp>

#include <boost/json/array.hpp>

#include "any.hpp"

namespace {

using released::any;
using released::member;

[[maybe_unused]] void values_of_mail_flag()
{
    static_cast<void>(cohub::fake::mail_flag::read);
    static_cast<void>(cohub::fake::mail_flag::saved);
    static_cast<void>(cohub::fake::mail_flag::starred);
    static_cast<void>(cohub::fake::mail_flag::liked);
    static_cast<void>(cohub::fake::mail_flag::deleted);
    static_cast<void>(cohub::fake::mail_flag::expired);
}

[[maybe_unused]] void values_of_provider_source()
{
    static_cast<void>(cohub::fake::provider_source::local);
    static_cast<void>(cohub::fake::provider_source::cloud);
}

[[maybe_unused]] void values_of_v1_profile()
{
    static_cast<void>(cohub::fake::v1_profile::manual);
    static_cast<void>(cohub::fake::v1_profile::code_2020);
    static_cast<void>(cohub::fake::v1_profile::removed);
}

[[maybe_unused]] void use(cohub::fake::account& x)
{
    member<std::string>(x.account_id);
    member<std::optional<std::string>>(x.first_name);
    member<std::optional<std::string>>(x.last_name);
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::string>>(x.email_address);
    member<std::optional<std::map<std::string, std::string>>>(x.email_address_verified);
    member<std::optional<std::int64_t>>(x.created);
    member<std::optional<std::int64_t>>(x.last_active);
    member<std::optional<bool>>(x.banned);
    member<bool>(x.unlisted);
    member<bool>(x.deleted);
    member<bool>(x.admin);
    member<bool>(x.partner);
    member<std::optional<std::string>>(x.organization);
    member<bool>(x.has_profile);
    member<std::optional<std::string>>(x.color);
    member<std::optional<std::string>>(x.image);
    member<std::string>(x.password);
    member<std::vector<std::pair<std::string, std::string>>>(x.passports);
    member<double>(x.balance);
    member<double>(x.min_balance);
    static_cast<void>(cohub::fake::account());
    static_cast<void>(cohub::fake::account(any<std::string>(), any<std::string>()));
    static_cast<void>(x.id(any<std::string>()));
    static_cast<void>(x.names(any<std::optional<std::string>>(), any<std::optional<std::string>>())
    );
    static_cast<void>(x.user_name(any<std::string>()));
    static_cast<void>(x.email(any<std::string>()));
    static_cast<void>(x.verified());
    static_cast<void>(x.verified_address(any<std::string>(), any<std::string>()));
    static_cast<void>(x.verified_address(any<std::string>()));
    static_cast<void>(x.created_at(any<std::optional<std::int64_t>>()));
    static_cast<void>(x.active_at(any<std::optional<std::int64_t>>()));
    static_cast<void>(x.make_unlisted(any<bool>()));
    static_cast<void>(x.make_unlisted());
    static_cast<void>(x.make_deleted(any<bool>()));
    static_cast<void>(x.make_deleted());
    static_cast<void>(x.make_banned(any<bool>()));
    static_cast<void>(x.make_banned());
    static_cast<void>(x.make_admin(any<bool>()));
    static_cast<void>(x.make_admin());
    static_cast<void>(x.make_partner(any<bool>()));
    static_cast<void>(x.make_partner());
    static_cast<void>(x.in_organization(any<std::string>()));
    static_cast<void>(x.profile_color(any<std::string>()));
    static_cast<void>(x.profile_image(any<std::string>()));
    static_cast<void>(x.with_password(any<std::string>()));
    static_cast<void>(x.with_balance(any<double>(), any<double>()));
    static_cast<void>(x.with_balance(any<double>()));
    static_cast<void>(x.with_passport(any<std::string>(), any<std::string>()));
}

[[maybe_unused]] void use(cohub::fake::api_key& x)
{
    member<std::string>(x.account_id);
    member<std::string>(x.text);
    member<std::optional<std::string>>(x.project_id);
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::int64_t>>(x.id);
    member<std::optional<std::int64_t>>(x.expire);
    member<bool>(x.legacy);
    static_cast<void>(cohub::fake::api_key(any<std::string>()));
    static_cast<void>(x.secret(any<std::string>()));
    static_cast<void>(x.project(any<std::string>()));
    static_cast<void>(x.named(any<std::string>()));
    static_cast<void>(x.numbered(any<std::int64_t>()));
    static_cast<void>(x.expires_at(any<std::int64_t>()));
    static_cast<void>(x.make_legacy(any<bool>()));
    static_cast<void>(x.make_legacy());
}

[[maybe_unused]] void use(cohub::fake::api_keys& x)
{
    member<std::string>(x.user);
    member<std::string>(x.admin);
    member<std::string>(x.org_admin);
    member<std::string>(x.project);
    member<std::string>(x.expired);
    member<std::string>(x.banned);
}

[[maybe_unused]] void use(cohub::fake::auth_token& x)
{
    member<std::string>(x.token);
    member<std::string>(x.account_id);
    member<std::string>(x.created_by);
    member<std::int64_t>(x.expire);
}

[[maybe_unused]] void use(cohub::fake::journal& x)
{
    static_cast<void>(x.count(any<std::string_view>()));
    static_cast<void>(x.count());
    static_cast<void>(x.requests(any<std::string_view>()));
    static_cast<void>(x.requests());
    static_cast<void>(x.frames(any<std::string_view>()));
    static_cast<void>(x.frames());
    static_cast<void>(x.connections());
    static_cast<void>(x.open());
    static_cast<void>(x.handshakes());
    static_cast<void>(x.resumed_handshakes());
    static_cast<void>(
        x.wait_for(any<std::string_view>(), any<std::size_t>(), any<std::chrono::milliseconds>())
    );
    static_cast<void>(x.wait_for(any<std::string_view>(), any<std::size_t>()));
    static_cast<void>(x.wait_for_connections(any<std::size_t>(), any<std::chrono::milliseconds>()));
    static_cast<void>(x.wait_for_connections(any<std::size_t>()));
    static_cast<void>(x.wait_for_open(any<std::size_t>(), any<std::chrono::milliseconds>()));
    static_cast<void>(x.wait_for_open(any<std::size_t>()));
    static_cast<void>(x.wait_for_frames(
        any<std::string_view>(), any<std::size_t>(), any<std::chrono::milliseconds>()
    ));
    static_cast<void>(x.wait_for_frames(any<std::string_view>(), any<std::size_t>()));
    static_cast<void>(x.json());
    static_cast<void>(x.frames_json());
    static_cast<void>(x.clear());
}

[[maybe_unused]] void use(cohub::fake::mail& x)
{
    static_cast<void>(cohub::fake::mail(any<std::string>(), any<std::vector<std::string>>()));
    static_cast<void>(x.subject(any<std::string>()));
    static_cast<void>(x.body(any<std::string>()));
    static_cast<void>(x.sent_at(any<std::int64_t>()));
    static_cast<void>(x.numbered(any<std::int64_t>()));
    static_cast<void>(x.in_thread(any<std::int64_t>()));
    static_cast<void>(x.flagged(any<std::string>(), any<cohub::fake::mail_flag>()));
}

[[maybe_unused]] void use(cohub::fake::organization& x)
{
    static_cast<void>(cohub::fake::organization(any<std::string>()));
    static_cast<void>(x.title(any<std::string>()));
    static_cast<void>(x.description(any<std::string>()));
    static_cast<void>(x.link(any<std::string>()));
    static_cast<void>(x.email(any<std::string>()));
    static_cast<void>(x.admin(any<std::string>()));
    static_cast<void>(x.without_admins());
}

[[maybe_unused]] void use(cohub::fake::pieces_os& x)
{
    static_cast<void>(x.profile());
    static_cast<void>(x.set_profile(any<std::string>()));
    static_cast<void>(x.sign_in());
    static_cast<void>(x.sign_out());
    static_cast<void>(x.set_envelope(any<std::string>(), any<bool>()));
    static_cast<void>(x.connect_cloud(any<bool>()));
    static_cast<void>(x.connect_cloud());
    static_cast<void>(x.make_dns_ready(any<bool>()));
    static_cast<void>(x.make_dns_ready());
    static_cast<void>(x.set_providers(any<cohub::fake::provider_source>()));
    static_cast<void>(x.take_vanity_name(any<std::string>()));
    static_cast<void>(x.free_vanity_name(any<std::string const&>()));
    static_cast<void>(x.taken_vanity_names());
    static_cast<void>(x.health());
    static_cast<void>(x.streams());
    static_cast<void>(x.wait_for_streams(any<std::size_t>(), any<std::chrono::milliseconds>()));
    static_cast<void>(x.wait_for_streams(any<std::size_t>()));
    static_cast<void>(x.push_text(any<std::string>()));
    static_cast<void>(x.push_binary(any<std::string>()));
    static_cast<void>(x.push_ping(any<std::string>()));
    static_cast<void>(x.push_ping());
    static_cast<void>(x.close_streams(any<int>(), any<std::string>()));
    static_cast<void>(x.close_streams());
    static_cast<void>(x.drop_streams(any<bool>()));
    static_cast<void>(x.drop_streams());
}

[[maybe_unused]] void use(cohub::fake::project& x)
{
    member<std::string>(x.project_id);
    member<std::string>(x.title_text);
    member<std::string>(x.description_text);
    member<std::vector<cohub::fake::project::user>>(x.users);
    member<bool>(x.owners_only);
    member<std::vector<cohub::fake::project::token>>(x.tokens);
    member<std::optional<std::int64_t>>(x.created);
    member<std::optional<std::int64_t>>(x.edited);
    member<std::optional<std::int64_t>>(x.state_time);
    member<bool>(x.deleted);
    member<std::string>(x.state_name);
    member<std::optional<std::string>>(x.state_error);
    member<std::chrono::milliseconds>(x.start_time);
    member<std::string>(x.status_json);
    member<std::vector<cohub::fake::project::entry>>(x.entries);
    member<std::vector<cohub::fake::project::running_kernel>>(x.kernels);
    member<std::vector<cohub::fake::project::patch>>(x.edits);
    member<std::vector<cohub::fake::project::visit>>(x.opens);
    member<std::vector<cohub::fake::project::old_history>>(x.legacy);
    static_cast<void>(cohub::fake::project(any<std::string>()));
    static_cast<void>(cohub::fake::project());
    static_cast<void>(x.title(any<std::string>()));
    static_cast<void>(x.description(any<std::string>()));
    static_cast<void>(x.owner(any<std::string>()));
    static_cast<void>(x.collaborator(any<std::string>()));
    static_cast<void>(x.owners_manage(any<bool>()));
    static_cast<void>(x.owners_manage());
    static_cast<void>(x.invite_token(
        any<std::string>(), any<std::optional<int>>(), any<std::optional<std::int64_t>>()
    ));
    static_cast<void>(x.invite_token(any<std::string>()));
    static_cast<void>(x.created_at(any<std::int64_t>()));
    static_cast<void>(x.edited_at(any<std::int64_t>()));
    static_cast<void>(x.make_deleted(any<bool>()));
    static_cast<void>(x.make_deleted());
    static_cast<void>(x.running_since(any<std::int64_t>()));
    static_cast<void>(x.state(any<std::string>()));
    static_cast<void>(x.without_state());
    static_cast<void>(x.broken(any<std::string>()));
    static_cast<void>(x.starts_in(any<std::chrono::milliseconds>()));
    static_cast<void>(x.status(any<std::string>()));
    static_cast<void>(x.file(any<std::string>(), any<std::string>()));
    static_cast<void>(x.file(any<std::string>(), any<std::string>(), any<std::int64_t>()));
    static_cast<void>(x.directory(any<std::string>()));
    static_cast<void>(x.link(any<std::string>(), any<std::string>()));
    static_cast<void>(x.kernel(any<std::int64_t>(), any<std::string>(), any<std::string>()));
    static_cast<void>(x.kernel(any<std::int64_t>(), any<std::string>()));
    static_cast<void>(x.edit(any<std::string>(), any<std::int64_t>(), any<std::string>()));
    static_cast<void>(x.edit(any<std::string>(), any<std::int64_t>()));
    static_cast<void>(x.opened(any<std::string>(), any<std::string>(), any<std::int64_t>()));
    static_cast<void>(x.legacy_history(any<std::string>(), any<std::string>(), any<std::string>()));
}

[[maybe_unused]] void use(cohub::fake::project::entry& x)
{
    member<char>(x.kind);
    member<std::string>(x.path);
    member<std::string>(x.content);
    member<std::optional<std::int64_t>>(x.modified);
}

[[maybe_unused]] void use(cohub::fake::project::old_history& x)
{
    member<std::string>(x.path);
    member<std::string>(x.id);
    member<std::string>(x.text);
}

[[maybe_unused]] void use(cohub::fake::project::patch& x)
{
    member<std::string>(x.path);
    member<std::int64_t>(x.time);
    member<std::string>(x.text);
}

[[maybe_unused]] void use(cohub::fake::project::running_kernel& x)
{
    member<std::int64_t>(x.pid);
    member<std::string>(x.connection_file);
    member<std::string>(x.name);
}

[[maybe_unused]] void use(cohub::fake::project::token& x)
{
    member<std::string>(x.text);
    member<std::optional<int>>(x.uses);
    member<std::optional<std::int64_t>>(x.expires);
}

[[maybe_unused]] void use(cohub::fake::project::user& x)
{
    member<std::string>(x.account_id);
    member<bool>(x.is_owner);
}

[[maybe_unused]] void use(cohub::fake::project::visit& x)
{
    member<std::string>(x.path);
    member<std::string>(x.account_id);
    member<std::int64_t>(x.time);
}

[[maybe_unused]] void use(cohub::fake::recorded_frame& x)
{
    member<std::uint64_t>(x.connection);
    member<std::string>(x.path);
    member<std::string>(x.kind);
    member<bool>(x.fin);
    member<std::string>(x.payload);
    member<int>(x.code);
}

[[maybe_unused]] void use(cohub::fake::recorded_request& x)
{
    member<std::uint64_t>(x.connection);
    member<std::string>(x.method);
    member<std::string>(x.path);
    member<std::string>(x.name);
    member<std::vector<std::pair<std::string, std::string>>>(x.headers);
    member<std::string>(x.body);
    member<std::uint64_t>(x.number);
    member<std::int64_t>(x.time);
    member<std::int64_t>(x.clock);
    member<std::optional<std::chrono::milliseconds>>(x.took);
    member<std::optional<int>>(x.status);
    member<std::string>(x.fault);
    member<std::uint64_t>(x.fault_id);
    member<std::string>(x.answer);
    member<std::size_t>(x.answer_bytes);
    static_cast<void>(x.header(any<std::string_view>()));
    static_cast<void>(x.args());
}

[[maybe_unused]] void use(cohub::fake::script& x)
{
    static_cast<void>(x.when_args(any<std::string_view>()));
    static_cast<void>(x.when_header(any<std::string>(), any<std::string>()));
    static_cast<void>(x.when_no_header(any<std::string>()));
    static_cast<void>(x.when_key(any<std::string>()));
    static_cast<void>(x.when_caller(any<std::string>()));
    static_cast<void>(x.status(any<int>()));
    static_cast<void>(x.header(any<std::string>(), any<std::string>()));
    static_cast<void>(x.without_header(any<std::string>()));
    static_cast<void>(x.body(any<std::string>()));
    static_cast<void>(x.json(any<std::string>()));
    static_cast<void>(x.result(any<std::string>()));
    static_cast<void>(x.error(any<std::string_view>()));
    static_cast<void>(x.delay(any<std::chrono::milliseconds>()));
    static_cast<void>(x.delay(any<std::chrono::milliseconds>(), any<std::chrono::milliseconds>()));
    static_cast<void>(x.stall(any<std::chrono::milliseconds>()));
    static_cast<void>(x.stall(any<std::chrono::milliseconds>(), any<std::chrono::milliseconds>()));
    static_cast<void>(x.drip(any<std::size_t>(), any<std::chrono::milliseconds>()));
    static_cast<void>(x.delay_until_released());
    static_cast<void>(x.close_before_response());
    static_cast<void>(x.close_after_bytes(any<std::size_t>()));
    static_cast<void>(x.close_after_response());
    static_cast<void>(x.reset());
    static_cast<void>(x.reset_after_bytes(any<std::size_t>()));
    static_cast<void>(x.without_close_notify());
    static_cast<void>(x.no_subscriber());
    static_cast<void>(x.bridge_timeout());
    static_cast<void>(x.websocket(any<cohub::fake::websocket_script>()));
    static_cast<void>(x.effect());
    static_cast<void>(x.effect_then_drop());
    static_cast<void>(x.chance(any<double>()));
    static_cast<void>(x.times(any<std::size_t>()));
    static_cast<void>(x.forever());
    static_cast<void>(x.then());
    static_cast<void>(x.then_ok());
}

[[maybe_unused]] void use(cohub::fake::served_world& x)
{
    static_cast<void>(x.api_key());
    static_cast<void>(x.keys());
    static_cast<void>(x.users());
    static_cast<void>(x.add_account(any<cohub::fake::account>()));
    static_cast<void>(x.add_api_key(any<cohub::fake::api_key>()));
    static_cast<void>(x.add_project(any<cohub::fake::project>()));
    static_cast<void>(x.add_project(any<std::string>(), any<std::vector<std::string>>()));
    static_cast<void>(x.add_organization(any<cohub::fake::organization>()));
    static_cast<void>(x.remove_organization(any<std::string_view>()));
    static_cast<void>(x.add_message(any<cohub::fake::mail>()));
    static_cast<void>(x.mark_message(
        any<std::int64_t>(), any<std::string_view>(), any<cohub::fake::mail_flag>(), any<bool>()
    ));
    static_cast<void>(
        x.mark_message(any<std::int64_t>(), any<std::string_view>(), any<cohub::fake::mail_flag>())
    );
    static_cast<void>(x.auth_tokens());
    static_cast<void>(x.verification_mails());
    static_cast<void>(x.allow_public_jupyter(any<bool>()));
    static_cast<void>(x.allow_public_jupyter());
    static_cast<void>(x.next_random(any<std::string>()));
    static_cast<void>(x.now());
    static_cast<void>(x.set_now(any<std::int64_t>()));
    static_cast<void>(x.advance(any<std::chrono::milliseconds>()));
    static_cast<void>(x.run_clock(any<bool>()));
    static_cast<void>(x.run_clock());
    static_cast<void>(x.reset());
    static_cast<void>(x.script(any<std::string>()));
    static_cast<void>(x.add_fault(any<std::string_view>()));
    static_cast<void>(x.release());
    static_cast<void>(x.journal());
    static_cast<void>(x.pieces());
    static_cast<void>(x.problems());
    static_cast<void>(x.report());
    static_cast<void>(x.verify());
}

[[maybe_unused]] void use(cohub::fake::session& x)
{
    static_cast<void>(x.id());
    static_cast<void>(x.api_key());
    static_cast<void>(x.keys());
    static_cast<void>(x.users());
    static_cast<void>(x.add_account(any<cohub::fake::account>()));
    static_cast<void>(x.add_api_key(any<cohub::fake::api_key>()));
    static_cast<void>(x.add_project(any<cohub::fake::project>()));
    static_cast<void>(x.add_project(any<std::string>(), any<std::vector<std::string>>()));
    static_cast<void>(x.add_organization(any<cohub::fake::organization>()));
    static_cast<void>(x.remove_organization(any<std::string_view>()));
    static_cast<void>(x.add_message(any<cohub::fake::mail>()));
    static_cast<void>(x.mark_message(
        any<std::int64_t>(), any<std::string_view>(), any<cohub::fake::mail_flag>(), any<bool>()
    ));
    static_cast<void>(
        x.mark_message(any<std::int64_t>(), any<std::string_view>(), any<cohub::fake::mail_flag>())
    );
    static_cast<void>(x.auth_tokens());
    static_cast<void>(x.verification_mails());
    static_cast<void>(x.allow_public_jupyter(any<bool>()));
    static_cast<void>(x.allow_public_jupyter());
    static_cast<void>(x.next_random(any<std::string>()));
    static_cast<void>(x.now());
    static_cast<void>(x.set_now(any<std::int64_t>()));
    static_cast<void>(x.advance(any<std::chrono::milliseconds>()));
    static_cast<void>(x.run_clock(any<bool>()));
    static_cast<void>(x.run_clock());
    static_cast<void>(x.reset());
    static_cast<void>(x.script(any<std::string>()));
    static_cast<void>(x.add_fault(any<std::string_view>()));
    static_cast<void>(x.release());
    static_cast<void>(x.journal());
    static_cast<void>(x.pieces());
    static_cast<void>(x.problems());
    static_cast<void>(x.report());
    static_cast<void>(x.verify());
}

[[maybe_unused]] void use(cohub::fake::session_options& x)
{
    static_cast<void>(cohub::fake::session_options());
    static_cast<void>(x.seed(any<std::uint64_t>()));
    static_cast<void>(x.users(any<std::size_t>()));
    static_cast<void>(x.api_key(any<std::string>()));
    static_cast<void>(x.v1(any<cohub::fake::v1_profile>()));
    static_cast<void>(x.fault(any<std::string>()));
}

[[maybe_unused]] void use(cohub::fake::time_source& x)
{
    static_cast<void>(x.keep_back(
        any<std::uint16_t>(),
        any<std::uint16_t>(),
        any<std::chrono::milliseconds>(),
        any<std::function<void()>>()
    ));
    static_cast<void>(x.let_go(any<std::uint64_t>()));
}

[[maybe_unused]] void use(cohub::fake::verification_mail& x)
{
    member<std::string>(x.account_id);
    member<std::string>(x.address);
    member<std::int64_t>(x.sent);
}

[[maybe_unused]] void use(cohub::fake_server& x)
{
    static_cast<void>(x.url());
    static_cast<void>(x.port());
    static_cast<void>(x.ca_pem());
    static_cast<void>(x.session(any<cohub::fake::session_options const&>()));
    static_cast<void>(x.session());
    static_cast<void>(x.api_key());
    static_cast<void>(x.keys());
    static_cast<void>(x.users());
    static_cast<void>(x.add_account(any<cohub::fake::account>()));
    static_cast<void>(x.add_api_key(any<cohub::fake::api_key>()));
    static_cast<void>(x.add_project(any<cohub::fake::project>()));
    static_cast<void>(x.add_project(any<std::string>(), any<std::vector<std::string>>()));
    static_cast<void>(x.add_organization(any<cohub::fake::organization>()));
    static_cast<void>(x.remove_organization(any<std::string_view>()));
    static_cast<void>(x.add_message(any<cohub::fake::mail>()));
    static_cast<void>(x.mark_message(
        any<std::int64_t>(), any<std::string_view>(), any<cohub::fake::mail_flag>(), any<bool>()
    ));
    static_cast<void>(
        x.mark_message(any<std::int64_t>(), any<std::string_view>(), any<cohub::fake::mail_flag>())
    );
    static_cast<void>(x.auth_tokens());
    static_cast<void>(x.verification_mails());
    static_cast<void>(x.allow_public_jupyter(any<bool>()));
    static_cast<void>(x.allow_public_jupyter());
    static_cast<void>(x.next_random(any<std::string>()));
    static_cast<void>(x.now());
    static_cast<void>(x.set_now(any<std::int64_t>()));
    static_cast<void>(x.advance(any<std::chrono::milliseconds>()));
    static_cast<void>(x.run_clock(any<bool>()));
    static_cast<void>(x.run_clock());
    static_cast<void>(x.reset());
    static_cast<void>(x.script(any<std::string>()));
    static_cast<void>(x.add_fault(any<std::string_view>()));
    static_cast<void>(x.release());
    static_cast<void>(x.journal());
    static_cast<void>(x.pieces());
    static_cast<void>(x.problems());
    static_cast<void>(x.report());
    static_cast<void>(x.verify());
}

[[maybe_unused]] void use(cohub::fake_server_options& x)
{
    static_cast<void>(cohub::fake_server_options());
    static_cast<void>(x.bind(any<std::string>()));
    static_cast<void>(x.port(any<std::uint16_t>()));
    static_cast<void>(x.tls(any<bool>()));
    static_cast<void>(x.plain());
    static_cast<void>(x.certificate(any<cohub::fake::identity>(), any<std::string>()));
    static_cast<void>(x.client_ca(any<std::string>()));
    static_cast<void>(x.seed(any<std::uint64_t>()));
    static_cast<void>(x.users(any<std::size_t>()));
    static_cast<void>(x.api_key(any<std::string>()));
    static_cast<void>(x.now(any<std::int64_t>()));
    static_cast<void>(x.running_clock(any<bool>()));
    static_cast<void>(x.running_clock());
    static_cast<void>(x.spend_time(any<bool>()));
    static_cast<void>(x.spend_time());
    static_cast<void>(x.time_source(any<std::shared_ptr<cohub::fake::time_source>>()));
    static_cast<void>(x.v1(any<cohub::fake::v1_profile>()));
    static_cast<void>(x.unmasked_journal(any<bool>()));
    static_cast<void>(x.unmasked_journal());
    static_cast<void>(x.fault(any<std::string>()));
    static_cast<void>(x.warn(any<std::function<void(std::string const&)>>()));
    static_cast<void>(x.record(any<std::string>(), any<std::string>(), any<std::string>()));
    static_cast<void>(x.record(any<std::string>(), any<std::string>()));
    static_cast<void>(x.replay(any<std::string>()));
    static_cast<void>(x.replay_in_order(any<std::string>()));
    static_cast<void>(x.log(any<std::string>()));
}

}  // namespace
