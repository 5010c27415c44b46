"""Sphinx's settings for the site; build.sh runs it on what pages.py has written."""

import pathlib
import re

from sphinx.domains.cpp import CPPDomain

root = pathlib.Path(__file__).resolve().parents[2]
version = release = re.search(r'COHUB_VERSION_STRING "([^"]+)"',
                              (root / 'include/cohub/version.hpp').read_text()).group(1)
project = 'cohub'
html_title = f'cohub {version}'

extensions = ['myst_parser', 'sphinx.ext.graphviz']
source_suffix = {'.rst': 'restructuredtext', '.md': 'markdown'}
exclude_patterns = []
primary_domain = 'cpp'
highlight_language = 'none'
# Dashes, and quotes as they stand.
smartquotes_action = 'D'
myst_heading_anchors = 4
graphviz_output_format = 'svg'

html_theme = 'furo'
html_static_path = ['static']
html_css_files = ['site.css']
html_js_files = ['site.js']
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
# The headings of classes do; older releases know no others.
toc_object_entries = False
cpp_index_common_prefix = ['cohub::', 'cohub::pieces::', 'cohub::fake::', 'cohub::sim::', 'cohub::transport::']

rst_prolog = '''
.. role:: retry-safe
   :class: retry safe
.. role:: retry-never
   :class: retry never
'''


class Names(CPPDomain):
    """Without parameters, which nobody looks for by name."""

    def get_objects(self):
        return (o for o in super().get_objects() if o[2] not in ('functionParam', 'templateParam'))


def setup(app):
    app.add_domain(Names, override=True)
