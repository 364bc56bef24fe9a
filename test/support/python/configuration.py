"""Prints what the real ovos_config makes of each environment of a JSON list on stdin.

For each: {"config": ..., "cache_dir": ..., "temp_dir": ...} or {"error": ...}. ovos_config decides where its files are
when it is imported, so each environment gets a process of its own; forked, since starting Python takes long.
"""
import json
import logging
import os
import sys
import tempfile

import requests  # noqa: F401 - imported before the forks, to import it once
import yaml  # noqa: F401


def answer(environment):
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    logging.disable(logging.CRITICAL)
    from ovos_config.config import Configuration
    from ovos_utils.oauth import OAuthTokenDatabase

    return {
        "config": Configuration.load_all_configs(),
        "cache_dir": os.path.dirname(OAuthTokenDatabase().path),
        "temp_dir": tempfile.gettempdir(),
    }


def answer_in_a_fork(environment):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        # What the libraries print must not get into the answer.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            result = answer(environment)
        except Exception as error:
            result = {"error": repr(error)}
        with os.fdopen(writer, "w") as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


json.dump([answer_in_a_fork(environment) for environment in json.load(sys.stdin)], sys.stdout)
