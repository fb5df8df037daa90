"""Checks a report in headless Chromium, which is spoken to over a pipe (DevTools protocol): nothing but Python is needed."""

import base64
import contextlib
import itertools
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SCREENS = [
    ("desk", 1280, 900, "light"), ("desk", 1280, 900, "dark"), ("tablet", 820, 1180, "light"),
    ("phone", 390, 844, "light"), ("phone", 390, 844, "dark"),
]
ALLOWED_SCHEMES = ("data:", "about:", "chrome:")


# How long to wait for an answer [s]: a machine that does ten other things is slow.
SILENCE = 120


class Silent(Exception):
    pass


class Browser:
    def __init__(self, profile):
        down, up = os.pipe(), os.pipe()
        arguments = [
            "chromium", "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--disable-gpu",
            "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage",
        ]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")

        def pipes():
            # Chromium reads commands from 3 and answers on 4.
            ours = [os.dup(down[0]), os.dup(up[1])]
            os.dup2(ours[0], 3)
            os.dup2(ours[1], 4)

        self.process = subprocess.Popen(
            arguments, preexec_fn=pipes, close_fds=False, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(down[0])
        os.close(up[1])
        self.commands, self.answers = os.fdopen(down[1], "wb"), os.fdopen(up[0], "rb")
        self.ids, self.buffer, self.events, self.session = itertools.count(1), b"", [], None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.send(f"{domain}.enable")

    def close(self):
        """Ends the browser with all its processes, whether it answers or not."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def receive(self):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.answers], [], [], SILENCE)
            piece = os.read(self.answers.fileno(), 1 << 20) if ready else b""
            if not piece:
                raise Silent(f"chromium does not answer within {SILENCE} s" if not ready else "chromium ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, **params):
        number = next(self.ids)
        command = {"id": number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        self.commands.write(json.dumps(command).encode() + b"\0")
        self.commands.flush()
        while True:
            message = self.receive()
            if message.get("id") == number:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())

    def evaluate(self, expression):
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            sys.exit(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def open(self, url):
        self.events = []
        self.send("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def key(self, key, code, modifiers=0):
        for kind in ["keyDown", "keyUp"]:
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=modifiers,
                      text="\r" if key == "Enter" and kind == "keyDown" else "")


def traffic(browser, url):
    """Requests and complaints since the page was opened."""
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            asked = params["request"]["url"]
            if asked != url and not asked.startswith(ALLOWED_SCHEMES):
                yield f"a request: {asked[:120]}"
        elif method == "Log.entryAdded":
            yield f"the console says: {params['entry']['text']}"
        elif method == "Runtime.consoleAPICalled":
            yield f"the console says: {params['args']}"
        elif method == "Runtime.exceptionThrown":
            yield "a script fails"


def keyboard(browser):
    """Whether Tab reaches everything that can be used, in order, visibly; and Enter opens what is folded."""
    browser.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    usable = "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')]"
    expected = browser.evaluate(f"{usable}.length")
    browser.evaluate("window.reached = []")
    for _ in range(expected):
        browser.key("Tab", 9)
        # The outline is what shows where one is.
        browser.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            f" window.reached.push([{usable}.indexOf(e), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]); }})()"
        )
    reached = browser.evaluate("window.reached")
    if [i for i, _ in reached] != list(range(expected)):
        yield f"Tab goes over {[i for i, _ in reached]}, not over all of {expected} in order"
    unseen = [i for i, outlined in reached if not outlined]
    if unseen:
        yield f"the focus cannot be seen on {unseen}"
    fold = "document.querySelector('details')"
    if browser.evaluate(f"{fold} !== null"):
        browser.evaluate(f"{fold}.open = false; {fold}.querySelector('summary').focus()")
        browser.key("Enter", 13)
        if not browser.evaluate(f"{fold}.open"):
            yield "Enter does not open what is folded"


def check(report, shots):
    url = report.resolve().as_uri()
    wrong = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, contextlib.closing(Browser(profile)) as browser:
        for screen, width, height, scheme in SCREENS:
            browser.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                         mobile=screen != "desk")
            browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.open(url)
            name = f"{screen}, {scheme}"
            if shots:
                image = browser.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
                (shots / f"{screen}_{scheme}.png").write_bytes(base64.b64decode(image))
            browser.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            found = browser.evaluate((HERE / "page.js").read_text())
            browser.open(url)
            found += keyboard(browser)
            found += traffic(browser, url)
            wrong += [f"{name}: {sentence}" for sentence in found]
        browser.open(url)
        pdf = base64.b64decode(browser.send("Page.printToPDF", preferCSSPageSize=True)["data"])
        if not pdf.startswith(b"%PDF") or len(pdf) < 10_000:
            wrong.append("it does not print")
        if shots:
            (shots / "paper.pdf").write_bytes(pdf)
    return wrong


def main():
    report = pathlib.Path(sys.argv[1])
    shots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    try:
        wrong = check(report, shots)
    except Silent as silent:
        sys.exit(f"wrong: {silent}")
    for sentence in wrong:
        print(f"wrong: {sentence}")
    print(f"{report.name}: {len(wrong)} mistakes on {len(SCREENS)} screens and on paper")
    sys.exit(1 if wrong else 0)


main()
