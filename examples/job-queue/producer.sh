#!/bin/sh
put="http://$QUEUE_PORT_80_TCP_ADDR:$QUEUE_PORT_80_TCP_PORT/cgi-bin/put?$(cat /run/secrets/token)"
while read -r word; do
  echo "put $word as $(wget -q -O - --post-data "$word" "$put")"
done </etc/words
