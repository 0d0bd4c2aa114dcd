"""Tables, queries and migrations: the only package that knows SQL, and the ports' implementation."""
