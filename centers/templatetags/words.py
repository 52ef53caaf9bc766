"""The template filters of `centers.wording`."""

from django import template

from centers.wording import makers, or_unknown, won

register = template.Library()
for function in (makers, or_unknown, won):
    register.filter(function)
