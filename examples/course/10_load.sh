#!/usr/bin/env bash
# The commands of docs/course/10-load.md.
set -euo pipefail

# [first-run]
cohub-bench lookup --requests 2000 --concurrency 16
# [end]

# [open-loop]
cohub-bench lookup --rate 200 --duration 5s --json before.json --report before.html
# [end]

# [assert]
cohub-bench lookup --rate 200 --duration 2s --assert 'p99<2s' --assert 'errors<0.1%'
# [end]

# [compare]
cohub-bench lookup --rate 200 --duration 5s --compare before.json --json after.json
# [end]

# [mix]
printf '%s\n' foo bar ada >names.txt
cohub-bench lookup --requests 300 --queries names.txt --mix user_search=8,ping=2
# [end]

# [real]
printf '%s\n' "$COCALC_API_KEY" >key.txt
cohub-bench lookup --host "$COCALC_HOST" --api-key-file key.txt --rate 20 --duration 2s
# [end]
test -s before.html
