"""Copy this file into your skill: it asks the OAuth broker of the device for an access token."""
from threading import Event
from uuid import uuid4

from ovos_bus_client.message import Message


class AccessTokenError(Exception):
    """Why there is no token: str(error) is a sentence in the user's language that a skill can speak."""

    def __init__(self, answer):
        super().__init__(answer["error"])
        self.code = answer["error_code"]  # needs_user, needs_credentials, transient, unknown_app or invalid_request
        self.hint = answer.get("hint")  # what the user can do, or None
        self.retry_after = answer.get("retry_after")  # seconds, or None


def get_access_token(bus, skill_id, app_id, min_valid_seconds=30, timeout=20):
    """A valid access token; ask each time before you call the provider. Raises AccessTokenError."""
    request_id, answered, answers = str(uuid4()), Event(), []

    def on_answer(message):
        # On the bus everybody hears everybody's answers.
        if message.context.get("request_id") == request_id:
            answers.append(message.data)
            answered.set()

    request = {"skill_id": skill_id, "app_id": app_id, "min_valid_seconds": min_valid_seconds}
    bus.on("oauth.token.get.response", on_answer)
    try:
        bus.emit(Message("oauth.token.get", request, {"request_id": request_id}))
        answered.wait(timeout)
    finally:
        bus.remove("oauth.token.get.response", on_answer)
    if not answers:
        raise AccessTokenError({"error": "The sign-in service did not answer.", "error_code": "transient"})
    if answers[0]["status"] != "ok":
        raise AccessTokenError(answers[0])
    return answers[0]["access_token"]
