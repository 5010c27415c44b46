// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/cohub.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void use(cohub::db_api& x)
{
    static_cast<void>(x.query(any<boost::json::value const&>()));
    static_cast<void>(
        x.query(any<boost::json::value const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.query(any<boost::json::value const&>(), any<cohub::query_options const&>())
    );
    static_cast<void>(x.query(
        any<boost::json::value const&>(),
        any<cohub::query_options const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.get_one(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.get_one(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.get_many(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.get_many(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.get_many(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::query_options const&>()
    ));
    static_cast<void>(x.get_many(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::query_options const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.set(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.set(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.touch(any<cohub::activity const&>()));
    static_cast<void>(
        x.touch(any<cohub::activity const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(
        x.get_legacy_time_travel_info(any<std::string_view>(), any<std::string_view>())
    );
    static_cast<void>(x.get_legacy_time_travel_info(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.get_legacy_time_travel_patches(any<std::string_view>()));
    static_cast<void>(x.get_legacy_time_travel_patches(
        any<std::string_view>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.file_use_times(any<cohub::file_use_query const&>()));
    static_cast<void>(x.file_use_times(
        any<cohub::file_use_query const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.remove_blob_ttls(any<std::vector<std::string> const&>()));
    static_cast<void>(x.remove_blob_ttls(
        any<std::vector<std::string> const&>(), any<cohub::call_options>(), cohub::as_result
    ));
}

[[maybe_unused]] void use(cohub::hub& x)
{
    static_cast<void>(cohub::hub(any<boost::asio::any_io_executor const&>(), any<cohub::options>())
    );
    static_cast<void>(cohub::hub(any<cohub::options>()));
    static_cast<void>(x.system());
    static_cast<void>(x.org());
    static_cast<void>(x.projects());
    static_cast<void>(x.project(any<std::string_view>()));
    static_cast<void>(x.project());
    static_cast<void>(x.jupyter());
    static_cast<void>(x.sync());
    static_cast<void>(x.db());
    static_cast<void>(x.messages());
    static_cast<void>(x.purchases());
    static_cast<void>(x.v2());
    static_cast<void>(x.call(any<std::string_view>(), any<boost::json::value const&>()));
    static_cast<void>(x.call(any<std::string_view>()));
    static_cast<void>(x.call(
        any<std::string_view>(),
        any<boost::json::value const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.warm_up(any<std::size_t>()));
    static_cast<void>(x.set_api_key(any<cohub::secret>()));
    static_cast<void>(x.reload_tls());
    static_cast<void>(x.stats());
    static_cast<void>(x.close(any<bool>()));
    static_cast<void>(x.close());
    static_cast<void>(x.async_close());
    static_cast<void>(x.async_close(any<std::chrono::nanoseconds>()));
}

[[maybe_unused]] void use(cohub::jupyter_api& x)
{
    static_cast<void>(x.kernels());
    static_cast<void>(x.kernels(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.kernels(any<std::string_view>()));
    static_cast<void>(
        x.kernels(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.execute(any<cohub::jupyter_input const&>()));
    static_cast<void>(
        x.execute(any<cohub::jupyter_input const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.cached(any<std::string_view>()));
    static_cast<void>(
        x.cached(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
}

[[maybe_unused]] void use(cohub::messages_api& x)
{
    static_cast<void>(x.send(any<cohub::new_message const&>()));
    static_cast<void>(
        x.send(any<cohub::new_message const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get(any<cohub::message_query const&>()));
    static_cast<void>(
        x.get(any<cohub::message_query const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get());
    static_cast<void>(x.get(any<cohub::call_options>(), cohub::as_result));
}

[[maybe_unused]] void use(cohub::org_api& x)
{
    static_cast<void>(x.get_all());
    static_cast<void>(x.get_all(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.create(any<std::string_view>()));
    static_cast<void>(
        x.create(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get(any<std::string_view>()));
    static_cast<void>(x.get(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.find(any<std::string_view>()));
    static_cast<void>(x.find(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.set(any<cohub::org_settings const&>()));
    static_cast<void>(
        x.set(any<cohub::org_settings const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.add_admin(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.add_admin(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.add_user(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.add_user(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.create_user(any<cohub::new_org_user const&>()));
    static_cast<void>(x.create_user(
        any<cohub::new_org_user const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.create_token(any<cohub::token_request const&>()));
    static_cast<void>(x.create_token(
        any<cohub::token_request const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.expire_token(any<cohub::secret const&>()));
    static_cast<void>(
        x.expire_token(any<cohub::secret const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get_users(any<std::string_view>()));
    static_cast<void>(
        x.get_users(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.find_user(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.find_user(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.remove_user(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.remove_user(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.remove_admin(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.remove_admin(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(
        x.message(any<std::string_view>(), any<std::string_view>(), any<std::string_view>())
    );
    static_cast<void>(x.message(
        any<std::string_view>(),
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
}

[[maybe_unused]] void use(cohub::projects_api& x)
{
    static_cast<void>(x.create_project(any<cohub::new_project const&>()));
    static_cast<void>(x.create_project(
        any<cohub::new_project const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.find_by_title(any<std::string_view>()));
    static_cast<void>(
        x.find_by_title(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get(any<cohub::project_query const&>()));
    static_cast<void>(
        x.get(any<cohub::project_query const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get());
    static_cast<void>(x.get(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.copy_path_between_projects(any<cohub::path_copy const&>()));
    static_cast<void>(x.copy_path_between_projects(
        any<cohub::path_copy const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.add_collaborator(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.add_collaborator(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.add_collaborator(any<cohub::new_collaborators const&>()));
    static_cast<void>(x.add_collaborator(
        any<cohub::new_collaborators const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.remove_collaborator(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.remove_collaborator(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.invite_collaborator(any<cohub::project_invitation const&>()));
    static_cast<void>(x.invite_collaborator(
        any<cohub::project_invitation const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.invite_collaborator_without_account(any<cohub::mail_invitation const&>()));
    static_cast<void>(x.invite_collaborator_without_account(
        any<cohub::mail_invitation const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.change_user_type(
        any<std::string_view>(), any<std::string_view>(), any<cohub::project_role>()
    ));
    static_cast<void>(x.change_user_type(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::project_role>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.set_quotas(any<cohub::project_quotas const&>()));
    static_cast<void>(x.set_quotas(
        any<cohub::project_quotas const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.start(any<std::string_view>()));
    static_cast<void>(x.start(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.stop(any<std::string_view>()));
    static_cast<void>(x.stop(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.touch(any<std::string_view>()));
    static_cast<void>(x.touch(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.delete_(any<std::string_view>()));
    static_cast<void>(
        x.delete_(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.state(any<std::string_view>()));
    static_cast<void>(x.state(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.status(any<std::string_view>()));
    static_cast<void>(
        x.status(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
}

[[maybe_unused]] void use(cohub::purchases_api& x)
{
    static_cast<void>(x.get_balance());
    static_cast<void>(x.get_balance(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.get_min_balance());
    static_cast<void>(x.get_min_balance(any<cohub::call_options>(), cohub::as_result));
}

[[maybe_unused]] void use(cohub::sync_api& x)
{
    static_cast<void>(x.history(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.history(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.history(any<cohub::history_query const&>()));
    static_cast<void>(
        x.history(any<cohub::history_query const&>(), any<cohub::call_options>(), cohub::as_result)
    );
}

[[maybe_unused]] void use(cohub::system_api& x)
{
    static_cast<void>(x.ping());
    static_cast<void>(x.ping(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.test());
    static_cast<void>(x.test(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.get_names(any<std::vector<std::string> const&>()));
    static_cast<void>(x.get_names(
        any<std::vector<std::string> const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.get_name(any<std::string_view>()));
    static_cast<void>(
        x.get_name(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.forget_name(any<std::string_view>()));
    static_cast<void>(x.forget_names());
    static_cast<void>(x.user_search(any<cohub::user_query const&>()));
    static_cast<void>(
        x.user_search(any<cohub::user_query const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get_customize());
    static_cast<void>(x.get_customize(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.get_customize(any<std::vector<std::string> const&>()));
    static_cast<void>(x.get_customize(
        any<std::vector<std::string> const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.user_tracking(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.user_tracking(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.log_client_error(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.log_client_error(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.webapp_error(any<boost::json::object const&>()));
    static_cast<void>(x.webapp_error(
        any<boost::json::object const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.manage_api_keys(any<cohub::api_key_action const&>()));
    static_cast<void>(x.manage_api_keys(
        any<cohub::api_key_action const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.generate_user_auth_token(any<std::string_view>()));
    static_cast<void>(x.generate_user_auth_token(
        any<std::string_view>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(
        x.generate_user_auth_token(any<std::string_view>(), any<cohub::secret const&>())
    );
    static_cast<void>(x.generate_user_auth_token(
        any<std::string_view>(),
        any<cohub::secret const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.revoke_user_auth_token(any<cohub::secret const&>()));
    static_cast<void>(x.revoke_user_auth_token(
        any<cohub::secret const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.admin_reset_password_link(any<std::string_view>()));
    static_cast<void>(x.admin_reset_password_link(
        any<std::string_view>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.send_email_verification(any<std::optional<bool>>()));
    static_cast<void>(x.send_email_verification(
        any<std::optional<bool>>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.delete_passport(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.delete_passport(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.admin_salesloft_sync(any<std::vector<std::string> const&>()));
    static_cast<void>(x.admin_salesloft_sync(
        any<std::vector<std::string> const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.user_salesloft_sync());
    static_cast<void>(x.user_salesloft_sync(any<cohub::call_options>(), cohub::as_result));
}

[[maybe_unused]] void use(cohub::v1& x)
{
    static_cast<void>(cohub::v1(any<boost::asio::any_io_executor const&>(), any<cohub::options>()));
    static_cast<void>(cohub::v1(any<cohub::options>()));
    static_cast<void>(x.user_search(any<cohub::v1_user_query const&>()));
    static_cast<void>(x.user_search(
        any<cohub::v1_user_query const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.call(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.call(any<std::string_view>()));
    static_cast<void>(x.call(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.warm_up(any<std::size_t>()));
    static_cast<void>(x.set_api_key(any<cohub::secret>()));
    static_cast<void>(x.reload_tls());
    static_cast<void>(x.stats());
    static_cast<void>(x.close(any<bool>()));
    static_cast<void>(x.close());
    static_cast<void>(x.async_close());
    static_cast<void>(x.async_close(any<std::chrono::nanoseconds>()));
}

[[maybe_unused]] void use(cohub::v1_api& x)
{
    static_cast<void>(x.user_search(any<cohub::v1_user_query const&>()));
    static_cast<void>(x.user_search(
        any<cohub::v1_user_query const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.call(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.call(any<std::string_view>()));
    static_cast<void>(x.call(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
}

[[maybe_unused]] void use(cohub::v2_accounts_api& x)
{
    static_cast<void>(x.search(any<std::string_view>()));
    static_cast<void>(
        x.search(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get_names(any<std::vector<std::string> const&>()));
    static_cast<void>(x.get_names(
        any<std::vector<std::string> const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.profile());
    static_cast<void>(x.profile(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.profile(any<cohub::profile_query const&>()));
    static_cast<void>(
        x.profile(any<cohub::profile_query const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.set_name(any<cohub::name_change const&>()));
    static_cast<void>(
        x.set_name(any<cohub::name_change const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.get_email_address(any<std::string_view>()));
    static_cast<void>(
        x.get_email_address(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.set_email_address(any<std::string_view>(), any<cohub::secret const&>()));
    static_cast<void>(x.set_email_address(
        any<std::string_view>(),
        any<cohub::secret const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.set_password(any<cohub::secret const&>(), any<cohub::secret const&>()));
    static_cast<void>(x.set_password(
        any<cohub::secret const&>(),
        any<cohub::secret const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.send_verification_email());
    static_cast<void>(x.send_verification_email(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.send_verification_email(any<std::string_view>()));
    static_cast<void>(x.send_verification_email(
        any<std::string_view>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.ban(any<std::string_view>()));
    static_cast<void>(x.ban(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.remove_ban(any<std::string_view>()));
    static_cast<void>(
        x.remove_ban(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.delete_());
    static_cast<void>(x.delete_(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.sign_out(any<bool>()));
    static_cast<void>(x.sign_out(any<bool>(), any<cohub::call_options>(), cohub::as_result));
}

[[maybe_unused]] void use(cohub::v2_api& x)
{
    static_cast<void>(x.accounts());
    static_cast<void>(x.call(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.call(any<std::string_view>()));
    static_cast<void>(x.call(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
}

}  // namespace
