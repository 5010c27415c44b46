// cohub-naive-curl: user_search with libcurl's multi interface and Boost.JSON, in the way of
// libcurl's examples. Each call in flight has an easy handle, which is kept between calls, so that
// its connection is kept, too. It verifies the server as cohub does, and has no retry.

#include <curl/curl.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "compare/naive_users.hpp"
#include "cost/work.hpp"

namespace {

void check(CURLcode code)
{
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}
void check(CURLMcode code)
{
    if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
}

class transfer
{
public:
    explicit transfer(bench::work const& w)
        : easy_(curl_easy_init()), headers_(nullptr), url_(w.url())
    {
        url_ += std::string(w.base()) + "/api/conat/hub";
        for (char const* header : {"Content-Type: application/json", "Accept: application/json"})
            headers_.reset(curl_slist_append(headers_.release(), header));
        authorization_ = std::string("Authorization: ") + naive::authorization;
        headers_.reset(curl_slist_append(headers_.release(), authorization_.c_str()));
        set(CURLOPT_URL, url_.c_str());
        set(CURLOPT_CAINFO, w.ca_file.c_str());
        set(CURLOPT_HTTPHEADER, headers_.get());
        set(CURLOPT_TIMEOUT, 30L);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_WRITEFUNCTION, &transfer::written);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_PRIVATE, this);
    }

    void begin(CURLM* multi)
    {
        request_ = naive::request_body();
        answer_.clear();
        set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.size()));
        set(CURLOPT_POSTFIELDS, request_.c_str());
        check(curl_multi_add_handle(multi, easy_.get()));
    }

    std::vector<naive::user> end(CURLM* multi, CURLcode code)
    {
        check(code);
        check(curl_multi_remove_handle(multi, easy_.get()));
        long status = 0;
        check(curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status));
        if (status != 200) throw std::runtime_error("HTTP status");
        return naive::users_of(answer_);
    }

private:
    struct freed
    {
        void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    template <class T>
    void set(CURLoption option, T value)
    {
        check(curl_easy_setopt(easy_.get(), option, value));
    }

    static std::size_t written(char const* data, std::size_t, std::size_t n, void* self)
    {
        static_cast<transfer*>(self)->answer_.append(data, n);
        return n;
    }

    std::unique_ptr<CURL, freed> easy_;
    std::unique_ptr<curl_slist, freed> headers_;
    std::string url_, authorization_, request_, answer_;
};

/// Makes `calls` calls, with one transfer for each call in flight.
void run(
    CURLM* multi,
    std::vector<std::unique_ptr<transfer>> const& transfers,
    long calls,
    std::size_t users
)
{
    long left = calls;
    for (auto const& t : transfers)
        if (left > 0) {
            --left;
            t->begin(multi);
        }
    int running = 1;
    while (running != 0) {
        check(curl_multi_perform(multi, &running));
        int queued = 0;
        while (CURLMsg const* const message = curl_multi_info_read(multi, &queued)) {
            if (message->msg != CURLMSG_DONE) continue;
            transfer* t = nullptr;
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-union-access): it is libcurl's
            CURLcode const code = message->data.result;
            check(curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t));
            auto const found = t->end(multi, code);
            if (found.size() != users || found.back().last_name != "Lovelace")
                throw std::runtime_error("the answer is wrong");
            if (left > 0) {
                --left;
                t->begin(multi);
                running = 1;
            }
        }
        if (running != 0) check(curl_multi_poll(multi, nullptr, 0, 1000, nullptr));
    }
}

}  // namespace

int main(int argc, char** argv)
try {
    bench::work const w = bench::read_arguments(argc, argv);
    if (w.mode != "calls") throw std::runtime_error("it does calls alone");
    check(curl_global_init(CURL_GLOBAL_DEFAULT));
    std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> const multi(
        curl_multi_init(), &curl_multi_cleanup
    );
    std::vector<std::unique_ptr<transfer>> transfers;
    transfers.reserve(w.in_flight);
    for (std::size_t i = 0; i < w.in_flight; ++i)
        transfers.push_back(std::make_unique<transfer>(w));

    bench::meter m;
    for (long const calls : {w.warm_up(), w.count}) {
        m.begin();
        run(multi.get(), transfers, calls, w.users());
    }
    m.end(w.count);
    std::printf(" opened=%zu\n", transfers.size());
    return 0;
} catch (std::exception const& e) {
    std::fprintf(stderr, "error: %s\n", e.what());
    return 1;
}
