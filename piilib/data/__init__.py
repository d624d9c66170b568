"""Reading and validating files: where they are, what they may hold, what is wrong with them.

What brings pandas is imported when first used: a batch with nothing to do must not wait for it.
"""

import lazy_loader as _lazy

from piilib.data.provinces import key_of as key_of
from piilib.data.provinces import provinces as provinces  # the function, not its module
from piilib.data.provinces import resolve as resolve

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
