"""Regions and network operators in the reader's language, and found by either name."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.translation import override

from console.core.places import NETWORKS, REGIONS, named, network_of, region_name, region_of, spellings


@pytest.mark.parametrize(
    ("language", "region", "network"), [("en", "Guangdong", "China Unicom"), ("zh-hans", "广东", "中国联通")]
)
def test_named_in_the_readers_language_and_found_by_either(language: str, region: str, network: str) -> None:
    with override(language):
        assert named("region", "广东") == region
        assert named("isp", "CUCC") == network
        assert named("sdk", "CUCC") == "CUCC"
        assert region_of(region.upper()) == region_of("广东") == "广东"
        assert network_of(network) == network_of("cucc") == "CUCC"
        assert set(spellings(SimpleNamespace(region="广东", isp="CUCC"))) >= {region, network, "广东", "CUCC"}


def test_what_is_not_known_stays_as_it_is() -> None:
    assert region_name("Atlantis") == region_of("Atlantis") == "Atlantis"
    assert region_of("") == ""


def test_no_two_are_called_the_same() -> None:
    for language in ("en", "zh-hans"):
        with override(language):
            for names in (REGIONS, NETWORKS):
                assert len({str(name) for name in names.values()}) == len(names)


def test_in_chinese_a_region_is_what_the_cloud_says() -> None:
    with override("zh-hans"):
        assert all(str(name) == value for value, name in REGIONS.items())


def test_the_original_stands_behind_the_name_and_the_unknown_is_harmless() -> None:
    page = Template("{% load console_tags %}{% region here %} {% network isp %} {% region nowhere %}")
    with override("en"):
        text = page.render(Context({"here": "广东", "isp": "OTHER", "nowhere": "<b>"}))
    assert '<span title="广东">Guangdong</span>' in text
    assert '<span title="OTHER">Other network</span>' in text
    assert "<b>" not in text
