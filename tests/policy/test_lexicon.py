"""What names say: tables by the order of precedence of the lexicon, silent rows first."""

from __future__ import annotations

import pytest

from gdprlint.policy import FileContext, load_policy
from gdprlint.policy.lexicon import Lexicon


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_policy(cache_dir=None).lexicon


def verdict(
    lexicon: Lexicon,
    dotted: str,
    *,
    called: bool = False,
    context: FileContext | None = None,
) -> str:
    """`user.email` -> "contact.email", "contact.email?" if only possible, "" if silent."""
    *receivers, name = dotted.split(".")
    match = lexicon.classify(name, tuple(receivers), called, context)
    if match is None:
        return ""
    return match.category + ("?" if match.confidence == "possible" else "")


SILENT = {
    "whole identifiers without a person": "name id pk state title message status self.name",
    "dunders": "__email__ __password__",
    "safe forms": "email_hash masked_iban hashed_password anonymized_user fake_email fake.email "
    "masked.email encrypted_ssn",
    "phrases": "email_template race_condition password_reset_url user_agent_parser",
    "phrases inside": "gift_card_number",
    "followers": "email_field email_verified email_count password_changed_at phone_type iban_regex",
    "prefixes": "is_email has_phone num_emails nb_users max_salary auth_user_has_no_token "
    "used_by_email send_via_sms",
    "constants": "FIRST_NAME EMAIL_ADDRESS PHONE settings.EMAIL",
    "classes": "UserEmail EmailAddress Password",
    "nearest receiver": "user.groups.name user.role.name user_template.name customer.company.name",
    "subsystems": "email_service.email email_config.email",
    "things with full names": "script.full_name item_full_name room.nickname",
    "URLs without a request": "url self.url full_path uri base.url redis.url",
    "native words on nobody": "nom ort by lon alter grad cap",
    "machines": "db_conn.username bot.username smtp_username http_username url.username",
    "what an error tells": "error.user_message exc.user_message",
    "nothing": "x result response_time total i self",
}
NAMES = {
    # head-final: neutral words, digits and person nouns may follow
    "email_str": "contact.email",
    "phone2": "contact.phone",
    "email_kunde": "contact.email",
    "nom_client": "name.full",
    "email_foo": "contact.email?",
    "email_address_id": "account.user_id?",
    # casing, digits, fused words, folding
    "userEmail": "contact.email",
    "HTTPUserAgent.x": "",
    "firstname": "name.first",
    "dateofbirth": "demographic.date_of_birth",
    "codepostal": "contact.postal_code",
    "address1": "contact.address?",
    "client_ipv4": "online.ip_address",
    "prénom": "name.first",
    "user.straße": "contact.street",
    "kunde.strasse": "contact.street",
    "strasse_nr": "contact.street",
    "größe": "",
    "führerschein": "gov_id.driving_licence",
    "fuehrerschein": "gov_id.driving_licence",
    "егн": "gov_id.national",
    "_email": "contact.email",
    "phone_numbers": "contact.phone",
    "salaries": "financial.income",
    # a fused form never overrides a weak or ambiguous word
    "fingerprint": "",
    "fullname": "name.full?",
    # only the overlapped span dies
    "reset_password_token": "credential.token",
    # rightmost head, then longest, then more sensitive
    "user_email_password": "credential.password",
    "customer_name": "name.full",
    "user_name": "account.username",
    # prefixes that leave a doubt
    "send_email": "contact.email?",
    "get_email": "contact.email?",
    "all_emails": "contact.email?",
    "unverified_phone": "contact.phone?",
    # constants
    "DB_PASSWORD": "credential.password",
    "STRIPE_API_KEY": "credential.token",
    "request.META.REMOTE_ADDR": "online.ip_address",
    "customer.EMAIL": "contact.email",
    # weak phrases and lone containers
    "display_name": "name.full?",
    "user.display_name": "name.full",
    "user_display_name": "name.full",
    "user": "container.person?",
    "current_user": "container.person",
    "request": "container.request?",
    # ambiguous words
    "user.name": "name.full",
    "order.customer.name": "name.full",
    "User.name": "name.full",
    "job_seeker.name": "name.full",
    "employee_record.name": "name.full",
    "token": "credential.token?",
    "user.token": "credential.token",
    "ip": "online.ip_address?",
    "client.ip": "online.ip_address",
    "request.client.host": "online.ip_address",
    "gender": "demographic.gender",
    "user.city": "contact.city",
    # abbreviations
    "dob": "demographic.date_of_birth",
    "patient_dob": "demographic.date_of_birth",
    "foo_dob": "",
    # receivers
    "request.data": "container.request",
    "request.body": "container.request",
    "card.number": "financial.card_number",
    "gift_card.number": "",
    "user__profile__email__icontains": "contact.email",
    "user__groups__name": "",
    "Address.Email": "contact.email?",
    # accounts that are a machine's as often as a person's
    "account_number": "financial.bank_account?",
    "customer.account_number": "financial.bank_account",
    "db.user.username": "account.username",
    "ctx.bot.user.username": "account.username",
    "target_user": "container.person?",
    "address_data": "container.person?",
    "legal_name": "name.full?",
    "customer.legal_name": "name.full",
    "secret.key": "",
    "auth_campaign.cycle_key": "",
    "secret_key": "credential.token",
    "license.key": "credential.token",
    "profile_data": "container.person?",
    "user_input": "content.message?",
    "client_address": "online.ip_address?",
    "source.ip": "online.ip_address?",
    # URLs
    "request.url": "",
    "request.full_path": "online.url",
    "query_string": "online.url?",
    "request.query_string": "online.url",
    "request.referer": "online.url",
    # pseudonyms keep their class
    "user_id": "account.user_id",
    "userid": "account.user_id",
    "user.id": "account.user_id",
    "user.pk": "account.user_id",
    "customer_uuid": "account.user_id",
    # variables
    "f_locals": "container.variables",
    # compounds
    "kundenadresse": "contact.address",
    "mieteranschrift": "contact.address",
    "kundenzahl": "",
    # languages
    "patient.nom": "name.last",
    "vorname": "name.first",
}
CALLED = {
    "get_email": "contact.email",
    "user.get_full_name": "name.full",
    "send_email": "",
    "hash_email": "",
    "Email": "",
    "SecretStr": "",
    "mask_phone": "",
    "is_valid_email": "",
    "enqueue_email": "contact.email?",
    "user.email": "contact.email",
    "generate_token": "",
    "get_user": "container.person?",
}


@pytest.mark.parametrize(
    "dotted", [pytest.param(n, id=f"{why}: {n}") for why, ns in SILENT.items() for n in ns.split()]
)
def test_silent(lexicon: Lexicon, dotted: str) -> None:
    assert verdict(lexicon, dotted) == ""


@pytest.mark.parametrize(("dotted", "expected"), NAMES.items())
def test_names(lexicon: Lexicon, dotted: str, expected: str) -> None:
    assert verdict(lexicon, dotted) == expected


@pytest.mark.parametrize(("dotted", "expected"), CALLED.items())
def test_called_names(lexicon: Lexicon, dotted: str, expected: str) -> None:
    assert verdict(lexicon, dotted, called=True) == expected


@pytest.mark.parametrize(
    ("dotted", "imports", "expected"),
    [
        ("token", {"transformers"}, ""),
        ("user.token", {"transformers"}, "credential.token"),
        ("access_token", {"transformers"}, "credential.token"),
        ("token", {"logging"}, "credential.token?"),
        ("ip", {"kubernetes"}, ""),
        ("mac_address", {"netaddr"}, ""),
        ("cn", {"ldap3"}, "name.full"),
        ("cn", set(), ""),
        ("lat", {"pandas"}, ""),
        ("sender", {"django", "django.dispatch"}, ""),
        ("sender", {"logging"}, "contact.email?"),
        ("address", {"smtplib"}, "contact.email"),
        ("from_address", {"smtplib"}, "contact.email"),
        ("address", {"socket"}, ""),
        ("token", {"fastapi"}, "credential.token"),
        ("request.data", {"requests"}, "container.request?"),
        ("request_args", {"httpx"}, "container.request?"),
        ("request.data", {"requests", "flask"}, "container.request"),
        ("client_address", {"http.server"}, "online.ip_address"),
        ("request.url", {"flask"}, "online.url"),
        ("request.url", {"httpx"}, ""),
        ("error.request_info.url", {"aiohttp"}, ""),
        ("ip_address", {"django"}, "online.ip_address"),
        ("ip_address", {"zeroconf"}, "online.ip_address?"),
        ("profile.name", {"authlib"}, "name.full"),
        ("profile.name", {"boto3"}, ""),
        ("partner.name", set(), ""),
        ("self.partner.name", {"flask"}, ""),
        ("partner_name", set(), ""),
        ("partner.name", {"odoo"}, "name.full"),
        ("order.partner.name", {"odoo", "logging"}, "name.full"),
        ("partner.email", set(), "contact.email"),
        ("user.name", {"odoo"}, "name.full"),
    ],
)
def test_imports_flip(lexicon: Lexicon, dotted: str, imports: set[str], expected: str) -> None:
    assert verdict(lexicon, dotted, context=FileContext(imports=imports)) == expected


@pytest.mark.parametrize(
    ("dotted", "text", "expected"),
    [
        ("token", "for token in lexer.tokens(text):", "credential.token?"),
        ("token", "def add(self, token, refresh_token=None):", "credential.token"),
        ("self.tokens", "def add(self, token, refresh_token=None):", "credential.token"),
        ("token_type", "def add(self, token, refresh_token=None):", ""),
        ("address", "def bind(self, address):", ""),
        ("address", "from service.threepid import Association", "contact.email"),
        ("code", "client.get(authorization_code=code)", ""),
        ("response.code", "client.get(authorization_code=code)", ""),
        ("error.code", "client.get(authorization_code=code)", ""),
        ("request.GET.code", "client.get(authorization_code=code)", "credential.otp"),
        ("request.GET.code", "product = find(request.GET['code'])", ""),
        ("request.GET.language_code", "client.get(authorization_code=code)", ""),
        ("patient", "def admit(patient):", "container.person?"),
        ("patient", "return f'{base}/fhir/Patient/{patient}'", "special.health_record_id"),
        ("recipient_id.id_value", "", "gov_id.national"),
        ("recipient_id.id_type", "", ""),
        ("row.id_value", "", ""),
        ("id_value", "", ""),
    ],
)
def test_what_a_file_mentions_flips(
    lexicon: Lexicon, dotted: str, text: str, expected: str
) -> None:
    assert verdict(lexicon, dotted, context=FileContext(text=text)) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("nom", "nom = data['nom']", ""),
        ("nom", "prenom = nom", ""),
        ("nom", "prenom, date_naissance, nom = row", "name.last"),
        ("nom_fichier", "prenom, date_naissance, nom = row", ""),
        ("alter", "vorname, nachname, alter = zeile", "demographic.age"),
        ("alter", "prenom, date_naissance, alter = row", ""),
    ],
)
def test_native_words_need_the_language(
    lexicon: Lexicon, name: str, text: str, expected: str
) -> None:
    assert verdict(lexicon, name, context=FileContext(text=text)) == expected


@pytest.mark.parametrize(
    ("name", "receivers", "called", "parts"),
    [
        ("email", ("user",), False, ['"email" names contact.email (E-mail address)']),
        ("name", ("customer",), False, ['"name" names name.full', 'receiver "customer"']),
        ("patient_dob", (), False, ['person beside "patient"']),
        ("email_foo", (), False, ["followed by `foo`"]),
        ("vorname", (), False, ["language de"]),
        ("token", (), False, ["ambiguous on its own"]),
        ("display_name", (), False, ["weak on its own"]),
        ("data", ("request",), False, ['"request data"']),
        ("send_email", (), False, ["`send` comes first"]),
    ],
)
def test_why(
    lexicon: Lexicon, name: str, receivers: tuple[str, ...], called: bool, parts: list[str]
) -> None:
    match = lexicon.classify(name, receivers, called)

    assert match is not None
    assert [part for part in parts if part not in match.why] == []


def test_silent_names_are_told_without_context(lexicon: Lexicon) -> None:
    assert lexicon.is_silent("result")
    assert not lexicon.is_silent("email_template")


def test_settings_name_categories_and_innocents() -> None:
    lexicon = load_policy(
        cache_dir=None,
        words={"patient_ref": "special.health_record_id", "token_count": "credential.token"},
        not_personal=["token", "mx_ip_addr"],
        person_words=["Klient2", "Traveler", "Rider", "Partner"],
    ).lexicon

    assert verdict(lexicon, "partner.name") == "name.full"
    assert verdict(lexicon, "patient_ref") == "special.health_record_id"
    assert verdict(lexicon, "order.patientRef") == "special.health_record_id"
    assert verdict(lexicon, "token_count") == "credential.token"
    assert verdict(lexicon, "user.token") == ""
    assert verdict(lexicon, "mx_ip_addr") == ""
    assert verdict(lexicon, "access_token") == "credential.token"
    assert verdict(lexicon, "rider.name") == "name.full"


def test_named_languages_count_alone_and_others_not_at_all() -> None:
    lexicon = load_policy(cache_dir=None, languages=["fr"]).lexicon

    assert verdict(lexicon, "nom") == "name.last"
    assert verdict(lexicon, "prenom") == "name.first"
    assert verdict(lexicon, "vorname") == ""
    assert verdict(lexicon, "email") == "contact.email"
