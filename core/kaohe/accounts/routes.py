"""The one blueprint of accounts; `views`, `admin_views` and `unit_views` hang their pages on it."""

from kaohe.pages import Pages

pages = Pages("accounts", __name__)
