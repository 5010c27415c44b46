// The files of projects in `GET /__fake__/projects`.

#include <gtest/gtest.h>

#include <string>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::project;

class FakeServerProjectListing : public testing::Test
{
protected:
    json::array listed()
    {
        answer const a = client.get("/__fake__/projects");
        EXPECT_EQ(a.status, 200) << a.body;
        return a.value().as_array();
    }
    json::value files(std::string const& id)
    {
        for (json::value const& one : listed()) {
            if (one.at("project_id") == text(id)) return one.at("files");
        }
        return nullptr;
    }

    fake_server server{plain_options().users(0)};
    http_client client{server};
    std::string const owner = server.users().at(0).account_id;
};

TEST_F(FakeServerProjectListing, ShowsTheFilesOfEachKind)
{
    std::string const id = server.add_project(project()
                                                  .owner(owner)
                                                  .file("b/ä \"q\".txt", "x\n", 5000)
                                                  .file("a.bin", std::string("\xff\0", 2), 6000)
                                                  .file("empty", "")
                                                  .file("/home/user2/c", "c", 1)
                                                  .file("/tmp/t", "t", 2)
                                                  .link("l", "b")
                                                  .directory("d"));
    json::value const now = server.now();
    json::object const directory = {{"directory", true}};
    EXPECT_EQ(
        files(id),
        (json::object{
            {"a.bin", {{"base64", "/wA="}, {"modified", 6000}}},
            {"b", directory},
            {"b/ä \"q\".txt", {{"content", "x\n"}, {"modified", 5000}}},
            {"d", directory},
            {"empty", {{"content", ""}, {"modified", now}}},
            {"l", {{"link", "b"}}},
            {"/home/user2", directory},
            {"/home/user2/c", {{"content", "c"}, {"modified", 1}}},
            {"/tmp/t", {{"content", "t"}, {"modified", 2}}}})
    );
}

TEST_F(FakeServerProjectListing, ShowsWhatACallHasChanged)
{
    std::string const id = server.add_project(project().owner(owner).file("a.txt", "x"));
    client.post(
        "/api/conat/project",
        R"({"name":"system.exec","args":[{"command":"rm a.txt; echo y > b.txt"}],"project_id":")" +
            id + "\"}"
    );
    json::value const shown = files(id);
    EXPECT_FALSE(shown.as_object().contains("a.txt"));
    EXPECT_EQ(shown.at("b.txt").at("content"), "y\n");
}

TEST_F(FakeServerProjectListing, IsTakenBack)
{
    project p;
    p.owner(owner).link("to", "dir/a").directory("dir/none");
    for (int i = 0; i < 300; ++i) {
        p.file("dir/" + std::to_string(i), std::string(1000, static_cast<char>(i)), i);
    }
    server.add_project(p);
    server.add_project(project().owner(owner).file("large", std::string(3'000'000, '\xfe')));
    server.add_project(project().owner(owner));
    json::array const shown = listed();
    ASSERT_EQ(shown.size(), 4u);
    std::size_t count = 0;
    for (json::value const& one : shown) count += one.at("files").as_object().size();
    EXPECT_EQ(count, 304u);
    server.advance(1h);
    answer const put = client.send("POST", "/__fake__/projects", {}, json::serialize(shown));
    ASSERT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(listed(), shown);
}

}  // namespace

}  // namespace cohub::tests
