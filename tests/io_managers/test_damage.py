"""Files of the store that something else has damaged: what is refused, what counts as none. Not here: crashes of ours."""

import pytest
from upath import UPath

from io_managers.files import remove, write_bytes
from io_managers.week_store import Published, StoreError, WeekStore
from tests.io_managers.conftest import ANA, WEEK, publish, text

DAMAGED = [b"", b'{"week": "2025-10', b"\xff\xfe", b"null", b"[]", b'"text"']


@pytest.mark.parametrize("content", [*DAMAGED, b"{}", b'{"toggl_workspace_id": "acme"}', b'{"toggl_workspace_id": null}'])
def test_a_damaged_memory_of_the_workspace_is_told_with_file_and_remedy(store: WeekStore, root: str, content: bytes) -> None:
    write_bytes(UPath(root) / "store.json", content)
    with pytest.raises(StoreError) as refused:
        store.bind(4711)
    assert str(refused.value).startswith(f"{UPath(root) / 'store.json'} is damaged: ")
    assert 'Write {"toggl_workspace_id": <its number>} into it.' in str(refused.value)
    assert (UPath(root) / "store.json").read_bytes() == content


def test_the_remedy_for_a_damaged_memory_of_the_workspace_works(store: WeekStore, root: str) -> None:
    write_bytes(UPath(root) / "store.json", b'{"toggl_workspace_id": 4711}')
    store.bind(4711)
    with pytest.raises(StoreError, match="holds Toggl workspace 4711"):
        store.bind(4712)


@pytest.mark.parametrize("content", [*DAMAGED, b"{}", b'{"week": "2025-10-06", "files": []}', b'{"week": "2025-10-06", "files": {"a": 1}}'])
def test_a_damaged_manifest_is_told_with_file_and_remedy_and_nothing_is_written(store: WeekStore, content: bytes) -> None:
    publish(store, {"ana.md": "Ana"})
    write_bytes(store.path(WEEK, "manifest.json"), content)
    for act in (
        lambda: store.write(WEEK, "raw.json", b"{}"),
        lambda: publish(store, {"ana.md": "Ana, again"}),
        lambda: store.publish_file(WEEK, ANA, "Ana, again"),
        lambda: store.edited_files(WEEK),
    ):
        with pytest.raises(StoreError) as refused:
            act()
        assert str(refused.value).startswith(f"{store.path(WEEK, 'manifest.json')} is damaged: ")
        assert f"then materialise week {WEEK} again." in str(refused.value)
    assert (text(store, ANA), store.read(WEEK, "raw.json")) == ("Ana", None)


def test_the_remedy_for_a_damaged_manifest_works(store: WeekStore) -> None:
    store.write(WEEK, "raw.json", b"{}")
    publish(store, {"ana.md": "Ana"})
    for name in ("manifest.json", ANA):
        remove(store.path(WEEK, name))
    store.write(WEEK, "raw.json", b"[]")
    assert publish(store, {"ana.md": "Ana, again"}) == Published(files=(ANA,))
    assert store.edited_files(WEEK) == ()
