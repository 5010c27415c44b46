# The library's targets: cohub::cohub (header-only), cohub::compiled and cohub::json.

find_package(Boost 1.81 CONFIG REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

add_library(cohub INTERFACE)
add_library(cohub::cohub ALIAS cohub)
target_compile_features(cohub INTERFACE cxx_std_20)
target_include_directories(
    cohub
    INTERFACE
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:include>
)
target_link_libraries(
    cohub
    INTERFACE
        $<BUILD_INTERFACE:cohub_json>
        Boost::headers
        OpenSSL::SSL
        OpenSSL::Crypto
        Threads::Threads
        $<$<PLATFORM_ID:Windows>:ws2_32>
        $<$<PLATFORM_ID:Windows>:mswsock>
        $<$<PLATFORM_ID:Windows>:bcrypt>
        $<$<PLATFORM_ID:Windows>:crypt32>
)

# Boost.JSON's functions are not inline, so one target has to compile them once. Because this is an
# archive, a program takes them only if it does not have them already. A program that links both
# flavours of cohub, or the fake server, has them once. A project that finds an installed cohub
# compiles them itself, with its own Boost (cohubConfig.cmake).
add_library(cohub_json STATIC "${PROJECT_SOURCE_DIR}/cmake/compiled/json.cpp")
add_library(cohub::json ALIAS cohub_json)
target_compile_features(cohub_json PUBLIC cxx_std_20)
target_link_libraries(cohub_json PUBLIC Boost::headers)
set_target_properties(cohub_json PROPERTIES EXPORT_NAME json)

# Asio's macro must be the same in all translation units of a program. Therefore it is PUBLIC: every
# target that links this one is compiled to match.
add_library(cohub_compiled STATIC "${PROJECT_SOURCE_DIR}/cmake/compiled/cohub.cpp")
add_library(cohub::compiled ALIAS cohub_compiled)
target_link_libraries(cohub_compiled PUBLIC cohub)
target_compile_definitions(
    cohub_compiled
    PUBLIC
        COHUB_SEPARATE_COMPILATION
        BOOST_ASIO_SEPARATE_COMPILATION
        BOOST_BEAST_SEPARATE_COMPILATION
    PRIVATE COHUB_NO_JSON_SRC
)
set_target_properties(cohub_compiled PROPERTIES EXPORT_NAME compiled)

set_target_properties(cohub_json cohub_compiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
# One object contains the whole archive. The linker can still drop functions that a program does not
# call.
foreach(archive IN ITEMS cohub_json cohub_compiled)
    target_compile_options(
        ${archive}
        PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-ffunction-sections;-fdata-sections>
    )
endforeach()
cohub_warnings(cohub_compiled)
# Who embeds cohub builds what its targets link, by FetchContent too.
if(NOT PROJECT_IS_TOP_LEVEL AND NOT COHUB_INSTALL)
    set_target_properties(cohub_json cohub_compiled PROPERTIES EXCLUDE_FROM_ALL ON)
endif()
