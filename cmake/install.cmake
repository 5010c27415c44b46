# `cmake --install`, and what find_package(cohub) finds afterwards.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

set(cohub_installed cohub cohub_json cohub_compiled)
set(COHUB_HAS_FAKE_SERVER OFF)
if(TARGET cohub::fake_server)
    set(COHUB_HAS_FAKE_SERVER ON)
    get_target_property(fake_server cohub::fake_server ALIASED_TARGET)
    set_target_properties(${fake_server} PROPERTIES EXPORT_NAME fake_server)
    list(APPEND cohub_installed ${fake_server})
    install(
        DIRECTORY "${PROJECT_SOURCE_DIR}/fake_server/include/"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    )
endif()

if(COHUB_INSTALL_TOOLS)
    foreach(tool IN ITEMS cohub-cli cohub-fake-server cohub-bench)
        if(TARGET ${tool})
            install(TARGETS ${tool})
        endif()
    endforeach()
    get_property(completion GLOBAL PROPERTY COHUB_BASH_COMPLETION)
    if(completion)
        install(
            FILES "${completion}"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
        )
    endif()
endif()

install(TARGETS ${cohub_installed} EXPORT cohubTargets)
install(
    EXPORT cohubTargets
    NAMESPACE cohub::
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/cohub"
)
configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/cohubConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/cohubConfig.cmake"
    INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/cohub"
    NO_SET_AND_CHECK_MACRO
)
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/cohubConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion
)
install(
    FILES
        "${PROJECT_BINARY_DIR}/cohubConfig.cmake"
        "${PROJECT_BINARY_DIR}/cohubConfigVersion.cmake"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/cohub"
)
