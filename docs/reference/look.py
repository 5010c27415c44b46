#!/usr/bin/env python3
"""Looks at the site in headless Chromium, from its files and without a network: whether its search finds what somebody
looks for, and whether its pages fit on a telephone.

usage: look.py SITE_FOLDER. Prints a line for each that does not and ends with status 1 if there is one.
"""

import html
import pathlib
import re
import subprocess
import sys
import tempfile

# What is looked for, and a page that has to be found.
SEARCHES = {
    'user_search': 'reference/methods-system.html',
    'max_connections': 'reference/options.html',
    'overloaded': 'reference/errors.html',
    'delay_until_released': 'reference/fake-script.html',
    'SOCKS5': 'docs/getting-through.html',
}
WIDTH = 375

FRAMES = '''<!doctype html><body><script>
const width = %d;
// Whether a part of the page moves sideways by itself, be it wide.
function scrolls(e) {
    for (; e && e.tagName !== "ARTICLE"; e = e.parentElement)
        if (["auto", "scroll"].includes(getComputedStyle(e).overflowX)) return true;
    return false;
}
// Before this page counts as loaded all of its frames are.
window.onload = () => {
    const pre = document.createElement("pre");
    for (const frame of document.querySelectorAll("iframe")) {
        const all = [...frame.contentDocument.querySelectorAll("article *")];
        const wide = all.find((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e));
        const what = wide ? wide.tagName + " " + wide.textContent.slice(0, 60).replace(/\\s+/g, " ") : "";
        pre.textContent += frame.getAttribute("src") + " " + what + "\\n";
    }
    document.body.replaceChildren(pre);
};
</script>
%s
</body>'''


def shown(url, *how):
    """The page as it is once its scripts have run. A browser that hangs is begun anew."""
    for left in (2, 1, 0):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            try:
                return subprocess.run(
                    ['chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
                     '--allow-file-access-from-files',
                     f'--user-data-dir={profile}', *how, '--dump-dom', url],
                    capture_output=True, text=True, timeout=60, check=True).stdout
            except subprocess.TimeoutExpired:
                if not left:
                    raise
    return ''


def problems(site):
    for words, page in SEARCHES.items():
        found = re.findall(r'<li[^>]*><a href="([^"#?]*)', shown(
            f'{site.as_uri()}/search.html?q={words}', '--virtual-time-budget=10000').partition('id="search-results"')[2])
        if page not in found:
            yield f'a search for {words} does not find {page}, but {found[:5]}'

    pages = sorted(p.relative_to(site).as_posix() for p in site.rglob('*.html'))
    widths = []
    for i in range(0, len(pages), 30):
        frames = site / 'look.html'
        frames.write_text(FRAMES % (WIDTH, '\n'.join(
            f'<iframe style="width:{WIDTH}px;height:800px;border:0" src="{p}"></iframe>' for p in pages[i:i + 30])))
        try:
            widths += re.findall(r'^(?:.*<pre>)?(\S+\.html) (.*?)(?:</pre>.*)?$', html.unescape(shown(frames.as_uri())),
                                 flags=re.M)
        finally:
            frames.unlink()
    if len(widths) != len(pages):
        yield f'only {len(widths)} of {len(pages)} pages were shown'
    for page, wide in widths:
        if wide:
            yield f'{page} does not fit: {wide}'


def main():
    found = list(problems(pathlib.Path(sys.argv[1]).resolve()))
    for p in found:
        print(p)
    print(f'{len(SEARCHES)} searches, and each page at {WIDTH} pixels: {len(found)} problems')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
