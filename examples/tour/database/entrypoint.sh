#!/bin/sh
# Redis for the services of one network. Arguments are further options of redis-server.
exec redis-server --bind 0.0.0.0 --protected-mode no --dir /data --maxmemory "$MAXMEMORY" "$@"
