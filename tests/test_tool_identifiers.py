import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import lei
from stdnum.cn import uscc

from tools.buyers.identifiers import check_identifier

VALID_LEI = "529900T8BM49AURSDO55"
VALID_USCC = "91350200776049653A"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("91350200776049653A", "uscc"),
        ("91440101MA5CJQ4N59", "uscc"),
        ("９１３５０２００７７６０４９６５３Ａ", "uscc"),
        ("91 350200 776049653 A", "uscc"),
        ("529900T8BM49AURSDO55", "lei"),
        ("HWUPKR0MPOU8FGXBT394", "lei"),
        ("hwup-kr0m-pou8-fgxb-t394", "lei"),
        ("77604965-3", "cn_organisation_code"),
        ("DE136695976", "eu_vat"),
    ],
)
def test_genuine_numbers_hold(text: str, kind: str) -> None:
    check = check_identifier(text)
    assert (check.kind, check.valid, check.note) == (kind, True, "valid")


def test_a_uk_number_has_no_check_digit_and_gets_its_zeros() -> None:
    check = check_identifier("SC123456")
    assert (check.kind, check.valid, check.note) == ("uk_company_number", True, "no_check_digit")
    assert check_identifier("1234567", country="GB").value == "01234567"


def test_a_genuine_early_code_is_warned_about_not_rejected_outright() -> None:
    assert check_identifier("91350100M0001TGQXM").note == "checksum_failed_may_be_early_code"


def test_a_wrong_check_character_says_where_and_what_would_fit() -> None:
    check = check_identifier("529900T8BM49AURSDO56")
    assert (check.valid, check.position, check.found, check.expected) == (False, 19, "56", "55")
    check = check_identifier("91350200776049653B")
    assert (check.valid, check.position, check.found, check.expected) == (False, 18, "B", "A")


def test_a_letter_that_no_code_contains_is_pointed_at() -> None:
    check = check_identifier("9135020077604965OA")
    assert (check.note, check.position, check.found) == ("wrong_character", 17, "O")


@pytest.mark.parametrize(
    "text", ["9135020077604965A", "91350200MA31ABC", "529900T8BM49AURSDO5", "529900T8BM49AURSDO555"]
)
def test_a_missing_character_is_a_wrong_length(text: str) -> None:
    assert check_identifier(text).note == "wrong_length"


def test_a_letter_read_for_a_digit_is_pointed_at() -> None:
    check = check_identifier("9135O200776049653A")
    assert (check.kind, check.note, check.position, check.found) == ("uscc", "wrong_character", 5, "O")


@pytest.mark.parametrize(
    "text",
    [
        "LEI: 529900T8BM49AURSDO55",
        "统一社会信用代码：91350200776049653A",
        "VAT no. DE136695976",
        "Company number SC123456",
    ],
)
def test_words_before_a_number_are_passed_over(text: str) -> None:
    assert check_identifier(text).valid


def test_a_personal_identity_number_is_recognised_and_not_repeated() -> None:
    check = check_identifier("11010519491231002X")
    assert (check.kind, check.value) == ("person_id", "")


def test_words_are_not_identifiers() -> None:
    assert check_identifier("Acme Trading").kind == "unknown"
    assert check_identifier("").kind == "unknown"


@given(place=st.integers(0, 17), character=st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_every_changed_lei_character_is_judged_as_the_standard_does(place: int, character: str) -> None:
    changed = VALID_LEI[:place] + character + VALID_LEI[place + 1 :]
    assert check_identifier(changed).valid == lei.is_valid(changed)


@given(place=st.integers(8, 17), character=st.sampled_from(USCC_ALPHABET))
def test_every_changed_uscc_character_is_judged_as_the_standard_does(place: int, character: str) -> None:
    changed = VALID_USCC[:place] + character + VALID_USCC[place + 1 :]
    check = check_identifier(changed)
    if check.kind == "uscc":
        assert check.valid == uscc.is_valid(changed)


@given(body=st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
def test_the_expected_lei_digits_make_the_number_valid(body: str) -> None:
    check = check_identifier(body + "00")
    if check.kind == "lei" and check.expected:
        assert lei.is_valid(body + check.expected)


@given(text=st.text(alphabet="0123456789ABCXYZ-· ，公司１２Ａ", max_size=30))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert check_identifier(text).kind
