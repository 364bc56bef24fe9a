"""What ovos-PHAL does for this trial: loads the real ovos-phal-plugin-oauth, unless mycroft.conf says otherwise."""
import signal
import threading

from ovos_bus_client import MessageBusClient
from ovos_config import Configuration
from ovos_PHAL_plugin_oauth import OAuthPlugin

stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopped.set())

bus = MessageBusClient()
bus.run_in_thread()
bus.connected_event.wait()
config = Configuration().get("PHAL", {}).get("ovos-PHAL-plugin-oauth", {})
if config.get("enabled", True):
    plugin = OAuthPlugin(bus=bus, config=config)
stopped.wait()
