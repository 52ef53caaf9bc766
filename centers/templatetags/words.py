"""The template filters of `centers.wording`."""

from django import template

from centers.wording import ago, kilometres, makers, mark, or_unknown, won

register = template.Library()
for function in (ago, kilometres, makers, mark, or_unknown, won):
    register.filter(function)
