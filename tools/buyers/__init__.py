"""Buyers: who a company is (registry, identifiers, name matching) and how safe it looks (grading)."""

from tools.buyers.grading import BuyerAssessment, make_assess_buyer
from tools.buyers.indicators import Indicators
from tools.buyers.lookup import BuyerLookup, Candidate, find_buyer, make_lookup_buyer
from tools.buyers.model import Company
from tools.buyers.registry import Registry

__all__ = [
    "BuyerAssessment",
    "BuyerLookup",
    "Candidate",
    "Company",
    "Indicators",
    "Registry",
    "find_buyer",
    "make_assess_buyer",
    "make_lookup_buyer",
]
