#include <cohub/transport/detail/body_excerpt.hpp>

#include <gtest/gtest.h>

#include <string>

namespace cohub::test {
namespace {

using transport::detail::body_excerpt;

TEST(BodyExcerpt, IsCutAndMasksMembersByTheirNames)
{
    EXPECT_LE(body_excerpt(std::string(5000, 'x'), 100).size(), 110U);
    EXPECT_EQ(body_excerpt(R"({"token": "abc)", 100), R"({"token":"***")");
    EXPECT_EQ(body_excerpt(R"({"token")", 100), R"({"token")");
    EXPECT_EQ(body_excerpt(R"({"a":"token","b":2})", 100), R"({"a":"token","b":2})");
    EXPECT_EQ(body_excerpt("no JSON \x01", 100), R"(no JSON \x01)");
    EXPECT_EQ(body_excerpt("\"\\", 100), "\"\\");
    EXPECT_EQ(body_excerpt("", 100), "");
}

}  // namespace
}  // namespace cohub::test
