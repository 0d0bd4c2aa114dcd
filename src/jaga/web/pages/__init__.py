"""The pages that people read: home, statements of reasons, transparency, desk, line. Load, then `page(...)`."""
