"""Placing of labels: nothing covers anything, and the same points give the same places."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from slidegen.figures.labels import Box, leader_end, place_labels, spread, staggered

AREA = Box(60, 40, 1120, 420)


def test_labels_stand_beside_their_points() -> None:
    """To the right, if there is room, else to the left."""
    middle, right = place_labels([(500, 200), (1100, 300)], ["NF4", "INT8"], 18, AREA)
    assert middle.box.left > 500
    assert right.box.right < 1100
    assert not middle.leader
    assert not right.leader


def test_a_crowd_of_points_is_named_without_overlap() -> None:
    """Ten points within a few pixels: labels at a distance have a line to their point."""
    points = [(400 + 9 * index % 40, 200 + 7 * index % 30) for index in range(10)]
    spots = place_labels(points, [f"method {index}" for index in range(10)], 18, AREA)
    assert all(a.box.overlap(b.box) == 0 for a, b in combinations(spots, 2))
    assert all(spot.box.outside(AREA) == 0 for spot in spots)
    assert any(spot.leader for spot in spots)


def test_lines_to_labels_pass_no_other_label() -> None:
    """In a corner that is crowded."""
    points = [(1001, 406), (633, 406), (1079, 410), (1016, 354), (1016, 359), (1037, 395), (786, 331), (74, 57)]
    names = ["NF4", "NF4, double quantization", "INT4 (zero point)", "INT4", "FP4 E2M1", "NVFP4", "MXFP4", "INT3"]
    spots = place_labels(points, names, 20, Box(34, 40, 1120, 431))
    assert any(spot.leader for spot in spots)
    for index, (point, spot) in enumerate(zip(points, spots, strict=True)):
        end = leader_end(spot, point)
        way = [(point[0] + (end[0] - point[0]) * k / 50, point[1] + (end[1] - point[1]) * k / 50) for k in range(51)]
        others = [*spots[:index], *spots[index + 1 :]]
        if spot.leader:
            assert not [at for at in way for box in others if _holds(box.box, at)]


def _holds(box: Box, at: tuple[float, float]) -> bool:
    return box.left < at[0] < box.right and box.top < at[1] < box.bottom


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(100, 1000), st.integers(80, 400)), min_size=1, max_size=20, unique=True))
def test_twenty_points_anywhere_are_named_without_overlap(points: list[tuple[int, int]]) -> None:
    """Of labels with labels; inside the plot; the same twice."""
    names = [f"int{index} · 64" for index in range(len(points))]
    spots = place_labels(points, names, 18, AREA)
    assert all(a.box.overlap(b.box) == 0 for a, b in combinations(spots, 2))
    assert all(spot.box.outside(AREA) == 0 for spot in spots)
    assert place_labels(points, names, 18, AREA) == spots


@given(st.lists(st.floats(0, 400), min_size=1, max_size=12))
def test_names_at_the_ends_of_lines_keep_their_distance_and_order(wanted: list[float]) -> None:
    """And stay in the plot."""
    places = spread(wanted, 22, 0, 400)
    ordered = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    assert all(places[b] - places[a] >= 22 - 1e-6 for a, b in pairwise(ordered))
    assert min(places) >= -1e-6
    assert max(places) <= 400 + 1e-6


def test_names_that_do_not_meet_stay_where_they_are() -> None:
    """Two that meet share the mean."""
    assert spread([10, 100, 300], 20, 0, 400) == [10, 100, 300]
    assert spread([100, 104], 20, 0, 400) == [92, 112]


def test_spans_that_meet_stand_in_rows() -> None:
    """The first row is taken again as soon as it is free."""
    assert staggered([(0, 50), (40, 90), (60, 100), (200, 250)], 5) == [0, 1, 0, 0]
