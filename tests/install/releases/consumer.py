#!/usr/bin/env python3
"""Writes the sources of a release's consumer: consumer.py FOLDER. Needs doxygen.

The sources name every public class, member, enumerator and method of the interface, as the headers of
this tree have it. They are made once, for a release, and then kept: a later tree that no longer
compiles them breaks its users (docs/upgrading.md). What no list can say, such as completion tokens, is
in tokens.cpp, which is written by hand and copied from release to release.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parents[3]

DOXYFILE = """
INPUT = "{root}/include" "{root}/fake_server/include"
RECURSIVE = YES
FILE_PATTERNS = *.hpp
EXCLUDE_PATTERNS = */detail/* */impl/*
EXTRACT_ALL = YES
GENERATE_HTML = NO
GENERATE_LATEX = NO
GENERATE_XML = YES
XML_PROGRAMLISTING = NO
OUTPUT_DIRECTORY = {output}
MACRO_EXPANSION = YES
EXPAND_ONLY_PREDEF = YES
PREDEFINED = COHUB_DECL=inline BOOST_DESCRIBE_STRUCT(a,b,c)= BOOST_DESCRIBE_CLASS(a,b,c,d,e)=
QUIET = YES
WARNINGS = NO
WARN_IF_DOC_ERROR = NO
WARN_IF_INCOMPLETE_DOC = NO
INPUT_FILTER = "sed -E 's/^namespace cohub::inline abi_[0-9]+_[0-9]+/namespace cohub/'"
"""

# The interface is what stands in these namespaces; the others are the library's inside.
INTERFACE = re.compile(r"cohub(::(pieces|sim|fake))?$")
# In namespace cohub, and no users' business all the same.
INSIDE = {
    "cohub::timer_node",
    "cohub::timer_queue",
    "cohub::call_options::read_carrier",
    "cohub::coalesce_options::carrier",
    "cohub::proxy_options::get",
    "cohub::proxy_options::to",
}

# name of the source: (what its headers are, which files of the tree it is for)
SOURCES = {
    "options": (
        ["cohub/cohub.hpp", "cohub/core/auto_advance_clock.hpp", "cohub/prometheus.hpp"],
        r"^include/cohub/((core|call|transport)/)?\w+\.hpp$",
    ),
    "project_types": (["cohub/cohub.hpp"], r"include/cohub/cocalc/types/.*(project|exec|jupyter|history)"),
    "hub_types": (["cohub/cohub.hpp"], r"include/cohub/cocalc/types/"),
    "project_calls": (["cohub/project.hpp"], r"include/cohub/cocalc/project(_\w+)?\.hpp$"),
    "hub_calls": (["cohub/cohub.hpp"], r"include/cohub/cocalc/\w+\.hpp$"),
    "pieces": (["cohub/pieces.hpp"], r"include/cohub/pieces/"),
    "sim": (["cohub/sim.hpp"], r"include/cohub/sim/"),
    "test_kit": (
        ["cohub/fake/fixture.hpp", "cohub/fake/matchers.hpp", "cohub/fake/paused_time.hpp"],
        r"fake_server/include/cohub/fake/(fixture|matchers|paused_time)\.hpp$",
    ),
    "raw_peer": (
        ["cohub/fake/raw_peer.hpp", "cohub/fake/websocket.hpp"],
        r"fake_server/include/cohub/fake/(raw_peer|websocket|pki)\.hpp$",
    ),
    "fake_server": (
        ["cohub/fake_server.hpp", "boost/json/array.hpp"],
        r"fake_server/include/cohub/",
    ),
}

HEAD = """// The interface of cohub {version}, as consumer.py found it: this source has to go on compiling.

{includes}

#include "any.hpp"

namespace {{

using cohub::error_code;
using released::any;
using released::member;

"""


class Interface:
    """What doxygen found."""

    def __init__(self, folder):
        self.names = {}
        self.compounds = {}
        for path in sorted(folder.glob("*.xml")):
            if not path.name.startswith(("class", "struct", "namespace")):
                continue
            compound = xml.parse(path).getroot().find("compounddef")
            name = compound.findtext("compoundname")
            self.names[compound.get("id")] = name
            self.compounds[name] = compound
            for member in compound.iter("memberdef"):
                qualified = member.findtext("qualifiedname") or f"{name}::{member.findtext('name')}"
                self.names[member.get("id")] = qualified

    def type_of(self, element):
        """A type as text, each name of the interface with its namespaces."""
        text = element.text or ""
        for reference in element:
            text += self.names.get(reference.get("refid"), reference.text or "") + (reference.tail or "")
        text = re.sub(r"\s+", " ", text).strip()
        text = re.sub(r"<\s+", "<", re.sub(r"\s+>", ">", text))
        text = re.sub(r"\s+([&*]+)", r"\1", text)
        # A parameter that takes no other type.
        return re.sub(r"std::same_as<(.*)> auto", r"\1", text)

    def members(self, compound):
        """The public members of a class and of its public bases."""
        for member in compound.iter("memberdef"):
            if member.get("prot") == "public":
                yield member
        for base in compound.findall("basecompoundref"):
            name = self.names.get(base.get("refid"))
            if name in self.compounds and base.get("prot") == "public" and "::detail::" not in name:
                for member in self.members(self.compounds[name]):
                    # Constructors stay with their class.
                    if member.findtext("name") != name.split("::")[-1]:
                        yield member


class Writer:
    """Statements that use what the interface has."""

    def __init__(self, interface):
        self.interface = interface
        self.left_out = []

    def calls(self, member, function, owner):
        """The calls of a function: with all arguments, with the needed ones, and with a token."""
        parameters = []
        needed = 0
        takes_tail = False
        for parameter in member.findall("param"):
            kind = self.interface.type_of(parameter.find("type"))
            if kind in ("void", ""):
                continue
            if kind == "Args&&...":
                takes_tail = True
                continue
            parameters.append(f"any<{kind}>()")
            if parameter.find("defval") is None:
                needed = len(parameters)
        template = [
            self.interface.type_of(p.find("type")) for p in member.findall("templateparamlist/param")
        ]
        named = [p for p in member.findall("templateparamlist/param") if p.find("defval") is None]
        if [kind for kind in template if kind != "class..."] and named:
            self.left_out.append(f"{owner}::{member.findtext('name')}")
            return
        yield f"static_cast<void>({function}({', '.join(parameters)}));"
        if needed != len(parameters):
            yield f"static_cast<void>({function}({', '.join(parameters[:needed])}));"
        if takes_tail:
            tail = parameters + ["any<cohub::call_options>()", "cohub::as_result"]
            yield f"static_cast<void>({function}({', '.join(tail)}));"

    def enumerators(self, member, scope):
        """Each value of an enum."""
        for value in member.findall("enumvalue"):
            yield f"static_cast<void>({scope}::{value.findtext('name')});"

    def uses_of(self, name, compound):
        """Lines of a function that uses a class."""
        own = name.split("::")[-1]
        abstract = any(m.get("virt") == "pure-virtual" for m in compound.iter("memberdef"))
        lines = []
        for member in self.interface.members(compound):
            what = member.findtext("name")
            kind = member.get("kind")
            ending = member.findtext("argsstring") or ""
            if "delete" in ending or what.startswith(("~", "operator")):
                continue
            if f"{name}::{what}" in INSIDE:
                continue
            if kind == "variable":
                if member.get("static") == "yes":
                    lines.append(f"static_cast<void>({name}::{what});")
                else:
                    lines.append(f"member<{self.interface.type_of(member.find('type'))}>(x.{what});")
            elif kind == "enum":
                lines += self.enumerators(member, f"{name}::{what}" if what else name)
            elif kind == "typedef":
                lines.append(f"static_cast<void>(any<{name}::{what}*>());")
            elif kind == "function" and what == own:
                first = member.find("param/type")
                copies = first is not None and self.interface.type_of(first).startswith(name)
                if not abstract and not copies:
                    lines += self.calls(member, name, name)
            elif kind == "function":
                function = f"{name}::{what}" if member.get("static") == "yes" else f"x.{what}"
                lines += self.calls(member, function, name)
        return list(dict.fromkeys(lines))


def file_of(element):
    """The file in which it is declared."""
    return element.find("location").get("file").replace(str(ROOT) + "/", "")


def version():
    """The version of this tree."""
    text = (ROOT / "include/cohub/version.hpp").read_text(encoding="utf-8")
    return re.search(r'COHUB_VERSION_STRING "(.*)"', text)[1]


def write(folder, interface):
    """Writes the sources; returns what they do not use."""
    writer = Writer(interface)
    bodies = {source: [] for source in SOURCES}

    def source_for(element):
        return next((s for s, (_, files) in SOURCES.items() if re.search(files, file_of(element))), None)

    for name, compound in sorted(interface.compounds.items()):
        scope = re.sub(r"<.*", "", name)
        if compound.get("kind") == "namespace":
            if not INTERFACE.match(name):
                continue
            for member in compound.findall("sectiondef[@kind='enum']/memberdef"):
                lines = writer.enumerators(member, f"{name}::{member.findtext('name')}")
                bodies[source_for(member)].append((f"void values_of_{member.findtext('name')}()", list(lines)))
            continue
        outer = scope.rsplit("::", 1)[0]
        while outer in interface.compounds and interface.compounds[outer].get("kind") != "namespace":
            outer = outer.rsplit("::", 1)[0]
        source = source_for(compound)
        if source is None and INTERFACE.match(outer) and scope not in INSIDE:
            writer.left_out.append(name)
        if source is None or not INTERFACE.match(outer) or scope in INSIDE or "<" in name:
            continue
        if compound.get("prot") == "private" or compound.find("templateparamlist") is not None:
            writer.left_out.append(name)
            continue
        bodies[source].append((f"void use({name}& x)", writer.uses_of(name, compound)))

    for source, (headers, _) in SOURCES.items():
        includes = "\n".join(f"#include <{header}>" for header in headers)
        text = HEAD.format(version=version(), includes=includes)
        if "fake" in source or "raw" in source:
            text = text.replace("using cohub::error_code;\n", "")
        for signature, lines in bodies[source]:
            if lines:
                if not any(re.search(r"\bx\b", line) for line in lines):
                    signature = signature.replace(" x)", ")")
                text += f"[[maybe_unused]] {signature}\n{{\n" + "".join(f"    {l}\n" for l in lines) + "}\n\n"
        path = folder / f"{source}.cpp"
        path.write_text(text + "}  // namespace\n", encoding="utf-8")
        formatter = shutil.which("clang-format-14")
        if formatter:
            subprocess.run([formatter, "-i", "--style=file", str(path)], check=True, cwd=ROOT)
    return writer.left_out


def main():
    """Writes the sources into the folder that is given."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(
            ["doxygen", "-"],
            input=DOXYFILE.format(root=ROOT, output=work),
            text=True,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        left_out = write(folder, Interface(pathlib.Path(work) / "xml"))
    print("For tokens.cpp, by hand:", *sorted(set(left_out)), sep="\n  ")


if __name__ == "__main__":
    main()
