"""What every page stands on: routes with a policy, the request's session and actor, objects from addresses."""

from kaohe.pages.blueprint import Pages
from kaohe.pages.current import current
from kaohe.pages.objects import choose, loader

__all__ = ["Pages", "choose", "current", "loader"]
