"""Charts, tables, wording and pages: results made fit to be read and printed.

The modules of this layer know nothing of the index; what they show and in which words comes
from the caller. Each returns an object with ``_repr_html_``, so a notebook shows it as it stands.
"""
