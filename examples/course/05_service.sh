#!/usr/bin/env bash
# The commands of docs/course/05-a-small-service.md: what `cohub-fake-server --` runs, with
# people-service on the PATH.
set -euo pipefail

# [start]
people-service 0 >service.log &
service=$!
for _ in $(seq 100); do grep -q listening service.log && break || sleep 0.1; done
port=$(sed -n 's/listening on port //p' service.log)
# [end]

# [ask]
curl --silent "http://127.0.0.1:$port/foo"
curl --silent "http://127.0.0.1:$port/nobody-has-this-name"
# [end]

# [stop]
kill -TERM "$service"
wait "$service"
cat service.log
# [end]
grep -q drained service.log
