#!/bin/sh
# Turns words round.
trap 'exit 0' TERM
token=$(cat /run/secrets/token)
while :; do
  job=$(wget -q -O - "http://jobs/cgi-bin/take?$token")
  if [ -z "$job" ]; then
    sleep 0.2
    continue
  fi
  name=${job%% *} word=${job#* }
  result=$(echo "$word" | rev)
  echo "$word -> $result"
  wget -q -O /dev/null --post-data "$name $result" "http://jobs/cgi-bin/finish?$token"
done
