#include "asked_call.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <mutex>
#include <utility>

#include "cocalc.hpp"
#include "form.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

boost::json::array const& asked_call::args() const
{
    if (args_) return *args_;
    args_.emplace();
    json::value body;
    if (to_lower(request_.header("Content-Type").value_or("")).find("urlencoded") !=
        std::string::npos) {
        body = parse_form(request_.body);
    } else {
        boost::system::error_code error;
        json::parse_options options;
        options.max_depth = 512;
        body = json::parse(request_.body, error, {}, options);
        if (error) return *args_;
    }
    if (!body.is_object()) return *args_;
    if (!cocalc_call::serves(request_.path)) {
        args_->push_back(std::move(body));
    } else if (auto* const given = body.get_object().if_contains("args");
               given && given->is_array()) {
        *args_ = std::move(given->get_array());
    }
    return *args_;
}

std::string const& asked_call::key() const
{
    if (!key_) key_ = request_.key();
    return *key_;
}

std::string const& asked_call::caller() const
{
    if (!caller_) {
        std::lock_guard lock(world_.mutex);
        caller_ = world_.owner_of_key(key());
    }
    return *caller_;
}

}  // namespace cohub::inline abi_0_2::fake
