// The header-only flavour in two translation units of one program.

#include <cohub/cohub.hpp>

#include <string_view>
#include <type_traits>

// GCC 12 destroys an aggregate temporary twice when it is part of a `co_await` expression.
template <class... T>
constexpr bool no_aggregates = !(std::is_aggregate_v<T> || ...);
static_assert(no_aggregates<
              cohub::failure,
              cohub::options,
              cohub::tls_options,
              cohub::pool_options,
              cohub::timeout_options,
              cohub::limit_options,
              cohub::retry_options,
              cohub::hooks,
              cohub::call_options,
              cohub::attempt_event,
              cohub::connection_stats,
              cohub::user,
              cohub::pieces::options>);
// A vector moves them when it grows, and a result moves its failure.
static_assert(std::is_nothrow_move_constructible_v<cohub::failure>);
static_assert(std::is_nothrow_move_constructible_v<cohub::options>);
static_assert(std::is_nothrow_move_constructible_v<cohub::pieces::options>);
static_assert(std::is_nothrow_move_constructible_v<cohub::user>);

std::string_view version_in_the_other();

int main() { return version_in_the_other() == COHUB_VERSION_STRING ? 0 : 1; }
