#!/bin/bash
# Initialises the data folder on the first start, then runs the command.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --username="${POSTGRES_USER:-postgres}" --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") \
        --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >/dev/null
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
        pg_ctl --silent --wait start -o "-c listen_addresses=''"
        createdb --username="${POSTGRES_USER:-postgres}" "$POSTGRES_DB"
        pg_ctl --silent --wait stop
    fi
fi
exec "$@" -c listen_addresses='*'
