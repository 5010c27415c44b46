#include <cohub/http/retry_after.hpp>
#include <cohub/http/url.hpp>

#include <gtest/gtest.h>

#include <string>

namespace cohub::http {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

struct good_row
{
    char const* name;
    char const* url;
    bool tls;
    char const* host;
    std::uint16_t port;
    char const* base_path;
    char const* authority;
};
class GoodOrigin : public testing::TestWithParam<good_row>
{
};
TEST_P(GoodOrigin, IsTakenApart)
{
    auto const& row = GetParam();
    origin const o = parse_origin(row.url);
    EXPECT_EQ(o.tls, row.tls);
    EXPECT_EQ(o.host, row.host);
    EXPECT_EQ(o.port, row.port);
    EXPECT_EQ(o.base_path, row.base_path);
    EXPECT_EQ(o.authority(), row.authority);
}
INSTANTIATE_TEST_SUITE_P(
    All,
    GoodOrigin,
    testing::Values(
        good_row{"Name", "https://cocalc.com", true, "cocalc.com", 443, "", "cocalc.com"},
        good_row{"Slash", "https://cocalc.com/", true, "cocalc.com", 443, "", "cocalc.com"},
        good_row{"Slashes", "https://cocalc.com///", true, "cocalc.com", 443, "", "cocalc.com"},
        good_row{"Capitals", "HTTPS://CoCalc.COM", true, "cocalc.com", 443, "", "cocalc.com"},
        good_row{"Port", "https://h:8443", true, "h", 8443, "", "h:8443"},
        good_row{"DefaultPort", "https://h:443/", true, "h", 443, "", "h"},
        good_row{
            "PlainDefaultPort", "http://localhost:80", false, "localhost", 80, "", "localhost"},
        good_row{
            "PlainTlsPort", "http://localhost:443", false, "localhost", 443, "", "localhost:443"},
        good_row{"BasePath", "https://h/base/x/", true, "h", 443, "/base/x", "h"},
        good_row{"EscapedPath", "https://h/a%20b", true, "h", 443, "/a%20b", "h"},
        good_row{"V4", "http://127.0.0.1:8080", false, "127.0.0.1", 8080, "", "127.0.0.1:8080"},
        good_row{"V6", "https://[::1]:8443/b", true, "::1", 8443, "/b", "[::1]:8443"},
        good_row{"V6Zone", "https://[fe80::1%eth0]", true, "fe80::1%eth0", 443, "", "[fe80::1]"},
        good_row{"V6ZoneOfNoMeaning", "https://[::1%lo]", true, "::1", 443, "", "[::1]"},
        good_row{"V6Canonical", "https://[0:0::0:1]", true, "::1", 443, "", "[::1]"},
        good_row{
            "V6Capitals",
            "https://[2001:DB8::AB]",
            true,
            "2001:db8::ab",
            443,
            "",
            "[2001:db8::ab]"},
        good_row{"V6ZerosInGroups", "https://[0001::00ab]", true, "1::ab", 443, "", "[1::ab]"},
        good_row{
            "V6FirstOfTwoGaps",
            "https://[1:0:0:2:0:0:0:3]",
            true,
            "1:0:0:2::3",
            443,
            "",
            "[1:0:0:2::3]"},
        good_row{
            "V6GapOfOneGroup",
            "https://[1:2:3::5:6:7:8]",
            true,
            "1:2:3:0:5:6:7:8",
            443,
            "",
            "[1:2:3:0:5:6:7:8]"},
        good_row{"V6Any", "https://[::]", true, "::", 443, "", "[::]"},
        good_row{
            "V6Mapped",
            "https://[::FFFF:127.0.0.1]",
            true,
            "::ffff:127.0.0.1",
            443,
            "",
            "[::ffff:127.0.0.1]"},
        good_row{
            "V6MappedInHex",
            "https://[::ffff:7f00:1]",
            true,
            "::ffff:127.0.0.1",
            443,
            "",
            "[::ffff:127.0.0.1]"},
        good_row{
            "V6WithV4",
            "https://[64:ff9b::192.0.2.33]",
            true,
            "64:ff9b::c000:221",
            443,
            "",
            "[64:ff9b::c000:221]"},
        good_row{"V6ZoneByNumber", "https://[FE80::1%2]", true, "fe80::1%2", 443, "", "[fe80::1]"},
        good_row{
            "V6ZoneEscaped",
            "https://[fe80::1%25eth0]",
            true,
            "fe80::1%25eth0",
            443,
            "",
            "[fe80::1]"},
        good_row{
            "V6ZoneOfMulticast",
            "https://[ff02::1%eth0]",
            true,
            "ff02::1%eth0",
            443,
            "",
            "[ff02::1]"},
        good_row{"V4Any", "http://0.0.0.0", false, "0.0.0.0", 80, "", "0.0.0.0"},
        good_row{
            "V4Last",
            "http://255.255.255.255",
            false,
            "255.255.255.255",
            80,
            "",
            "255.255.255.255"},
        good_row{
            "NameOfFourLabels", "http://127.0.0.1x", false, "127.0.0.1x", 80, "", "127.0.0.1x"},
        good_row{"TrailingDot", "https://cocalc.com.", true, "cocalc.com.", 443, "", "cocalc.com."},
        good_row{"Underscore", "https://my_host", true, "my_host", 443, "", "my_host"},
        good_row{"PortMax", "https://h:65535", true, "h", 65535, "", "h:65535"},
        good_row{"PortMin", "https://h:1", true, "h", 1, "", "h:1"}
    ),
    [](auto const& row) { return row.param.name; }
);

/// The text of the refusal of `url`; empty if it is accepted.
failure why_refused(std::string_view url)
{
    try {
        parse_origin(url);
    } catch (error const& e) {
        return e.why();
    }
    ADD_FAILURE() << "taken: " << url;
    return {};
}

struct bad_row
{
    char const* name;
    std::string url;
    char const* words;
};
class BadOrigin : public testing::TestWithParam<bad_row>
{
};
TEST_P(BadOrigin, IsRefusedInWords)
{
    failure const f = why_refused(GetParam().url);
    EXPECT_EQ(f.code, errc::invalid_argument);
    EXPECT_NE(f.detail.find(GetParam().words), std::string::npos) << f.detail;
    for (unsigned char const c : f.detail) EXPECT_GE(c, ' ');
}
INSTANTIATE_TEST_SUITE_P(
    All,
    BadOrigin,
    testing::Values(
        bad_row{"Empty", "", "the scheme is missing"},
        bad_row{"NoScheme", "cocalc.com", "the scheme is missing"},
        bad_row{"Ftp", "ftp://h", "the scheme must be"},
        bad_row{"NoHost", "https://", "the host is missing"},
        bad_row{"NoHostPath", "https:///x", "the host is missing"},
        bad_row{"NoHostPort", "https://:443", "the host is missing"},
        bad_row{"Space", "https://co calc.com", "character"},
        bad_row{"LeadingSpace", " https://h", "the scheme must be"},
        bad_row{"LineBreak", "https://h\r\nX-Evil: 1", "character"},
        bad_row{"LineBreakInPath", "https://h/\r\nX-Evil: 1", "escaped"},
        bad_row{"Nul", "https://h\0.evil.test"s, "character"},
        bad_row{"UserInfo", "https://user:pw@h", "user name or password"},
        bad_row{"Fragment", "https://h/#x", "fragment"},
        bad_row{"Query", "https://h/?x=1", "query"},
        bad_row{"Backslash", "https://h\\@evil.test", "backslash"},
        bad_row{"BackslashAlone", "https://h\\x", "backslash"},
        bad_row{"BadEscape", "https://h/%zz", "%-escape"},
        bad_row{"CutEscape", "https://h/%4", "%-escape"},
        bad_row{"NonAscii", "https://h\xc3\xa4.de", "character"},
        bad_row{"NonAsciiPath", "https://h/\xc3\xa4", "escaped"},
        bad_row{"LongLabel", "https://" + std::string(64, 'a') + ".de", "63"},
        bad_row{
            "LongHost",
            "https://" + std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                std::string(63, 'c') + "." + std::string(63, 'd'),
            "253"},
        bad_row{"EmptyLabel", "https://a..b", "empty label"},
        bad_row{"OpenBracket", "https://[::1", "bracket"},
        bad_row{"BracketsAroundNothing", "https://[]", "no IPv6"},
        bad_row{"BracketsAroundAName", "https://[localhost]", "no IPv6"},
        bad_row{"BracketsAroundV4", "https://[127.0.0.1]", "no IPv6"},
        bad_row{"AfterTheBracket", "https://[::1]x", "follows the bracket"},
        bad_row{"NulInV6", "https://[::1\0x]"s, "no IPv6"},
        bad_row{"NoZone", "https://[fe80::1%]", "no IPv6"},
        bad_row{"LineBreakInZone", "https://[::1%\r\nX: y]", "no IPv6"},
        bad_row{"ZoneAlone", "https://[%eth0]", "no IPv6"},
        bad_row{"V6TwoGaps", "https://[1::2::3]", "no IPv6"},
        bad_row{"V6ThreeColons", "https://[:::]", "no IPv6"},
        bad_row{"V6OneColonFirst", "https://[:1::2]", "no IPv6"},
        bad_row{"V6OneColonLast", "https://[1::2:]", "no IPv6"},
        bad_row{"V6SevenGroups", "https://[1:2:3:4:5:6:7]", "no IPv6"},
        bad_row{"V6NineGroups", "https://[1:2:3:4:5:6:7:8:9]", "no IPv6"},
        bad_row{"V6GapOfNoGroup", "https://[1:2:3:4::5:6:7:8]", "no IPv6"},
        bad_row{"V6FiveDigits", "https://[00001::]", "no IPv6"},
        bad_row{"V6Hex", "https://[::0x1]", "no IPv6"},
        bad_row{"V6Letter", "https://[::g]", "no IPv6"},
        bad_row{"V6WithShortV4", "https://[::ffff:127.1]", "no IPv6"},
        bad_row{"V6WithV4OfZeros", "https://[::ffff:127.0.0.01]", "no IPv6"},
        bad_row{"V6WithV4TooBig", "https://[::ffff:127.0.0.256]", "no IPv6"},
        bad_row{"V6WithV4First", "https://[127.0.0.1::]", "no IPv6"},
        bad_row{"V6WithoutBrackets", "https://::1", "the host is missing"},
        bad_row{"Port0", "https://h:0", "port"},
        bad_row{"Port65536", "https://h:65536", "port"},
        bad_row{"PortNegative", "https://h:-1", "port"},
        bad_row{"PortLetters", "https://h:80a", "port"},
        bad_row{"PortEmpty", "https://h:", "port"},
        bad_row{"PortLong", "https://h:000443", "port"},
        bad_row{"PortPlus", "https://h:+80", "port"},
        bad_row{"HexAddress", "http://0x7f.1", "IPv4"},
        bad_row{"HexWhole", "http://0x7f000001", "IPv4"},
        bad_row{"DecimalAddress", "http://2130706433", "IPv4"},
        bad_row{"ShortAddress", "http://127.1", "IPv4"},
        bad_row{"OctalAddress", "http://0177.0.0.1", "IPv4"},
        bad_row{"AddressWithZeros", "http://127.0.0.01", "IPv4"},
        bad_row{"AddressInHexParts", "http://0x7f.0x0.0x0.0x1", "IPv4"},
        bad_row{"AddressOfThreeParts", "http://127.0.1", "IPv4"},
        bad_row{"AddressOfFiveParts", "http://127.0.0.0.1", "IPv4"},
        bad_row{"AddressWithNul", "http://127.0.0.1\0"s, "character"},
        bad_row{"AddressWithDot", "http://127.0.0.1.", "IPv4"},
        bad_row{"AddressTooBig", "http://127.0.0.256", "IPv4"}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(OriginTest, LoopbackIsWhatIsAnAddressOfThisMachine)
{
    for (char const* const url : {"http://127.0.0.1", "http://127.200.0.1:1", "http://[::1]"})
        EXPECT_TRUE(parse_origin(url).is_loopback_address) << url;
    for (char const* const url :
         {"http://localhost",
          "http://127.0.0.1.evil.test",
          "http://localhost.evil.test",
          "http://10.0.0.1",
          "http://[::2]",
          "http://[::ffff:127.0.0.1]",
          "http://0.0.0.0"})
        EXPECT_FALSE(parse_origin(url).is_loopback_address) << url;
}

TEST(OriginTest, APasswordInABadUrlIsNeverRepeated)
{
    for (char const* const url :
         {"https://u:canary@h",
          "ftp://u:canary@h",
          "u:canary@h",
          "https://u:canary\\@h",
          "https://u:can#canary@h",
          "https://h?key=canary",
          "https://h/?key=canary",
          "https://h/#canary",
          "https://u:canary@h:99999",
          "http//u:canary@h"}) {
        std::string const text = why_refused(url).message();
        EXPECT_EQ(text.find("canary"), std::string::npos) << text;
    }
}

TEST(OriginTest, TextIsForMessages)
{
    EXPECT_EQ(parse_origin("https://cocalc.com/base").text(), "https://cocalc.com:443");
    EXPECT_EQ(parse_origin("http://[::1]").text(), "http://[::1]:80");
}

// ---- Retry-After -------------------------------------------------------------------------------

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::chrono::sys_seconds noted{784'111'777s};

struct wait_row
{
    char const* name;
    std::string text;
    std::optional<std::chrono::seconds> wait;
};
class RetryAfter : public testing::TestWithParam<wait_row>
{
};
TEST_P(RetryAfter, IsReadOrIgnored)
{
    EXPECT_EQ(parse_retry_after(GetParam().text, noted - 3s), GetParam().wait);
}
constexpr std::chrono::seconds ten_years = std::chrono::hours(24 * 3650);
INSTANTIATE_TEST_SUITE_P(
    All,
    RetryAfter,
    testing::Values(
        wait_row{"Seconds", "2", 2s},
        wait_row{"Zero", "0", 0s},
        wait_row{"LeadingZeros", "0010", 10s},
        wait_row{"ImfFixdate", "Sun, 06 Nov 1994 08:49:37 GMT", 3s},
        wait_row{"Rfc850", "Sunday, 06-Nov-94 08:49:37 GMT", 3s},
        wait_row{"Asctime", "Sun Nov  6 08:49:37 1994", 3s},
        wait_row{"Past", "Sun, 06 Nov 1994 08:49:00 GMT", 0s},
        wait_row{"LongPast", "Thu, 01 Jan 1970 00:00:00 GMT", 0s},
        wait_row{"Year9999", "Fri, 31 Dec 9999 23:59:59 GMT", ten_years},
        wait_row{"Huge", "100000000000000000000", ten_years},
        wait_row{"TwoToThe63", "9223372036854775808", ten_years},
        wait_row{"Int64Max", "9223372036854775807", ten_years},
        wait_row{"Billion", "1000000000", ten_years},
        wait_row{"Empty", "", std::nullopt},
        wait_row{"Word", "abc", std::nullopt},
        wait_row{"Negative", "-5", std::nullopt},
        wait_row{"Fraction", "1.5", std::nullopt},
        wait_row{"Infinity", "inf", std::nullopt},
        wait_row{"Exponent", "1e9", std::nullopt},
        wait_row{"Hex", "0x10", std::nullopt},
        wait_row{"Plus", "+5", std::nullopt},
        wait_row{"Blank", " 5", std::nullopt},
        wait_row{"NoZone", "Sun, 06 Nov 1994 08:49:37", std::nullopt},
        wait_row{"OtherZone", "Sun, 06 Nov 1994 08:49:37 CET", std::nullopt},
        wait_row{"NoSuchDay", "Sun, 31 Feb 1994 08:49:37 GMT", std::nullopt},
        wait_row{"NoSuchMonth", "Sun, 06 Foo 1994 08:49:37 GMT", std::nullopt},
        wait_row{"NoSuchHour", "Sun, 06 Nov 1994 24:49:37 GMT", std::nullopt},
        wait_row{"NegativeHour", "Sun, 06 Nov 1994 -8:49:37 GMT", std::nullopt},
        wait_row{"Iso", "1994-11-06T08:49:37Z", std::nullopt},
        wait_row{"EightKilobytes", std::string(8192, '9'), ten_years}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(RetryAfterTest, TwoDigitYearsLieWithinFiftyYears)
{
    auto const now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    EXPECT_EQ(parse_retry_after("Thursday, 01-Jan-26 00:00:10 GMT", now), 10s);
    EXPECT_EQ(parse_retry_after("Friday, 01-Jan-99 00:00:10 GMT", now), 0s);
    EXPECT_EQ(parse_retry_after("Sunday, 01-Jan-70 00:00:10 GMT", now), ten_years);
}

TEST(RetryAfterTest, EveryTextIsHarmless)
{
    // Each text of STAT-05, cut and extended: no exception, no overflow, never a negative wait.
    for (std::string const& seed :
         {"Sun, 06 Nov 1994 08:49:37 GMT"s,
          "Sunday, 06-Nov-94 08:49:37 GMT"s,
          "Sun Nov  6 08:49:37 1994"s,
          "99999999999999999999"s})
        for (std::size_t n = 0; n <= seed.size(); ++n)
            for (char const extra : {'0', ' ', '-', 'G', '\0'}) {
                auto const wait = parse_retry_after(seed.substr(0, n) + extra, noted);
                EXPECT_GE(wait.value_or(0s), 0s);
                EXPECT_LE(wait.value_or(0s), ten_years);
            }
}

}  // namespace
}  // namespace cohub::http
