"""Sphinx's settings for the site; build.sh runs it on what pages.py has written."""

import pathlib
import re

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
# Options of commands stand in the text, as --help.
smartquotes = False
myst_heading_anchors = 4
graphviz_output_format = 'svg'

html_theme = 'furo'
html_static_path = ['static']
html_css_files = ['site.css']
html_copy_source = False
html_show_sphinx = False
toc_object_entries_show_parents = 'hide'
cpp_index_common_prefix = ['cohub::', 'cohub::pieces::', 'cohub::fake::', 'cohub::sim::', 'cohub::transport::']

rst_prolog = '''
.. role:: retry-safe
   :class: retry safe
.. role:: retry-never
   :class: retry never
'''
