// A list of data that contradicts itself is not added.

#include <gtest/gtest.h>

#include <string>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::organization;
using fake::project;

std::string const nobody = "00000000-0000-4000-8000-000000000000";

class FakeServerConsistency : public testing::Test
{
protected:
    json::value own(std::string const& path) { return client.get("/__fake__/" + path).value(); }
    answer post(std::string const& path, std::string const& body)
    {
        return client.send("POST", "/__fake__/" + path, {}, body);
    }
    // All lists begin with something that could be added.
    void refuses(std::string const& path, std::string const& body, std::string const& why)
    {
        json::value const before = own(path == "accounts" ? "users" : path);
        answer const a = post(path, body);
        EXPECT_EQ(a.status, 400) << body << a.body;
        EXPECT_NE(a.body.find(why), std::string::npos) << a.body;
        EXPECT_EQ(own(path == "accounts" ? "users" : path), before) << body;
    }
    fake_server server{plain_options().users(0)};
    http_client client{server};
    std::string const ada = server.users().at(0).account_id;
    std::string const address = server.users().at(0).email_address.value();
};

TEST_F(FakeServerConsistency, OfWhatIsTwiceInAList)
{
    refuses("organizations", R"([{"name":"x"},{"name":"x"}])", "has the organization x twice");
    EXPECT_EQ(post("organizations", R"({"name":"acme","title":"Other"})").status, 200);
    ASSERT_EQ(own("organizations").as_array().size(), 1u);
    EXPECT_EQ(own("organizations").at(0).at("title"), "Other");
    std::string const account_twice = R"({"account_id":")" + nobody + R"("})";
    refuses(
        "accounts",
        R"([{"first_name":"A"},)" + account_twice + "," + account_twice + "]",
        "has the account " + nobody + " twice"
    );
    std::string const project_twice = R"({"project_id":")" + nobody + R"("})";
    refuses(
        "projects",
        R"([{"title":"x"},)" + project_twice + "," + project_twice + "]",
        "project " + nobody + " twice"
    );
    std::string const message = R"({"id":5,"from":")" + ada + R"(","to":[")" + ada + R"("]})";
    refuses("messages", "[" + message + "," + message + "]", "the message 5 twice");
}

TEST_F(FakeServerConsistency, OfKeysOfOtherSessions)
{
    auto other = server.session();
    std::string const id = R"({"account_id":")" + ada + R"(")";
    refuses(
        "keys",
        "[" + id + R"(},)" + id + R"(,"key":")" + other.api_key() + R"("}])",
        "another session"
    );
    refuses("keys", "[" + id + R"(},)" + id + R"(,"key":"no"}])", "begins with 'sk-'");
}

TEST_F(FakeServerConsistency, TwoAccountsMayExchangeTheirAddresses)
{
    json::array users = own("users").as_array();
    std::swap(users.at(0).at("email_address"), users.at(1).at("email_address"));
    EXPECT_EQ(post("accounts", json::serialize(users)).status, 200);
    EXPECT_EQ(own("users"), json::value(users));
    json::value const found = client.result("system.userSearch", R"({"query":")" + address + "\"}");
    EXPECT_EQ(found.at(0).at("account_id"), users.at(1).at("account_id"));
}

// Upstream does not check them, and a test may add them in any order.
TEST_F(FakeServerConsistency, DoesNotAskForUsersOfProjectsAndOrganizationsOfAccountsAndAdmins)
{
    EXPECT_EQ(post("projects", R"({"owners":[")" + nobody + R"("]})").status, 200);
    EXPECT_NO_THROW(server.add_project(project().owner(ada).collaborator(nobody)));
    EXPECT_EQ(post("accounts", R"({"org":"nowhere"})").status, 200);
    EXPECT_NO_THROW(server.add_account(account("A", "B").in_organization("nowhere")));
    EXPECT_EQ(post("organizations", R"({"name":"x","admins":[")" + nobody + R"("]})").status, 200);
    EXPECT_NO_THROW(server.add_organization(organization("y").admin(nobody)));
}

}  // namespace

}  // namespace cohub::tests
