# Read in by the scripts in cgi-bin: refuses a request without the right token, and gives them `answer`.
answer() {
  printf 'Content-Type: text/plain\r\n\r\n%s\n' "$1"
  exit 0
}

if [ "$QUERY_STRING" != "$(cat /run/secrets/token)" ]; then
  printf 'Status: 403 Forbidden\r\n\r\n'
  exit 0
fi
