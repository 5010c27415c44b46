// Recorded answers to HEAD, which have a length and no body.

#include <cohub/fake/raw_peer.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "support.hpp"

namespace cohub::tests {
namespace {

class scratch
{
public:
    scratch()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "cohub-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~scratch() { std::filesystem::remove_all(folder_); }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;

    std::string file() const { return (folder_ / "heard.json").string(); }

private:
    std::filesystem::path folder_;
};

TEST(FakeRecordingOfHead, KeepsTheLength)
{
    scratch const folder;
    std::optional<fake_server> server;
    fake::raw_peer peer;
    peer.script(fake::raw_script()
                    .respond("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n")
                    .respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .respond("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    server.emplace(plain_options().record(peer.url(), folder.file()));
    auto const ask = [&server] {
        raw_client client(server->port());
        for (std::string const begin : {"HEAD /x", "HEAD /y", "GET /z"}) {
            client.send(begin + " HTTP/1.1\r\nHost: x\r\n\r\n");
            std::size_t const before = client.received.size();
            while (client.received.find("\r\n\r\n", before) == std::string::npos &&
                   client.receive_some()) {
            }
        }
        return client.receive_until("\r\n\r\nhi");
    };
    auto const check = [](std::string const& all) {
        auto const second = all.find("HTTP/1.1 200 OK", 1);
        auto const third = all.find("HTTP/1.1 200 OK", second + 1);
        ASSERT_NE(third, std::string::npos) << all;
        EXPECT_NE(all.find("Content-Length: 1234\r\n"), std::string::npos) << all;
        EXPECT_EQ(all.substr(second, third - second).find("Content-Length"), std::string::npos);
        EXPECT_EQ(all.substr(second, third - second).find("Transfer-Enc"), std::string::npos);
        EXPECT_TRUE(all.ends_with("\r\n\r\nhi")) << all;
        EXPECT_NE(all.find("Content-Length: 2\r\n", third), std::string::npos) << all;
    };
    check(ask());
    EXPECT_EQ(server->report(), "");
    server.reset();
    server.emplace(plain_options().replay(folder.file()));
    check(ask());
    EXPECT_EQ(server->report(), "");
}

TEST(FakeRecordingOfHead, TakesNothingButALength)
{
    scratch const folder;
    auto const why = [&folder](std::string const& header) -> std::string {
        std::ofstream(folder.file())
            << R"({"format":"cohub-recording","version":1,"upstream":"","salt":"","exchanges":[)"
               R"({"request":{"method":"HEAD","target":"/","body":""},"answer":{"status":200,)"
               R"("headers":{)" +
                   header + R"(},"took_ms":0,"body":""}}]})";
        try {
            fake_server(plain_options().replay(folder.file()));
        } catch (std::invalid_argument const& error) {
            return error.what();
        }
        return "taken";
    };
    EXPECT_EQ(why(R"("Content-Length":"5")"), "taken");
    for (std::string const header :
         {R"("Content-Length":"")", R"("Content-Length":"-1")", R"("Transfer-Encoding":"5")"}) {
        EXPECT_NE(why(header).find("leave it out"), std::string::npos) << header;
    }
}

}  // namespace
}  // namespace cohub::tests
