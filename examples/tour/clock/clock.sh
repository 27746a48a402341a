#!/bin/sh
# Adds one to "seconds" in the database every second. "store" is the link's alias, a line in /etc/hosts.
trap 'exit 0' TERM INT
grep -w store /etc/hosts || { echo "no line for store in /etc/hosts" && exit 1; }
while :; do
  printf 'INCR seconds\r\nQUIT\r\n' | nc -w 2 store 6379 >/dev/null || echo "the database does not answer"
  sleep 1 &
  wait $!
done
