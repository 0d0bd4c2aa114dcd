"""The pages that people read: home, statements of reasons, transparency, desk, line. Load, then `page(...)`."""

from jaga.web.pages import desk, home, line, noticing, signing_in, sop, statements, transparency

routes = [
    *desk.routes,
    *home.routes,
    *line.routes,
    *noticing.routes,
    *signing_in.routes,
    *sop.routes,
    *statements.routes,
    *transparency.routes,
]
