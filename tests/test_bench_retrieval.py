"""The retrieval bench at a small scale."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from evals.bench import speed
from evals.bench.calibration import Sample, fit, report, threshold_of
from evals.bench.charts import Line, chart
from evals.bench.retrieval import Judged, figures
from knowledge.search import KnowledgeIndex


def test_figures_are_those_worked_out_by_hand() -> None:
    found = figures([Judged((0, 2), 2), Judged((6,), 1), Judged((), 3)])
    assert found.questions == 3
    assert found.recall_at_5 == pytest.approx(1 / 3)
    assert found.share_at_5 == pytest.approx(1 / 3)
    assert found.mrr_at_10 == pytest.approx((1 + 1 / 7) / 3)
    assert found.hit_at_1 == pytest.approx(1 / 3)
    assert found.ndcg_at_10 == pytest.approx((1.5 / (1 + 1 / np.log2(3)) + 1 / 3) / 3)
    assert figures([]).questions == 0


def test_the_calibration_separates_what_can_be_separated() -> None:
    rng = np.random.default_rng(5)
    answered = np.arange(400) < 200
    lines = rng.standard_normal((400, 3)) + 3 * answered[:, None]
    sample = Sample(lines, answered, np.where(np.arange(400) % 2 == 0, "dev", "test"))
    fitted = fit(sample)
    threshold = threshold_of(sample, fitted)
    chances = fitted.chances(lines)
    assert (chances[sample.of("test", True)] < threshold).mean() < 0.1
    assert (chances[sample.of("test", False)] < threshold).mean() > 0.95
    assert "AUC on the test halves" in report(sample, fitted, threshold)


def test_a_chart_is_well_formed() -> None:
    drawn = chart("A title", [Line("one", [0, 1], [0, 1], "#000")], mark=0.4, across="threshold")
    assert ElementTree.fromstring(drawn).tag.endswith("svg")


def test_a_generated_index_opens_and_answers(tmp_path: Path) -> None:
    class Noise:
        name, dimensions = "noise-1", 8

        def queries(self, texts: list[str]) -> np.ndarray:
            rows = np.random.default_rng(len(texts)).standard_normal((len(texts), 8)).astype(np.float32)
            return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))

        passages = queries

    speed._write_generated(300, tmp_path, Noise())  # type: ignore[arg-type]
    index = KnowledgeIndex.open(tmp_path, Noise())  # type: ignore[arg-type]
    assert len(index.search("anything at all", limit=5)) == 5
