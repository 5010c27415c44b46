#!/usr/bin/env bash
# The commands of docs/course/01-first-lookup.md, in a folder that has cohub/ and first/.
set -euo pipefail

# [install]
cmake --install cohub/build/quick --prefix "$PWD/prefix"
export PATH="$PWD/prefix/bin:$PATH"
# [end]

# [build]
cmake -S first -B first/build -DCMAKE_PREFIX_PATH="$PWD/prefix"
cmake --build first/build
# [end]

# [run]
cohub-fake-server -- first/build/first
# [end]
