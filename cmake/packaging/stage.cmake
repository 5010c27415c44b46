# Read by cpack when the components' files are there and not yet packed: adds and changes what Debian
# wants otherwise than `cmake --install` leaves it.

set(epoch "$ENV{SOURCE_DATE_EPOCH}")
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(READ "${CPACK_COHUB_SOURCE}/LICENSE" license)
string(STRIP "${license}" license)
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license "${license}")

# run(<command> <argument>...)
function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
# compress(<file>...): the same text gives the same bytes.
function(compress)
    if(ARGN)
        run(gzip -9 -n -f ${ARGN})
    endif()
endfunction()

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
    set(root "${CPACK_TEMPORARY_DIRECTORY}/${component}")
    set(usr "${root}/usr")
    string(TOUPPER "${component}" upper)
    set(name "${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
    set(doc "${usr}/share/doc/${name}")

    file(
        WRITE "${doc}/copyright"
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: cohub

Files: *
Copyright: 2026 The cohub authors
License: BSL-1.0

License: BSL-1.0
 ${license}
"
    )
    # The source package would be called cohub, and so is the changelog's.
    file(
        WRITE "${doc}/changelog.Debian"
        "cohub (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * New upstream release: see changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
"
    )
    file(COPY_FILE "${CPACK_COHUB_SOURCE}/CHANGELOG.md" "${doc}/changelog")
    compress("${doc}/changelog" "${doc}/changelog.Debian")

    if(component STREQUAL "programs")
        file(GLOB pages "${usr}/share/man/man1/*.1")
        compress(${pages})
        # zsh of Debian looks here for what packages bring.
        file(RENAME "${usr}/share/zsh/site-functions" "${usr}/share/zsh/vendor-completions")
        file(GLOB programs "${usr}/bin/*")
        run(strip --remove-section=.comment --remove-section=.note ${programs})
    elseif(component STREQUAL "development")
        file(GLOB_RECURSE archives "${usr}/lib*/*.a")
        run(
            strip
            --strip-debug
            --remove-section=.comment
            --remove-section=.note
            --enable-deterministic-archives
            ${archives}
        )
    elseif(component STREQUAL "documentation")
        # Links to what is elsewhere when it is installed.
        file(GLOB_RECURSE pages "${doc}/*.md")
        foreach(page IN LISTS pages)
            file(READ "${page}" text)
            string(REGEX REPLACE "\\]\\((\\.\\./)*(fake_server/)?include/" "](/usr/include/" text "${text}")
            string(REPLACE "](LICENSE)" "](copyright)" text "${text}")
            file(WRITE "${page}" "${text}")
        endforeach()
        foreach(script IN LISTS CPACK_COHUB_SPHINX_SCRIPTS)
            file(REMOVE "${doc}/html/_static/${script}")
            file(
                CREATE_LINK
                "../../../../javascript/sphinxdoc/1.0/${script}"
                "${doc}/html/_static/${script}"
                SYMBOLIC
            )
        endforeach()
        if(EXISTS "${doc}/html/index.html")
            file(
                WRITE "${usr}/share/doc-base/cohub-doc.cohub"
                "Document: cohub
Title: Reference of cohub
Author: The cohub authors
Abstract: The classes and functions of the C++ client for CoCalc and Pieces OS.
Section: Programming/C++

Format: HTML
Index: /usr/share/doc/cohub-doc/html/index.html
Files: /usr/share/doc/cohub-doc/html/*.html
"
            )
        endif()
    endif()

    # Whatever the umask was, and whenever it was built.
    run(find "${root}" -type d -exec chmod 0755 {} +)
    run(find "${root}" -type f -not -path "*/bin/*" -exec chmod 0644 {} +)
    run(find "${root}" -exec touch -h -d "@${epoch}" {} +)
endforeach()
