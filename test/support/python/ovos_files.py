"""What Python programs do to the token files, on the real ovos_utils.oauth. One command a process, see `main`."""
import json
import random
import sys
import time
from os.path import join
from tempfile import gettempdir

from combo_lock import ComboLock
from ovos_utils.oauth import OAuthApplicationDatabase, OAuthTokenDatabase


def say(value):
    print(json.dumps(value), flush=True)


def dump():
    """Writes each JSON line of the standard input as json_database would, as JSON text of a string."""
    for line in sys.stdin:
        say(json.dumps(json.loads(line), indent=4, ensure_ascii=False))


def write(name, operations):
    """Adds, changes, deletes and reads entries of its own, always on a fresh copy; says which it has in the end."""
    among_writers = ComboLock(join(gettempdir(), "writers.lock"))
    chance = random.Random(name)
    own = {}
    for number in range(int(operations)):
        token_id = f"{name}_{chance.randrange(5)}"
        action = chance.choice(["write", "write", "delete", "read"])
        # Two Python programs take each other's changes back as it is; here only the broker is on trial.
        with among_writers:
            if action == "read":
                found = OAuthTokenDatabase().get_token(token_id)
                if found != own.get(token_id):
                    say({"expected": own.get(token_id), "found": found})
                continue
            with OAuthTokenDatabase() as db:
                # Long enough for the broker to write in between.
                time.sleep(chance.random() * 0.004)
                if action == "delete":
                    db.delete_token(token_id)
                    own.pop(token_id, None)
                else:
                    own[token_id] = {
                        "access_token": f"access {name} {number}",
                        "refresh_token": f"refresh {name} {number}",
                        "expires_at": time.time() + 3600,
                        "name": "Grüße",
                    }
                    db.add_token(token_id, own[token_id])
    say({"own": own})


def read():
    """Reads the file under its lock until the standard input ends; says how often and how often in vain."""
    import threading

    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    db = OAuthTokenDatabase()
    reads, failures = 0, []
    while not ended.is_set():
        with db.lock:
            with open(db.path, encoding="utf-8") as file:
                text = file.read()
        reads += 1
        try:
            json.loads(text)
        except ValueError:
            failures.append(text[:200])
        time.sleep(0.002)
    say({"reads": reads, "failures": failures})


def hold(seconds):
    """Holds the lock of the token file."""
    with ComboLock(join(gettempdir(), "ovos_oauth.json.lock")):
        say("held")
        time.sleep(float(seconds))
    say("released")


def try_lock():
    """Says whether the lock of the token file is free."""
    lock = ComboLock(join(gettempdir(), "ovos_oauth.json.lock"))
    taken = lock.acquire(blocking=False)
    if taken:
        lock.release()
    say(taken)


def add_application(munged_id):
    with OAuthApplicationDatabase() as db:
        db.add_application(
            oauth_service=munged_id,
            client_id="client of a tool",
            client_secret=None,
            auth_endpoint="https://provider.example/authorize",
            token_endpoint="https://provider.example/token",
            callback_endpoint="http://0.0.0.0:36536/auth/callback/" + munged_id,
            scope="réad",
            shell_integration=False,
        )


def rewrite():
    """Loads both files and stores them again, unchanged."""
    for database in (OAuthTokenDatabase(), OAuthApplicationDatabase()):
        database.store()


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {
        "dump": dump,
        "write": write,
        "read": read,
        "hold": hold,
        "try_lock": try_lock,
        "add_application": add_application,
        "rewrite": rewrite,
    }[command](*arguments)
