#!/usr/bin/env bash
# The commands of docs/course/10-load.md.
set -euo pipefail

# [first-run]
cohub-bench lookup --requests 2000 --concurrency 16
# [end]

# [open-loop]
cohub-bench lookup --rate 200 --requests 1000 --json before.json --report before.html
# [end]

# [assert]
cohub-bench lookup --rate 200 --requests 400 --assert 'p99<2s' --assert 'errors<0.1%'
# [end]

# [compare]
cohub-bench lookup --rate 200 --requests 1000 --compare before.json --json after.json
# [end]

# [mix]
printf '%s\n' foo bar ada >names.txt
cohub-bench lookup --requests 300 --queries names.txt --mix user_search=8,ping=2
# [end]

# [real]
(umask 077 && printf '%s\n' "$COCALC_API_KEY" >key.txt)
cohub-bench lookup --host "$COCALC_HOST" --api-key-file key.txt --rate 20 --requests 40
# [end]
test -s before.html
