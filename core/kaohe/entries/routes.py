"""The blueprint that the pages of recording share."""

from kaohe.entries import wording
from kaohe.pages.blueprint import Pages

pages = Pages("entries", __name__, "/entries")
wording.offer(pages)
