#!/usr/bin/env bash
# One of two PostgreSQL servers: `postgres-node.sh ME OTHER`. LEADER names the one that leads; the other follows it, and no
# commit is acknowledged before it is on both disks (SYNC=* ; empty: go on without the other). Who leads is written in .env
# alone, so there is never a second leader: changing it and `docker compose up -d` is the promotion.
set -euo pipefail
me=$1 other=$2
export PGPASSFILE=/tmp/pgpass PGCONNECT_TIMEOUT=3
(umask 077 && printf '*:*:*:postgres:%s\n' "$(cat /run/tikethet/password)" >"$PGPASSFILE")

ask() { psql -h "$other" -U postgres -d postgres -Atc "$1" 2>/dev/null; }
say() { echo "postgres-node: $*" >&2; }

options=(-c hba_file=/run/tikethet/pg_hba.conf -c wal_keep_size=512MB -c cluster_name="$me" -c "synchronous_standby_names=${SYNC-*}")
lead() { exec docker-entrypoint.sh postgres "${options[@]}" "${@}"; }

if [ "$me" = "$LEADER" ]; then
  if [ -e "$PGDATA/standby.signal" ]; then
    say "was following and leads from now on"
    (until pg_ctl promote -D "$PGDATA" -w >/dev/null 2>&1; do sleep 0.5; done) &
  fi
  lead "${@:3}"
fi

until [ "$(ask 'SELECT pg_is_in_recovery()')" = f ]; do
  say "waits for $other to lead"
  sleep 1
done
if [ ! -e "$PGDATA/standby.signal" ]; then
  if [ -e "$PGDATA/PG_VERSION" ]; then
    mine=$(pg_controldata -D "$PGDATA" | awk -F: '/system identifier/ {gsub(/ /, "", $2); print $2}')
    if [ "$mine" != "$(ask 'SELECT system_identifier FROM pg_control_system()')" ]; then
      say "the data here are of another installation than $other's: nothing was touched"
      exit 1
    fi
    say "led before; everything acknowledged is at $other, from where it is taken anew"
  fi
  find "$PGDATA" -mindepth 1 -delete
  pg_basebackup -h "$other" -U postgres -D "$PGDATA" -X stream -c fast -R -d "application_name=$me"
  chmod 700 "$PGDATA"
fi
lead "${@:3}"
