"""The tour's API. It finds its database in the environment that the link "database" makes, and nowhere else."""

import html
import json
import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from redis_client import RedisError, command

DATABASE = (os.environ["DATABASE_PORT_6379_TCP_ADDR"], int(os.environ["DATABASE_PORT_6379_TCP_PORT"]))


def visit():
    """Counts a visit and returns what the page shows."""
    return {
        "visits": command(DATABASE, "INCR", "visits"),
        "seconds": int(command(DATABASE, "GET", "seconds") or 0),
        "database": "%s:%d" % DATABASE,
        "memory": os.environ.get("DATABASE_ENV_MAXMEMORY", "unknown"),
        "host": socket.gethostname(),
    }


def as_html(state):
    rows = ("<tr><th>%s</th><td>%s</td></tr>" % (html.escape(name), html.escape(str(value))) for name, value in state.items())
    return "<table>%s</table>" % "".join(rows)


ROUTES = {
    "/health": ("text/plain", lambda: command(DATABASE, "PING")),
    "/visit": ("application/json", lambda: json.dumps(visit())),
    "/visit.html": ("text/html", lambda: as_html(visit())),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, answer = ROUTES.get(self.path, (None, None))
        if answer is None:
            self.send_error(404)
            return
        try:
            body = answer().encode()
        except (RedisError, OSError) as error:
            self.send_error(503, "The database does not answer: %s" % error)
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


# The first process of a container is only ended by a signal that it handles.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("database at %s:%d" % DATABASE)
ThreadingHTTPServer(("", 8000), Handler).serve_forever()
