"""A program on the bus with the real ovos_bus_client, driven by JSON lines: {"id", "op", ...} on stdin, {"id", "result"}
or {"id", "error"} on stdout, and {"frame": text} for every frame that reaches it, in order of arrival.

`messagebus.ts` gives its environment, and so the bus that its mycroft.conf names."""
import json
import sys
import threading

from ovos_bus_client import MessageBusClient
from ovos_bus_client.message import Message, decrypt_from_dict, encrypt_as_dict

out_lock = threading.Lock()


def say(line):
    with out_lock:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


class RecordingClient(MessageBusClient):
    """Handlers run in a thread pool, so the order of frames is only known here."""

    def on_message(self, *args):
        say({"frame": args[-1]})
        super().on_message(*args)


def message_of(text):
    """Message.deserialize would want it encrypted where there is a key."""
    parts = json.loads(text)
    return Message(parts["type"], parts.get("data"), parts.get("context"))


class Commands:
    def __init__(self):
        self.bus = None

    def connect(self, line):
        # MessageBusClient passes over `websocket.ssl` of the configuration; it goes by this argument alone.
        self.bus = RecordingClient(ssl=line["ssl"])
        self.bus.run_in_thread()
        if not self.bus.connected_event.wait(line["timeout"]):
            raise RuntimeError("no connection to the bus")

    def emit(self, line):
        self.bus.emit(message_of(line["message"]))

    def wait_for_response(self, line):
        answer = self.bus.wait_for_response(
            message_of(line["message"]), line.get("reply_type"), line["timeout"])
        return None if answer is None else answer.serialize()

    def answer(self, line):
        """From now on answers every message of a type, as a skill does: with `reply`."""
        data = line.get("data") or {}
        self.bus.on(line["type"], lambda message: self.bus.emit(
            message.reply(line.get("reply_type") or message.msg_type + ".response", data)))

    def send_text(self, line):
        self.bus.client.send(line["text"])

    def encrypt(self, line):
        return json.dumps(encrypt_as_dict(line["key"], line["text"]))

    def decrypt(self, line):
        return decrypt_from_dict(line["key"], json.loads(line["frame"]))

    def derive(self, line):
        """What Message.forward, reply or response makes of a frame, serialised."""
        message = Message.deserialize(line["message"])
        data = json.loads(line["data"])
        if line["method"] == "response":
            return message.response(data).serialize()
        return getattr(message, line["method"])(line["type"], data).serialize()


    def normalise(self, line):
        """A frame as Python reads and writes it: two that say the same become the same text."""
        return Message.deserialize(line["message"]).serialize()


commands = Commands()


def run(line):
    try:
        say({"id": line["id"], "result": getattr(commands, line["op"])(line)})
    except Exception as error:
        say({"id": line["id"], "error": repr(error)})


for text in sys.stdin:
    line = json.loads(text)
    if line["op"] == "wait_for_response":
        threading.Thread(target=run, args=(line,), daemon=True).start()
    else:
        run(line)
