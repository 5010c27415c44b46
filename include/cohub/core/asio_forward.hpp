#ifndef COHUB_CORE_ASIO_FORWARD_HPP
#define COHUB_CORE_ASIO_FORWARD_HPP

/// @file
/// @internal Small parts of the library.

// Forward declarations of types of Asio. A source that uses such a type includes its header itself:
// <boost/asio/ip/tcp.hpp> alone brings sockets, acceptors, iostreams and resolvers, a fifth of what
// a source compiles that uses cohub::compiled. Newer releases of Asio may wrap these types in an
// inline namespace that names the version.

#include <boost/asio/detail/config.hpp>
#include <boost/version.hpp>

#if !defined(BOOST_ASIO_INLINE_NAMESPACE_BEGIN)
#define BOOST_ASIO_INLINE_NAMESPACE_BEGIN
#define BOOST_ASIO_INLINE_NAMESPACE_END
#endif

// NOLINTNEXTLINE(modernize-concat-nested-namespaces): the next line may open one
namespace boost::asio {
BOOST_ASIO_INLINE_NAMESPACE_BEGIN

namespace ip {
class tcp;
}

#if BOOST_VERSION >= 108600
template <class, class, class>
class cancel_after_t;
template <class, class, class>
class cancel_at_t;
template <class, class, class, class>
class cancel_after_timer;
template <class, class, class, class>
class cancel_at_timer;
template <class, class>
class partial_cancel_after;
template <class, class>
class partial_cancel_at;
template <class, class, class>
class partial_cancel_after_timer;
template <class, class, class>
class partial_cancel_at_timer;
#endif

BOOST_ASIO_INLINE_NAMESPACE_END
}  // namespace boost::asio

#endif
