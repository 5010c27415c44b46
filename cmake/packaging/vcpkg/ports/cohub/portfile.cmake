# An overlay port: it builds the source tree that it lies in.
#
#   vcpkg install cohub --overlay-ports=<source tree>/cmake/packaging/vcpkg/ports

get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../../../.." ABSOLUTE)

# The fake server needs cpp-httplib with a file for pkg-config, which vcpkg's has not.
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DCOHUB_BUILD_TESTS=OFF
        -DCOHUB_BUILD_EXAMPLES=OFF
        -DCOHUB_BUILD_BENCHMARKS=OFF
        -DCOHUB_BUILD_FAKE_SERVER=OFF
        -DCOHUB_INSTALL=ON
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/cohub)
vcpkg_fixup_pkgconfig()

file(
    REMOVE_RECURSE
    "${CURRENT_PACKAGES_DIR}/debug/include"
    "${CURRENT_PACKAGES_DIR}/debug/share"
    "${CURRENT_PACKAGES_DIR}/share/doc"
)
file(INSTALL "${CURRENT_PORT_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
