"""The sealed side: what a private event may carry. Pure tables and one function, `guard`.

It looks at shapes, never at meaning, and hands nothing on. Only `jaga.homeserver` may import it, so that no other
part of Jaga can come to hold a private event.
"""
