"""What keeps a large batch small: reports one by one, and no more workers than our cores."""

import gc
import json
import os
import weakref

import pytest
from batch_class import TERMS, write
from test_batch_exports import report

from autograder.batch import gradebook
from autograder.batch.exports import Rows, write_all
from autograder.batch.layouts import survey
from autograder.batch.pools import number_of_workers
from autograder.report import json_parts, json_text
from autograder.sandbox import cgroup


class Report(dict):
    """A report that can be watched."""

    __hash__ = object.__hash__


def test_of_all_reports_few_are_held_at_once(tmp_path):
    found = survey(
        write(tmp_path / "in", {f"s{n}/01_data.py": f"x = {n}" for n in range(60)})
    ).found
    alive, most = weakref.WeakSet(), 0

    def fetch(_):
        nonlocal most
        one = Report(report(3))
        alive.add(one)
        most = max(most, len(alive))
        return one

    rows, url = Rows(found, TERMS.key, fetch, {}), gradebook.url_of(None, tmp_path)
    gc.collect()
    write_all(tmp_path, rows, [])
    assert most <= 5
    gradebook.AT_ONCE, before = 10, gradebook.AT_ONCE
    try:
        assert gradebook.write(url, rows) == 60
    finally:
        gradebook.AT_ONCE = before
    assert most <= 25
    assert len(json.loads((tmp_path / "results.json").read_text())) == 60


@pytest.mark.parametrize("items", [[], [1], [{"a": [1, "line\nline", "\x1b[31m\u2028"]}, [], {}]])
def test_a_list_in_parts_is_the_list_at_once(items):
    assert "".join(json_parts(iter(items))) == json_text(items)
    assert json.loads(json_text(items)) == items
    assert all(line.isprintable() for line in json_text(items).split("\n"))


def groups(place, monkeypatch, memberships, files):
    write(place, files)
    monkeypatch.setattr(cgroup, "MOUNTS", place)
    monkeypatch.setattr(cgroup, "_memberships", lambda: memberships)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    return number_of_workers(None)


def test_there_are_no_more_workers_than_cores_that_a_container_may_use(tmp_path, monkeypatch):
    second = {"cpu.max": "max 100000", "a/cpu.max": "150000 100000", "a/b/cpu.max": "max 100000"}
    assert groups(tmp_path / "2", monkeypatch, [("", "/a/b")], second) == 2
    first = {"cpu/a/cpu.cfs_quota_us": "300000\n", "cpu/a/cpu.cfs_period_us": "100000\n",
             "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}  # fmt: skip
    assert groups(tmp_path / "1", monkeypatch, [("cpu,cpuacct", "/a"), ("", "/")], first) == 3
    assert groups(tmp_path / "0", monkeypatch, [("", "/a")], {"cpu.max": "nonsense"}) == 64
    assert number_of_workers(7) == 7
