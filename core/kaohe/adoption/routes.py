"""The pages of schemes share one set of routes."""

from kaohe.pages import Pages

pages = Pages("adoption", __name__, "/schemes")
