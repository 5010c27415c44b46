#include <cohub/cocalc/system.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "support/canned_channel.hpp"

namespace cohub {
namespace {

struct words_row
{
    char const* name;
    char const* words;
    errc means;
};
class Classify : public testing::TestWithParam<words_row>
{
};
TEST_P(Classify, TellsWhatACallerCanDo)
{
    EXPECT_EQ(cocalc::classify(GetParam().words), GetParam().means);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    Classify,
    testing::Values(
        words_row{
            "BadKey",
            "must be signed in and MUST provide an api key (cookies are not allowed)",
            errc::unauthorized},
        words_row{"NoKey", "You must provide authentication via an API key.", errc::unauthorized},
        words_row{"Scheme", "Unknown authorization type 'Digest'", errc::unauthorized},
        words_row{"Project", "must sign in as project or account", errc::unauthorized},
        words_row{
            "Search", "Error: You must be signed in to search for users.", errc::unauthorized},
        words_row{"SignedIn", "Error: user must be signed in", errc::unauthorized},
        words_row{"Password", "Error: incorrect password", errc::unauthorized},
        words_row{
            "Timeout",
            "timeout - callHub: subject='hub.account.x.api', name='system.ping', code='408' ",
            errc::timeout},
        words_row{
            "NoSubscriber",
            "request -- no subscribers matching 'hub.account.x.api' - callHub: code='503' ",
            errc::unavailable},
        words_row{"AdminSearch", "Error: Must be an admin to do admin search.", errc::forbidden},
        words_row{"Admin", "Error: must be an admin", errc::forbidden},
        words_row{"Terminate", "only admin can terminate", errc::forbidden},
        words_row{"Unlink", "Error: You are not allowed to unlink 'saml'", errc::forbidden},
        words_row{
            "Collaborator",
            "Error: user must be collaborator on project to manage project_id api keys",
            errc::forbidden},
        words_row{
            "Banned",
            "Error: banned -- please wait at least #{BAN_TIME_MS/1000}s before trying again",
            errc::rate_limited},
        words_row{"NoKeyWithId", "Error: no api key with id 8", errc::not_found},
        words_row{"UnknownFunction", "Error: unknown function 'system.nope'", errc::not_found},
        words_row{
            "Duplicate",
            "error: duplicate key value violates unique constraint \"accounts_pkey\"",
            errc::conflict},
        words_row{"V1Key", "No account found. Is your API key wrong?", errc::unauthorized},
        words_row{
            "V1Banned",
            "User is BANNED.  If this is a mistake, please contact help@example.com",
            errc::forbidden},
        words_row{
            "OtherProjectsKey",
            "project specific api key must match requested project",
            errc::forbidden},
        words_row{
            "NoProject",
            "must specify project_id or use project-specific api key",
            errc::invalid_argument},
        words_row{"V1Endpoint", "unknown endpoint 'nope'", errc::not_found},
        words_row{"V1NotHttp", "endpoint 'ping' is not part of the HTTP API", errc::not_found},
        words_row{
            "V1Parameters",
            "invalid parameters 'Error: misc.defaults -- TypeError: property 'query' must be "
            "specified: '",
            errc::invalid_argument},
        words_row{
            "TooLong",
            "error: value too long for type character varying(39)",
            errc::invalid_argument},
        words_row{
            "NotUuid",
            "error: invalid input syntax for type uuid: \"abc\"",
            errc::invalid_argument},
        words_row{
            "NotUuids",
            "Error: invalid account_id or project_id -- all must be valid uuid's",
            errc::invalid_argument},
        words_row{"V1Admin", "must be logged in and a member of the admin group", errc::forbidden},
        words_row{"UnknownService", "Unknown service x", errc::not_found},
        words_row{"SiteAdmin", "Error: must be a site admin", errc::forbidden},
        words_row{"CreateOrg", "Error: only admins may create organizations", errc::forbidden},
        words_row{
            "OrgAdmin",
            "Error: user must be an admin of the organization or site-admin",
            errc::forbidden},
        words_row{
            "MakeAdmin",
            "Error: only site admins can make a user an organization admin right now",
            errc::forbidden},
        words_row{
            "AddUser",
            "Error: only site admins can add/move a user to an org right now",
            errc::forbidden},
        words_row{"NoOrg", "Error: no org named 'nope'", errc::not_found},
        words_row{"NoAccount", "Error: no such account 'no@example.com'", errc::not_found},
        words_row{"NoUser", "Error: cannot find user 'no@example.com'", errc::not_found},
        words_row{"InNoOrg", "Error: user is not in an org", errc::not_found},
        words_row{
            "NameTaken",
            "Error: name acme is already used by some account or organization",
            errc::conflict},
        words_row{
            "OtherOrg",
            "Error: User 'a@b.c' is already member of another organization",
            errc::conflict},
        words_row{
            "StillAdmin",
            "Error: admin cannot be removed from org; first remove them from being an admin",
            errc::conflict},
        words_row{
            "NoRecipient",
            "Error: invalid account_id -- 99999999-9999-4999-8999-999999999999",
            errc::not_found},
        words_row{"Limit500", "Error: limit must be at most 500", errc::invalid_argument},
        words_row{"OnlyCollaborator", "Error: user must be a collaborator", errc::forbidden},
        words_row{
            "StartProject", "Error: must be collaborator on project to start it", errc::forbidden},
        words_row{"DeleteProject", "Error: must be an owner to delete a project", errc::forbidden},
        words_row{
            "ChooseProjectId", "Error: only admins can specify the project_id", errc::forbidden},
        words_row{
            "OwnersOnly",
            "OwnershipError: Only owners can manage collaborators when this setting is enabled",
            errc::forbidden},
        words_row{
            "OwnersChangeTypes",
            "OwnershipError: Only project owners can change user types",
            errc::forbidden},
        words_row{"NoMember", "OwnershipError: Not a project member", errc::forbidden},
        words_row{
            "NoReadAccess", "user does not have read access to the given project", errc::forbidden},
        words_row{
            "NoWriteAccess",
            "Error: user a does not have write access to project p",
            errc::forbidden},
        words_row{
            "AddSelf", "Error: cannot add self to \"p\" -- must be an admin", errc::forbidden},
        words_row{
            "InviteToken",
            "Error: Project invite token is not valid - it has expired",
            errc::forbidden},
        words_row{"NoOwnedProject", "OwnershipError: Project not found", errc::not_found},
        words_row{"NoSuchProject", "Error: Project not found: p", errc::not_found},
        words_row{
            "NoSuchMember",
            "OwnershipError: Target user is not a member of this project",
            errc::not_found},
        words_row{
            "RemoveOwner",
            "OwnershipError: Cannot remove an owner. Demote to collaborator first.",
            errc::conflict},
        words_row{
            "LastOwner",
            "OwnershipError: Cannot change the last owner to collaborator. At least one owner is "
            "required.",
            errc::conflict},
        words_row{
            "NewGroup",
            "OwnershipError: New group must be either 'owner' or 'collaborator'",
            errc::invalid_argument},
        words_row{"ProjectUuid", "Error: project_id must be a valid UUID", errc::invalid_argument},
        words_row{"ProjectId", "Error: Invalid project_id: x", errc::invalid_argument},
        words_row{
            "Recipients",
            "Specify less recipients when adding collaborators to project.",
            errc::invalid_argument},
        words_row{
            "LongAddress",
            "email address must be at most 128 characters: 'x'",
            errc::invalid_argument},
        words_row{"BadAddress", "invalid email address 'x'", errc::invalid_argument},
        words_row{"NoTable", "FATAL: table 'nope' does not exist", errc::not_found},
        words_row{"GetTable", "FATAL: get queries not allowed for table 't'", errc::forbidden},
        words_row{"SetTable", "FATAL: user set queries not allowed for table 't'", errc::forbidden},
        words_row{
            "GetField",
            "FATAL: user get query not allowed for accounts.password_hash",
            errc::forbidden},
        words_row{
            "OneKey", "FATAL: must specify exactly one key in the query", errc::invalid_argument},
        words_row{
            "OneRow", "FATAL: array of length > 1 not yet implemented", errc::invalid_argument},
        words_row{
            "Kernels",
            "permission denied -- user must be collaborator on project",
            errc::forbidden},
        words_row{
            "Quota",
            "You may use at most 900 seconds of compute time per 1 hour. Please try again later or "
            "do this computation in a project.",
            errc::rate_limited},
        words_row{"NoInput", "input or hash must not be null", errc::invalid_argument},
        words_row{
            "NoKernel",
            "kernel must be specified in hash is not specified",
            errc::invalid_argument},
        words_row{"Killed", "killed command 'sleep 100'", errc::timeout},
        words_row{
            "ExitCode",
            "command 'x' exited with nonzero code 1 -- stderr='duplicate key value violates unique "
            "constraint'",
            errc::api_error},
        words_row{"SomebodysName", "Error: name your price", errc::api_error},
        words_row{"NothingToSet", "error: syntax error at or near \"WHERE\"", errc::api_error},
        words_row{"TypeError", "TypeError: account_ids is not iterable", errc::api_error},
        words_row{"TimeoutPositive", "timeout must be positive - callHub: x", errc::api_error},
        words_row{"Quoted", "no such thing: \"must be an admin\"", errc::api_error},
        words_row{"Empty", "", errc::api_error}
    ),
    [](auto const& row) { return row.param.name; }
);

class SystemRequest : public testing::Test
{
protected:
    system_api system() { return system_api(channel); }
    call::request const& sent()
    {
        EXPECT_EQ(channel->requests.size(), 1u);
        return channel->requests.back();
    }
    static auto quietly()
    {
        return [](error_code, auto&&...) {};
    }

    boost::asio::io_context io;
    boost::intrusive_ptr<tests::canned_channel> channel{new tests::canned_channel(io)};

    void TearDown() override { io.run(); }
};

TEST_F(SystemRequest, GoesToTheHubByPost)
{
    system().ping(quietly());
    EXPECT_EQ(sent().verb, "POST");
    EXPECT_EQ(sent().target, "/api/conat/hub");
    EXPECT_EQ(sent().name, "system.ping");
    EXPECT_TRUE(sent().is_rpc);
    EXPECT_EQ(sent().body, R"({"name":"system.ping","args":[{}])");
}

TEST_F(SystemRequest, IsEncodedBeforeTheCallReturns)
{
    std::vector<std::string> ids{"a"};
    system().get_names(ids, quietly());
    ids.assign(1, "changed");
    EXPECT_EQ(sent().body, R"({"name":"system.getNames","args":[["a"]])");
}

TEST_F(SystemRequest, TextThatIsNotUtf8IsAProblem)
{
    std::optional<error_code> ec;
    system().user_search("a\xff", [&](error_code e, std::vector<user>) { ec = e; });
    io.run();
    EXPECT_EQ(ec, make_error_code(errc::invalid_argument));
}

TEST_F(SystemRequest, TextThatIsNotUtf8IsAProblemInAnObjectToo)
{
    system().log_client_error("x", "a\xff", quietly());
    EXPECT_NE(sent().problem, "");
}

TEST_F(SystemRequest, DeclaresWhatMayBeRepeated)
{
    std::vector<std::string> const none;
    boost::json::object const object;
    system().ping(quietly());
    system().test(quietly());
    system().get_names(none, quietly());
    system().user_search("w", quietly());
    system().get_customize(quietly());
    system().manage_api_keys(api_key_action::get(), quietly());
    system().manage_api_keys(api_key_action::edit(1), quietly());
    system().manage_api_keys(api_key_action::remove(1), quietly());
    system().revoke_user_auth_token(secret("t"), quietly());
    system().delete_passport("s", "i", quietly());
    system().admin_salesloft_sync(none, quietly());
    system().user_salesloft_sync(quietly());
    std::size_t const safe = channel->requests.size();
    system().user_tracking("e", object, quietly());
    system().log_client_error("e", "x", quietly());
    system().webapp_error(object, quietly());
    system().manage_api_keys(api_key_action::create("x"), quietly());
    system().generate_user_auth_token("id", quietly());
    system().admin_reset_password_link("id", quietly());
    system().send_email_verification(std::nullopt, quietly());

    for (std::size_t i = 0; i != channel->requests.size(); ++i)
        EXPECT_EQ(channel->requests[i].declared, i < safe ? retry::safe : retry::never)
            << channel->requests[i].name;
}

TEST_F(SystemRequest, TakesCallOptionsBeforeTheToken)
{
    system().ping(call_options().retries(7), quietly());
    EXPECT_EQ(sent().options.retries(), 7);
}

TEST_F(SystemRequest, TakesItsArgumentsWhetherOrNotTheyAreConst)
{
    // A token may be of any type, and must not be mistaken for call options.
    secret password("pw");
    std::vector<std::string> fields{"dns"};
    system().generate_user_auth_token("id", password, quietly());
    system().generate_user_auth_token("id", secret("pw"), quietly());
    system().get_customize(fields, quietly());
    system().get_customize(std::vector<std::string>{"dns"}, quietly());
    EXPECT_EQ(
        channel->requests[0].body,
        R"({"name":"system.generateUserAuthToken","args":[{"user_account_id":"id","password":"pw"}])"
    );
    EXPECT_EQ(channel->requests[0].body, channel->requests[1].body);
    EXPECT_TRUE(channel->requests[0].holds_secret);
    EXPECT_FALSE(channel->requests[2].holds_secret);
    EXPECT_EQ(channel->requests[2].body, R"({"name":"system.getCustomize","args":[["dns"]])");
    EXPECT_EQ(channel->requests[2].body, channel->requests[3].body);
}

TEST_F(SystemRequest, ADroppedCallNeverBegins)
{
    {
        auto const pending = system().ping();
    }
    io.run();
    EXPECT_TRUE(channel->requests.empty());
}

// ---- what an answer comes to -------------------------------------------------------------------

struct answer_row
{
    char const* name;
    std::string response;
    errc code;
    int http_status;
    char const* message;
};
class AnswerTest : public testing::TestWithParam<answer_row>
{
};
std::string with_body(std::string const& head, std::string const& body)
{
    return "HTTP/1.1 " + head + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}
TEST_P(AnswerTest, BecomesATypedFailure)
{
    boost::asio::io_context io;
    boost::intrusive_ptr<tests::canned_channel> const channel(new tests::canned_channel(io));
    channel->will_answer(GetParam().response);
    std::optional<result<server_now>> got;
    system_api(channel).ping(as_result)([&](result<server_now> r) { got.emplace(std::move(r)); });
    io.run();

    ASSERT_TRUE(got && got->has_error());
    EXPECT_EQ(got->error().code, GetParam().code);
    EXPECT_EQ(got->error().http_status, GetParam().http_status);
    EXPECT_EQ(got->error().server_message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    AnswerTest,
    testing::Values(
        answer_row{"S301", with_body("301 Moved", ""), errc::redirect_refused, 301, ""},
        answer_row{
            "S302",
            with_body("302 Found\r\nLocation: http://x", ""),
            errc::redirect_refused,
            302,
            ""},
        answer_row{"S303", with_body("303 See", ""), errc::redirect_refused, 303, ""},
        answer_row{"S307", with_body("307 Temp", ""), errc::redirect_refused, 307, ""},
        answer_row{"S308", with_body("308 Perm", ""), errc::redirect_refused, 308, ""},
        answer_row{"S304", with_body("304 Same", ""), errc::http_status, 304, ""},
        answer_row{
            "S400", with_body("400 Bad", "Invalid JSON"), errc::http_status, 400, "Invalid JSON"},
        answer_row{"S401", with_body("401 No", ""), errc::unauthorized, 401, ""},
        answer_row{"S403", with_body("403 No", ""), errc::forbidden, 403, ""},
        answer_row{"S404", with_body("404 No", "<h1>"), errc::not_found, 404, "<h1>"},
        answer_row{"S408", with_body("408 Late", ""), errc::http_status, 408, ""},
        answer_row{"S409", with_body("409 No", ""), errc::conflict, 409, ""},
        answer_row{
            "S413",
            with_body("413 Big", "Body exceeded 1mb limit"),
            errc::too_large,
            413,
            "Body exceeded 1mb limit"},
        answer_row{"S418", with_body("418 Tea", ""), errc::http_status, 418, ""},
        answer_row{"S429", with_body("429 Slow", ""), errc::rate_limited, 429, ""},
        answer_row{
            "S500", with_body("500 No", "{\"error\":\"boom\"}"), errc::http_status, 500, "boom"},
        answer_row{
            "S503", with_body("503 No", "a\x1b[31mb\n"), errc::http_status, 503, "a\\x1b[31mb\\n"},
        answer_row{"S501", with_body("501 Not Implemented", ""), errc::not_implemented, 501, ""},
        answer_row{"S511", with_body("511 Portal", ""), errc::http_status, 511, ""},
        answer_row{"S599", with_body("599 No", ""), errc::http_status, 599, ""},
        answer_row{"EmptyBody", with_body("200 OK", ""), errc::bad_json, 200, ""},
        answer_row{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", errc::bad_json, 204, ""},
        answer_row{
            "Html",
            with_body("200 OK\r\nContent-Type: text/html", "<html>"),
            errc::bad_json,
            200,
            ""},
        answer_row{"Shape", with_body("200 OK", "[]"), errc::bad_shape, 200, ""},
        answer_row{
            "Envelope",
            with_body("200 OK", "{\"error\":\"Error: must be an admin\"}"),
            errc::forbidden,
            200,
            "Error: must be an admin"},
        answer_row{"EmptyError", with_body("200 OK", "{\"error\":\"\"}"), errc::api_error, 200, ""}
    ),
    [](auto const& row) { return row.param.name; }
);

class AnswerDetail : public testing::Test
{
protected:
    failure refusal(std::string const& response)
    {
        boost::asio::io_context io;
        boost::intrusive_ptr<tests::canned_channel> const channel(new tests::canned_channel(io));
        channel->will_answer(response);
        failure f;
        system_api(channel).ping(as_result)([&](result<server_now> r) { f = r.error(); });
        io.run();
        return f;
    }
};

TEST_F(AnswerDetail, OtherSuccessesAreReadLikeAny)
{
    boost::asio::io_context io;
    boost::intrusive_ptr<tests::canned_channel> const channel(new tests::canned_channel(io));
    channel->will_answer(with_body("299 Odd", "{\"now\":5}"));
    std::optional<sys_ms> now;
    system_api(channel).ping([&](error_code, server_now n) { now = n.now; });
    io.run();
    EXPECT_EQ(now, sys_ms(std::chrono::milliseconds(5)));
}

TEST_F(AnswerDetail, RetryAfterIsReported)
{
    EXPECT_EQ(
        refusal(with_body("429 Slow\r\nRetry-After: 7", "")).retry_after, std::chrono::seconds(7)
    );
    EXPECT_EQ(
        refusal(with_body("503 Busy\r\nRetry-After: Thu, 09 Oct 2025 08:53:23 GMT", ""))
            .retry_after,
        std::chrono::seconds(3)
    );
    EXPECT_EQ(refusal(with_body("503 Busy\r\nRetry-After: soon", "")).retry_after, std::nullopt);
}

TEST_F(AnswerDetail, ABadBodyIsShownWithItsType)
{
    failure const f =
        refusal(with_body("200 OK\r\nContent-Type: text/html; x=\xc2\x9b", "<html>Sign in"));
    EXPECT_NE(f.detail.find("<html>Sign in"), std::string::npos) << f.detail;
    EXPECT_EQ(f.detail.find("\xc2\x9b"), std::string::npos);
}

TEST_F(AnswerDetail, AWordyServerIsCut)
{
    std::string const words(100'000, 'w');
    EXPECT_LE(
        refusal(with_body("200 OK", "{\"error\":\"" + words + "\"}")).server_message.size(), 4200u
    );
    EXPECT_LE(refusal(with_body("502 Bad", words)).server_message.size(), 300u);
}

}  // namespace
}  // namespace cohub
