"""The Python plugin alone in its process: its leanest form. Arguments: the port of its web server."""
import sys
from threading import Event

from ovos_bus_client import MessageBusClient
from ovos_PHAL_plugin_oauth import OAuthPlugin

bus = MessageBusClient()
bus.run_in_thread()
bus.connected_event.wait()
plugin = OAuthPlugin(bus=bus, config={"port": int(sys.argv[1])})
Event().wait()
