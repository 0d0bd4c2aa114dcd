"""`jaga doctor`: tries on the running server what must not be possible, and looks at what must be in order."""
