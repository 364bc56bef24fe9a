"""Runs a program in a terminal of its own and types for it.

terminal.py ANSWERS PROGRAM ARGUMENT... types each of ANSWERS (a JSON list of [prompt, answer]) once its prompt is on the
screen, prints the whole screen when the program has ended, and ends as it did.
"""
import json
import os
import pty
import sys

answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
screen = b""
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:  # The other end was closed.
        break
    if not part:
        break
    screen += part
    if answers and screen.endswith(answers[0][0].encode()):
        os.write(terminal, answers.pop(0)[1].encode() + b"\n")
sys.stdout.write(screen.decode().replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
