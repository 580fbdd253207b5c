"""The pages of signing and appealing, and their panels on the pages of results and entries."""

from kaohe.appeals import appeal_views, objects, panels, signing_views
from kaohe.appeals.routes import pages

PAGES = [pages]
PARTS = (objects, appeal_views, signing_views, panels)
