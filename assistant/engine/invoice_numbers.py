"""The number of the invoice that a message speaks of."""

import re

_NUMBER = r"(?P<number>[A-Za-z0-9](?:[A-Za-z0-9]|[-/_.](?=[A-Za-z0-9])){1,29})"
_LABELLED = re.compile(
    r"(?:\b(?:invoice|inv\.?|bill)\s*(?:number|num\b|nr\b\.?|no\b\.?|#|№)|发票(?:号码|编号|号)|單號|單据号|单据号|账单号)"
    r"\s*(?:is|was|为|是)?\s*[:：#]?\s*" + _NUMBER,
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:\binvoice|发票)\s*[:：]?\s*" + _NUMBER, re.IGNORECASE)
_WRITTEN = re.compile(r"[A-Za-z]{1,6}[-/_]?\d|\d{4}[-/]\d{3,}$")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")


def invoice_number(text: str) -> str | None:
    """As written: `invoice_number("Invoice no. INV-2026/031 is unpaid")  # "INV-2026/031"`; None when none is named.

    After the bare word a number needs letters before its digits, or parts: "invoice 50000" is as likely a sum, and
    "invoice 2026-03-01" a day.
    """
    for match in _LABELLED.finditer(text):
        number = match["number"]
        if re.search(r"\d", number) and not _DATE.fullmatch(number):
            return number
    for match in _NAMED.finditer(text):
        number = match["number"]
        if _WRITTEN.match(number) and not _is_no_number(number):
            return number
    return None


def _is_no_number(number: str) -> bool:
    """USD5000 is money, and Q3 a quarter."""
    return bool(_DATE.fullmatch(number) or re.match(r"(?i)(?:usd|eur|gbp|cny|rmb|hkd|jpy|chf|us)\d|q[1-4]$", number))
