"""Runs a program on a new terminal, 24 x 80: its own input and output are the terminal's other side. A line
"ROWS COLUMNS" on descriptor 3 changes the size. Ends with the program's exit code."""
import fcntl, os, pty, select, struct, sys, termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, master = pty.fork()
if pid == 0:
    os.close(3)
    resize(0, 24, 80)
    os.execvp(sys.argv[1], sys.argv[1:])

sources = {0, 3, master}
while master in sources:
    for fd in select.select(list(sources), [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            sources.discard(fd)
        elif fd == 0:
            os.write(master, data)
        elif fd == 3:
            for line in data.splitlines():
                resize(master, *map(int, line.split()))
        else:
            os.write(1, data)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
os._exit(code if code >= 0 else 128 - code)
