"""What a Python skill does that keeps its tokens by itself, with ovos_utils.oauth: one call, its result as JSON."""
import json
import os
import sys

# As the Python plugin sets it: the provider of the tests speaks http.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

from ovos_utils.oauth import OAuthTokenDatabase, get_oauth_token, refresh_oauth_token  # noqa: E402

action, token_id = sys.argv[1:3]
if action == "get":
    result = get_oauth_token(token_id, auto_refresh=False)
elif action == "get or refresh":
    result = get_oauth_token(token_id)
elif action == "refresh":
    result = refresh_oauth_token(token_id)
elif action == "store":
    with OAuthTokenDatabase() as db:
        db.add_token(token_id, json.loads(sys.argv[3]))
        result = db.get_token(token_id)
else:
    raise SystemExit(f"unknown action {action}")
print(json.dumps(result))
