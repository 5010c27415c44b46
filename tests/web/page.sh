#!/usr/bin/env bash
# page.sh [cohub-fake-server [folder for screenshots]]: tests the fake server's page in headless
# Chromium. Without arguments, it uses the server that tests/run.sh has built.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. cmake/prepare.sh

cohub_install chromium python3
exec python3 tests/web/page_test.py "${1:-$(cohub_quick_build)/fake_server/cohub-fake-server}" "${@:2}"
