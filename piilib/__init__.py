"""piilib: how a province stands in the Provincial Innovation Index, and what raises it.

Names are imported when first used, so that ``pii --help`` loads neither pandas nor matplotlib.
"""

import lazy_loader as _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
