"""No document contradicts another in a policy parameter: schedules, clauses, worked dates, guidance and tool data."""

import re
from calendar import month_name
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import knowledge
from knowledge.loaders.markdown import load_corpus_file
from knowledge.model import Language, Passage
from knowledge.split import split
from tools.deadlines import DeadlineArguments, compute_deadlines
from tools.policy import policy_terms

CORPUS = Path(knowledge.__file__).parent / "corpus"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FORMS = ("wt-2026", "wt-2025", "ka-2026", "xol-2026", "sme-2026")


class Said(NamedTuple):
    """How a schedule says a parameter; its first group that matched is the value."""

    en: str
    zh: str


SCHEDULE: dict[str, Said] = {
    "max_terms_days": Said(r"[Mm]aximum terms of payment (?:are )?(\d+) days", r"最长付款期限为?(\d+)天"),
    "mep_days": Said(r"maximum extension period (?:is )?(\d+) days", r"最长延长期限为?(\d+)天"),
    "notice_days": Said(
        r"overdue notice (?:is due )?within (\d+) days",
        r"通知应在最长延长期限届满后(\d+)天内|届满后(\d+)天内[^；。]*?逾期欠款通知",
    ),
    "adverse_days": Said(
        r"(?:[Aa]dverse information|insolvency news|bad news)[^;.]*?within (\d+) days",
        r"(?:不利信息|破产消息|坏消息)[^；。]*?(\d+)天内",
    ),
    "waiting_days": Said(r"waiting period (?:is )?(\d+) days", r"等待期为?(\d+)天"),
    "claim_months": Said(r"claim (?:is to be filed )?within (\d+) months", r"(\d+)个月内(?:索赔|提出)"),
    "claim_days": Said(r"claim within (\d+) days", r"(\d+)天内索赔"),
    "insured_pct": Said(r"[Ii]nsured percentage (?:under an approved limit is )?(\d+)%", r"承保比例[^；。]*?(\d+)%"),
}
CLAIM_AFTER_LOSS = Said(r"claim within \d+ \w+ after the date of loss", r"损失发生日之后\d+个月内索赔")
ANYWHERE: dict[str, Said] = {
    "max_terms_days": Said(
        r"(?:maximum terms of payment|[Pp]ayment terms)[^.;]{0,50}?(?:are|of|than|to|exceed) (\d+) days",
        r"(?:最长付款期限|付款期限|账期)[^。；，]{0,14}?(\d+)天",
    ),
    "mep_days": Said(
        r"maximum extension period(?: is| of)? (\d+) days|For (\d+) days after the original due date",
        r"最长延长期限为?(\d+)天|(\d+)天内[^。；]{0,8}最长延长期限",
    ),
    "waiting_days": Said(r"waiting period[^.;]{0,40}? (?:is|of) (\d+) days", r"等待期[^。；，]{0,8}?(\d+)天"),
}
"""How any clause says the parameters that many clauses repeat."""
DATED = Said(r"original due date of (\d+ \w+ \d{4})", r"原付款到期日为(\d{4}年\d+月\d+日)")
MONTHS = tuple(month_name)[1:]
A_DATE = Said(rf"\b(\d+ (?:{'|'.join(MONTHS)}) \d{{4}})", r"(\d{4}年\d+月\d+日)")


@cache
def passages(language: Language) -> dict[str, Passage]:
    loaded = [load_corpus_file(path) for path in sorted(CORPUS.rglob(f"*.{language}.md"))]
    found = [passage for each in loaded for passage in split(each.document, each.notes)]
    return {passage.reference: passage for passage in found}


def clauses(form: str, language: Language) -> list[Passage]:
    """The clauses of a form; the 2025 edition prints only what differs, endorsements have figures of their own."""
    own = [passage for passage in passages(language).values() if passage.document_id == form]
    return [passage for passage in own if not passage.clause.startswith("E")]


@cache
def terms_of(form: str, language: Language) -> dict[str, int]:
    """The parameters that the form's schedule states; the 2025 edition takes the unprinted ones from 2026."""
    text = " ".join(passage.text for passage in clauses(form, language) if passage.clause.startswith("S."))
    stated = {name: re.search(getattr(said, language), text) for name, said in SCHEDULE.items()}
    own = {name: value(found) for name, found in stated.items() if found}
    return {**terms_of("wt-2026", language), **own} if form == "wt-2025" else own


def value(found: re.Match[str]) -> int:
    return next(int(group) for group in found.groups() if group)


def as_date(text: str) -> date:
    if "年" in text:
        return date(*map(int, re.findall(r"\d+", text)))
    day, month, year = text.split()
    return date(int(year), MONTHS.index(month) + 1, int(day))


@pytest.mark.parametrize("form", FORMS)
def test_a_schedule_states_the_same_parameters_in_both_languages(form: str) -> None:
    assert terms_of(form, "zh") == terms_of(form, "en")
    assert set(SCHEDULE) - {"claim_days", "claim_months", "insured_pct"} <= set(terms_of(form, "en"))
    assert {"claim_days", "claim_months"} & set(terms_of(form, "en"))


def test_the_typical_terms_of_the_tools_are_those_of_the_schedule() -> None:
    typical = policy_terms("typical")
    stated = terms_of("wt-2026", "en")
    assert {name: int(str(typical.terms[name].value)) for name in stated if name in typical.terms} == stated


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_every_clause_states_the_parameters_of_its_schedule(form: str, language: Language) -> None:
    differing = {
        (passage.clause, name, value(match))
        for passage in clauses(form, language)
        for name, said in ANYWHERE.items()
        for match in re.finditer(getattr(said, language), passage.text)
        if value(match) != terms_of(form, language)[name]
    }
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_the_dates_of_the_examples_are_those_the_deadline_tool_computes(form: str, language: Language) -> None:
    terms = terms_of(form, language)
    schedule = " ".join(passage.text for passage in clauses(form, language) if passage.clause.startswith("S."))
    after_loss = re.search(getattr(CLAIM_AFTER_LOSS, language), schedule)
    for passage in clauses(form, language):
        example = re.search(getattr(DATED, language), passage.text)
        if example is None:
            continue
        due = as_date(example[1])
        dates = compute_deadlines(
            DeadlineArguments(
                due_date=due,
                mep_days=terms["mep_days"],
                notice_days=terms["notice_days"],
                notice_basis="mep_end",
                waiting_days=terms["waiting_days"],
                waiting_basis="due_date",
                claim_months=terms.get("claim_months"),
                claim_days=terms.get("claim_days"),
                claim_basis="loss_date" if after_loss else "mep_end",
            )
        )
        computed = {due, dates.stop_shipment, dates.notice_by, dates.loss_date, dates.claim_by}
        stated = {as_date(text) for text in re.findall(getattr(A_DATE, language), passage.text)}
        assert stated <= computed, passage.reference


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_guidance_says_of_the_specimen_is_what_the_specimen_says(language: Language) -> None:
    """Sentences that name the specimen policy; `120 days and 60 days` follow the two names in order."""
    word, days = {"en": ("specimen", r"(\d+) days"), "zh": ("样本", r"(\d+)天")}[language]
    known = set(terms_of("wt-2026", language).values()) | {30}
    sentences = [
        sentence
        for passage in passages(language).values()
        if passage.kind != "policy"
        for sentence in re.split(r"(?<=[.。])\s*", passage.text)
        if word in sentence
    ]
    assert len(sentences) >= 8
    assert not [sentence for sentence in sentences if {int(each) for each in re.findall(days, sentence)} - known]
