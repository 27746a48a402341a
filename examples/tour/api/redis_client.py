"""The two commands of Redis that the API needs, spoken over a socket (RESP, https://redis.io/docs/reference/protocol-spec)."""

import socket


class RedisError(Exception):
    """Redis answered with an error."""


def command(address, *words):
    """Sends one command and returns its answer: an int, a str, or None. Raises RedisError or OSError."""
    with socket.create_connection(address, timeout=2) as connection, connection.makefile("rwb") as stream:
        stream.write(b"*%d\r\n" % len(words))
        for word in words:
            data = str(word).encode()
            stream.write(b"$%d\r\n%s\r\n" % (len(data), data))
        stream.flush()
        return _read_answer(stream)


def _read_answer(stream):
    line = stream.readline().rstrip().decode()
    kind, rest = line[:1], line[1:]
    if kind == "+":
        return rest
    if kind == ":":
        return int(rest)
    if kind == "$":
        size = int(rest)
        return None if size < 0 else stream.read(size + 2)[:-2].decode()
    raise RedisError(rest or "the connection was closed")
