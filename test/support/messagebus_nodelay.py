"""The real ovos-messagebus with TCP_NODELAY on its connections, so that Nagle and delayed ACK (44 ms a round trip on
the stock bus) don't hide what a test or benchmark measures."""
from ovos_messagebus.__main__ import main
from ovos_messagebus.event_handler import MessageBusEventHandler

stock_open = MessageBusEventHandler.open


def open_without_delay(handler):
    handler.set_nodelay(True)
    stock_open(handler)


MessageBusEventHandler.open = open_without_delay
main()
