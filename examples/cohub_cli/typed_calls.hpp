#pragma once

#include <cohub/core/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <string>

namespace cli {

struct doors;

/// JSON, as the server sent it.
using answer = cohub::result<std::string>;
/// A call of the typed client.
/// @param args those that were given, by name
/// @throws usage_error when it is called, or in the coroutine
using typed_call = boost::asio::awaitable<answer>(doors d, boost::json::object args);

/// For methods where the typed client does more than send and receive.
namespace typed {

typed_call org_create;
typed_call org_find;
typed_call org_set;
typed_call org_create_user;
typed_call org_find_user;
typed_call projects_get;
typed_call projects_find_by_title;
typed_call projects_copy;
typed_call projects_state;
typed_call jupyter_execute;
typed_call jupyter_cached;
typed_call db_query;
typed_call db_get_one;
typed_call db_get_many;
typed_call db_set;
typed_call exec;
typed_call project_jupyter_execute;
typed_call v1_user_search;
typed_call v2_search;
typed_call v2_get_names;
typed_call v2_profile;
typed_call v2_set_name;
typed_call v2_get_email_address;
typed_call v2_set_email_address;
typed_call v2_set_password;
typed_call v2_send_verification_email;
typed_call v2_ban;
typed_call v2_remove_ban;
typed_call v2_delete;
typed_call v2_sign_out;

}  // namespace typed

}  // namespace cli
