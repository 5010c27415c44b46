// The hub's `purchases` group: two numbers that an account has.

#include "call.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

std::string number_of(call const& c, double account::*which)
{
    account const* const a = c.world.find(c.account_id);
    return js_json(boost::json::value(a ? a->*which : 0.0));
}

std::string get_balance(call& c) { return number_of(c, &account::balance); }
std::string get_min_balance(call& c) { return number_of(c, &account::min_balance); }

}  // namespace

method_list purchases_group()
{
    static constexpr method methods[] = {
        {"purchases.getBalance", shape::options, get_balance},
        {"purchases.getMinBalance", shape::options, get_min_balance},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
