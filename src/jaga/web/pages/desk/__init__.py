"""`/desk`: the pages of those who moderate the public side. Every act goes through the same use-cases as the API's."""

from jaga.web.pages.desk import appeals, banks, cases, decisions, entrance

routes = [*entrance.routes, *cases.routes, *decisions.routes, *appeals.routes, *banks.routes]
