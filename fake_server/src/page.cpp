#include "page.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <string>

namespace cohub::inline abi_0_2::fake {

namespace {

struct page
{
    std::string html;
    std::string policy;
};

// Puts a file into the page. In the folder they are separate files, for editors and linters.
void put_in(std::string& html, std::string_view reference, std::string const& element)
{
    auto const at = html.find(reference);
    if (at == html.npos) throw std::logic_error("the page has no " + std::string(reference));
    html.replace(at, reference.size(), element);
}

std::string sha256_source(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL has no SHA-256");
    }
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
    int const length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
    std::string source = "'sha256-";
    source.append(base64.begin(), base64.begin() + length);
    return source + "'";
}

page make_page()
{
    page p;
    p.html = page_html;
    std::string const style(page_css), basics(basics_js), script(page_js);
    put_in(p.html, R"(<link rel="stylesheet" href="page.css">)", "<style>" + style + "</style>");
    put_in(p.html, R"(<script src="basics.js"></script>)", "<script>" + basics + "</script>");
    put_in(p.html, R"(<script src="page.js"></script>)", "<script>" + script + "</script>");
    p.policy = "default-src 'none'; script-src " + sha256_source(basics_js) + " " +
               sha256_source(page_js) + "; style-src " + sha256_source(page_css) +
               "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
               "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
    return p;
}

}  // namespace

void answer_page(reply& out)
{
    static page const made = make_page();
    out = reply();
    out.content_type = "text/html; charset=utf-8";
    out.headers = {
        {"Content-Security-Policy", made.policy},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"}};
    out.body = made.html;
}

}  // namespace cohub::inline abi_0_2::fake
