#!/usr/bin/env python3
"""The example of the OAuth plugin's README as a program: it asks for a QR code, waits until the user has signed in on
a phone, and calls the provider with the token. It needs ovos-bus-client and a running bus with an OAuth service.

    python seed-client.py --auth-endpoint https://example.com/auth --token-endpoint https://example.com/auth/token \
        --client-secret my_client_secret --api https://example.com/me
"""
import argparse
import json
import threading
import urllib.request

from ovos_bus_client import MessageBusClient
from ovos_bus_client.message import Message


class SeedClient:
    def __init__(self, bus, options):
        self.bus = bus
        self.options = options
        self.skill_id = "my_skill_id"
        self.app_id = "my_app_id"
        self.client_id = None
        self.munged_id = f"{self.skill_id}_{self.app_id}"
        self.finished = threading.Event()
        self.bus.on("oauth.app.host.info.response", self.handle_host_response)
        self.bus.on("oauth.register.response", self.handle_registered)
        self.bus.on("oauth.generate.qr.response", self.handle_qr_generated)
        self.bus.on(f"oauth.token.response.{self.munged_id}", self.handle_token_response)

    def start(self):
        self.bus.emit(Message("oauth.get.app.host.info"))

    def handle_host_response(self, message):
        # Some providers want the client_id to be the address and port of the redirect URI.
        host = message.data.get("host", None)
        port = message.data.get("port", None)
        self.client_id = f"http://{host}:{port}"
        self.register_skill()

    def register_skill(self):
        self.bus.emit(Message("oauth.register", {
            "skill_id": self.skill_id,
            "app_id": self.app_id,
            "client_id": self.client_id,
            "client_secret": self.options.client_secret,
            "auth_endpoint": self.options.auth_endpoint,
            "token_endpoint": self.options.token_endpoint,
            "refresh_endpoint": "",
            "scope": self.options.scope,
            "shell_integration": True
        }))

    def handle_registered(self, message):
        # Always register the skill before requesting the QR code.
        if message.data.get("munged_id") == self.munged_id and not message.data.get("error"):
            self.start_qr_generation()

    def start_qr_generation(self):
        self.bus.emit(Message("oauth.generate.qr.request", {
            "app_id": self.app_id,
            "skill_id": self.skill_id
        }))

    def handle_qr_generated(self, message):
        if message.data.get("skill_id") == self.skill_id:
            print(f"Scan this with your phone: {message.data.get('qr')}", flush=True)

    def handle_token_response(self, message):
        access_token = message.data.get("access_token", None)
        request = urllib.request.Request(self.options.api, headers={"Authorization": f"Bearer {access_token}"})
        with urllib.request.urlopen(request) as response:
            print(f"Signed in. The provider says: {json.load(response)}", flush=True)
        self.finished.set()


def main():
    parser = argparse.ArgumentParser(description="Signs in at an OAuth provider by a QR code.")
    parser.add_argument("--auth-endpoint", required=True)
    parser.add_argument("--token-endpoint", required=True)
    parser.add_argument("--client-secret", default=None)
    parser.add_argument("--scope", default="")
    parser.add_argument("--api", required=True, help="what to call with the token")
    bus = MessageBusClient()
    bus.run_in_thread()
    bus.connected_event.wait()
    client = SeedClient(bus, parser.parse_args())
    client.start()
    client.finished.wait()
    bus.close()


if __name__ == "__main__":
    main()
