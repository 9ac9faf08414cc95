from __future__ import annotations

import numpy as np
import pytest

from matching import dense
from matching.dense import DenseIndex
from matching.encoder import EncodingError, Vectors, unit_rows

RNG = np.random.default_rng(1)
VECTORS = unit_rows(RNG.standard_normal((20, 8)))
IDS = list(range(100, 120))


@pytest.fixture
def index() -> DenseIndex:
    index = DenseIndex(8)
    index.add(IDS, VECTORS)
    return index


def test_the_nearest_of_a_vector_is_itself_and_all_cosines_are_exact(index: DenseIndex) -> None:
    ids, cosines = index.search(VECTORS[4], 20)
    assert ids[0] == 104
    assert cosines == pytest.approx(np.sort(VECTORS @ VECTORS[4])[::-1], abs=1e-5)


def test_asking_for_more_than_there_is_gives_what_there_is(index: DenseIndex) -> None:
    assert len(index.search(VECTORS[0], 1000)[0]) == 20
    assert len(DenseIndex(8).search(VECTORS[0], 10)[0]) == 0


def test_adding_a_known_id_replaces_its_vector(index: DenseIndex) -> None:
    index.add([104], VECTORS[:1])
    assert len(index) == 20
    assert index.vector(104) == pytest.approx(VECTORS[0])


def test_a_removed_id_is_never_found_again(index: DenseIndex) -> None:
    index.remove([104, 999])
    assert 104 not in index
    assert 104 not in index.search(VECTORS[4], 20)[0]
    with pytest.raises(KeyError):
        index.vector(104)


@pytest.mark.parametrize("scale", [0.0, 2.0, np.nan, np.inf])
def test_a_vector_that_is_not_of_norm_1_is_refused(index: DenseIndex, scale: float) -> None:
    with pytest.raises(ValueError, match="norm"), np.errstate(invalid="ignore"):
        index.add([500], VECTORS[:1] * np.float32(scale))
    assert len(index) == 20


def test_a_wrong_shape_or_a_repeated_id_is_refused(index: DenseIndex) -> None:
    with pytest.raises(ValueError, match="dimensions"):
        index.add([500], VECTORS[:1, :4])
    with pytest.raises(ValueError, match="twice"):
        index.add([500, 500], VECTORS[:2])


def test_a_cosine_has_the_same_bits_wherever_its_vector_lies() -> None:
    rows = unit_rows(RNG.standard_normal((37, 256)))
    one, other = DenseIndex(256), DenseIndex(256)
    one.add(range(37), rows)
    for id in RNG.permutation(37).tolist():
        other.add([id], rows[id : id + 1])
    other.remove([3, 30])
    found, expected = (
        dict(zip(*map(np.ndarray.tolist, i.cosines(rows[5])), strict=True)) for i in (other, one)
    )
    assert found == {id: cosine for id, cosine in expected.items() if id not in (3, 30)}


def test_equally_near_vectors_are_given_by_id() -> None:
    index = DenseIndex(8)
    index.add([7, 2, 9, 4], np.repeat(VECTORS[:1], 4, axis=0))
    assert index.search(VECTORS[0], 2)[0].tolist() == [2, 4]


def test_a_large_index_that_lived_finds_what_an_exact_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "MANY", 1_000)  # the scan by bytes, long before it pays
    subjects = RNG.standard_normal((40, 64))

    def texts(count: int) -> Vectors:
        return unit_rows(subjects[RNG.integers(0, 40, count)] + 0.5 * RNG.standard_normal((count, 64)))

    index, held = DenseIndex(64), {}
    for turn in range(30):
        ids, rows = (
            RNG.permutation(3_000)[: 1_500 if turn == 0 else 40].tolist(),
            texts(1_500 if turn == 0 else 40),
        )
        if turn % 2:
            index.remove(ids)
            held = {id: row for id, row in held.items() if id not in ids}
        else:
            index.add(ids, rows)
            held |= dict(zip(ids, rows, strict=True))
        asked = texts(1)[0]
        exact = np.stack(list(held.values())) @ asked
        best = np.argsort(-exact, kind="stable")[:10]
        found, cosines = index.search(asked, 10)
        assert found.tolist() == np.array(list(held))[best].tolist()
        assert cosines == pytest.approx(exact[best], abs=1e-5)


def test_a_null_or_infinite_row_is_no_vector() -> None:
    for row in ([0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]):
        with pytest.raises(EncodingError, match="number 2"):
            unit_rows(np.array([[1.0, 0.0], row]))
