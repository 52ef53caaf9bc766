"""The data version and the caches keyed by it."""

import pytest
from django.apps import apps

from centers.models import DataVersion, Word
from centers.models.data_version import REFERENCE_MODELS, per_data_version
from centers.models.word_index import get_vocabulary


def test_bump_replaces_the_number(db):
    DataVersion.bump()
    before = DataVersion.cached()
    DataVersion.bump()

    assert DataVersion.fetch() == DataVersion.cached() == DataVersion.objects.get().value != before


def test_saving_a_record_bumps_the_version(db, make_center):
    before = DataVersion.cached()
    make_center()

    assert DataVersion.cached() != before


def test_caches_of_words_outlast_a_change_of_centers(db, make_center):
    words = get_vocabulary(DataVersion.cached())
    make_center()
    assert get_vocabulary(DataVersion.cached()) is words

    Word.objects.create(text="새로운말", codes=["14"])

    assert get_vocabulary(DataVersion.cached()).find_codes("새로운말") == ("14",)


@pytest.mark.parametrize("model", sorted(REFERENCE_MODELS))
def test_reference_models_exist(model):
    assert apps.get_model("centers", model)


def test_result_is_computed_once_per_version():
    calls = []

    @per_data_version
    def double(version: int, number: int) -> int:
        calls.append((version, number))
        return 2 * number

    assert [double(1, 4), double(1, 4), double(2, 4), double(1, 4)] == [8, 8, 8, 8]
    assert calls == [(1, 4), (2, 4)]


def test_oldest_result_is_dropped_beyond_maxsize():
    calls = []

    @per_data_version(maxsize=1)
    def remember(version: int) -> None:
        calls.append(version)

    for version in (1, 2, 1):
        remember(version)
    assert calls == [1, 2, 1]


def test_first_parameter_must_be_the_version():
    with pytest.raises(TypeError, match="the first parameter must be version"):

        @per_data_version
        def other(regions) -> None: ...
