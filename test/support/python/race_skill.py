"""A Python skill that lives on: does what it is told by lines of JSON, with the real ovos_utils.oauth."""
import json
import os
import sys
import time

# As the Python plugin sets it: the provider of the tests speaks http.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

# Imported now: the first refresh must not take longer than the others.
import oauthlib.oauth2  # noqa: E402,F401
import requests  # noqa: E402,F401
from ovos_utils.oauth import OAuthTokenDatabase, get_oauth_token  # noqa: E402

kept = OAuthTokenDatabase()
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    time.sleep(command.get("wait", 0) / 1000)
    print(json.dumps({"begins": command["id"]}), flush=True)
    action = command["do"]
    result = None
    if action == "get":
        # Refreshes by itself what has expired.
        result = get_oauth_token(command["id"])
    elif action == "touch":
        # What reading by `with` does: the file is written back as it was read.
        with OAuthTokenDatabase() as db:
            result = db.get_token(command["id"])
    elif action == "keep":
        kept = OAuthTokenDatabase()
    elif action == "write kept":
        # A copy as old as its last "keep", over whatever is there.
        kept.store()
    print(json.dumps({"id": command["id"], "token": result}), flush=True)
