// Options for ThreadSanitizer, if this is built with it, for the tests of this folder.
#if defined(__SANITIZE_THREAD__)
#define COHUB_TESTS_WITH_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define COHUB_TESTS_WITH_TSAN
#endif
#endif

#if defined(COHUB_TESTS_WITH_TSAN)
// The child of a process with threads may begin its own threads (fork_test).
extern "C" char const* __tsan_default_options() { return "die_after_fork=0"; }

// An any_io_executor that holds a strand counts its references with a fence, which ThreadSanitizer
// does not know. It therefore reports the last owner's delete as a race.
extern "C" char const* __tsan_default_suppressions()
{
    return "race:boost::asio::execution::detail::shared_target_executor\n";
}
#endif
