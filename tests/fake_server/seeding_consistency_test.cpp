// Data that the real service could not hold is not added.

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::api_key;
using fake::mail;
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
    template <class Add>
    void refuses(std::string const& why, Add add)
    {
        try {
            add();
            ADD_FAILURE() << "added, although " << why;
        } catch (std::invalid_argument const& error) {
            EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
        }
    }

    fake_server server{plain_options().users(0)};
    http_client client{server};
    std::string const ada = server.users().at(0).account_id;
    std::string const address = server.users().at(0).email_address.value();
};

TEST_F(FakeServerConsistency, OfTheNamesOfOrganizations)
{
    refuses("organizations", R"([{"name":"x"},{"name":"X"}])", "has the organization 'X' twice");
    refuses("organizations", R"([{"name":"x"},{"name":"x"}])", "has the organization 'x' twice");
    refuses("organizations", R"([{"name":"x"},{"name":"Acme"}])", "give 'acme' to replace it");
    refuses("give 'acme' to replace it", [this] { server.add_organization(organization("ACME")); });
    EXPECT_EQ(post("organizations", R"({"name":"acme","title":"Other"})").status, 200);
    ASSERT_EQ(own("organizations").as_array().size(), 1u);
    EXPECT_EQ(own("organizations").at(0).at("title"), "Other");
}

TEST_F(FakeServerConsistency, OfAddresses)
{
    std::string const taken = R"({"email_address":")" + address + R"("})";
    refuses("accounts", R"([{"first_name":"A"},)" + taken + "]", "give another address");
    refuses(
        "accounts", R"([{"email_address":"a@b.c"},{"email_address":"a@b.c"}])", "two accounts of"
    );
    std::string const one = R"({"account_id":")" + nobody + R"("})";
    refuses("accounts", "[" + one + "," + one + "]", "has the account " + nobody + " twice");
    refuses("give another address", [this] {
        server.add_account(account("A", "B").email(address));
    });
    // Two accounts may exchange their addresses.
    json::array users = own("users").as_array();
    std::swap(users.at(0).at("email_address"), users.at(1).at("email_address"));
    EXPECT_EQ(post("accounts", json::serialize(users)).status, 200);
    EXPECT_EQ(own("users"), json::value(users));
    json::value const found = client.result("system.userSearch", R"({"query":")" + address + "\"}");
    EXPECT_EQ(found.at(0).at("account_id"), users.at(1).at("account_id"));
}

TEST_F(FakeServerConsistency, OfThePartiesOfAMessage)
{
    auto const message = [](std::string const& from, std::string const& to) {
        return R"({"id":5,"from":")" + from + R"(","to":[")" + to + R"("]})";
    };
    std::string const good = R"([{"from":")" + ada + R"(","to":[")" + ada + R"("]},)";
    refuses("messages", good + message(nobody, ada) + "]", "the sender of a message");
    refuses("messages", good + message(ada, nobody) + "]", "a recipient of a message");
    refuses(
        "messages", good + message(ada, ada) + "," + message(ada, ada) + "]", "the message 5 twice"
    );
    refuses("the sender of a message", [this] { server.add_message(mail(nobody, {ada})); });
    refuses("a recipient of a message", [this] { server.add_message(mail(ada, {ada, nobody})); });
    EXPECT_EQ(own("messages").as_array().size(), 0u);
}

TEST_F(FakeServerConsistency, OfTheAccountAndTheProjectOfAKey)
{
    std::string const good = R"([{"account_id":")" + ada + R"("},)";
    refuses("keys", good + R"({"account_id":")" + nobody + R"("}])", "the owner of a key");
    refuses(
        "keys",
        good + R"({"account_id":")" + ada + R"(","project_id":")" + nobody + R"("}])",
        "there is no project " + nobody
    );
    refuses("the owner of a key", [this] { server.add_api_key(api_key(nobody)); });
    refuses("which a key is for", [this] {
        server.add_api_key(api_key(ada).secret("sk-for-nothing").project(nobody));
    });
    // The key that was refused is free.
    auto other = server.session();
    EXPECT_NO_THROW(
        other.add_api_key(api_key(other.users().at(0).account_id).secret("sk-for-nothing"))
    );
}

TEST_F(FakeServerConsistency, OfTheIdsOfProjects)
{
    std::string const one = R"({"project_id":")" + nobody + R"("})";
    refuses(
        "projects", R"([{"title":"x"},)" + one + "," + one + "]", "project " + nobody + " twice"
    );
}

// Upstream does not check the first two. An organization may be added before its admins.
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
