"""Run the tutorial's commands and put what they print beneath them.

`make docs` writes the page anew; a test compares. In a block of `console`, a line after `$ ` is a
command and lines after `> ` go on with it; the rest is what it prints. Commands run one after the other in an empty
folder and, from the first curl on, with a service of their own.
"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

PAGE = Path(__file__).parent / "tutorial.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)", re.MULTILINE)
DOCUMENTED_PORT = "127.0.0.1:8000"
START_SECONDS = 60


class Terminal:
    """A shell in a folder of its own; the service it starts ends with it."""

    def __init__(self, folder: Path, store: Path) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.folder = folder
        self.env = {**os.environ, "PATH": path, "LAEGEVALG_STORE": str(store), "LC_ALL": "C.UTF-8"}
        self.service: subprocess.Popen[bytes] | None = None
        self.address = f"127.0.0.1:{free_port()}"

    def run(self, command: str) -> str:
        """What a command prints, standard error included."""
        if "curl" in command and self.service is None:
            self.serve()
        shell = command.replace(DOCUMENTED_PORT, self.address)
        done = subprocess.run(
            ["bash", "-c", shell], cwd=self.folder, env=self.env, capture_output=True, text=True, check=False
        )
        lines = (done.stdout + done.stderr).replace(self.address, DOCUMENTED_PORT).splitlines()
        return "\n".join(line.rstrip() for line in lines).strip("\n")

    def serve(self) -> None:
        """Start the service and wait until it answers."""
        port = self.address.split(":")[1]
        log = (self.folder / "serve.log").open("wb")
        self.service = subprocess.Popen(
            ["laegevalg", "serve", "--port", port], cwd=self.folder, env=self.env, stdout=log, stderr=log
        )
        for _ in range(START_SECONDS * 2):
            try:
                urllib.request.urlopen(f"http://{self.address}/health", timeout=2).close()
                return
            except OSError:
                time.sleep(0.5)
        raise TimeoutError((self.folder / "serve.log").read_text(encoding="utf-8"))

    def close(self) -> None:
        """End the service."""
        if self.service is not None:
            self.service.terminate()
            self.service.wait(timeout=30)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def rewritten(page: str, store: Path | None = None) -> str:
    """The page with the output of every command as it is now; without a store it builds its own."""
    with TemporaryDirectory() as folder:
        terminal = Terminal(Path(folder), store or Path(folder) / "store")
        try:
            return BLOCK.sub(lambda block: f"```console\n{answered(block[1], terminal)}```", page)
        finally:
            terminal.close()


def answered(block: str, terminal: Terminal) -> str:
    """A block's commands, each with what it prints."""
    text = ""
    for command in COMMAND.finditer(block):
        said = terminal.run(command[1].replace("\n> ", "\n"))
        text += f"{command[0]}\n" + (f"{said}\n" if said else "")
    return text


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
