#!/usr/bin/env python3
"""Whether all links within the repository's Markdown, and within the site, lead somewhere.

usage: links.py SITE_FOLDER. Prints a line for each that does not and ends with status 1 if there is one.
"""

import html.parser
import pathlib
import re
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]


def anchors(markdown):
    """The names of headings, as GitHub makes them."""
    found, seen = set(), {}
    for line in re.sub(r'^```.*?^```', '', markdown, flags=re.M | re.S).splitlines():
        m = re.match(r'#{1,6} +(.*)', line)
        if not m:
            continue
        words = re.sub(r'\[([^\]]*)\]\([^)]*\)', r'\1', m.group(1)).replace('`', '').strip().lower()
        name = re.sub(r'[^\w\- ]', '', words).replace(' ', '-')
        found.add(f'{name}-{seen[name]}' if name in seen else name)
        seen[name] = seen.get(name, 0) + 1
    return found


def of_markdown():
    files = subprocess.run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '*.md'], cwd=ROOT,
                           capture_output=True, text=True, check=True).stdout.split()
    for name in files:
        page = ROOT / name
        if not page.exists():
            continue
        body = re.sub(r'^```.*?^```', '', page.read_text(), flags=re.M | re.S)
        # Neither in spans of code.
        body = re.sub(r'`[^`\n]*`', '``', body)
        for target in re.findall(r'\]\(([^)\s]+)(?: "[^"]*")?\)', body):
            if re.match(r'[a-z]+:', target):
                continue
            path, _, anchor = target.partition('#')
            to = (page.parent / path).resolve() if path else page
            if not to.exists():
                yield f'{name}: {target}: there is no such file'
            elif anchor and to.suffix == '.md' and anchor not in anchors(to.read_text()):
                yield f'{name}: {target}: there is no such heading'
            else:
                yield None


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.ids.update(v for v in (a.get('id'), a.get('name')) if v)
        for key in ('href', 'src', 'data'):
            if a.get(key) is not None and tag in ('a', 'img', 'link', 'script', 'object', 'source', 'iframe'):
                self.links.append((tag, a[key]))


def of_site(site):
    pages = {p.resolve(): Page(p.read_text()) for p in site.rglob('*.html')}
    for path, page in pages.items():
        for tag, link in page.links:
            parts = urllib.parse.urlsplit(link)
            where = f'{path.relative_to(site.resolve())}: {link}'
            if parts.scheme or parts.netloc:
                # A reader may go elsewhere; the page itself is shown without a network.
                if tag != 'a':
                    yield f'{where}: is fetched from elsewhere'
                continue
            to = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            if not to.exists():
                yield f'{where}: there is no such page'
            elif parts.fragment and to in pages and urllib.parse.unquote(parts.fragment) not in pages[to].ids:
                yield f'{where}: there is no such place on it'
            else:
                yield None


def main():
    found = 0
    count = 0
    for problem in [*of_markdown(), *of_site(pathlib.Path(sys.argv[1]))]:
        count += 1
        if problem:
            found += 1
            print(problem)
    print(f'{count} links, {found} of them lead nowhere')
    return 1 if found or not count else 0


if __name__ == '__main__':
    sys.exit(main())
