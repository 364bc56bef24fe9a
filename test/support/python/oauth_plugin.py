"""The real ovos-phal-plugin-oauth in a process of its own, loaded as ovos-PHAL loads it."""
import signal
import threading

from ovos_bus_client import MessageBusClient
from ovos_config import Configuration
from ovos_PHAL_plugin_oauth import OAuthPlugin

stopped = threading.Event()
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: stopped.set())

bus = MessageBusClient()
bus.run_in_thread()
bus.connected_event.wait()
plugin = OAuthPlugin(bus=bus, config=Configuration()["PHAL"]["ovos-PHAL-plugin-oauth"])
stopped.wait()
plugin.shutdown()
