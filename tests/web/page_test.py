"""page_test.py <cohub-fake-server> [folder for screenshots]

The page at /__fake__/ in headless Chromium, against a server of its own for each test.
"""

import base64
import http.client
import json
import os
import subprocess
import sys
import threading
import unittest

from browser import Browser, Page

HOSTILE = "<script>window.broken = 1</script>"
IMAGE = "<img src=x onerror=window.broken=1>"


class Server:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [PROGRAM, "--plain", *options], stdout=subprocess.PIPE, text=True)
        hello = json.loads(self.process.stdout.readline())
        self.url = hello["url"]
        self.port = int(self.url.rpartition(":")[2])
        self.key = hello["api_key"]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def send(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def call(self, name, *args):
        """A function of the hub; gives the status."""
        key = base64.b64encode((self.key + ":").encode()).decode()
        return self.send("POST", "/api/conat/hub", json.dumps({"name": name, "args": args}),
                         {"Authorization": "Basic " + key, "Content-Type": "application/json"})[0]

    def own(self, method, path, value=None):
        status, text = self.send(
            method, "/__fake__/" + path, None if value is None else json.dumps(value))
        assert status == 200, text
        return json.loads(text)


class PageTest(unittest.TestCase):
    options = ("--users", "120")

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.server = Server(*self.options)
        self.addCleanup(lambda: self.server.stop())
        self.page = Page(self.browser)
        self.addCleanup(self.page.close)
        self.page.look(1280, 1000)
        self.open()

    def open(self):
        self.page.call("Page.navigate", url=self.server.url + "/__fake__/")
        self.page.wait("document.querySelector('#state')?.textContent === 'Connected'")

    def calls(self):
        return self.page.run(
            "[...document.querySelectorAll('#requests-rows .open b')].map((b) => b.textContent)")

    def faults(self):
        return self.page.run(
            "[...document.querySelectorAll('#faults-list code')].map((c) => c.textContent)")

    def has_call(self, name):
        self.page.wait("[...document.querySelectorAll('#requests-rows .open b')]"
                       f".some((b) => b.textContent === {json.dumps(name)})")

    # ---- the parts of the page ----------------------------------------------------------------

    def test_loads_from_its_server_alone_and_without_complaint(self):
        self.server.call("system.ping")
        self.has_call("system.ping")
        asked = [e["request"]["url"] for e in self.page.events("Network.requestWillBeSent")]
        self.assertGreater(len(asked), 5)
        for url in asked:
            self.assertTrue(url.startswith((self.server.url + "/__fake__/", "data:")), url)
        self.assertEqual(self.page.events("Log.entryAdded"), [])
        self.assertEqual(self.page.events("Runtime.exceptionThrown"), [])
        self.assertEqual(self.page.events("Runtime.consoleAPICalled"), [])
        self.assertEqual(self.server.own("GET", "verify"), {"problems": []})

    def test_shows_the_accounts_and_their_organizations(self):
        users = self.server.own("GET", "users")
        self.assertIn(f"{len(users)}", self.page.text("#accounts-count"))
        shown = self.page.text("#accounts-rows")
        for user in users[:20]:
            self.assertIn(user["account_id"], shown)
            self.assertIn(user["email_address"] or "", shown)
        self.assertIn("acme", self.page.text("#organizations-rows"))

        last = users[-1]
        self.assertNotIn(last["account_id"], shown)
        self.page.focus("#accounts-filter")
        self.page.type(last["account_id"])
        self.page.wait("document.querySelectorAll('#accounts-rows tr').length === 1")
        self.assertIn(last["account_id"], self.page.text("#accounts-rows"))
        self.page.type("no such account")
        self.page.wait("!document.querySelector('#accounts-empty').hidden")

    def test_shows_accounts_with_times_that_no_calendar_has(self):
        self.server.own("POST", "accounts", [
            {"first_name": "Qzxw", "last_active": 9223372036854775807},
            {"first_name": "Qzxw", "last_active": -8640000000000001},
            {"first_name": "Qzxw", "last_active": 8640000000000000}])
        self.page.focus("#accounts-reload")
        self.page.key("Enter")
        self.page.run("document.querySelector('#accounts-filter').value = 'qzxw'")
        self.page.key("Enter")
        self.page.wait("document.querySelectorAll('#accounts-rows tr').length === 3")
        shown = self.page.text("#accounts-rows")
        for time in ("9223372036854775807", "-8640000000000001", "+275760-09-13"):
            self.assertIn(time, shown)

    def test_adds_an_account(self):
        self.page.run("document.querySelector('#accounts details').open = true")
        self.page.focus("#account-form [name=first_name]")
        self.page.type("Ada")
        self.page.key("Tab")
        self.page.type("Lovelace")
        self.page.key("Enter")
        self.page.wait("document.querySelectorAll('#accounts-rows tr').length === 1")
        self.assertIn("Ada Lovelace", self.page.text("#accounts-rows"))
        self.assertEqual(self.server.own("GET", "users")[-1]["last_name"], "Lovelace")

    def test_shows_requests_and_opens_them_by_keyboard(self):
        self.assertIn("No requests yet", self.page.text("#requests"))
        self.server.call("system.getNames", ["x"])
        self.server.send("GET", "/nothing/here")
        self.has_call("system.getNames")
        self.has_call("/nothing/here")
        self.page.wait("document.querySelector('#requests-news').textContent.includes('new request')")
        self.page.wait("document.querySelector('#problems-list').innerText.includes('/nothing/here')")
        self.page.focus("#requests-rows tr:nth-of-type(3) .open")
        self.page.key("Enter")
        detail = self.page.text("#requests-rows .detail:not([hidden])")
        self.assertIn('"system.getNames"', detail)
        self.assertIn("Authorization", detail)
        self.assertNotIn(self.server.key, self.page.run("document.documentElement.outerHTML"))
        self.page.key("Enter")
        self.assertFalse(self.page.run("!!document.querySelector('.detail:not([hidden])')"))

    def test_numbers_are_shown_as_they_were_sent(self):
        self.server.call("system.ping", 1)
        body = '{"name":"system.ping","args":[123456789012345678901,1.0]}'
        self.server.send("POST", "/api/conat/hub", body)
        self.page.wait("document.querySelectorAll('#requests-rows .open').length === 2")
        self.page.focus("#requests-rows .open")
        self.page.key("Enter")
        self.assertIn("123456789012345678901", self.page.text("#requests-rows .detail pre"))

    def test_filters_and_pauses(self):
        for name in ("system.ping", "system.getNames", "projects.get"):
            self.server.call(name)
        self.has_call("projects.get")
        self.page.focus("#filter")
        self.page.type("system.")
        self.page.wait("document.querySelectorAll('#requests-rows .open').length === 2")
        self.assertEqual(self.calls(), ["system.getNames", "system.ping"])
        self.page.type("x")
        self.page.wait("document.querySelector('#requests-empty').textContent.includes('system.x')")
        self.page.run("document.querySelector('#filter').select()")
        self.page.type("/api/")
        self.page.wait("document.querySelectorAll('#requests-rows .open').length === 3")

        self.page.focus("#pause")
        self.page.key("Space")
        self.assertEqual(self.page.text("#pause"), "Go on")
        self.server.call("system.test")
        # After two more complete refreshes it is still not there.
        self.page.run("window.looks = 0; window.old = fetch; window.fetch = (path, o) =>"
                      " { if (path === 'clock') ++window.looks; return window.old(path, o); }; 0")
        self.page.wait("window.looks >= 3")
        self.assertNotIn("system.test", self.calls())
        self.page.key("Space")
        self.has_call("system.test")

    def test_follows_many_requests_and_a_journal_that_begins_anew(self):
        for _ in range(3):
            self.server.call("system.ping")
        self.page.wait("document.querySelectorAll('#requests-rows .open').length === 3")
        self.server.own("POST", "reset")
        self.server.call("system.test")
        self.server.call("system.test")
        self.page.wait("document.querySelectorAll('#requests-rows .open').length === 2")
        self.assertEqual(self.calls(), ["system.test", "system.test"])
        for _ in range(250):
            self.server.call("system.getNames")
        self.server.call("org.getAll")
        self.has_call("org.getAll")
        self.page.wait("document.querySelectorAll('#requests-rows .open').length === 200")
        self.assertEqual(self.calls()[:2], ["org.getAll", "system.getNames"])

    def test_lists_the_routes(self):
        routes = self.page.text("#routes-rows")
        for path in self.server.own("GET", "openapi.json")["paths"]:
            self.assertIn(path, routes)

    # ---- functions of newer servers -----------------------------------------------------------

    def needs(self, path):
        if "/__fake__/" + path not in self.server.own("GET", "openapi.json")["paths"]:
            self.skipTest("this server has no " + path)

    def test_shows_how_requests_were_answered(self):
        self.needs("sessions")
        self.server.own("PUT", "faults", ["system.ping status=503", "system.test close"])
        for name in ("system.ping", "system.getNames"):
            self.server.call(name)
        self.assertRaises(http.client.HTTPException, self.server.call, "system.test")
        cells = ("[...document.querySelectorAll('#requests-rows tr:not(.detail)')]"
                 ".map((r) => [...r.querySelectorAll('.answer')].slice(0, 2).map((c) => c.innerText))")
        self.page.wait(f"JSON.stringify({cells}).includes('none')")
        self.assertEqual(self.page.run(cells),
                         [["none", "close"], ["200", "–"], ["503", "status=503"]])
        self.page.focus("#requests-rows .open")
        self.page.key("Enter")
        self.assertIn("with nothing", self.page.text("#requests-rows .detail:not([hidden])"))

    def test_waits_for_answers_that_are_held(self):
        self.needs("sessions")
        self.server.own("PUT", "faults", ["system.ping delay=2s"])
        waiting = threading.Thread(target=self.server.call, args=("system.ping",))
        waiting.start()
        self.page.wait("document.querySelector('#requests-rows .answer')?.innerText === '…'")
        self.page.wait("document.querySelector('#requests-rows .answer')?.innerText === '200'")
        waiting.join()

    def test_lets_the_clock_run(self):
        self.needs("sessions")
        self.page.focus("#clock-run")
        self.page.key("Enter")
        self.page.wait("document.querySelector('#clock-run').textContent === 'Stop it'")
        self.assertTrue(self.server.own("GET", "clock")["running"])
        self.page.key("Enter")
        self.page.wait("document.querySelector('#clock-note').textContent.includes('stands still')")
        self.assertNotIn("running", self.server.own("GET", "clock"))

    def test_shows_a_session(self):
        self.needs("sessions")
        made = self.server.own("POST", "sessions", {"users": 3, "faults": ["system.ping status=504"]})
        self.page.wait("!document.querySelector('#session-label').hidden")
        self.page.focus("#session")
        self.page.key("ArrowDown")
        self.page.wait("document.querySelector('#faults-list code')?.textContent === 'system.ping status=504'")
        self.assertEqual(self.server.own("GET", "faults"), [])
        status, _ = self.server.send("POST", "/api/conat/hub", '{"name":"system.ping"}',
                                     {"Content-Type": "application/json", **made["headers"]})
        self.assertEqual(status, 504)
        self.has_call("system.ping")
        self.server.own("DELETE", "sessions/" + made["id"])
        self.page.wait("document.querySelector('#session-label').hidden")
        self.page.wait("document.querySelector('#requests').innerText.includes('No requests yet')")
        self.page.wait("document.querySelector('#accounts-count').textContent === "
                       f"'{len(self.server.own('GET', 'users'))}'")

    # ---- actions ------------------------------------------------------------------------------

    def test_a_fault_of_the_form_is_in_force(self):
        page = self.page
        page.focus("#fault-call")
        page.run("document.activeElement.select()")
        page.type("system.ping")
        page.key("Tab")  # the kind of fault: an HTTP status
        page.key("Tab")
        page.run("document.activeElement.select()")
        page.type("502")
        page.key("Tab")
        page.run("document.activeElement.select()")
        page.type("2")
        page.key("Enter")
        page.wait("document.querySelector('#faults-list li')")
        self.assertEqual(self.faults(), ["system.ping status=502 times=2"])
        self.assertEqual(self.server.own("GET", "faults"), self.faults())
        self.assertEqual(self.server.call("system.ping"), 502)
        page.wait("document.querySelector('#faults-list code').textContent === 'system.ping status=502'")
        self.assertEqual(self.server.call("system.ping"), 502)
        page.wait("document.querySelector('#faults').innerText.includes('every call is answered')")
        self.assertEqual(self.server.call("system.ping"), 200)

    def test_each_kind_of_fault_is_taken(self):
        kinds = self.page.run("document.querySelector('#fault-kind').options.length")
        self.assertGreater(kinds, 10)
        for kind in range(kinds):
            self.page.run(f"document.querySelector('#fault-kind').value = {kind};"
                          "document.querySelector('#fault-kind').dispatchEvent(new Event('change'));"
                          "document.querySelector('#fault-form').requestSubmit()")
            self.page.wait(f"document.querySelectorAll('#faults-list li').length === {kind + 1}")
        self.assertEqual(self.faults(), self.server.own("GET", "faults"))

    def test_says_what_is_wrong_with_a_fault(self):
        self.page.focus("#fault-text")
        self.page.run("document.activeElement.select()")
        self.page.type("system.pnig status=503")
        self.page.key("Enter")
        self.page.wait("!document.querySelector('#fault-error').hidden")
        self.assertIn("the nearest is 'system.ping'", self.page.text("#fault-error"))
        self.assertEqual(self.server.own("GET", "faults"), [])

    def test_removes_faults(self):
        texts = ["system.ping status=503", "system.test hold forever", "* close"]
        self.server.own("PUT", "faults", texts)
        self.page.wait("document.querySelectorAll('#faults-list li').length === 3")
        self.page.focus("#faults-list li:nth-child(2) button")
        self.page.key("Enter")
        self.page.wait("document.querySelectorAll('#faults-list li').length === 2")
        self.assertEqual(self.server.own("GET", "faults"), [texts[0], texts[2]])
        # The focus stays where it was.
        self.assertEqual(self.page.run("document.activeElement.getAttribute('aria-label')"),
                         "Remove * close")
        self.page.focus("#faults-clear")
        self.page.key("Enter")
        self.page.wait("!document.querySelector('#faults-list li')")
        self.assertEqual(self.server.own("GET", "faults"), [])

    def test_moves_the_clock(self):
        self.server.own("PUT", "clock", {"now": 1000000000000})
        self.page.wait("document.querySelector('#clock-time').textContent === '2001-09-09 01:46:40.000'")
        self.page.focus("[data-advance='3600000']")
        self.page.key("Enter")
        self.page.wait("document.querySelector('#clock-time').textContent === '2001-09-09 02:46:40.000'")
        self.page.focus("#clock-value")
        self.page.run("document.activeElement.select()")
        self.page.type("tomorrow")
        self.page.key("Enter")
        self.page.wait("document.querySelector('#clock-error').textContent.startsWith('Write a time')")
        self.page.run("document.activeElement.select()")
        self.page.type("2030-01-02 03:04:05")
        self.page.key("Enter")
        self.page.wait("document.querySelector('#clock-time').textContent === '2030-01-02 03:04:05.000'")
        self.assertEqual(self.server.own("GET", "clock")["now"], 1893553445000)
        self.assertTrue(self.page.run("document.querySelector('#clock-error').hidden"))

    def test_resets_after_a_question(self):
        self.server.own("PUT", "faults", ["system.ping status=503"])
        self.server.call("system.test")
        self.has_call("system.test")
        self.page.focus("#reset")
        self.page.key("Enter")
        self.assertTrue(self.page.run("document.querySelector('#reset-dialog').open"))
        self.page.key("Escape")
        self.assertFalse(self.page.run("document.querySelector('#reset-dialog').open"))
        self.assertEqual(len(self.server.own("GET", "faults")), 1)
        self.page.key("Enter")
        self.page.key("Tab")
        self.page.key("Enter")
        self.page.wait("document.querySelector('#requests').innerText.includes('No requests yet')")
        self.page.wait("!document.querySelector('#faults-list li')")
        self.assertEqual(self.server.own("GET", "requests")["requests"], [])

    def test_says_when_the_server_has_gone_and_when_it_is_back(self):
        self.server.stop()
        self.page.wait("!document.querySelector('#gone').hidden")
        self.assertIn("does not answer", self.page.text("#gone"))
        self.screenshot("gone")
        self.page.focus("[data-advance='1000']")
        self.page.key("Enter")
        self.page.wait("!document.querySelector('#clock-error').hidden")
        self.server = Server("--port", str(self.server.port), "--users", "3", "--seed", "7")
        self.page.wait("document.querySelector('#gone').hidden")
        users = self.server.own("GET", "users")
        self.page.wait(f"document.querySelector('#accounts-rows').innerText.includes('{users[-1]['account_id']}')")

    # ---- safety and accessibility -------------------------------------------------------------

    def test_what_others_invent_stays_text(self):
        self.server.own("POST", "accounts", [
            {"first_name": HOSTILE, "last_name": IMAGE, "org": IMAGE, "email_address": HOSTILE}])
        self.server.own("PUT", "faults", ["system.ping body='" + IMAGE + "'"])
        self.server.send("POST", "/api/conat/hub", json.dumps({"name": IMAGE, "args": [HOSTILE]}),
                         {"X-Hostile": HOSTILE})
        self.server.send("POST", "/<img/src=x/onerror=window.broken=1>?" + HOSTILE.replace(" ", ""))
        self.has_call(IMAGE)
        self.page.run("document.querySelector('#accounts-filter').value = '<script>'")
        self.page.focus("#accounts-reload")
        self.page.key("Enter")
        self.page.wait("document.querySelectorAll('#accounts-rows tr').length === 1")
        for at in (1, 3):
            self.page.focus(f"#requests-rows tr:nth-of-type({at}) .open")
            self.page.key("Enter")
        self.assertIn(f"{HOSTILE} {IMAGE}", self.page.text("#accounts-rows"))
        self.assertIn(IMAGE, self.page.text("#organizations-rows"))
        self.assertIn(IMAGE, self.page.text("#faults-list"))
        self.assertIn(HOSTILE, self.page.text("#requests-rows"))
        self.assertIn(IMAGE, self.page.text("#problems-list"))
        self.assertEqual(self.page.run("document.querySelectorAll('main script, main img').length"), 0)
        self.assertIsNone(self.page.run("window.broken"))
        # If a mistake made markup of a text, the browser would refuse it.
        refused = self.page.run(
            f"(() => {{ try {{ document.body.innerHTML = {json.dumps(IMAGE)}; return ''; }}"
            " catch (error) { return error.name; } })()")
        self.assertEqual(refused, "TypeError")

    def test_can_be_used_by_keyboard_alone(self):
        self.server.own("PUT", "faults", ["system.ping status=503"])
        self.server.call("system.test")
        self.has_call("system.test")
        self.page.wait("document.querySelector('#faults-list button')")
        self.page.run("window.scrollTo(0, 0)")
        reached, unmarked = set(), []
        for _ in range(200):
            self.page.key("Tab")
            at = self.page.run(
                "(() => { const e = document.activeElement; if (e === document.body) return null;"
                " e.dataset.reached = 1; const s = getComputedStyle(e);"
                " return [e.id || e.outerHTML.slice(0, 80), s.outlineStyle !== 'none'"
                " && parseFloat(s.outlineWidth) >= 1]; })()")
            if at is None:
                break
            reached.add(at[0])
            if not at[1]:
                unmarked.append(at[0])
        self.assertEqual(unmarked, [])
        self.assertGreater(len(reached), 25)
        missed = self.page.run(
            "[...document.querySelectorAll('a[href], button, input, select, summary')].filter("
            "(e) => e.checkVisibility() && !e.disabled && !e.dataset.reached)"
            ".map((e) => e.id || e.outerHTML)")
        self.assertEqual(missed, [])

    def test_everything_to_use_has_a_name(self):
        self.server.own("PUT", "faults", ["system.ping status=503"])
        self.server.call("system.test")
        self.has_call("system.test")
        roles = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "spinbutton",
                 "table", "region", "main", "navigation", "form", "search", "dialog"}
        seen, unnamed = set(), []
        for node in self.page.call("Accessibility.getFullAXTree")["nodes"]:
            role = node.get("role", {}).get("value")
            if node.get("ignored") or role not in roles:
                continue
            seen.add(role)
            if role not in ("main", "search") and not node.get("name", {}).get("value"):
                unnamed.append((role, node.get("backendDOMNodeId")))
        self.assertEqual(unnamed, [])
        self.assertLessEqual({"main", "navigation", "region", "table", "search", "combobox"}, seen)

    def test_is_legible_light_and_dark_wide_and_narrow(self):
        users = self.server.own("GET", "users")
        self.server.own("PUT", "faults", [
            'system.userSearch status=429 header="Retry-After: 1" times=2', "projects.start close",
            "system.test hold", "org.* no-subscriber forever"])
        self.server.call("system.getNames", [users[0]["account_id"]])
        self.server.call("system.userSearch", {"query": "ada", "limit": 20})
        self.assertRaises(http.client.HTTPException, self.server.call, "projects.start", {})
        self.server.call("org.getAll")
        self.server.call("system.userSearch", {"query": "ada", "limit": 20})
        self.server.send("POST", "/api/v2/accounts/search", '{"query":"ada"}')
        self.server.call("system.ping")
        self.has_call("system.ping")
        self.page.wait("document.querySelectorAll('#faults-list button').length === 2")
        self.page.wait("!document.querySelector('.new')")
        self.page.run("document.querySelectorAll('#requests-rows .open')[2].click()")
        backs = set()
        for scheme in ("light", "dark"):
            for width, height in ((1280, 1000), (800, 1000), (360, 740)):
                self.page.look(width, height, scheme)
                self.page.run("window.scrollTo(0, 0)")
                self.screenshot(f"{scheme}-{width}")
                wide = self.page.run("document.documentElement.scrollWidth")
                self.assertLessEqual(wide, width)
            backs.add(self.page.run("getComputedStyle(document.body).backgroundColor"))
            for text, back, ratio in CONTRASTS:
                self.assertGreaterEqual(self.contrast(text, back), ratio, (scheme, text, back))
        self.assertEqual(len(backs), 2)

    def contrast(self, text, back):
        """As WCAG 2 measures it, of two of the page's colours."""
        def luminance(name):
            value = self.page.run(
                f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()")
            parts = [int(value[i:i + 2], 16) / 255 for i in (1, 3, 5)]
            parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        low, high = sorted((luminance(text), luminance(back)))
        return (high + 0.05) / (low + 0.05)

    def screenshot(self, name):
        if SCREENSHOTS:
            self.page.screenshot(os.path.join(SCREENSHOTS, name + ".png"))


CONTRASTS = [(text, "sheet", 4.5) for text in ("text", "muted", "accent", "good", "warn", "bad")]
CONTRASTS += [("text", "back", 4.5), ("text", "new-back", 4.5), ("muted", "new-back", 4.5),
              ("bad", "bad-back", 4.5), ("on-accent", "accent", 4.5), ("field", "sheet", 3)]

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    SCREENSHOTS = sys.argv[2] if len(sys.argv) > 2 and not sys.argv[2].startswith("-") else ""
    if SCREENSHOTS:
        os.makedirs(SCREENSHOTS, exist_ok=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[3 if SCREENSHOTS else 2:]], verbosity=2)
