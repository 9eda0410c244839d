"""A terminal console for the notification operations of Huawei Cloud."""

__version__ = "0.1.0"
