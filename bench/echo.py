"""Answers `oauth.get` from a constant, on ovos-bus-client: the part of the plugin's time that is its client library's."""
from threading import Event

from ovos_bus_client import Message, MessageBusClient

ANSWER = {"url": "https://provider.example/authorize?response_type=code&client_id=bench&state=0123456789abcdef"}

bus = MessageBusClient()
bus.on("oauth.get", lambda message: bus.emit(message.reply("oauth.url", ANSWER)))
bus.run_in_thread()
bus.connected_event.wait()
bus.emit(Message("oauth.ping"))
Event().wait()
