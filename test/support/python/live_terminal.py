"""Runs a program in a terminal of its own, 120 characters wide, for as long as it likes.

live_terminal.py PROGRAM ARGUMENT... writes what comes to the screen to standard output, types what it reads from standard
input, and ends as the program did (128 and the number where a signal ended it).
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios

pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
sources = [terminal, 0]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            part = os.read(source, 4096)
        except OSError:  # The other end was closed.
            part = b""
        if not part:
            sources.remove(source)
        elif source == terminal:
            os.write(1, part)
        else:
            os.write(terminal, part)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
