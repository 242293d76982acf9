"""Learns what a flaw sounds like, from the sentences of `labelled.py`: `make learn`.

It writes `playbooks/phrases/<language>.tone`, which `macros/tone.py` explains and the checker sums. The languages are
learned together: a word that two of them share is learned from both, and may still weigh differently in each. The same
sentences give the same bytes.

`--judge N` writes nothing: N times over it learns from all messages but every Nth, and says how those are judged.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from math import sqrt

import numpy as np
from joblib import Parallel, delayed
from labelled import CODES, LANGUAGES, ROOT, Message, Sentence, judge, mark, messages, singles
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from macros import advice, tone

# Hundredths; by messages that were left out: as much recall as leaves nine in ten good ones alone.
FIRM, EAGER, AGREE = -100, -125, -150
SEEN = 2  # times at least that a feature stands in what is learned from
KEPT = 4000  # weights of each code, the heaviest
LOOSE = 0.3  # how freely the weights follow what is learned from (scikit-learn's C)


# Learning -------------------------------------------------------------------------------------------------------------


def learn(sentences: list[Sentence]) -> dict[str, tone.Tone]:
    """The weights of each language."""
    names = _names(sentences)
    matrix = _matrix(sentences, names)
    learned = Parallel(n_jobs=-1)(delayed(_one_code)(code, sentences, matrix) for code in CODES)
    weights = np.stack([one for one, _ in learned], axis=1)
    begin = [first for _, first in learned]
    return {language: _tone(language, names, weights, begin) for language in LANGUAGES}


def _names(sentences: list[Sentence]) -> dict[str, int]:
    """The features worth learning, each for all languages and for each in which it stands, with their columns."""
    seen = Counter(name for one in sentences for name in set(tone.features(one.words)))
    names: dict[str, int] = {}
    for one in sentences:
        for name in (*tone.features(one.words), *(f"={rule}" for rule in sorted(one.rules))):
            if seen[name] >= SEEN or name.startswith("="):
                for told in (name, f"{one.language}|{name}"):
                    names.setdefault(told, len(names))
    return names


def _matrix(sentences: list[Sentence], names: dict[str, int]) -> csr_matrix:
    data, columns, rows = [], [], [0]
    for one in sentences:
        part = 1 / sqrt(len(one.words) + tone.EMPTY)
        parts = [(name, part) for name in tone.features(one.words)]
        parts += [(f"={rule}", tone.RULE) for rule in sorted(one.rules)]
        for name, value in parts:
            for told in (name, f"{one.language}|{name}"):
                if told in names:
                    columns.append(names[told])
                    data.append(value)
        rows.append(len(columns))
    made = csr_matrix((data, columns, rows), shape=(len(sentences), len(names)))
    made.sum_duplicates()
    return made


def _one_code(code: str, sentences: list[Sentence], matrix: csr_matrix) -> tuple[np.ndarray, float]:
    used = [i for i, one in enumerate(sentences) if code not in one.as_fair]
    told = np.array([code in sentences[i].codes for i in used])
    telling = _telling(matrix[used], told)
    model = LogisticRegression(C=LOOSE, solver="liblinear", random_state=0)
    model.fit(matrix[used] @ diags(telling), told, sample_weight=[sentences[i].weight for i in used])
    return model.coef_[0] * telling, float(model.intercept_[0])


def _telling(matrix: csr_matrix, told: np.ndarray) -> np.ndarray:
    """How differently often each feature stands in sentences with the flaw and in others: that much it may weigh.

    Wang and Manning, Baselines and Bigrams (2012): on short texts better than leaving that to the regression alone.
    """
    there = matrix > 0
    often, seldom = ((there[kind].sum(axis=0).A1 + 1) / (kind.sum() + 1) for kind in (told, ~told))
    return np.abs(np.log(often / seldom))


def _tone(language: str, names: dict[str, int], weights: np.ndarray, begin: list[float]) -> tone.Tone:
    """What one language needs of the weights: its own and the common ones added up, the heaviest of each code."""
    mine = [told.partition("|")[2] for told in names if told.startswith(f"{language}|")]
    sums = np.array([weights[names[name]] + weights[names[f"{language}|{name}"]] for name in mine])
    whole = np.rint(sums * 100).astype(int)
    is_rule = np.array([name.startswith("=") for name in mine])
    heavy = np.zeros_like(whole, dtype=bool)
    for code in range(len(CODES)):
        heavy[np.argsort(-np.abs(sums[:, code]), kind="stable")[:KEPT], code] = True
    whole[~heavy & ~is_rule[:, None]] = 0
    packed = {"*": tuple((i, round(100 * n)) for i, n in enumerate(begin))}
    for name, row in sorted(zip(mine, whole, strict=True), key=lambda pair: pair[0]):
        if row.any():
            packed[name] = tuple((i, int(n)) for i, n in enumerate(row) if n)
    return tone.Tone(CODES, FIRM, EAGER, AGREE, packed)


def written(made: tone.Tone) -> str:
    """A tone as its file."""
    said = (" ".join(made.codes), made.firm, made.eager, made.agree)
    head = [f"{name}\t{one}" for name, one in zip(tone.HEAD, said, strict=True)]
    weights = [f"{name}\t{tone.packed_again(one)}" for name, one in made.weights.items()]
    body = "\n".join(head + weights) + "\n"
    return f"# learned from {mark(body)} by training/learn.py; not written by hand\n{body}"


# Judging --------------------------------------------------------------------------------------------------------------


def judge_folds(every: list[Message], alone: list[Sentence], folds: int) -> None:
    """How messages are judged by weights that were learned without them."""
    scores = {"messages of training/": judge.Score(), "messages of tests/": judge.Score()}
    for fold in range(folds):
        out = [one for one in every if zlib.crc32(one.labelled["id"].encode()) % folds == fold]
        left = {id(one) for one in out}
        made = learn(alone + [sentence for one in every if id(one) not in left for sentence in one.sentences])
        for one in out:
            if one.source in scores:
                rules = replace(advice.rules(ROOT, one.language), tone=made[one.language])
                found = advice.advise(one.labelled["text"], rules)
                told = tuple(flaw for flaw in found.flaws if flaw.code in one.codes)
                judge.judge_flaws(one.labelled, replace(found, flaws=told), scores[one.source])
    for source, score in scores.items():
        print(f"{source}: precision {score.precision:.3f}, recall {score.recall:.3f}, left alone {score.alone:.2f}")


def main(arguments: Iterable[str] | None = None) -> None:
    """Learn and write, or only judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", type=int, metavar="N", help="write nothing; say how well it judges what it left out")
    asked = parser.parse_args(arguments)
    every, alone = list(messages()), list(singles())
    if asked.judge:
        judge_folds(every, alone, asked.judge)
        return
    made = learn(alone + [sentence for one in every for sentence in one.sentences])
    for language, one in made.items():
        path = ROOT / tone.path_of(language)
        path.write_text(written(one), encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(one.weights)} lines, {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
