#!/usr/bin/env python3
"""Writes the sources of the site, which Sphinx reads: the reference, and the guides with their links.

usage: pages.py XML_FOLDER OUTPUT_FOLDER
"""

import pathlib
import re
import shutil
import sys
import xml.etree.ElementTree as ET

import api
import groups
import guides

ROOT = api.ROOT
REFERENCE = ROOT / 'docs/reference'


class Words:
    """Turns Doxygen's XML of a docstring into reStructuredText, with links to public names."""

    def __init__(self, names):
        self.by_name = {}
        self.members = {m.own for n in names for m in n.members if m.kind == 'variable'}
        for n in names:
            for m in [n, *n.members, *n.values, *(v for m in n.members for v in m.values)]:
                parts = m.name.split('::')
                for i in range(len(parts)):
                    self.by_name.setdefault('::'.join(parts[i:]), set()).add(m.name)

    def link(self, words, near=None, is_type=False):
        """`words` as code, and as a link if they name something public."""
        code = f'``{words}``'
        plain = re.sub(r'\(.*\)$|<.*>$', '', words).strip()
        if not re.fullmatch(r'[\w:]+', plain) or plain.isdigit():
            return code
        found = self.by_name.get(plain, set())
        if near is not None and any(plain == p for n in [near, *near.members] for _, p, _ in n.parameters):
            return code
        # What stands nearest: of the class, of the namespace around it, and so on.
        inside, scope = set(), near.name if near is not None else 'cohub'
        while not inside and scope:
            inside = {f for f in found if f == f'{scope}::{plain}'}
            scope = scope.rpartition('::')[0]
        # By its own name alone, a member of another class is not meant.
        found = inside or (found if '::' in plain else set())
        if len(found) != 1:
            return code
        target = next(iter(found))
        # `user` is a member of some answer more often than the type of that name.
        if not is_type and '::' not in plain and plain in self.members and target == f'cohub::{plain}':
            return code
        if near is not None and target == near.name:
            return code
        shown = words.replace('<', '\\<')
        return f':cpp:any:`{shown} <{target}>`'

    def escape(self, words):
        words = re.sub(r'([\\`*|])', r'\\\1', words)
        return re.sub(r'(\w)_(?=\W|$)', r'\1\\_', words)

    def inline(self, node, near):
        out = []

        def add(piece, is_markup):
            if out and piece:
                before = out[-1]
                # Markup begins and ends at white space or punctuation.
                if is_markup and before and before[-1] not in ' (\n"/-[':
                    out.append('\\ ')
                if before.endswith(('`', '*')) and not is_markup and piece[0] not in ' .,;:!?)\n\'"/-]':
                    out.append('\\ ')
            out.append(piece)

        def words(t):
            # errc::x is a link wherever it stands.
            at = 0
            for m in re.finditer(r'\b(?:errc|condition)::\w+', t):
                add(self.escape(t[at:m.start()]), False)
                add(self.link(m.group(), near), True)
                at = m.end()
            add(self.escape(t[at:]), False)

        words(re.sub(r'\s+', ' ', node.text or ''))
        for child in node:
            if child.tag == 'computeroutput':
                add(self.link(''.join(child.itertext()), near), True)
            elif child.tag == 'ref':
                add(self.link(''.join(child.itertext()), near), True)
            elif child.tag == 'ulink':
                add(f"`{self.escape(api.text(child))} <{child.get('url')}>`__", True)
            elif child.tag == 'emphasis':
                add(f'*{self.escape(api.text(child))}*', True)
            elif child.tag == 'bold':
                add(f'**{self.escape(api.text(child))}**', True)
            else:
                add({'ndash': '–', 'mdash': '—', 'nonbreakablespace': '\u00a0', 'linebreak': ' ', 'hellip': '…'}.get(
                    child.tag, ''.join(child.itertext())), False)
            words(re.sub(r'\s+', ' ', child.tail or ''))
        return ''.join(out).strip()

    def blocks(self, node, near):
        """The paragraphs, lists and snippets of a description; not what stands under @param and the like."""
        out = []
        for para in node.findall('para') if node is not None else []:
            # A snippet or a list stands inside a paragraph, with text before and behind it.
            piece = ET.Element('para')
            piece.text = para.text

            def flush():
                words = self.inline(piece, near)
                if words:
                    out.append(words)

            for child in para:
                if child.tag not in BLOCKS:
                    piece.append(child)
                    continue
                flush()
                out += self.block(child, near)
                piece = ET.Element('para')
                piece.text = child.tail
            flush()
        return out

    def block(self, node, near):
        if node.tag in ('verbatim', 'preformatted'):
            return [snippet(''.join(node.itertext()))]
        if node.tag == 'programlisting':
            return [snippet('\n'.join(code_line(line) for line in node.findall('codeline')))]
        if node.tag in ('itemizedlist', 'orderedlist'):
            return ['- ' + indent('\n\n'.join(self.blocks(item, near)), 2).lstrip() for item in node.findall('listitem')]
        return []


BLOCKS = ('verbatim', 'preformatted', 'programlisting', 'itemizedlist', 'orderedlist', 'simplesect', 'parameterlist',
          'table', 'internal')


def code_line(line):
    def flat(node):
        t = node.text or ''
        for c in node:
            t += ' ' if c.tag == 'sp' else flat(c)
            t += c.tail or ''
        return t
    return flat(line)


def snippet(code):
    return '.. code-block:: cpp\n   :force:\n\n' + indent(code.strip('\n'), 3)


def indent(t, n):
    return '\n'.join((' ' * n + line) if line.strip() else '' for line in t.split('\n'))


def tidy(declaration):
    """Doxygen's spelling of C++, as people write it."""
    d = re.sub(r"(\d) '(?=\d)", r"\1'", declaration)
    d = re.sub(r'<\s+', '<', re.sub(r'\s+>', '>', d))
    d = d.replace('&& ...', '&&...')
    d = re.sub(r'\b(std|boost|asio|cohub)\s*::\s*', r'\1::', d)
    return ' '.join(d.split())


def template_head(n):
    """The parameters of a template but for the tail of a call, which is explained once."""
    out = []
    for kind, name, default in n.template:
        if (kind, name) in (('class...', 'Args'), ('class', 'Token'), ('class...Args', ''), ('class Token', ''),
                            ('class... Args', '')) and n.kind == 'function':
            continue
        one = f'{kind} {name}'.strip() + (f' = {default}' if default else '')
        out.append(tidy(one))
    return f'template<{", ".join(out)}> ' if out else ''


def argument_list(n):
    out = []
    for kind, name, default in n.parameters:
        out.append(tidy(f'{kind} {name}' if name else kind) + (f' = {tidy(default)}' if default else ''))
    return ', '.join(out)


def relative(n):
    """The name as it is written inside its class, or inside the namespace cohub."""
    return n.own if n.parent is not None else n.name.removeprefix('cohub::')


def declaration(n):
    kind, name = n.kind, relative(n)
    if kind in ('class', 'struct'):
        bases = [b for b in n.node.findall('basecompoundref')
                 if b.get('prot') == 'public' and 'detail' not in text_of(b) and 'intrusive' not in text_of(b)]
        head = template_head(n) + name
        return head + (' : ' + ', '.join('public ' + tidy(text_of(b)) for b in bases) if bases else '')
    if kind == 'function':
        words = []
        if n.node.get('explicit') == 'yes':
            words.append('explicit')
        if n.node.get('static') == 'yes':
            words.append('static')
        if n.node.get('virt') in ('virtual', 'pure-virtual'):
            words.append('virtual')
        returns = re.sub(r'\b(COHUB_DECL|inline|constexpr|friend)\b', '', n.type)
        if returns.strip():
            words.append(tidy(returns))
        tail = ' const' if n.node.get('const') == 'yes' else ''
        if 'noexcept' in n.arguments.rsplit(')', 1)[-1]:
            tail += ' noexcept'
        if n.node.get('virt') == 'pure-virtual':
            tail += ' = 0'
        return f"{template_head(n)}{' '.join(words)} {name}({argument_list(n)}){tail}".strip()
    if kind == 'variable':
        value = api.text(n.node.find('initializer'))
        if len(value) > 60 or 'detail::' in value:
            value = ''
        static = 'static ' if n.node.get('static') == 'yes' and n.parent is not None else ''
        kind_of = re.sub(r'\b(inline)\b', '', n.type)
        return tidy(f'{static}{kind_of} {name} {value}')
    if kind == 'typedef':
        of = re.sub(r'^typedef ', '', n.type)
        return template_head(n) + tidy(f'{name} = {of}')
    if kind in ('enum', 'define'):
        return name
    if kind == 'concept':
        return f'template<{", ".join(tidy(k + " " + d) for k, d, _ in n.template)}> {name}'
    raise ValueError(kind)


def text_of(node):
    return ''.join(node.itertext())


DIRECTIVE = {'class': 'cpp:class', 'struct': 'cpp:struct', 'function': 'cpp:function', 'variable': 'cpp:var',
             'typedef': 'cpp:type', 'enum': 'cpp:enum-class', 'concept': 'cpp:concept', 'define': 'c:macro'}


class Reference:
    def __init__(self, names):
        self.names = names
        self.words = Words(names)
        self.inner = {}
        for n in names:
            if n.parent is not None:
                self.inner.setdefault(n.parent.name, []).append(n)

    def fields(self, n):
        """What stands under the tags of a docstring, as a list of fields."""
        w, out = self.words, []

        def field(name, body):
            body = [b for b in body if b]
            if body:
                out.append(f':{name}: ' + indent('\n\n'.join(body), 3).lstrip())

        for kind, title in (('templateparam', 'tparam'), ('param', 'param')):
            for name, said in n.described(kind).items():
                field(f'{title} {name}', w.blocks(said, n))
        gives = n.value() if n.is_call else ''
        returned = [b for s in n.parts('return') for b in w.blocks(s, n)]
        if gives and gives != 'void':
            field('Gives', [self.type(gives, n) + (': ' + returned[0] if returned else ''), *returned[1:]])
        elif gives == 'void' and not returned:
            field('Gives', ['nothing'])
        else:
            field('Gives' if n.is_call else 'returns', returned)
        for item in n.details.findall(".//parameterlist[@kind='exception']/parameteritem"):
            what = ', '.join(api.text(p) for p in item.iter('parametername'))
            said = w.blocks(item.find('parameterdescription'), n)
            # `@throws what the coroutine throws` names no type.
            if '::' in what:
                field('Throws', [w.link(what, n) + (': ' + said[0] if said else '')])
            else:
                field('Throws', [f'{what} {said[0]}' if said else what])
        for title in ('Errors', 'Retry', 'Source'):
            s = n.section(title)
            if s is None:
                continue
            body = w.blocks(s, n)
            if title == 'Retry':
                m = re.match(r'(safe|never)\b', body[0])
                if m:
                    body[0] = f':retry-{m.group(1)}:`{m.group(1)}`' + (
                        '\\ ' if body[0][m.end():m.end() + 1].isalnum() else '') + body[0][m.end():]
            field(title, body)
        return out

    def type(self, spelled, near):
        """A type with links for the public names in it."""
        parts = re.split(r'(\w+(?:::\w+)*)', spelled)
        out = []
        for p in parts:
            linked = self.words.link(p, near, is_type=True) if re.match(r'\w', p) else ''
            if linked.startswith(':cpp:'):
                out.append(linked)
            elif p:
                if out and out[-1].startswith('``'):
                    out[-1] = out[-1][:-2] + p + '``'
                else:
                    out.append(f'``{p}``')
        return '\\ '.join(re.sub(r'^``(\s*)(.*?)(\s*)``$', r'``\2``', o) for o in out)

    def body(self, n):
        w = self.words
        out = w.blocks(n.brief, n) + w.blocks(n.details, n)
        fields = self.fields(n)
        if fields:
            out.append('\n'.join(fields))
        for s in n.details.iter('simplesect'):
            title = api.text(s.find('title'))
            if s.get('kind') == 'par' and title not in ('Errors', 'Retry', 'Source'):
                out.append(f'.. rubric:: {title}')
                out += w.blocks(s, n)
        return out

    def entry(self, n, several=()):
        """A directive with all that is said of a name, and its members in it."""
        kind = 'cpp:enum' if n.kind == 'enum' and n.node.get('strong') != 'yes' else DIRECTIVE[n.kind]
        head = f'.. {kind}:: ' + declaration(n)
        for other in several:
            head += '\n' + ' ' * (len(kind) + 6) + declaration(other)
        body = self.body(n)
        for v in n.values:  # of an enumeration
            said = '\n\n'.join(self.body(v))
            body.append(f'.. cpp:enumerator:: {v.own}\n\n' + indent(said, 3))
        if n.kind in ('class', 'struct'):
            body += self.base_members(n)
            body += self.overview(n)
            members = [m for m in n.members if m.kind in DIRECTIVE and self.is_shown(m)]
            for inner in self.inner.get(n.name, []):
                members.append(inner)
            members.sort(key=lambda m: m.line)
            for m in members:
                if m.first is None:
                    body.append(self.entry(m, [o for o in members if o.first is m]))
        return head + '\n\n' + indent('\n\n'.join(body), 3)

    def overview(self, n):
        """The functions of a large class, by name."""
        own = dict.fromkeys(m.own for m in n.members
                            if m.kind == 'function' and self.is_shown(m) and m.own not in (n.short, 'operator()'))
        if len(own) < 6:
            return []
        return [' · '.join(f':cpp:func:`{name} <{n.name}::{name}>`' for name in own)]

    def is_shown(self, m):
        """Special members without a word are left out."""
        return m.is_documented and not (m.kind == 'function' and m.short.startswith('~'))

    def base_members(self, n):
        """What comes from a public base, by name."""
        out = []
        for b in n.node.findall('basecompoundref'):
            base = next((c for c in self.names if c.id == b.get('refid')), None)
            if base is None or b.get('prot') != 'public':
                continue
            own = {m.short for m in n.members}
            seen = []
            for m in base.members:
                if m.kind == 'function' and self.is_shown(m) and m.short not in own and m.short not in seen and \
                        m.short != base.short and not m.short.startswith('operator'):
                    seen.append(m.short)
            if seen:
                out.append(f'From :cpp:class:`{base.short} <{base.name}>`: ' + ', '.join(
                    f':cpp:func:`{s}() <{base.name}::{s}>`' for s in seen) + '.')
        return out

    def page(self, slug, title, intro, parts, out):
        text = [f'{title}\n{"=" * len(title)}', intro.strip(), '.. cpp:namespace:: cohub']
        below = [p for p in parts if isinstance(p, tuple)]
        files = [p for p in parts if isinstance(p, str)]
        chosen = {p for p in self.all_taken if p.startswith('cohub::')}
        for part in files:
            here = [n for n in self.names if n.parent is None and (
                n.name == part or (n.file == part and n.name not in chosen))]
            self.written.update(id(n) for n in here)
            if not part.startswith('cohub::') and here:
                doors = self.doors(part)
                text.append(f'.. rst-class:: header\n\nIn ``<{part}>``' + (f', which {doors} brings' if doors else ''))
            for n in here:
                name = relative(n)
                if n.kind in ('class', 'struct'):
                    text.append(f'{name}\n{"-" * len(name)}')
                text.append(self.entry(n))
        if below:
            text.append('.. toctree::\n   :maxdepth: 1\n\n' + '\n'.join(f'   {p[0]}' for p in below))
        (out / f'{slug}.rst').write_text('\n\n'.join(t for t in text if t) + '\n')
        for p in below:
            self.page(*p, out)

    def doors(self, part):
        """Which front door brings a header; none if it is one, or if it is for itself."""
        found = []
        for door in ('hub', 'project', 'v1', 'v2', 'pieces', 'batching', 'prometheus', 'sim'):
            if part in self.reach(f'cohub/{door}.hpp'):
                found.append(f'``<cohub/{door}.hpp>``')
        return found[0] if found else ''

    cache = {}

    def reach(self, part):
        if part not in self.cache:
            self.cache[part] = set()
            for inc in re.findall(r'#include <(cohub/[^>]+\.hpp)>', api.header(part).read_text()):
                self.cache[part] |= {inc} | self.reach(inc)
        return self.cache[part]

    def write(self, out):
        out.mkdir(parents=True)

        def flat(pages):
            for p in pages:
                yield p
                yield from flat([c for c in p[3] if isinstance(c, tuple)])

        self.all_taken = {c for p in flat(groups.PAGES) for c in p[3] if isinstance(c, str)}
        self.written = set()
        for p in groups.PAGES:
            self.page(*p, out)
        (out / 'index.rst').write_text((REFERENCE / 'pages/reference.rst').read_text() + ''.join(
            f'   {p[0]}\n' for p in groups.PAGES))
        lost = [n for n in self.names if n.parent is None and id(n) not in self.written]
        for n in lost:
            print(f'{n.file}: {n.name} is on no page; see docs/reference/groups.py', file=sys.stderr)
        return not lost


def main():
    xml, out = sys.argv[1], pathlib.Path(sys.argv[2])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    complete = Reference(api.read(xml)).write(out / 'reference')
    guides.Guides(out).write()
    for f in (REFERENCE / 'pages').iterdir():
        if f.name == 'reference.rst':
            continue
        text = f.read_text()
        # A new guide that index.rst does not name comes after the others.
        new = [g.stem for g in sorted((out / 'docs').glob('*.md')) if f'   docs/{g.stem}\n' not in text]
        text = text.replace('   docs/*\n', ''.join(f'   docs/{g}\n' for g in new))
        (out / f.name).write_text(text)
    decisions = sorted((ROOT / 'docs/decisions').glob('[0-9]*.md'))
    with (out / 'docs/decisions/README.md').open('a') as index:
        index.write('\n```{toctree}\n:hidden:\n\n' + ''.join(f'{d.stem}\n' for d in decisions) + '```\n')
    return 0 if complete else 1


if __name__ == '__main__':
    sys.exit(main())
