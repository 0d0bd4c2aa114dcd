"""A small made-up community, so that a newcomer sees Jaga at work. Only `jaga up --demo` fills it in, and only once."""
