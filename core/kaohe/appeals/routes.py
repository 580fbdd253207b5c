"""The pages of signing and appealing share one set of routes."""

from kaohe.pages import Pages

pages = Pages("appeals", __name__, "/appeals")
