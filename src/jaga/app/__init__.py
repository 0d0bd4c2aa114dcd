"""Configuration, wiring, supervision and the command line: the only place that knows every part."""
