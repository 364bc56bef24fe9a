"""Asks on the message bus and prints the data of the answer: ask.py TYPE DATA [TYPE OF THE ANSWER]"""
import json
import os
import sys

from ovos_bus_client import MessageBusClient
from ovos_bus_client.message import Message

bus = MessageBusClient()
bus.run_in_thread()
if not bus.connected_event.wait(10):
    sys.exit("no message bus")
answer = bus.wait_for_response(Message(sys.argv[1], json.loads(sys.argv[2])), *sys.argv[3:], timeout=20)
print(json.dumps(answer and answer.data), flush=True)
os._exit(0 if answer else 1)
