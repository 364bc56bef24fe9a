"""An OAuth provider on port 9000 that trusts everybody: a new refresh token each time, and the reuse of an old one ends
the sign-in, as careful providers do."""
import itertools
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

numbers = itertools.count(1)
valid = set()


class Provider(BaseHTTPRequestHandler):
    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        old = form.get("refresh_token", [None])[0]
        if form["grant_type"] == ["refresh_token"] and old not in valid:
            valid.clear()
            return self.answer(400, {"error": "invalid_grant"})
        valid.discard(old)
        number = next(numbers)
        valid.add(f"refresh-{number}")
        self.answer(200, {
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "token_type": "Bearer",
            "expires_in": 3600,
        })

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", 9000), Provider).serve_forever()
