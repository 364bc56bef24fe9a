"""The real ovos-phal-plugin-homeassistant in a process of its own, loaded as ovos-PHAL loads it."""
import signal
import threading

from ovos_bus_client import MessageBusClient
from ovos_PHAL_plugin_homeassistant import HomeAssistantPlugin

stopped = threading.Event()
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: stopped.set())

bus = MessageBusClient()
bus.run_in_thread()
bus.connected_event.wait()
plugin = HomeAssistantPlugin(bus=bus, config={})
print("loaded", flush=True)
stopped.wait()
