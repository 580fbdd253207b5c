"""The blueprint that the pages of money share."""

from kaohe.pages.blueprint import Pages

pages = Pages("ledger", __name__, "/money")
