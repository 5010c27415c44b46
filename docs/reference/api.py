"""The public names of cohub, read from the XML that Doxygen makes of its headers.

Public is what comes with a front door, and what the fake server and the simulation offer: all of the headers but
folders and namespaces named `detail` or `impl` (the Doxyfile leaves these out), and what is marked `@internal`, be
it a name, a class with its members, or a header as a whole.
"""

import pathlib
import re
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Whose protected members are for those who derive from them.
FOR_DERIVING = {'cohub::fake::hub_test', 'cohub::fake::paused_hub_test'}

# What follows the arguments of each call; `call_args` says what it may be.
TAIL = ('args', 'token')


class Name:
    """A class, function, variable, type, enumeration or concept."""

    def __init__(self, node, parent, name, kind, location):
        self.node = node
        self.parent = parent
        self.name = name
        self.own = text(node.find('name')) or self.short
        self.kind = kind
        self.file = location.get('file') if location is not None else ''
        self.line = int(location.get('line', 0)) if location is not None else 0
        self.body = (int(location.get('bodystart', 0)), int(location.get('bodyend', 0))) \
            if location is not None and location.get('bodyfile') == self.file else (0, 0)
        self.brief = node.find('briefdescription')
        self.details = node.find('detaileddescription')
        self.members = []
        self.values = []
        # The one that is documented for both, of those that one statement declares.
        self.first = None

    @property
    def id(self):
        return self.node.get('id')

    @property
    def short(self):
        return self.name.rsplit('::', 1)[-1] if '<' not in self.name else self.name

    @property
    def is_internal(self):
        return self.details.find('.//internal') is not None

    @property
    def is_documented(self):
        """Whether something is said of it beyond where it comes from."""
        source = self.section('Source')
        said = text(self.brief) + text(self.details)
        return said != text(source)

    @property
    def parameters(self):
        return [(text(p.find('type')), text(p.find('declname')), text(p.find('defval')))
                for p in self.node.findall('param')]

    @property
    def template(self):
        return [(text(p.find('type')), text(p.find('declname')), text(p.find('defval')))
                for p in self.node.findall('templateparamlist/param')]

    @property
    def requires(self):
        return text(self.node.find('requiresclause'))

    @property
    def type(self):
        return text(self.node.find('type'))

    @property
    def arguments(self):
        return text(self.node.find('argsstring'))

    @property
    def is_call(self):
        """Whether this is a method that calls a server, and takes a token."""
        return self.kind == 'function' and self.requires.startswith(('call_args<', '(is_tail<')) or (
            self.kind == 'function' and any('Args' in t for t, _, _ in self.parameters) and self.type == 'auto')

    def section(self, title):
        """What stands under @errors, @retry, @source or a @par; None if there is none."""
        for s in self.details.iter('simplesect'):
            if s.get('kind') == 'par' and text(s.find('title')) == title:
                return s
        return None

    def parts(self, kind):
        """What stands under @return and the like."""
        return [s for s in self.details.iter('simplesect') if s.get('kind') == kind]

    def described(self, kind='param'):
        """Names of documented parameters, and what is said of them."""
        found = {}
        for item in self.details.findall(f".//parameterlist[@kind='{kind}']/parameteritem"):
            for name in item.iter('parametername'):
                found[text(name)] = item.find('parameterdescription')
        return found

    def source(self):
        """The text of the header from this name to the end of its body."""
        first, last = self.body
        if last < first or first == 0:
            return ''
        return '\n'.join(header(self.file).read_text().splitlines()[first - 1:last])

    def value(self):
        """What a call gives, by the name that the header spells; empty if that cannot be seen."""
        body = self.source()
        if re.search(r'return (?:change|for_user)\(', body):
            return 'void'
        m = re.search(r'\b(?:rpc\w*|send|end|end_with|about|initiate|with_opts|of_project|run)<', body)
        if not m:
            return ''
        # The first argument of the template.
        depth, start = 0, m.end()
        for i in range(start, len(body)):
            if depth == 0 and body[i] in ',>':
                given = ' '.join(body[start:i].split())
                alias = re.search(rf'using {re.escape(given)} = ([^;]+);', body)
                return ' '.join(alias.group(1).split()) if alias else given
            depth += {'<': 1, '>': -1}.get(body[i], 0)
        return ''


def text(node):
    return ' '.join(''.join(node.itertext()).split()) if node is not None else ''


def one_statement(a, b):
    """Whether `type a, b;` declares both."""
    lines = header(a.file).read_text().splitlines()[a.line - 1:b.line]
    if a.file != b.file or not lines:
        return False
    between = ' '.join(lines)
    return re.search(rf'\b{re.escape(a.short)}\b[^;/]*\b{re.escape(b.short)}\b', between) is not None


def header(name):
    """The path of a header by what an #include says."""
    for folder in ('include', 'fake_server/include'):
        if (ROOT / folder / name).exists():
            return ROOT / folder / name
    raise FileNotFoundError(name)


def read(xml):
    """All public names: those of namespaces, with their members in them, by header and line."""
    xml = pathlib.Path(xml)
    compounds = [ET.parse(f).getroot().find('compounddef') for f in sorted(xml.glob('*.xml'))
                 if f.name.startswith(('class', 'struct', 'union', 'namespace', 'concept')) or f.name.endswith('hpp.xml')]
    internal_files = {c.find('location').get('file') for c in compounds
                      if c.get('kind') == 'file' and c.find('detaileddescription//internal') is not None}
    classes, free, seen = {}, [], set()

    for c in compounds:
        kind = c.get('kind')
        if kind in ('class', 'struct', 'union'):
            if c.get('prot') in (None, 'public'):
                classes[text(c.find('compoundname'))] = Name(
                    c, None, text(c.find('compoundname')), kind, c.find('location'))
        elif kind == 'concept':
            free.append(Name(c, None, text(c.find('compoundname')), kind, c.find('location')))

    def members(c, prefix, parent):
        for m in c.findall('sectiondef/memberdef'):
            if m.get('prot') != 'public' and not (m.get('prot') == 'protected' and prefix in FOR_DERIVING):
                continue
            if m.get('id') in seen or m.get('kind') == 'friend':
                continue
            seen.add(m.get('id'))
            n = Name(m, parent, f"{prefix}::{text(m.find('name'))}" if prefix else text(m.find('name')), m.get('kind'),
                     m.find('location'))
            for v in m.findall('enumvalue'):
                n.values.append(Name(v, n, f"{n.name}::{text(v.find('name'))}", 'enumvalue', m.find('location')))
            yield n

    for name, c in classes.items():
        c.members = list(members(c.node, name, c))
        for before, m in zip(c.members, c.members[1:]):
            if m.kind == before.kind == 'variable' and not m.is_documented and one_statement(before, m):
                m.brief, m.details, m.first = before.brief, before.details, before.first or before
    for c in compounds:
        if c.get('kind') == 'namespace':
            name = text(c.find('compoundname'))
            if name == 'cohub' or name.startswith('cohub::'):
                free += members(c, name, None)

    for c in compounds:
        if c.get('kind') == 'file' and c.find('location').get('file') not in internal_files:
            # Macros, but for those that keep a header from being read twice.
            free += [m for m in members(c, '', None) if m.kind == 'define' and not m.name.endswith('_HPP')]

    def outer(name):
        while '::' in name:
            name = name.rsplit('::', 1)[0]
            if name in classes:
                return classes[name]
        return None

    # A class inside a class is one of its members. One that is not public there has no place here.
    for name, c in sorted(classes.items()):
        c.parent = outer(re.sub(r'<.*>', '', name))
    hidden = {id(c) for c in classes.values()
              if c.parent is not None and not any(
                  i.get('prot') == 'public' and text(i) == c.name for i in c.parent.node.findall('innerclass'))}
    names = []
    for n in [*classes.values(), *free]:
        up, out = n, n.file in internal_files or not n.name.startswith(('cohub::', 'COHUB_'))
        while up is not None and not out:
            out = up.is_internal or id(up) in hidden
            up = up.parent
        if out:
            continue
        n.members = [m for m in n.members if not m.is_internal]
        names.append(n)
    return sorted(names, key=lambda n: (n.file, n.line))
