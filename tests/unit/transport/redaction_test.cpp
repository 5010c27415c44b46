#include <cohub/transport/detail/redaction.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace cohub::transport::detail {
namespace {

constexpr std::string_view key = "sk-eKiTRp7uD3hM9qLw2VbNc4Zx";

std::string masked(std::string text)
{
    redaction(secret(std::string(key))).mask(text);
    return text;
}

/// The key, with each of its characters written by `format`.
std::string spelled_by(char const* format)
{
    std::string out;
    for (char const c : key) {
        char text[16];
        std::snprintf(text, sizeof text, format, static_cast<unsigned>(c));
        out += text;
    }
    return out;
}

TEST(RedactionTest, TakesTheKeyOut)
{
    EXPECT_EQ(masked("no such key: " + std::string(key) + "."), "no such key: ***.");
    EXPECT_EQ(masked(std::string(key) + std::string(key)), "******");
    EXPECT_EQ(masked("nothing to hide"), "nothing to hide");
    EXPECT_EQ(masked(""), "");
}

// D10: each encoding in which a server may echo the key.
TEST(RedactionTest, InWhateverWayItIsWritten)
{
    for (char const* format :
         {"%%%02X",
          "%%%02x",
          "\\u%04x",
          "\\u%04X",
          "\\x%02x",
          "&#%u;",
          "&#x%X;",
          "&#x%x;",
          "%02x",
          "%02X"})
        EXPECT_EQ(masked("<" + spelled_by(format) + ">"), "<***>") << format;
    std::string mixed = std::string(key);
    mixed.replace(2, 1, "%2D");
    mixed.replace(0, 1, "&#115;");
    EXPECT_EQ(masked(mixed), "***");
}

TEST(RedactionTest, InBase64BehindWhateverStandsThere)
{
    for (std::string const before : {"", ":", "a:", "abc:", "user:"}) {
        std::string const text = masked(base64(before + std::string(key) + ":"));
        // At each end, a group of three bytes may mix bytes of the key with other bytes.
        EXPECT_NE(text.find("***"), std::string::npos) << before;
        EXPECT_LE(text.size(), base64(before).size() + 3 + 8) << before << ": " << text;
    }
}

// D10: a text may be cut inside the key.
TEST(RedactionTest, OfAKeyThatWasCutNoMoreIsSeenThanTellsWhichItIs)
{
    for (std::size_t n = 0; n <= key.size(); ++n) {
        std::string const cut(key.substr(0, n));
        EXPECT_EQ(masked("key " + cut + "..."), n > 7 ? "key ***..." : "key " + cut + "...");
    }
    std::string const percent = spelled_by("%%%02X");
    EXPECT_EQ(masked(percent.substr(0, 3 * 10)), "***");
    EXPECT_EQ(masked(spelled_by("%02x").substr(0, 20)), "***");
}

TEST(RedactionTest, AShortKeyIsTakenOutAsAWhole)
{
    std::string text = "key abcd and abc";
    redaction(secret("abcd")).mask(text);
    EXPECT_EQ(text, "key *** and abc");
    std::string all = "abc";
    redaction(secret("abc")).mask(all);
    EXPECT_EQ(all, "abc");
    redaction(secret()).mask(all);
    EXPECT_EQ(all, "abc");
}

}  // namespace
}  // namespace cohub::transport::detail
