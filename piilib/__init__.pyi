from .analysis.agencies import agencies as agencies
from .analysis.levers import levers as levers
from .analysis.whatif import anchor as anchor
from .analysis.whatif import what_if as what_if
from .data.provinces import provinces as provinces
from .data.provinces import resolve as resolve
from .data.sheet import Sheet as Sheet
from .data.sheet import load_sheet as load_sheet
from .data.tables import Plan as Plan
from .data.tables import Scoreboard as Scoreboard
from .data.tables import load_effort as load_effort
from .data.tables import load_plan as load_plan
from .data.tables import load_scoreboard as load_scoreboard
from .errors import DataError as DataError
from .index.framework import Framework as Framework
from .index.method import Method as Method
from .index.method import Result as Result
from .index.reconcile import reconcile as reconcile
from .index.treatment import Treatment as Treatment

__version__: str
