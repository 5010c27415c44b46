// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/cohub.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void values_of_project_role()
{
    static_cast<void>(cohub::project_role::collaborator);
    static_cast<void>(cohub::project_role::owner);
}

[[maybe_unused]] void values_of_message_type()
{
    static_cast<void>(cohub::message_type::received);
    static_cast<void>(cohub::message_type::sent);
    static_cast<void>(cohub::message_type::new_);
    static_cast<void>(cohub::message_type::starred);
}

[[maybe_unused]] void use(cohub::account_names& x)
{
    member<std::string>(x.first_name);
    member<std::string>(x.last_name);
    member<std::optional<cohub::profile>>(x.profile);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::account_names());
}

[[maybe_unused]] void use(cohub::account_profile& x)
{
    member<std::string>(x.account_id);
    member<std::string>(x.first_name);
    member<std::string>(x.last_name);
    member<std::optional<std::string>>(x.image);
    member<std::optional<std::string>>(x.color);
    member<std::optional<std::string>>(x.name);
    member<std::optional<bool>>(x.is_admin);
    member<std::optional<bool>>(x.is_partner);
    member<std::optional<bool>>(x.is_anonymous);
    member<std::optional<std::string>>(x.email_address);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::account_profile());
}

[[maybe_unused]] void use(cohub::activity& x)
{
    static_cast<void>(cohub::activity());
    static_cast<void>(cohub::activity(any<std::string>()));
    static_cast<void>(x.path(any<std::string>()));
    static_cast<void>(x.action(any<std::string>()));
}

[[maybe_unused]] void use(cohub::api_key_action& x)
{
    static_cast<void>(cohub::api_key_action::get());
    static_cast<void>(cohub::api_key_action::create(any<std::string>()));
    static_cast<void>(cohub::api_key_action::edit(any<std::int64_t>()));
    static_cast<void>(cohub::api_key_action::remove(any<std::int64_t>()));
    static_cast<void>(x.project_id(any<std::string>()));
    static_cast<void>(x.name(any<std::string>()));
    static_cast<void>(x.expire(any<cohub::sys_ms>()));
    static_cast<void>(x.id(any<std::int64_t>()));
    static_cast<void>(x.creates());
}

[[maybe_unused]] void use(cohub::api_key_entry& x)
{
    member<std::int64_t>(x.id);
    member<std::optional<std::string>>(x.account_id);
    member<std::optional<std::string>>(x.project_id);
    member<std::optional<cohub::sys_ms>>(x.expire);
    member<std::optional<cohub::sys_ms>>(x.created);
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::string>>(x.trunc);
    member<std::optional<cohub::sys_ms>>(x.last_active);
    member<std::optional<cohub::secret>>(x.secret);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::api_key_entry());
}

[[maybe_unused]] void use(cohub::file_use& x)
{
    member<std::string>(x.target_account_id);
    member<std::optional<std::vector<cohub::sys_ms>>>(x.access_times);
    member<std::optional<std::vector<std::optional<cohub::sys_ms>>>>(x.edit_times);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::file_use());
}

[[maybe_unused]] void use(cohub::file_use_query& x)
{
    static_cast<void>(cohub::file_use_query(any<std::string>(), any<std::string>()));
    static_cast<void>(x.target_account_id(any<std::string>()));
    static_cast<void>(x.limit(any<std::int64_t>()));
    static_cast<void>(x.access_times(any<bool>()));
    static_cast<void>(x.edit_times(any<bool>()));
    static_cast<void>(x.edit_times());
}

[[maybe_unused]] void use(cohub::key_owner& x)
{
    member<std::string>(x.account_id);
    member<cohub::sys_ms>(x.server_time);
    static_cast<void>(cohub::key_owner());
}

[[maybe_unused]] void use(cohub::legacy_time_travel& x)
{
    member<std::string>(x.uuid);
    member<boost::json::value>(x.users);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::legacy_time_travel());
}

[[maybe_unused]] void use(cohub::mail_invitation& x)
{
    static_cast<void>(cohub::mail_invitation(
        any<std::string>(),
        any<std::string>(),
        any<std::string>(),
        any<std::string>(),
        any<std::string>()
    ));
    static_cast<void>(x.replyto(any<std::string>()));
    static_cast<void>(x.replyto_name(any<std::string>()));
    static_cast<void>(x.subject(any<std::string>()));
}

[[maybe_unused]] void use(cohub::message& x)
{
    member<std::int64_t>(x.id);
    member<std::string>(x.subject);
    member<std::string>(x.body);
    member<std::string>(x.from_id);
    member<cohub::json::list_or_null<std::string>>(x.to_ids);
    member<std::optional<cohub::sys_ms>>(x.sent);
    member<std::optional<std::int64_t>>(x.thread_id);
    member<std::optional<bool>>(x.read);
    member<std::optional<bool>>(x.saved);
    member<std::optional<bool>>(x.deleted);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::message());
}

[[maybe_unused]] void use(cohub::message_query& x)
{
    static_cast<void>(cohub::message_query());
    static_cast<void>(x.limit(any<std::int64_t>()));
    static_cast<void>(x.offset(any<std::int64_t>()));
    static_cast<void>(x.type(any<cohub::message_type>()));
    static_cast<void>(x.cutoff(any<cohub::sys_ms>()));
}

[[maybe_unused]] void use(cohub::name_change& x)
{
    static_cast<void>(cohub::name_change());
    static_cast<void>(x.username(any<std::string>()));
    static_cast<void>(x.first_name(any<std::string>()));
    static_cast<void>(x.last_name(any<std::string>()));
    static_cast<void>(x.account_id(any<std::string>()));
    static_cast<void>(x.account());
    static_cast<void>(x.sets_nothing());
    static_cast<void>(x.sets_empty());
}

[[maybe_unused]] void use(cohub::new_collaborators&)
{
    static_cast<void>(
        cohub::new_collaborators(any<std::vector<std::string>>(), any<std::vector<std::string>>())
    );
    static_cast<void>(cohub::new_collaborators::by_token(
        any<std::vector<cohub::secret>>(), any<std::vector<std::string>>()
    ));
}

[[maybe_unused]] void use(cohub::new_message& x)
{
    static_cast<void>(
        cohub::new_message(any<std::string>(), any<std::string>(), any<std::vector<std::string>>())
    );
    static_cast<void>(cohub::new_message(any<std::string>(), any<std::string>(), any<std::string>())
    );
    static_cast<void>(cohub::new_message(any<std::string>(), any<std::string>(), any<char const*>())
    );
    static_cast<void>(cohub::new_message(
        any<std::string>(), any<std::string>(), any<std::initializer_list<std::string_view>>()
    ));
    static_cast<void>(x.to(any<std::string>()));
    static_cast<void>(x.reply_id(any<std::int64_t>()));
}

[[maybe_unused]] void use(cohub::new_org_user& x)
{
    static_cast<void>(cohub::new_org_user(any<std::string>(), any<std::string>()));
    static_cast<void>(x.first_name(any<std::string>()));
    static_cast<void>(x.last_name(any<std::string>()));
    static_cast<void>(x.password(any<cohub::secret>()));
    static_cast<void>(x.keep_email_case());
    static_cast<void>(x.email());
}

[[maybe_unused]] void use(cohub::org_settings& x)
{
    static_cast<void>(cohub::org_settings(any<std::string>()));
    static_cast<void>(x.title(any<std::string>()));
    static_cast<void>(x.description(any<std::string>()));
    static_cast<void>(x.email_address(any<std::string>()));
    static_cast<void>(x.link(any<std::string>()));
    static_cast<void>(x.sets_nothing());
}

[[maybe_unused]] void use(cohub::organization& x)
{
    member<std::string>(x.name);
    member<std::optional<std::string>>(x.title);
    member<std::optional<std::string>>(x.description);
    member<std::optional<std::string>>(x.link);
    member<std::optional<std::string>>(x.email_address);
    member<cohub::json::list_or_null<std::string>>(x.admin_account_ids);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::organization());
}

[[maybe_unused]] void use(cohub::organization_entry& x)
{
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::string>>(x.title);
    member<cohub::json::list_or_null<std::string>>(x.admin_account_ids);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::organization_entry());
}

[[maybe_unused]] void use(cohub::organization_user& x)
{
    member<std::optional<std::string>>(x.first_name);
    member<std::optional<std::string>>(x.last_name);
    member<std::string>(x.account_id);
    member<std::optional<std::string>>(x.email_address);
    member<std::optional<cohub::sys_ms>>(x.last_active);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::organization_user());
}

[[maybe_unused]] void use(cohub::profile& x)
{
    member<std::optional<std::string>>(x.color);
    member<std::optional<std::string>>(x.image);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::profile());
}

[[maybe_unused]] void use(cohub::profile_query& x)
{
    static_cast<void>(cohub::profile_query());
    static_cast<void>(cohub::profile_query(any<std::string>()));
    static_cast<void>(cohub::profile_query(any<std::string_view>()));
    static_cast<void>(cohub::profile_query(any<char const*>()));
    static_cast<void>(x.no_cache(any<bool>()));
    static_cast<void>(x.no_cache());
    static_cast<void>(x.account());
}

[[maybe_unused]] void use(cohub::project_invitation& x)
{
    static_cast<void>(cohub::project_invitation(any<std::string>(), any<std::string>()));
    static_cast<void>(x.title(any<std::string>()));
    static_cast<void>(x.link2proj(any<std::string>()));
    static_cast<void>(x.replyto(any<std::string>()));
    static_cast<void>(x.replyto_name(any<std::string>()));
    static_cast<void>(x.email(any<std::string>()));
    static_cast<void>(x.subject(any<std::string>()));
    static_cast<void>(x.sends_mail());
}

[[maybe_unused]] void use(cohub::query_options& x)
{
    static_cast<void>(cohub::query_options());
    static_cast<void>(x.limit(any<std::int64_t>()));
    static_cast<void>(x.order_by(any<std::string_view>()));
    static_cast<void>(x.set(any<bool>()));
    static_cast<void>(x.set());
    static_cast<void>(x.delete_(any<bool>()));
    static_cast<void>(x.delete_());
    static_cast<void>(x.add(any<std::string_view>(), any<boost::json::value>()));
    static_cast<void>(x.empty());
    static_cast<void>(x.begin());
    static_cast<void>(x.end());
}

[[maybe_unused]] void use(cohub::server_now& x)
{
    member<cohub::sys_ms>(x.now);
    static_cast<void>(cohub::server_now());
}

[[maybe_unused]] void use(cohub::sign_in_token& x)
{
    member<cohub::secret>(x.token);
    member<cohub::secret>(x.url);
    static_cast<void>(cohub::sign_in_token());
}

[[maybe_unused]] void use(cohub::token_request& x)
{
    static_cast<void>(cohub::token_request(any<std::string>()));
    static_cast<void>(cohub::token_request(any<std::string_view>()));
    static_cast<void>(cohub::token_request(any<char const*>()));
    static_cast<void>(x.expire(any<cohub::sys_ms>()));
}

[[maybe_unused]] void use(cohub::user& x)
{
    member<std::string>(x.account_id);
    member<std::optional<std::string>>(x.first_name);
    member<std::optional<std::string>>(x.last_name);
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::string>>(x.email_address);
    member<std::optional<cohub::sys_ms>>(x.last_active);
    member<std::optional<cohub::sys_ms>>(x.created);
    member<std::optional<bool>>(x.banned);
    member<std::optional<bool>>(x.email_address_verified);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::user());
}

[[maybe_unused]] void use(cohub::user_query& x)
{
    static_cast<void>(cohub::user_query(any<std::string>()));
    static_cast<void>(cohub::user_query(any<std::string_view>()));
    static_cast<void>(cohub::user_query(any<char const*>()));
    static_cast<void>(cohub::user_query(any<std::vector<std::string> const&>()));
    static_cast<void>(cohub::user_query(any<std::initializer_list<std::string_view>>()));
    static_cast<void>(x.limit(any<std::int64_t>()));
    static_cast<void>(x.admin(any<bool>()));
    static_cast<void>(x.admin());
    static_cast<void>(x.only_email(any<bool>()));
    static_cast<void>(x.only_email());
}

[[maybe_unused]] void use(cohub::v1_user& x)
{
    member<std::string>(x.account_id);
    member<std::optional<std::string>>(x.first_name);
    member<std::optional<std::string>>(x.last_name);
    member<std::optional<std::string>>(x.email_address);
    member<std::optional<cohub::sys_ms>>(x.last_active);
    member<std::optional<cohub::sys_ms>>(x.created);
    member<std::optional<bool>>(x.banned);
    member<std::optional<boost::json::object>>(x.email_address_verified);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::v1_user());
}

[[maybe_unused]] void use(cohub::v1_user_list& x)
{
    static_cast<void>(any<cohub::v1_user_list::value_type*>());
    static_cast<void>(any<cohub::v1_user_list::const_iterator*>());
    member<std::vector<cohub::v1_user>>(x.results);
    member<std::string>(x.id);
    member<std::string>(x.event);
    static_cast<void>(cohub::v1_user_list());
    static_cast<void>(x.begin());
    static_cast<void>(x.end());
    static_cast<void>(x.size());
    static_cast<void>(x.empty());
}

[[maybe_unused]] void use(cohub::v1_user_query& x)
{
    static_cast<void>(cohub::v1_user_query(any<std::string>()));
    static_cast<void>(cohub::v1_user_query(any<std::string_view>()));
    static_cast<void>(cohub::v1_user_query(any<char const*>()));
    static_cast<void>(cohub::v1_user_query(any<std::vector<std::string> const&>()));
    static_cast<void>(cohub::v1_user_query(any<std::initializer_list<std::string_view>>()));
    static_cast<void>(x.admin(any<bool>()));
    static_cast<void>(x.admin());
    static_cast<void>(x.active(any<std::string>()));
    static_cast<void>(x.limit(any<std::int64_t>()));
    static_cast<void>(x.id(any<std::string>()));
    static_cast<void>(x.as_form(any<bool>()));
    static_cast<void>(x.as_form());
    static_cast<void>(x.is_form());
    static_cast<void>(x.form());
}

}  // namespace
