"""The deliveries' sensor: silent until something is configured, red where something was not sent."""

from collections.abc import Iterator

import dagster as dg
import pytest

from resources.clock import ClockResource
from tests.weeks import NOW, fast_settings
from volt_assets.sensors import DeliveryFailedError, deliveries
from volt_assets.settings.delivery_sections import DeliveriesSettings


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as own:
        yield own


def told(instance: dg.DagsterInstance, **wishes: object) -> str:
    resources = {"settings": fast_settings(deliveries=DeliveriesSettings.model_validate(wishes)), "clock": ClockResource(fixed=NOW)}
    skipped = deliveries(dg.build_sensor_context(instance=instance, resources=resources))
    assert isinstance(skipped, dg.SkipReason)
    return skipped.skip_message or ""


def test_it_says_that_nothing_is_configured(instance: dg.DagsterInstance) -> None:
    assert "no delivery is configured" in told(instance)


def test_it_says_which_weeks_it_waits_for(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "http://127.0.0.1:9/services/T/B/x")
    assert "nothing sent. Week 2025-10-27: raw_toggl_data is missing" in told(instance)


def test_what_is_half_configured_makes_the_tick_fail(instance: dg.DagsterInstance) -> None:
    with pytest.raises(DeliveryFailedError, match="SMTP_HOST is not set"):
        told(instance, mail={"team": ["lead@example.com"]})
