#!/usr/bin/env python3
"""Lists public names without documentation, and calls that do not say what a caller has to know.

usage: undocumented.py XML_FOLDER. Prints a line for each and ends with status 1 if there is one.
"""

import re
import sys

import api

# Others are a title that goes on in text: @par's title ends with its line.
TITLES = {'Errors', 'Retry', 'Source', 'Thread safety', 'Lifetime', 'Cancellation', 'Executor', 'Errors of calls',
          'Thread safety, lifetime, cancellation'}




def needs_no_words(name):
    """Special members say nothing that C++ does not say already; an override means what its base says."""
    if name.kind != 'function' or name.parent is None:
        return False
    own = name.parent.short.split('<')[0]
    plain = name.short in (own, '~' + own, 'operator=') and all(
        own in t or t in ('', 'void') for t, _, _ in name.parameters)
    return plain or name.node.find('reimplements') is not None


def problems(name):
    if not name.is_documented and not needs_no_words(name):
        yield 'is not documented'
    for s in name.details.iter('simplesect'):
        if s.get('kind') == 'par' and api.text(s.find('title')) not in TITLES:
            yield f"has a @par of an unknown title: {api.text(s.find('title'))}"
    if name.kind == 'function':
        taken = {p for _, p, _ in name.parameters} | {p for t, p, _ in name.template}
        for p in name.described():
            if p not in taken:
                yield f'documents a parameter {p} that it does not have'
    if name.is_call:
        for title in ('Errors', 'Retry', 'Source'):
            if name.section(title) is None:
                yield f'does not say @{title.lower()}'
        retry = api.text(name.section('Retry')).removeprefix('Retry').strip()
        if retry and not re.match(r'(safe|never|idempotent|as )', retry):
            yield f'has a retry class that is none: {retry}'
        said = name.described()
        for _, p, _ in name.parameters:
            if p and p not in api.TAIL and p not in said:
                yield f'does not say what {p} is'
        if not name.value() and not name.parts('return'):
            yield 'does not say what it gives'


def says_thread_safety(name, names):
    """In its own words or in those of a base, be that one marked as internal or not."""
    if any(api.text(s.find('title')).startswith('Thread safety') for s in name.details.iter('simplesect')):
        return True
    bases = {b.get('refid') for b in name.node.findall('basecompoundref')}
    return any(n.id in bases and says_thread_safety(n, names) for n in names)


def main():
    names = api.read(sys.argv[1])
    found = 0
    count = 0
    for name in names:
        if any(m.is_call for m in name.members) and not says_thread_safety(name, names):
            found += 1
            print(f'{name.file}:{name.line}: {name.name} has calls and does not say @par Thread safety')
        for n in [name, *name.members, *(v for m in [name, *name.members] for v in m.values)]:
            count += 1
            for what in problems(n):
                found += 1
                print(f'{n.file}:{n.line}: {n.name}{n.arguments if n.kind == "function" else ""} {what}')
    print(f'{count} public names, {found} of them lack something')
    return 1 if found or not count else 0


if __name__ == '__main__':
    sys.exit(main())
