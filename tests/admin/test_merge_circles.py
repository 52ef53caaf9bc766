"""Merges in a circle, of any length and with undo in between: rejected, and nothing is lost."""

import random
from itertools import pairwise

import pytest

from centers.models import (
    Announcement,
    Center,
    ChangeSet,
    Citation,
    Listing,
    MergedRecord,
    Operator,
)
from centers.models.change_sets import get_merged_keys
from centers.models.data_version import DataVersion
from tests.support.forms import fields_of
from tests.support.staff import MANAGER, messages_in, page, read, sign_in

KINDS = ("center", "operator", "announcement")
MODELS = {"center": Center, "operator": Operator, "announcement": Announcement}
LENGTHS = (2, 3, 5)
#: Random acts of one walk, and walks of each kind.
ACTS, WALKS = 25, 2


@pytest.fixture
def manager(client, db):
    return sign_in(client, MANAGER)


@pytest.fixture
def make_records(make_center, make_operator, make_announcement, make_listing, make_citation):
    """Make so many records of one kind that differ, each with something that a merge moves."""

    def make(kind, count):
        numbers = range(count)
        if kind == "operator":
            return [make_center(operator__name=f"운영 {one}").operator for one in numbers]
        if kind == "announcement":
            documents = [make_announcement(slug=f"notice-{one}") for one in numbers]
            for row, document in enumerate(documents, start=1):
                make_listing(announcement=document, row=row)
            return documents
        centers = [make_center(name=f"가나 {number}") for number in range(count)]
        for center in centers:
            make_listing(center=center)
            make_citation(center=center)
        return centers

    return make


def merge(client, kind, kept, dropped, follow=True):
    """Open the merge of two keys, and press the button where there is one."""
    query = f"?keep={kept}&drop={dropped}"
    shown = client.get(f"{page(f'{kind}_merge')}{query}", follow=True)
    form = read(shown).select_one("form.merge")
    if form is None:
        return shown
    data = fields_of(form) | {"reason": "같은 것"}
    response = client.post(page(f"{kind}_merge"), data, follow=follow)
    assert response.status_code == 200 or (response.status_code == 302 and not follow)
    return response


def undo(client, change_set, follow=True):
    response = client.post("/admin/undo/", {"change_set": change_set.pk}, follow=follow)
    assert response.status_code == (200 if follow else 302)
    return response


def state():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Operator, Announcement, Center, Listing, Citation)
    ]


def check(client, kind, keys):
    """Every record is there or leads to one that is; none does both, and no page fails."""
    model = MODELS[kind]
    alive = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
    merged = MergedRecord.objects.filter(model=kind)
    assert alive | set(merged.values_list("old_key", flat=True)) == set(keys)
    assert not alive & set(merged.values_list("old_key", flat=True))
    ends = get_merged_keys(DataVersion.fetch())[kind]
    assert set(ends.values()) <= alive
    slugs = dict(merged.values_list("old_key", "old_slug"))
    for key in set(keys) - alive:
        if kind == "operator":
            continue
        old = f"/centers/{key}/" if kind == "center" else f"/announcements/{slugs[key]}/"
        response = client.get(old)
        assert response.status_code == 301
        assert response["Location"] == model.objects.get(pk=ends[key]).get_absolute_url()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", LENGTHS)
def test_circle_of_merges_is_rejected(client, manager, make_records, kind, length):
    keys = [record.pk for record in make_records(kind, length)]
    before = state()
    for dropped, kept in pairwise(keys):
        merge(client, kind, kept, dropped)

    response = merge(client, kind, keys[0], keys[-1])

    assert "그사이 합치거나 지웠을 수 있습니다" in messages_in(response)[0]
    check(client, kind, keys)
    for change_set in ChangeSet.objects.order_by("-pk"):
        undo(client, change_set)
        check(client, kind, keys)
    assert state() == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("undone", [0, 1])
def test_circle_with_an_undo_between_ends(client, manager, make_records, kind, undone):
    """A → B → C, one of both undone, then C → A: the old addresses lead on."""
    keys = [record.pk for record in make_records(kind, 3)]
    merge(client, kind, keys[1], keys[0])
    merge(client, kind, keys[2], keys[1])
    undo(client, ChangeSet.objects.order_by("pk")[undone])
    check(client, kind, keys)

    merge(client, kind, keys[0], keys[2])

    check(client, kind, keys)
    for change_set in ChangeSet.objects.filter(undone_at=None).order_by("-pk"):
        undo(client, change_set)
        check(client, kind, keys)
    assert MODELS[kind]._base_manager.filter(pk__in=keys).count() == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(WALKS))
def test_merges_and_undos_in_any_order_lose_nothing(client, manager, make_records, kind, seed):
    chance = random.Random(f"{kind} {seed}")
    keys = [record.pk for record in make_records(kind, 4)]

    for _ in range(ACTS):
        open_sets = list(ChangeSet.objects.filter(undone_at=None).order_by("pk"))
        if open_sets and chance.random() < 0.45:
            undo(client, chance.choice(open_sets), follow=False)
        else:
            merge(client, kind, *chance.sample(keys, 2), follow=False)
        check(client, kind, keys)


def test_successors_never_form_a_circle_by_merging(client, manager, make_center):
    """The one that goes has a successor that leads to the one that stays."""
    kept = make_center(name="남는 곳")
    middle = make_center(name="가운데", status="closed", successor=kept)
    dropped = make_center(name="없어지는 곳", status="closed", successor=middle)
    query = f"?keep={kept.pk}&drop={dropped.pk}"
    form = read(client.get(f"{page('center_merge')}{query}")).select_one("form.merge")
    data = fields_of(form) | {"reason": "같은 곳"}
    data |= {name: "dropped" for name in data if name.startswith("value-")}

    response = client.post(page("center_merge"), data)

    assert "되돌아옵니다" in read(response).select_one(".errornote").get_text()
    assert Center.objects.count() == 3


def test_restored_centre_follows_a_merged_successor(client, manager, make_center):
    """The successor of a merged centre is itself merged before the first merge is undone."""
    heir, into = make_center(name="이어받은 곳"), make_center(name="남는 곳")
    closed = make_center(name="끝난 곳", status="closed", successor=heir)
    other = make_center(name="같은 곳", status="closed", successor=heir)
    merge(client, "center", other.pk, closed.pk)
    assert not Center.objects.filter(pk=closed.pk).exists()
    merge(client, "center", into.pk, heir.pk)

    undo(client, ChangeSet.objects.order_by("pk").first())

    assert Center.objects.get(pk=closed.pk).successor == into
    check(client, "center", [heir.pk, into.pk, closed.pk, other.pk])
