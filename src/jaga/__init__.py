"""Jaga: private chats are sealed, public channels are guarded, and both can be checked."""

__version__ = "0.1.0"
