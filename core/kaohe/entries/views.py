"""The pages of recording: one entry, one clause for many, rounds, marks, measures, the list, one entry's history."""

from kaohe.entries import (
    batch_views,
    effect_views,
    list_views,
    mark_views,
    measure_views,
    new_views,
    objects,
    round_views,
)
from kaohe.entries.routes import pages

PAGES = [pages]
PARTS = (objects, new_views, effect_views, batch_views, round_views, mark_views, measure_views, list_views)
