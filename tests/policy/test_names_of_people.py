"""The two lists the lexicon may not fall behind: names that are personal, and look-alikes."""

from __future__ import annotations

import pytest

from gdprlint.policy import load_policy
from gdprlint.policy.lexicon import Lexicon

# on a person receiver: OIDC claims, EU PID attributes, inetOrgPerson, schema.org, FHIR, HR, web
PERSONAL = {
    "email": "contact.email",
    "email_address": "contact.email",
    "emailAddress": "contact.email",
    "work_email": "contact.email",
    "mail": "contact.email",
    "first_name": "name.first",
    "firstName": "name.first",
    "firstname": "name.first",
    "given_name": "name.first",
    "givenName": "name.first",
    "middle_name": "name.middle",
    "last_name": "name.last",
    "surname": "name.last",
    "family_name": "name.last",
    "birth_family_name": "name.last",
    "name": "name.full",
    "full_name": "name.full",
    "display_name": "name.full",
    "legal_name": "name.full",
    "nickname": "name.nickname",
    "username": "account.username",
    "user_name": "account.username",
    "preferred_username": "account.username",
    "login": "account.username",
    "phone": "contact.phone",
    "phone_number": "contact.phone",
    "telephone_number": "contact.phone",
    "telephoneNumber": "contact.phone",
    "mobile": "contact.phone",
    "address": "contact.address",
    "home_address": "contact.address",
    "address_line_1": "contact.address",
    "street": "contact.street",
    "street_address": "contact.address",
    "house_number": "contact.house_number",
    "city": "contact.city",
    "zip_code": "contact.postal_code",
    "postal_code": "contact.postal_code",
    "postcode": "contact.postal_code",
    "date_of_birth": "demographic.date_of_birth",
    "dob": "demographic.date_of_birth",
    "birthdate": "demographic.date_of_birth",
    "birth_date": "demographic.date_of_birth",
    "birth_place": "demographic.place_of_birth",
    "age": "demographic.age",
    "gender": "demographic.gender",
    "sex": "demographic.gender",
    "nationality": "demographic.nationality",
    "marital_status": "demographic.marital_status",
    "spouse": "demographic.family",
    "ssn": "gov_id.social_security",
    "national_id": "gov_id.national",
    "passport_number": "gov_id.passport",
    "tax_number": "gov_id.tax",
    "driving_licence": "gov_id.driving_licence",
    "iban": "financial.bank_account",
    "card_number": "financial.card_number",
    "cvv": "financial.card_security",
    "salary": "financial.income",
    "ip_address": "online.ip_address",
    "last_login_ip": "online.ip_address",
    "user_agent": "online.user_agent",
    "password": "credential.password",
    "access_token": "credential.token",
    "api_key": "credential.token",
    "session_key": "online.session_id",
    "latitude": "location.precise",
    "avatar": "content.image",
    "religion": "special.religion",
    "ethnicity": "special.race_ethnicity",
    "diagnosis": "special.health",
    "blood_type": "special.health",
}
PERSON_RECEIVERS = ("user", "customer", "patient")

# (name, receivers): homonyms, flags, counters, forms, machines, safe forms
LOOK_ALIKES = (
    ("name", ()),
    ("name", ("template",)),
    ("name", ("user", "groups")),
    ("name", ("self",)),
    ("file_name", ()),
    ("hostname", ()),
    ("table_name", ()),
    ("class_name", ()),
    ("full_name", ("script",)),
    ("verbose_name", ()),
    ("company_name", ()),
    ("product_name", ()),
    ("display_name", ("repo",)),
    ("email_template", ()),
    ("email_sent_count", ("user",)),
    ("email_verified", ("user",)),
    ("email_field", ()),
    ("is_email", ()),
    ("has_password", ("user",)),
    ("email_backend", ()),
    ("password_reset_url", ()),
    ("password_changed_at", ("user",)),
    ("password_validators", ()),
    ("password_hash", ("user",)),
    ("masked_iban", ()),
    ("max_tokens", ()),
    ("token_count", ()),
    ("next_page_token", ()),
    ("token_type", ()),
    ("token", ("lexer",)),
    ("memory_address", ()),
    ("bind_address", ()),
    ("address_family", ()),
    ("address", ("contract",)),
    ("server_ip", ()),
    ("ip_range", ()),
    ("race_condition", ()),
    ("health_check", ()),
    ("health", ("worker",)),
    ("font_weight", ()),
    ("image_height", ()),
    ("max_age", ()),
    ("cache_key", ()),
    ("primary_key", ()),
    ("public_key", ()),
    ("session", ()),
    ("db_session", ()),
    ("state", ()),
    ("country_code", ()),
    ("zip_file", ()),
    ("gift_card", ()),
    ("mobile_app", ()),
    ("phonenumbers", ()),
    ("url", ()),
    ("path", ("request",)),
    ("message", ("error",)),
    ("signature", ("function",)),
    ("order_id", ()),
    ("request_id", ()),
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_policy(cache_dir=None).lexicon


def test_the_lists_are_as_long_as_promised() -> None:
    assert (len(PERSONAL), len(set(LOOK_ALIKES))) == (72, 59)


@pytest.mark.parametrize("receiver", PERSON_RECEIVERS)
def test_common_personal_names_are_found_on_a_person(lexicon: Lexicon, receiver: str) -> None:
    matches = {name: lexicon.classify(name, (receiver,)) for name in PERSONAL}
    missed = [name for name, match in matches.items() if not match or match.confidence != "likely"]

    assert len(missed) <= 2, missed


@pytest.mark.parametrize("name", PERSONAL)
def test_personal_names_have_their_category(lexicon: Lexicon, name: str) -> None:
    match = lexicon.classify(name, ("user",))

    assert match is not None
    assert match.category == PERSONAL[name]


def test_look_alikes_stay_silent(lexicon: Lexicon) -> None:
    hits = [
        (name, match.category)
        for name, receivers in LOOK_ALIKES
        if (match := lexicon.classify(name, receivers)) and match.confidence == "likely"
    ]

    assert len(hits) <= 2, hits


def test_look_alikes_are_not_even_possible(lexicon: Lexicon) -> None:
    hits = [(n, m.category) for n, r in LOOK_ALIKES if (m := lexicon.classify(n, r))]

    assert hits == []
