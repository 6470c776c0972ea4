"""How Sphinx builds these pages."""
import importlib.metadata
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / '_ext'))
# The table of faults is that of the tests.
sys.path.insert(1, str(pathlib.Path(__file__).parents[2]))

project = 'tempest-cleanup'
author = 'the contributors of tempest-cleanup'
copyright = author
release = version = importlib.metadata.version('tempest-cleanup')

extensions = ['sphinx.ext.autodoc', 'reno.sphinxext', 'tables']
html_theme = 'alabaster'
html_theme_options = {'page_width': '1040px', 'fixed_sidebar': True}
html_show_sourcelink = False

autodoc_member_order = 'bysource'
autodoc_typehints = 'description'
autodoc_typehints_description_target = 'documented'
autodoc_default_options = {'members': True, 'undoc-members': True, 'show-inheritance': True}
