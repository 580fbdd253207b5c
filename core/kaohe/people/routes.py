"""The address of the people's pages; the modules that fill it are imported by `views`."""

from kaohe.pages import Pages

pages = Pages("people", __name__, "/people")
