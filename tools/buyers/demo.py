"""Makes `data/demo_buyers.csv`: fictional companies, the same ones every time. Run: `python -m tools.buyers.demo`."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdnum.cn import uscc
from stdnum.eu import vat as eu_vat

from tools.buyers.identifiers import organisation_digit
from tools.buyers.importers import DEMO
from tools.tables import table

SEED = 20261123
AS_OF = "2026-11-01"
FIGURES = (
    "currency",
    *("tangible_net_worth", "buyer_turnover", "equity_ratio_pct", "current_ratio", "quick_ratio"),
    *("net_debt_to_ebitda", "interest_cover", "ebit_margin_pct", "operating_cash_flow_pct", "turnover_trend_pct"),
    *("accounts_age_months", "payment_index", "days_beyond_terms", "lawsuits_12m", "liens_count"),
    *("is_on_abnormal_list", "country_risk", "sector_outlook"),
)
_CURRENCIES = {"CN": "CNY", "HK": "HKD", "GB": "GBP", "US": "USD"}
"""Currencies of the figures; the others are in EUR."""
COLUMNS = (
    *("entity_id", "name", "other_names", "country", "city", "status", "kind", "parent", "founded", "sector", "as_of"),
    *(f"id:{kind}" for kind in ("lei", "uscc", "uk_company_number", "eu_vat")),
    *(f"figure:{name}" for name in FIGURES),
)


def main(path: Path = DEMO) -> None:
    """Write the demo registry."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(demo_rows())


def demo_rows() -> Iterator[dict[str, Any]]:
    """The rows of the demo registry, always the same."""
    maker = _Maker(random.Random(SEED), table("demo_names"))
    yield from maker.chinese()
    yield from maker.foreign()


@dataclass
class _Maker:
    rng: random.Random
    words: dict[str, Any]
    made: int = 0

    def chinese(self) -> Iterator[dict[str, Any]]:
        """Every brand in one or more cities and trades, so that namesakes and near-namesakes occur."""
        trades = self.words["trades"]
        cities = self.words["zh_cities"]
        for index, brand in enumerate(self.words["zh_brands"]):
            trade = trades[index % len(trades)]
            for city in self.rng.sample(cities, 3 if index % 6 == 0 else 1):
                form, form_en = self.rng.choice(self.words["zh_forms"])
                name = f"{city['zh']}{brand}{trade['zh']}{form}"
                english = f"{city['en']} {_spelled(brand).capitalize()} {trade['en']} {form_en}"
                row = self._row(name, [english], "CN", city["zh"], trade["sector"])
                row["id:uscc"] = self._uscc(city["region"])
                yield row
                if index % 9 == 4:
                    place = self.rng.choice([other for other in cities if other is not city])
                    branch = self._row(f"{name}{place['zh']}分公司", [], "CN", place["zh"], trade["sector"])
                    yield {**_without_figures(branch), "kind": "branch", "parent": row["entity_id"]}
            if index % 11 == 5:
                yield self._row(f"{brand}{trade['zh']}商行", [], "CN", city["zh"], trade["sector"], kind="sole_trader")

    def foreign(self) -> Iterator[dict[str, Any]]:
        """A number of companies in each country, some brands in two countries; some carry a Chinese name too."""
        stems = list(self.words["latin_brands"])
        for number, country in enumerate(self.words["countries"]):
            for index in range(country["count"]):
                stem = stems[(number * 5 + index * 3) % len(stems)]
                trade = self.words["trades"][(number + index) % len(self.words["trades"])]
                form = country["forms"][index % len(country["forms"])]
                local = country.get("trades", {}).get(trade["sector"], trade["en"])
                pattern = country.get("pattern", "{stem} {trade} {form}")
                others = [f"{self.words['latin_brands'][stem]}{trade['zh']}"] if index % 3 == 0 else []
                name = pattern.format(stem=stem, trade=local, form=form)
                city = country["cities"][index % len(country["cities"])]
                row = self._row(name, others, country["code"], city, trade["sector"])
                if country["code"] == "GB":
                    row["id:uk_company_number"] = f"99{self.made:06d}"
                elif country["code"] in ("DE", "NL", "IT", "PL", "BE", "FI", "DK", "PT"):
                    row["id:eu_vat"] = self._vat(country["code"])
                yield row

    def _row(
        self, name: str, others: list[str], country: str, city: str, sector: str, kind: str = "company"
    ) -> dict[str, Any]:
        self.made += 1
        strength = self.rng.betavariate(3, 2)
        status = self.rng.choices(["active", "dissolved", "insolvent", "inactive"], [90, 4, 4, 2])[0]
        row = {
            "entity_id": f"demo-{self.made:04d}",
            "name": name,
            "other_names": "|".join(others),
            "country": country,
            "city": city,
            "status": status,
            "kind": kind,
            "founded": self.rng.randint(1962, 2025),
            "sector": sector,
            "as_of": AS_OF,
        }
        if kind == "sole_trader":
            return row
        row["id:lei"] = _lei(f"DEMO00{self.rng.randrange(16**12):012X}")
        return {**row, **self._figures(strength, status, country)} if self.rng.random() < 0.7 else row

    def _figures(self, strength: float, status: str, country: str) -> dict[str, Any]:
        """Indicators that agree with each other: a strong company is strong in most of them."""
        if status != "active":
            strength *= 0.35

        def around(weak: float, strong: float, digits: int = 1) -> float:
            level = min(1.0, max(0.0, strength + self.rng.gauss(0, 0.12)))
            return round(weak + (strong - weak) * level, digits)

        turnover = round(10 ** self.rng.uniform(7, 9.3), -5)
        return {
            "figure:currency": _CURRENCIES.get(country, "EUR"),
            "figure:tangible_net_worth": round(turnover * around(0.02, 0.45, 3), -4),
            "figure:buyer_turnover": turnover,
            "figure:equity_ratio_pct": around(4, 60),
            "figure:current_ratio": around(0.6, 2.4, 2),
            "figure:quick_ratio": around(0.3, 1.7, 2),
            "figure:net_debt_to_ebitda": around(8, 0.2),
            "figure:interest_cover": around(0.3, 10),
            "figure:ebit_margin_pct": around(-3, 13),
            "figure:operating_cash_flow_pct": around(-4, 11),
            "figure:turnover_trend_pct": around(-25, 20),
            "figure:accounts_age_months": self.rng.randint(3, 20),
            "figure:payment_index": round(around(30, 90, 0)),
            "figure:days_beyond_terms": round(around(75, 0, 0)),
            "figure:lawsuits_12m": round(around(8, 0, 0)),
            "figure:liens_count": round(around(4, 0, 0)),
            "figure:is_on_abnormal_list": "true" if strength < 0.15 else "false",
            "figure:country_risk": self.rng.choice(["low", "medium"]),
            "figure:sector_outlook": self.rng.choice(["low", "medium", "high"]),
        }

    def _uscc(self, region: str) -> str:
        body = f"DEM{self.made:05d}"  # an organisation code that no authority has issued
        first = f"91{region}{body}{organisation_digit(body)}"
        return first + str(uscc.calc_check_digit(first))

    def _vat(self, country: str) -> str:
        """A number with right check digits from the far end of the range."""
        digits = {"DE": 9, "NL": 9, "IT": 11, "PL": 10, "BE": 10, "FI": 8, "DK": 8, "PT": 9}[country]
        while True:
            lead = {"BE": "09", "IT": "999", "PT": "9"}.get(country, "99")
            number = lead + "".join(str(self.rng.randrange(10)) for _ in range(digits - len(lead)))
            if country == "IT":
                number = number[:7] + "100" + number[10:]
            value = f"{country}{number}" + ("B99" if country == "NL" else "")
            if eu_vat.is_valid(value):
                return value


def _spelled(brand: str) -> str:
    from pypinyin import Style, lazy_pinyin  # loads a large dictionary

    return "".join(lazy_pinyin(brand, style=Style.NORMAL)).replace("ü", "v")


def _lei(body: str) -> str:
    remainder = int("".join(str(int(character, 36)) for character in body) + "00") % 97
    return f"{body}{98 - remainder:02d}"


def _without_figures(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if not key.startswith(("figure:", "id:"))}


if __name__ == "__main__":
    main()
