# `cmake --install`, and the files that find_package(cohub) uses. The components are `development`,
# `programs` and `license`. Files that only packages have are in packaging.cmake.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(
    DIRECTORY "${PROJECT_SOURCE_DIR}/include/"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    COMPONENT development
)

# Each component has its own targets, so that the library alone requires no more than it needs.
set(cohub_package "${CMAKE_INSTALL_LIBDIR}/cmake/cohub")
function(cohub_install_part name)
    install(TARGETS ${ARGN} EXPORT cohub_${name}Targets COMPONENT development)
    install(
        EXPORT cohub_${name}Targets
        NAMESPACE cohub::
        DESTINATION "${cohub_package}"
        COMPONENT development
    )
endfunction()
cohub_install_part(library cohub)
cohub_install_part(compiled cohub_compiled)
if(TARGET cohub::fake_server)
    get_target_property(fake_server cohub::fake_server ALIASED_TARGET)
    set_target_properties(${fake_server} PROPERTIES EXPORT_NAME fake_server)
    cohub_install_part(fake_server ${fake_server})
    install(
        DIRECTORY "${PROJECT_SOURCE_DIR}/fake_server/include/"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        COMPONENT development
    )
endif()

if(COHUB_INSTALL_TOOLS)
    foreach(tool IN ITEMS cohub-cli cohub-fake-server cohub-bench)
        if(TARGET ${tool})
            install(TARGETS ${tool} COMPONENT programs)
        endif()
    endforeach()
    if(NOT CMAKE_CROSSCOMPILING)
        foreach(tool IN ITEMS cohub-fake-server cohub-bench)
            if(TARGET ${tool})
                install(
                    FILES "${COHUB_MANUAL}/${tool}.1"
                    DESTINATION "${CMAKE_INSTALL_MANDIR}/man1"
                    COMPONENT programs
                )
            endif()
        endforeach()
    endif()
    get_property(written GLOBAL PROPERTY COHUB_WRITTEN_BY_CLI)
    if(written)
        install(
            DIRECTORY "${written}/man/"
            DESTINATION "${CMAKE_INSTALL_MANDIR}/man1"
            COMPONENT programs
        )
        install(
            FILES "${written}/bash/cohub"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
            COMPONENT programs
        )
        install(
            FILES "${written}/zsh/_cohub"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions"
            COMPONENT programs
        )
        install(
            FILES "${written}/fish/cohub.fish"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d"
            COMPONENT programs
        )
    endif()
endif()

# For programs that are built without CMake, with the Boost of this build.
install(TARGETS cohub_json COMPONENT development)
file(RELATIVE_PATH cohub_up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/cmake/cohub.pc.in" "${PROJECT_BINARY_DIR}/cohub.pc" @ONLY)
install(
    FILES "${PROJECT_BINARY_DIR}/cohub.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT development
)
install(
    FILES "${PROJECT_SOURCE_DIR}/LICENSE"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}"
    COMPONENT license
)

install(
    FILES "${PROJECT_SOURCE_DIR}/cmake/compiled/json.cpp"
    DESTINATION "${cohub_package}"
    COMPONENT development
)
configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/cohubConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/cohubConfig.cmake"
    INSTALL_DESTINATION "${cohub_package}"
    NO_SET_AND_CHECK_MACRO
)
# Before 1.0, a minor version may be incompatible.
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/cohubConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion
)
install(
    FILES
        "${PROJECT_BINARY_DIR}/cohubConfig.cmake"
        "${PROJECT_BINARY_DIR}/cohubConfigVersion.cmake"
    DESTINATION "${cohub_package}"
    COMPONENT development
)
