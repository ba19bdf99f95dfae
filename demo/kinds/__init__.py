"""What the demo house shows of each kind: a module each, found by its name."""

import pkgutil
from graphlib import TopologicalSorter
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.kind import DemoKind


def all_kinds() -> dict[str, type[DemoKind]]:
    """Return each kind by name, in an order in which they can be started."""
    found: dict[str, type[DemoKind]] = {
        module.name: import_module(f"{__name__}.{module.name}").Demo
        for module in pkgutil.iter_modules(__path__)
    }
    order = TopologicalSorter({name: kind.after for name, kind in found.items()})
    return {name: found[name] for name in order.static_order()}
