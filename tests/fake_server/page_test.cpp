// The page at /__fake__/. tests/web/page.py tests its behaviour in a browser.

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <fstream>
#include <iterator>
#include <tuple>

#include "support.hpp"

namespace cohub::tests {

namespace {

std::string source_of(std::string const& name)
{
    std::ifstream file(COHUB_FAKE_PAGE "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string sha256(std::string const& text)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
    unsigned char base64[2 * EVP_MAX_MD_SIZE];
    EVP_EncodeBlock(base64, digest, static_cast<int>(size));
    return reinterpret_cast<char const*>(base64);
}

class FakeServerPage : public testing::Test
{
protected:
    fake_server server{plain_options().users(0)};
    http_client client{server};
};

TEST_F(FakeServerPage, IsTheSourcesInOne)
{
    std::string expected = source_of("page.html");
    for (auto const& [reference, element, name] :
         {std::tuple(R"(<link rel="stylesheet" href="page.css">)", "style", "page.css"),
          std::tuple(R"(<script src="basics.js"></script>)", "script", "basics.js"),
          std::tuple(R"(<script src="page.js"></script>)", "script", "page.js")}) {
        std::string const source = source_of(name);
        ASSERT_GT(source.size(), 1000u) << name;
        // It would end the element, and the text after it would be markup.
        EXPECT_EQ(source.find("</"), source.npos) << name;
        auto const at = expected.find(reference);
        ASSERT_NE(at, expected.npos) << reference;
        std::string const tag = element;
        expected.replace(
            at, std::string_view(reference).size(), "<" + tag + ">" + source + "</" + tag + ">"
        );
    }
    answer const page = client.get("/__fake__/");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    // Not EXPECT_EQ, because that would print both texts.
    EXPECT_TRUE(page.body == expected);
    EXPECT_EQ(server.report(), "");
    EXPECT_EQ(server.journal().connections(), 0u);
}

TEST_F(FakeServerPage, MayRunAndLoadNothingElse)
{
    answer const page = client.get("/__fake__/");
    EXPECT_EQ(
        page.header("Content-Security-Policy"),
        "default-src 'none'; script-src 'sha256-" + sha256(source_of("basics.js")) + "' 'sha256-" +
            sha256(source_of("page.js")) + "'; style-src 'sha256-" + sha256(source_of("page.css")) +
            "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    EXPECT_EQ(page.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(page.header("Cache-Control"), "no-store");
}

TEST_F(FakeServerPage, AnswersHeadWithoutABody)
{
    answer const page = client.send("HEAD", "/__fake__/", {}, "");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.body, "");
}

}  // namespace

}  // namespace cohub::tests
