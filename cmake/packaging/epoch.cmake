# Read by cpack before it packs: what it writes itself has the time of the sources.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
    set(ENV{SOURCE_DATE_EPOCH} "${CPACK_COHUB_EPOCH}")
endif()
