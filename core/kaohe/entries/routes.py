"""The blueprint that the pages of recording share."""

from kaohe.pages.blueprint import Pages

pages = Pages("entries", __name__, "/entries")
