"""Permanent redirects from the URLs of merged records to those that they are part of now."""

from typing import Any

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse

from centers.models import Announcement
from centers.models.change_sets import find_merged_into


def redirect_merged(model: Any, url_name: str, old: Any) -> HttpResponsePermanentRedirect:
    """Return the redirect from a missing centre or announcement; `old` is its key or slug.

    Raises Http404 if it was not merged, or into one that is not public.
    """
    is_slug = model is Announcement
    key = find_merged_into(model, **{"old_slug" if is_slug else "old_key": old})
    public = model.objects.all() if is_slug else model.objects.published()
    record = public.filter(pk=key).first() if key else None
    if record is None:
        raise Http404
    return HttpResponsePermanentRedirect(
        reverse(url_name, args=[record.slug if is_slug else record.pk])
    )
