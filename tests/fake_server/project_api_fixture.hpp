#pragma once

#include <gtest/gtest.h>

#include <string>

#include "vector_replay.hpp"

namespace cohub::tests {

/// A server with the callers of the vectors, and calls of the functions of one project.
class FakeProjectApi : public testing::Test
{
protected:
    explicit FakeProjectApi(fake_server_options const& options = plain_options().users(0))
        : server(options), client(server)
    {
        arrange_callers(server);
        client.as(user_key);
    }

    json::value call(std::string const& name, std::string const& args, std::string const& more = "")
    {
        return client
            .post(
                "/api/conat/project",
                R"({"name":")" + name + R"(","args":[)" + args + R"(],"project_id":")" +
                    project_id + "\"" + more + "}"
            )
            .value();
    }
    json::value exec(std::string const& members)
    {
        return call("system.exec", "{" + members + "}");
    }
    /// The result of a bash command, whatever its exit code.
    json::value bash(std::string const& script)
    {
        // The route waits longer than the minute that a command may take.
        return call(
            "system.exec",
            R"({"bash":true,"err_on_exit":false,"command":)" + quoted(script) + "}",
            R"(,"timeout":100000)"
        );
    }
    json::value cell(std::string const& input, std::string const& more = "")
    {
        return call(
            "system.jupyterExecute",
            "{\"kernel\":\"python3\",\"input\":" + quoted(input) + more + "}"
        );
    }

    static std::string quoted(std::string const& s) { return json::serialize(json::value(s)); }

    fake_server server;
    http_client client;
};

}  // namespace cohub::tests
