#ifndef COHUB_RELEASED_ANY_HPP
#define COHUB_RELEASED_ANY_HPP

namespace released {

/// A value of any type, for sources that are compiled and never run.
template <class T>
T any();

/// Reads and writes a member as its type was in the release.
template <class T, class Member>
void member(Member& of_now)
{
    T value = static_cast<Member&&>(of_now);
    of_now = static_cast<T&&>(value);
}

}  // namespace released

#endif
