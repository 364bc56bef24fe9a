"""Receives what a service tells systemd: binds the address in argv[1] and prints each datagram as a line of JSON."""
import json
import socket
import sys

address = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\0" + address[1:] if address.startswith("@") else address)
print("listening", flush=True)
while True:
    print(json.dumps(receiver.recv(65536).decode().split("\n")), flush=True)
