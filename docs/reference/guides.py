"""The repository's Markdown as pages of the site, and pages of what it links to."""

import os
import pathlib
import re
import shutil

from api import ROOT


class Guides:
    """The repository's Markdown, at the same paths; what it links to and is no Markdown becomes a page, too."""

    def __init__(self, out):
        self.out = out
        self.shown = {}

    def sources(self):
        found = [ROOT / f for f in ('README.md', 'CHANGELOG.md', 'benchmarks/README.md')]
        found += sorted((ROOT / 'docs').rglob('*.md'))
        return [pathlib.PurePosixPath(f.relative_to(ROOT)) for f in found]

    def write(self):
        pages = self.sources()
        for page in pages:
            to = self.out / page
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(self.linked(page, (ROOT / page).read_text(), set(pages)))
        for f in (ROOT / 'docs').rglob('*'):
            if f.suffix in ('.svg', '.png', '.dot'):
                to = self.out / f.relative_to(ROOT)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(f, to)
        for file in sorted(self.shown):
            self.show(file)

    def linked(self, page, text, pages):
        def change(m):
            label, target = m.group(1), m.group(2)
            if re.match(r'[a-z]+:|#', target):
                return m.group()
            path, _, anchor = target.partition('#')
            full = pathlib.PurePosixPath(os.path.normpath(page.parent / path))
            if full in pages or full.suffix in ('.svg', '.png'):
                return m.group()
            if (ROOT / full).is_dir():
                to = {'docs/decisions': 'docs/decisions/README', 'include/cohub/cocalc': 'reference/methods',
                      'include/cohub/pieces': 'reference/pieces'}.get(str(full))
                if to is None:
                    to = self.shown.setdefault(str(full), f'files/{full}/index')
            else:
                to = self.shown.setdefault(str(full), f'files/{full}')
            return f'[{label}](/{to}.rst)'

        # Not inside fenced code.
        parts = re.split(r'(^```.*?^```)', text, flags=re.M | re.S)
        # "…" in a snippet is no C++, and is meant so.
        code = [re.sub(r'^```cpp\n', '```{code-block} cpp\n:force:\n\n', p) for p in parts]
        return ''.join(p if p.startswith('```') else re.sub(r'\[((?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\(([^)\s]+)\)',
                                                             change, p) for p in code)

    LANGUAGE = {'.cpp': 'cpp', '.hpp': 'cpp', '.py': 'python', '.sh': 'bash', '.json': 'json', '.js': 'javascript',
                '.ts': 'typescript', '.txt': 'text', '.cmake': 'cmake', '.mjs': 'javascript'}

    def show(self, file):
        to = self.out / (self.shown[file] + '.rst')
        to.parent.mkdir(parents=True, exist_ok=True)
        depth = os.path.relpath(ROOT / file, to.parent)
        if (ROOT / file).is_dir():
            inside = sorted(p.name for p in (ROOT / file).iterdir() if not p.name.startswith('.'))
            body = '\n'.join(f'- ``{name}``' for name in inside)
        else:
            body = f'.. literalinclude:: {depth}\n   :language: {self.LANGUAGE.get(pathlib.Path(file).suffix, "text")}'
        to.write_text(f':orphan:\n\n{file}\n{"=" * len(file)}\n\n{body}\n')
