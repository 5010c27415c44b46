#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support.hpp"

namespace cohub::tests {

/// A fault as text or as a JSON object, and a part of the message that refuses it.
struct refused_fault
{
    char const* spec;
    char const* part;
};

inline void expect_refusal(refused_fault const& fault)
{
    fake_server server(plain_options().users(0));
    std::string const spec = fault.spec;
    answer const a = http_client(server).send(
        "POST", "/__fake__/faults", {}, spec.starts_with('{') ? spec : json::serialize(text(spec))
    );
    EXPECT_EQ(a.status, 400);
    EXPECT_NE(a.body.find(fault.part), std::string::npos) << a.body;
    EXPECT_EQ(server.report(), "");
}

}  // namespace cohub::tests
