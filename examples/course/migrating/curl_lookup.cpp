// The same lookup with libcurl's C interface and Boost.JSON.

#include <boost/json/parse.hpp>

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

namespace json = boost::json;

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* to)
{
    static_cast<std::string*>(to)->append(bytes, size * count);
    return size * count;
}

std::string variable(char const* name)
{
    char const* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// [easy]
class curl_client
{
public:
    curl_client(std::string host, std::string key, std::string ca_file)
        : url_(host + "/api/conat/hub"), user_(key + ':'), ca_file_(ca_file)
    {
        if (handle_ == nullptr) throw std::runtime_error("no curl");
        headers_ = curl_slist_append(headers_, "Content-Type: application/json");
        curl_easy_setopt(handle_, CURLOPT_URL, url_.c_str());
        curl_easy_setopt(handle_, CURLOPT_USERPWD, user_.c_str());
        curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
        if (!ca_file_.empty()) curl_easy_setopt(handle_, CURLOPT_CAINFO, ca_file_.c_str());
        curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, append);
        curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    }
    curl_client(curl_client const&) = delete;
    curl_client& operator=(curl_client const&) = delete;
    ~curl_client()
    {
        curl_easy_cleanup(handle_);
        curl_slist_free_all(headers_);
    }
    json::value post(std::string const& body, std::chrono::milliseconds left);

private:
    std::string url_, user_, ca_file_;
    CURL* handle_ = curl_easy_init();  // keeps its connection for the next request
    curl_slist* headers_ = nullptr;
};
// [end]

// [errors]
struct call_failed : std::runtime_error
{
    call_failed(std::string const& what, bool again) : runtime_error(what), may_repeat(again) {}
    bool may_repeat;
};

json::value curl_client::post(std::string const& body, std::chrono::milliseconds left)
{
    std::string answer;
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    CURLcode const code = curl_easy_perform(handle_);
    if (code != CURLE_OK) {
        // A certificate that is not trusted stays so; anything else on the way may pass.
        bool const again = code != CURLE_PEER_FAILED_VERIFICATION;
        throw call_failed(curl_easy_strerror(code), again);
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        throw call_failed("HTTP " + std::to_string(status), status == 429 || status >= 500);
    json::value parsed = json::parse(answer);
    // The hub answers errors with status 200, too.
    if (auto const* const o = parsed.if_object(); o != nullptr && o->contains("error"))
        throw call_failed(std::string(o->at("error").as_string()), false);
    return parsed;
}
// [end]

// [retries]
json::value with_retries(curl_client& client, std::string const& body)
{
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    for (int attempt = 1;; ++attempt) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now()
        );
        if (left.count() <= 0) throw call_failed("out of time", false);
        try {
            return client.post(body, left);
        } catch (call_failed const& e) {
            // A search changes nothing. A call that does must not be sent twice.
            if (attempt == 3 || !e.may_repeat) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(100) * attempt);
        }
    }
}
// [end]

int main()
try {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    // [use]
    curl_client client(
        variable("COCALC_HOST"), variable("COCALC_API_KEY"), variable("SSL_CERT_FILE")
    );
    json::value const found =
        with_retries(client, R"({"name":"system.userSearch","args":[{"query":"foo"}]})");
    for (json::value const& u : found.as_array()) {
        json::value const& name = u.as_object().at("first_name");
        std::cout << (name.is_string() ? name.as_string().c_str() : "?") << '\n';
    }
    // [end]
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
