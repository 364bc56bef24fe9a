"""Plays one scenario against whichever OAuth service is on the bus, and writes down what the world saw of it.

argv[1]: JSON {"http_port", "database", "provider": {...}} as differential.test.ts gives it. Says "ready" once it
listens; the service is started then. Writes the trace, a JSON list of steps, to stdout."""
import base64
import json
import os
import queue
import sys
import time
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from ovos_bus_client import MessageBusClient
from ovos_bus_client.message import Message

SETUP = json.loads(sys.argv[1])
PROVIDER = SETUP["provider"]
CALLBACK = f"http://127.0.0.1:{SETUP['http_port']}/auth/callback/"

# What a caller waits for a reply before it takes the service for dead: the default of wait_for_response.
PATIENCE = 3
# Messages that nobody expects must have time to show up as well.
AFTERMATH = 0.3


class Recorder(MessageBusClient):
    """Keeps what the others send, in its order, which is only known here: handlers run in a thread pool."""

    def __init__(self):
        self.arrived = queue.Queue()
        # The bus sends every frame to its sender as well. Another client can send the very same text.
        self.own = Counter()
        super().__init__()

    def create_client(self):
        client = super().create_client()
        send = client.send

        def count_and_send(text):
            self.own[text] += 1
            send(text)

        client.send = count_and_send
        return client

    def on_message(self, *args):
        frame = args[-1]
        if self.own[frame] > 0:
            self.own[frame] -= 1
        else:
            self.arrived.put(frame)
        super().on_message(*args)


class FirstForm(HTMLParser):
    """The first form of a page as a user sends it who says yes to everything."""

    def __init__(self, page):
        super().__init__()
        self.action = None
        self.fields = {}
        self.open = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form" and self.action is None:
            self.action, self.open = attrs.get("action", ""), True
        elif tag == "input" and self.open and attrs.get("name"):
            self.fields[attrs["name"]] = attrs.get("value", "")
        elif tag == "button" and self.open and attrs.get("name"):
            # The first button is the one that goes on.
            self.fields.setdefault(attrs["name"], attrs.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = False


class Play:
    def __init__(self, bus):
        self.bus = bus
        self.trace = []

    def step(self, name, act, awaits=(), patience=PATIENCE):
        """Does something and records what came of it: messages, files, and what `act` returned."""
        outcome = act() or {}
        messages = self.listen(list(awaits), patience)
        for message in messages:
            keep_image(message)
        self.trace.append({"step": name, "at": time.time(), "messages": messages, "files": read_files(), **outcome})
        return self.trace[-1]

    def send(self, name, type_, data, context=None, awaits=()):
        return self.step(name, lambda: self.bus.emit(Message(type_, data, dict(context or CONTEXT))), awaits)

    def visit(self, name, address, awaits=()):
        return self.step(name, lambda: {"http": fetch(address)}, awaits)

    def listen(self, missing, patience):
        messages = []
        end = time.monotonic() + patience
        while missing or time.monotonic() < end:
            if not missing:
                end = min(end, time.monotonic() + AFTERMATH)
            try:
                frame = self.bus.arrived.get(timeout=max(0.001, end - time.monotonic()))
            except queue.Empty:
                break
            message = json.loads(frame)
            messages.append({key: message.get(key) for key in ("type", "data", "context")})
            if message["type"] in missing:
                missing.remove(message["type"])
        return messages


def keep_image(message):
    path = message["data"].get("qr")
    if path and os.path.exists(path):
        with open(path, "rb") as file:
            message["image"] = base64.b64encode(file.read()).decode()
        message["image_mode"] = oct(os.stat(path).st_mode & 0o777)


def read_files():
    files = {}
    for name in ("ovos_oauth.json", "ovos_oauth_apps.json"):
        path = os.path.join(SETUP["database"], name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                files[name] = {"content": json.load(file), "mode": oct(os.stat(path).st_mode & 0o777)}
        else:
            files[name] = None
    return files


def fetch(address):
    """Visits the callback. What matters of the page: not its words, but its kind and whether it keeps the code."""
    response = requests.get(address)
    code = dict(parse_qsl(urlsplit(address).query)).get("code")
    return {"status": response.status_code,
            "type": response.headers.get("content-type", "").split(";")[0],
            "shows_code": bool(code) and (code in response.text or code in response.url)}


def authorize(address):
    """The user's browser at the provider: from the authorization URL to the callback's, which it does not visit."""
    browser = requests.Session()
    response = browser.get(address, allow_redirects=False)
    for _ in range(20):
        if response.is_redirect:
            target = urljoin(response.url, response.headers["location"])
            if "/auth/callback/" in target:
                return target
            response = browser.get(target, allow_redirects=False)
            continue
        form = FirstForm(response.text)
        if not response.ok or form.action is None:
            raise RuntimeError(f"the provider refuses: {response.status_code} {response.text}")
        response = browser.post(urljoin(response.url, form.action), data=form.fields, allow_redirects=False)
    raise RuntimeError("the provider sends the browser round in circles")


def sign_in(address):
    return {"http": fetch(authorize(address))}


# Ids of the caller's own, numbers that JSON can write in more ways than one, and the two fields that a reply swaps.
CONTEXT = {"source": "skill-music.example", "destination": "audio",
           "ident": "7c0e", "nested": {"list": [1, 2.5, None, True], "text": "Grüße"}}

MUSIC = {"skill_id": "skill-music.example", "app_id": "library"}
RADIO = {"skill_id": "skill-music.example", "app_id": "radio"}
LAMPS = {"skill_id": "skill-lamps.example", "app_id": "home"}
NOTES = {"skill_id": "skill-notes.example", "app_id": "notes"}
NOBODY = {"skill_id": "skill-nobody.example", "app_id": "nothing"}

ENDPOINTS = {"auth_endpoint": PROVIDER["auth_endpoint"], "token_endpoint": PROVIDER["token_endpoint"]}
CONFIDENTIAL = {"client_id": PROVIDER["client_id"], "client_secret": PROVIDER["client_secret"]}
SCOPE = {"scope": PROVIDER["scope"]}

REGISTERED = ["oauth.register.response"]
SHELL = ["ovos.shell.oauth.start.authentication"]
URL = ["oauth.url"]
REFRESHED = ["oauth.refresh.response"]
QR = ["oauth.generate.qr.response"]
QR_ON_SHELL = QR + ["ovos.shell.oauth.display.qr.code"]


def token_of(app):
    return [f"oauth.token.response.{app['skill_id']}_{app['app_id']}"]


def address_of(step):
    """The URL that a step's reply carries, if it does."""
    for message in step["messages"]:
        if "url" in (message["data"] or {}):
            return message["data"]["url"]
    return None


def state_of(step):
    return dict(parse_qsl(urlsplit(address_of(step) or "").query)).get("state", "")


def perform(play):
    send, visit = play.send, play.visit

    play.step("the service starts", lambda: None, ["oauth.ping"], patience=60)

    # Host info
    send("host info is asked for", "oauth.get.app.host.info", {}, awaits=["oauth.app.host.info.response"])
    send("host info is asked for with a context that names no destination", "oauth.get.app.host.info", {},
         {"source": "skill-music.example"}, ["oauth.app.host.info.response"])
    send("host info is asked for with an empty context", "oauth.get.app.host.info", {}, {"ident": 1},
         ["oauth.app.host.info.response"])

    # Registration
    send("an app registers with everything", "oauth.register",
         {**MUSIC, **ENDPOINTS, **CONFIDENTIAL, **SCOPE, "refresh_endpoint": "", "shell_integration": True},
         awaits=REGISTERED)
    send("the same app registers again", "oauth.register",
         {**MUSIC, **ENDPOINTS, **CONFIDENTIAL, **SCOPE, "refresh_endpoint": "", "shell_integration": True},
         awaits=REGISTERED)
    send("an app registers without credentials and scope", "oauth.register", {**NOTES, **ENDPOINTS}, awaits=REGISTERED)
    send("a second app of a skill registers without credentials", "oauth.register",
         {**RADIO, **ENDPOINTS, **SCOPE}, awaits=REGISTERED)
    send("an app registers whose client id is its own address", "oauth.register",
         {**LAMPS, "client_id": f"http://127.0.0.1:{SETUP['http_port']}", "client_secret": None,
          "auth_endpoint": PROVIDER["auth_endpoint"], "token_endpoint": PROVIDER["token_endpoint"],
          "shell_integration": False}, awaits=REGISTERED)
    send("an app registers with fields of the wrong type", "oauth.register",
         {"skill_id": 7, "app_id": ["x"], **ENDPOINTS}, awaits=REGISTERED)
    send("an app registers without ids", "oauth.register", {**ENDPOINTS}, awaits=REGISTERED)
    send("an app registers without endpoints", "oauth.register", {"skill_id": "skill-bare.example", "app_id": "bare"},
         awaits=REGISTERED)
    send("an app registers with an endpoint that is a script", "oauth.register",
         {"skill_id": "skill-bad.example", "app_id": "bad", **CONFIDENTIAL, **ENDPOINTS,
          "auth_endpoint": "javascript:alert(1)"}, awaits=REGISTERED)
    send("an app registers with an address without a scheme", "oauth.register",
         {"skill_id": "skill-typed.example", "app_id": "typed", **CONFIDENTIAL,
          "auth_endpoint": "127.0.0.1:9//auth/authorize", "token_endpoint": "127.0.0.1:9//auth/token"},
         awaits=REGISTERED)

    # URLs
    send("the URL of an app is asked for", "oauth.get", MUSIC, awaits=URL)
    send("the URL of an app without credentials is asked for", "oauth.get", NOTES, awaits=URL)
    send("the URL of an unknown app is asked for", "oauth.get", NOBODY, awaits=URL)
    send("the URL is asked for without ids", "oauth.get", {}, awaits=URL)

    # The shell's flow
    send("the sign-in of an app starts", "oauth.start", NOTES, awaits=SHELL)
    send("the sign-in of an app whose skill has another without credentials starts", "oauth.start", MUSIC,
         awaits=SHELL)
    send("the sign-in of an unknown app starts", "oauth.start", NOBODY, awaits=SHELL)
    send("the user types credentials", "ovos.shell.oauth.register.credentials", {**NOTES, **CONFIDENTIAL}, awaits=SHELL)
    send("the sign-in starts after the user typed credentials", "oauth.start", NOTES, awaits=SHELL)
    send("an app registers again without the credentials that the user typed", "oauth.register",
         {**NOTES, **ENDPOINTS}, awaits=REGISTERED)
    send("the user types credentials for an unknown app", "ovos.shell.oauth.register.credentials",
         {**NOBODY, **CONFIDENTIAL}, awaits=SHELL)

    # QR
    send("a QR is asked for", "oauth.generate.qr.request", MUSIC, awaits=QR_ON_SHELL)
    send("a QR is asked for by an app that shows it itself", "oauth.generate.qr.request", LAMPS, awaits=QR)
    send("a QR is asked for by an app without credentials", "oauth.generate.qr.request", RADIO, awaits=QR)
    send("a QR is asked for by an app without endpoints", "oauth.generate.qr.request",
         {"skill_id": "skill-bare.example", "app_id": "bare"}, awaits=QR)
    send("a QR is asked for by an unknown app", "oauth.generate.qr.request", NOBODY, awaits=QR)

    # Signing in
    asked = send("the URL for a sign-in is asked for", "oauth.get", MUSIC, awaits=URL)
    play.step("the user signs in", lambda: sign_in(address_of(asked)), token_of(MUSIC))
    send("a token is refreshed", "oauth.refresh", MUSIC, awaits=REFRESHED)
    send("the rotated token is refreshed", "oauth.refresh", MUSIC, awaits=REFRESHED)
    send("a token is refreshed that is not there", "oauth.refresh", LAMPS, awaits=REFRESHED)
    send("a token of an unknown app is refreshed", "oauth.refresh", NOBODY, awaits=REFRESHED)
    send("a token is refreshed without ids", "oauth.refresh", {}, awaits=REFRESHED)

    # A refresh endpoint of its own
    send("an app registers with a refresh endpoint", "oauth.register",
         {**MUSIC, **ENDPOINTS, **CONFIDENTIAL, **SCOPE, "refresh_endpoint": PROVIDER["refresh_endpoint"],
          "shell_integration": True}, awaits=REGISTERED)
    send("a token is refreshed at the refresh endpoint", "oauth.refresh", MUSIC, awaits=REFRESHED)

    # A public client
    send("a public client registers", "oauth.register",
         {**RADIO, **ENDPOINTS, **SCOPE, "client_id": PROVIDER["public_client_id"], "public": True}, awaits=REGISTERED)
    asked = send("the URL of a public client is asked for", "oauth.get", RADIO, awaits=URL)
    play.step("the user signs in at a public client", lambda: sign_in(address_of(asked)), token_of(RADIO))
    send("the token of a public client is refreshed", "oauth.refresh", RADIO, awaits=REFRESHED)

    # Callbacks that bring no code
    asked = send("the URL for a sign-in that will be denied is asked for", "oauth.get", MUSIC, awaits=URL)
    visit("the user denies", f"{CALLBACK}{munged(MUSIC)}?error=access_denied&state={state_of(asked)}",
          awaits=token_of(MUSIC))
    visit("a callback comes without anything", f"{CALLBACK}{munged(MUSIC)}")
    visit("a callback comes with a code that nobody asked for",
          f"{CALLBACK}{munged(MUSIC)}?code=forged&state={munged(MUSIC)}")
    visit("a callback comes for an unknown app", f"{CALLBACK}{munged(NOBODY)}?code=forged&state=x")

    # Other pages
    visit("the front page is visited", f"http://127.0.0.1:{SETUP['http_port']}/")
    visit("a page is visited that is not there", f"http://127.0.0.1:{SETUP['http_port']}/nothing")

    # The shell keeps the redirect to itself and forwards its address
    asked = send("the sign-in in the shell starts", "oauth.start", MUSIC, awaits=SHELL)
    send("the shell forwards the redirect", "ovos.shell.oauth.authentication.forward",
         {**MUSIC, "redirectURL": authorize(address_of(asked))},
         awaits=["ovos.shell.oauth.authentication.forward.response", *token_of(MUSIC)])
    send("the shell forwards a redirect that nobody asked for", "ovos.shell.oauth.authentication.forward",
         {**MUSIC, "redirectURL": f"{CALLBACK}{munged(MUSIC)}?code=forged&state={munged(MUSIC)}"},
         awaits=["ovos.shell.oauth.authentication.forward.response"])

    # Is it alive
    send("whether it is alive is asked for", "mycroft.oauth.is_alive", {}, awaits=["mycroft.oauth.is_alive.response"])
    send("whether it is ready is asked for", "mycroft.oauth.is_ready", {}, awaits=["mycroft.oauth.is_ready.response"])


def munged(app):
    return f"{app['skill_id']}_{app['app_id']}"


def main():
    bus = Recorder()
    bus.run_in_thread()
    bus.connected_event.wait()
    time.sleep(AFTERMATH)
    while not bus.arrived.empty():
        bus.arrived.get()
    print("ready", flush=True)
    play = Play(bus)
    perform(play)
    print(json.dumps(play.trace))
    bus.close()


main()
