"""Each fix by a table: what stays as it is, and what becomes of the rest."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.fix.project import fixed, make_project, run

LOGGER = "import logging\n\nlogger = logging.getLogger(__name__)\n"
IMPORTED = (
    "import logging\n\nfrom app.privacy import {names}\n\nlogger = logging.getLogger(__name__)\n"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a configured wrapper."""
    return make_project(tmp_path_factory.mktemp("wrapped"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without a wrapper."""
    return make_project(tmp_path_factory.mktemp("bare"), has_wrapper=False)


STAYS = {
    "unsafe fixes are not asked for": "def f(user):\n    print(user.email)\n",
    "special categories have no fix": "def f(patient):\n    print(patient.diagnosis)\n",
    "TLS stays on": "from logstash_async.handler import AsynchronousLogstashHandler as H\n"
    "h = H('logs.example.org', 5959, None, ssl_enable=True)\n",
    "locals without a harmless one": LOGGER + "def f(email):\n    logger.info('%s', locals())\n",
    "suppressed findings": "from loguru import logger\n"
    "logger.add(print, level=1)  # gdprlint: ignore[GDL203] basis=6(1)(f) purpose=x test\n",
    "unpacked keywords": "from loguru import logger\nlogger.add(print, **options)\n",
    "a file that does not parse": "from loguru import logger\nlogger.add(print\n",
    "nothing found": "from loguru import logger\nlogger.add(print, diagnose=False)\n",
    "an unknown mode": "import os\nos.chmod('/var/log/a.log', mode)\n",
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS.keys())
def test_stays_without_unsafe_fixes(project: Path, text: str) -> None:
    assert fixed(project, text) == text


STAYS_UNSAFE = {
    "the text of an exception": LOGGER
    + "def f(user):\n    try:\n        g(user)\n    except ValueError as error:\n"
    "        logger.info('%s', error)\n",
    "the number of something": LOGGER + "def f(emails):\n    logger.info('%d', len(emails))\n",
    "a wrapped value": IMPORTED.format(names="pseudonymise")
    + "def f(user):\n    logger.info('%s', pseudonymise(user.email))\n",
    "special categories": LOGGER + "def f(patient):\n    logger.info(patient.diagnosis)\n",
    "a request as a whole": "from flask import request\nprint(request.headers)\n",
}


@pytest.mark.parametrize("text", STAYS_UNSAFE.values(), ids=STAYS_UNSAFE.keys())
def test_stays_with_unsafe_fixes(project: Path, text: str) -> None:
    assert fixed(project, text, "--unsafe-fixes") == text


SAFE = {
    "loguru": (
        "from loguru import logger\nlogger.add(print)\n",
        "from loguru import logger\nlogger.add(print, diagnose=False, backtrace=False)\n",
    ),
    "loguru, one given": (
        "from loguru import logger\nlogger.add(print, backtrace=True)\n",
        "from loguru import logger\nlogger.add(print, backtrace=True, diagnose=False)\n",
    ),
    "many lines with a comma": (
        "from loguru import logger\nlogger.add(\n    print,\n    level=1,  # all\n)\n",
        "from loguru import logger\nlogger.add(\n    print,\n    level=1,  # all\n"
        "    diagnose=False,\n    backtrace=False,\n)\n",
    ),
    "many lines without a comma": (
        "from loguru import logger\nlogger.add(\n    print,\n    level=1  # all\n)\n",
        "from loguru import logger\nlogger.add(\n    print,\n    level=1,  # all\n"
        "    diagnose=False,\n    backtrace=False\n)\n",
    ),
    "no argument": (
        "import typer\nfrom rich import traceback\ntraceback.install(show_locals=True)\n",
        "import typer\nfrom rich import traceback\ntraceback.install(show_locals=False)\n",
    ),
    "SQL": (
        "from sqlalchemy import create_engine\nengine = create_engine(url, echo=True)\n",
        "from sqlalchemy import create_engine\n"
        "engine = create_engine(url, echo=True, hide_parameters=True)\n",
    ),
    "tracker": (
        "import sentry_sdk\nsentry_sdk.init(release=r, max_request_body_size='never')\n",
        "import sentry_sdk\nsentry_sdk.init(release=r, max_request_body_size='never', "
        "include_local_variables=False)\n",
    ),
    "TLS": (
        "from graypy import GELFTLSHandler\nh = GELFTLSHandler('logs.example.org', 12201)\n",
        "from graypy import GELFTLSHandler\n"
        "h = GELFTLSHandler('logs.example.org', 12201, validate=True)\n",
    ),
    "mode": (
        "import os\nos.chmod('/var/log/shop/access.log', 0o644)\n",
        "import os\nos.chmod('/var/log/shop/access.log', 0o640)\n",
    ),
    "core dump": (
        "import resource as r\nr.setrlimit(r.RLIMIT_CORE, (r.RLIM_INFINITY, r.RLIM_INFINITY))\n",
        "import resource as r\nr.setrlimit(r.RLIMIT_CORE, (0, 0))\n",
    ),
    "rotation": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        "h = TimedRotatingFileHandler('shop.log', when='midnight')\n",
        "from logging.handlers import TimedRotatingFileHandler\n"
        "h = TimedRotatingFileHandler('shop.log', when='midnight', backupCount=364)\n",
    ),
    "too long, by position": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        "h = TimedRotatingFileHandler('shop.log', 'W0', 1, 520)\n",
        "from logging.handlers import TimedRotatingFileHandler\n"
        "h = TimedRotatingFileHandler('shop.log', 'W0', 1, 51)\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), SAFE.values(), ids=SAFE.keys())
def test_safe_fix(project: Path, before: str, after: str) -> None:
    assert fixed(project, before) == after


WRAPPED = {
    "an argument": ("logger.info('to %s', user.email)", "logger.info('to %s', {w}(user.email))"),
    "an f-string": (
        "logger.info(f'to {user.email!r:>9}')",
        "logger.info(f'to {{w}(user.email)!r:>9}')",
    ),
    "an f-string that shows a name": (
        "logger.info(f'to {user.email=}')",
        "logger.info(f'to user.email={{w}(user.email)!r}')",
    ),
    "percent": ("logger.info('to %s' % user.email)", "logger.info('to %s' % {w}(user.email))"),
    "format": ("logger.info('{}'.format(user.email))", "logger.info('{}'.format({w}(user.email)))"),
    "extra": (
        "logger.info('x', extra={'e': user.email})",
        "logger.info('x', extra={'e': {w}(user.email)})",
    ),
    "a sum": ("logger.info('to ' + user.email)", "logger.info('to ' + {w}(user.email))"),
    "parentheses": ("logger.info('%s', (user.email))", "logger.info('%s', ({w}(user.email)))"),
    "a variable": (
        "to = user.email\n    logger.info(to)",
        "to = user.email\n    logger.info({w}(to))",
    ),
    "a variable with a choice": (
        "to = user.email if user.is_active else user.email or '-'\n    logger.info(to)",
        "to = user.email if user.is_active else user.email or '-'\n    logger.info({w}(to))",
    ),
    "a choice of texts": (
        "logger.info(f'to {user.email}' if user else f'nobody')",
        "logger.info(f'to {{w}(user.email)}' if user else f'nobody')",
    ),
    "several lines": (
        "logger.info(\n        'to %s',  # whom\n        user\n        .email,\n    )",
        "logger.info(\n        'to %s',  # whom\n        {w}(user\n        .email),\n    )",
    ),
    "a default": (
        "logger.info('%s', user.email or '-')",
        "logger.info('%s', {w}(user.email or '-'))",
    ),
}


@pytest.mark.parametrize(("before", "after"), WRAPPED.values(), ids=WRAPPED.keys())
def test_wrapping(project: Path, before: str, after: str) -> None:
    head = "def f(user):\n    "
    expected = IMPORTED.format(names="pseudonymise") + head + after.replace("{w}", "pseudonymise")
    assert fixed(project, LOGGER + head + before + "\n", "--unsafe-fixes") == expected + "\n"


UNSAFE = {
    "credential in an f-string": (
        "def f(password):\n    print(f'login {password}')\n",
        "def f(password):\n    print('login')\n",
    ),
    "credential with its noun": (
        "def f(client):\n    print(f'made client {client.id} with key {client.api_key}')\n",
        "def f(client):\n    print(f'made client {client.id}')\n",
    ),
    "credential that shows its name": (
        "def f(password, n):\n    print(f'login {password=} {n}')\n",
        "def f(password, n):\n    print(f'login password=[redacted] {n}')\n",
    ),
    "credential that the text announces": (
        "def f(password, n):\n    print(f'login password={password} {n}')\n",
        "def f(password, n):\n    print(f'login password=[redacted] {n}')\n",
    ),
    "credential behind a template": (
        LOGGER + "def f(password, n):\n    logger.info('password of %s is invalid', password)\n"
        "    logger.info('%s: %d with %s', n, n, password)\n"
        "    logger.info('password: %s', password)\n",
        LOGGER + "def f(password, n):\n    logger.info('password is invalid')\n"
        "    logger.info('%s: %d', n, n)\n"
        "    logger.info('password: [redacted]')\n",
    ),
    "credential in extra": (
        LOGGER + "def f(password, n):\n    logger.info('x', extra={'password': password})\n"
        "    logger.info('x', extra={'password': password, 'n': n})\n"
        "    logger.info('x', extra={'n': n, 'password': password})\n",
        LOGGER + "def f(password, n):\n    logger.info('x')\n"
        "    logger.info('x', extra={'n': n})\n"
        "    logger.info('x', extra={'n': n})\n",
    ),
    "credential with a comment of its own": (
        LOGGER + "def f(password):\n    logger.info(\n        'password %s',  # of\n"
        "        password,\n    )\n",
        LOGGER + "def f(password):\n    logger.info(\n        'password %s',  # of\n"
        '        "[redacted]",\n    )\n',
    ),
    "a user of a framework": (
        LOGGER + "from django.contrib.auth.models import User\n\ndef f(user: User):\n"
        "    logger.info('%s', user)\n",
        LOGGER + "from django.contrib.auth.models import User\n\ndef f(user: User):\n"
        "    logger.info('%s', user.pk)\n",
    ),
    "a user bound to a logger": (
        "import structlog\nfrom django.contrib.auth.models import User\n\n"
        "def f(user: User):\n    log = structlog.get_logger().bind(user=user)\n"
        "    log.info('x', a=1)\n",
        "import structlog\nfrom django.contrib.auth.models import User\n\n"
        "def f(user: User):\n    log = structlog.get_logger().bind(user=user.pk)\n"
        "    log.info('x', a=1)\n",
    ),
    "an object as a dictionary": (
        LOGGER + "from dataclasses import asdict, dataclass\n\n@dataclass\nclass User:\n"
        "    id: int\n    email: str\n\ndef f(user: User):\n    logger.info('%s', asdict(user))\n",
        LOGGER + "from dataclasses import asdict, dataclass\n\n@dataclass\nclass User:\n"
        "    id: int\n    email: str\n\ndef f(user: User):\n    logger.info('%s', user.id)\n",
    ),
    "all variables": (
        LOGGER + "def f(card_number, amount, retries: int, order: Order):\n"
        "    logger.info('%s', locals())\n    logger.info(f'at {locals()}')\n",
        LOGGER + "def f(card_number, amount, retries: int, order: Order):\n"
        '    logger.info(\'%s\', {"amount": amount, "retries": retries})\n'
        "    logger.info(f'at {amount=}, {retries=}')\n",
    ),
    "all variables, none of them harmless": (
        LOGGER + "def f(card_number):\n    logger.info('%s', locals())\n",
        LOGGER + "def f(card_number):\n    logger.info('%s', locals())\n",
    ),
    "all variables for a template": (
        LOGGER + "def f(card_number, amount):\n"
        "    logger.info('%(amount)s %(card_number)s', locals())\n",
        LOGGER + "def f(card_number, amount):\n"
        "    logger.info('%(amount)s %(card_number)s', locals())\n",
    ),
    "a credential beside secrets": (
        "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\n\n"
        "class A(BaseSettings):\n"
        "    api_key: SecretStr\n    password: str\n",
        "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\n\n"
        "class A(BaseSettings):\n"
        "    api_key: SecretStr\n    password: SecretStr\n",
    ),
    "a credential of what is serialised": (
        "from pydantic import BaseModel, Field, SecretStr\n\nclass A(BaseModel):\n"
        "    api_key: SecretStr\n    password: str\n",
        "from pydantic import BaseModel, Field, SecretStr\n\nclass A(BaseModel):\n"
        "    api_key: SecretStr\n    password: str = Field(repr=False)\n",
    ),
    "a credential that is read": (
        "from pydantic import BaseModel, Field, SecretStr\n\nclass A(BaseModel):\n"
        "    api_key: SecretStr\n    password: str\n\ndef f(a: A):\n    return g(a.password)\n",
        "from pydantic import BaseModel, Field, SecretStr\n\nclass A(BaseModel):\n"
        "    api_key: SecretStr\n    password: str = Field(repr=False)\n\ndef f(a: A):\n"
        "    return g(a.password)\n",
    ),
    "a log group": (
        "import boto3\n\nlogs = boto3.client('logs', region_name='eu-central-1')\n"
        "if logs:\n    logs.create_log_group(logGroupName='shop')  # new\n",
        "import boto3\n\nlogs = boto3.client('logs', region_name='eu-central-1')\n"
        "if logs:\n    logs.create_log_group(logGroupName='shop')  # new\n"
        "    logs.put_retention_policy(logGroupName='shop', retentionInDays=365)\n",
    ),
    "a region": (
        "import boto3\n\nlogs = boto3.client('logs', region_name='us-east-1')\n",
        "import boto3\n\nlogs = boto3.client('logs', region_name=\"eu-central-1\")\n",
    ),
    "a public archive": (
        "import boto3\n\ns3 = boto3.client('s3')\n"
        "s3.put_object(Bucket='shop-logs', Key='a', ACL='public-read')\n"
        "s3.upload_file('a', 'shop-logs', 'a', ExtraArgs={'ACL': 'public-read'})\n",
        "import boto3\n\ns3 = boto3.client('s3')\n"
        "s3.put_object(Bucket='shop-logs', Key='a', ACL=\"private\")\n"
        "s3.upload_file('a', 'shop-logs', 'a', ExtraArgs={'ACL': \"private\"})\n",
    ),
    "a shipper without TLS": (
        "from logging.handlers import HTTPHandler\n\n"
        "h = HTTPHandler('logs.example.org', '/records')\n",
        "from logging.handlers import HTTPHandler\n\n"
        "h = HTTPHandler('logs.example.org', '/records', secure=True)\n",
    ),
    "a shipper over http": (
        "from logging_loki import LokiHandler\n\n"
        "h = LokiHandler(url='http://logs.example.org/loki/api/v1/push')\n",
        "from logging_loki import LokiHandler\n\n"
        "h = LokiHandler(url='https://logs.example.org/loki/api/v1/push')\n",
    ),
    "a logger without a level": (
        "import logging\n\nimport boto3\n\nboto3.set_stream_logger()\n",
        "import logging\n\nimport boto3\n\nboto3.set_stream_logger(level=logging.INFO)\n",
    ),
    "coordinates": (
        LOGGER + "def f(user):\n    logger.info('at %s', user.latitude)\n"
        "    logger.info(f'at {user.longitude}')\n",
        LOGGER + "def f(user):\n    logger.info('at %.1f', user.latitude)\n"
        "    logger.info(f'at {user.longitude:.1f}')\n",
    ),
    "the level of a logger": (
        "import logging\n\nlogging.getLogger('sqlalchemy.engine').setLevel(logging.INFO)\n"
        "logging.getLogger('sqlalchemy.engine').setLevel('DEBUG')\n",
        "import logging\n\nlogging.getLogger('sqlalchemy.engine').setLevel(logging.WARNING)\n"
        "logging.getLogger('sqlalchemy.engine').setLevel(\"WARNING\")\n",
    ),
    "URL as a text": (
        "import flask\n" + LOGGER + "def f(e):\n    logger.info('%s', str(e.request.url))\n",
        "import flask\n"
        + LOGGER
        + "def f(e):\n    logger.info('%s', str(e.request.url).partition(\"?\")[0])\n",
    ),
    "URL of another host": (
        "import flask\n\ndef f(e):\n    raise ValueError(f'nothing at {e.request.url}')\n",
        "import flask\n\ndef f(e):\n"
        "    raise ValueError(f'nothing at {str(e.request.url).partition(\"?\")[0]}')\n",
    ),
    "credential as an argument": (
        "def f(password):\n    print('login', password)\n",
        "def f(password):\n    print('login')\n",
    ),
    "exception, f-string": (
        "def f(iban):\n    raise ValueError(f\"bad iban: '{iban}'\")\n",
        'def f(iban):\n    raise ValueError("bad iban")\n',
    ),
    "exception, in the middle": (
        "def f(iban, bank):\n    raise ValueError(f'iban {iban} is not of {bank}')\n",
        "def f(iban, bank):\n    raise ValueError(f'iban is not of {bank}')\n",
    ),
    "exception, after a preposition": (
        "def f(iban):\n    raise ValueError(f'no reply from {iban} today')\n",
        "def f(iban):\n    raise ValueError('no reply today')\n",
    ),
    "exception, in a path": (
        "def f(email, n):\n    raise ValueError(f'no such server: {email}/{n}')\n",
        "def f(email, n):\n    raise ValueError(f'no such server: [redacted]/{n}')\n",
    ),
    "exception, in a genitive": (
        'def f(email):\n    raise ValueError(f"{email}\'s server is gone")\n',
        'def f(email):\n    raise ValueError("[redacted]\'s server is gone")\n',
    ),
    "exception, in parentheses": (
        "def f(email):\n    raise ValueError(f'no data (mail: {email})')\n",
        "def f(email):\n    raise ValueError('no data')\n",
    ),
    "exception, at the start": (
        "def f(email):\n    raise ValueError(f'“{email}” is taken')\n",
        "def f(email):\n    raise ValueError('Email is taken')\n",
    ),
    "exception, in the middle of a concatenation": (
        "def f(email, n):\n"
        "    raise ValueError(f\"bad: mail='{email}' \" f'count={n} of {email}')\n",
        "def f(email, n):\n    raise ValueError(\"bad: mail='[redacted]' \" f'count={n}')\n",
    ),
    "exception, announced in the middle": (
        "def f(email, n):\n    raise ValueError(f'mail={email} is the same as {n}')\n",
        "def f(email, n):\n    raise ValueError(f'mail=[redacted] is the same as {n}')\n",
    ),
    "exception, the name of somebody": (
        "def f(user_name, n):\n    raise ValueError(f'{user_name} has no {n}')\n",
        "def f(user_name, n):\n    raise ValueError(f'The user has no {n}')\n",
    ),
    "exception, alone": (
        "def f(iban):\n    raise ValueError(f'{iban}')\n",
        "def f(iban):\n    raise ValueError(f'{iban}')\n",
    ),
    "exception, percent": (
        "def f(iban):\n    raise ValueError('bad iban %s.' % iban)\n",
        "def f(iban):\n    raise ValueError('bad iban.')\n",
    ),
    "content": (
        "def f(chat_message):\n    print(chat_message)\n",
        'def f(chat_message):\n    print(f"{len(str(chat_message))} characters")\n',
    ),
    "content in an f-string": (
        "def f(chat_message):\n    print(f'got {chat_message}')\n",
        "def f(chat_message):\n    print(f'got {len(str(chat_message))} characters')\n",
    ),
    "URL": (
        "from flask import request\n\nprint(request.url)\n",
        "from flask import request\n\nprint(request.path)\n",
    ),
    "dataclass": (
        "from dataclasses import dataclass\n\n@dataclass\nclass A:\n    password: str\n"
        "    size: int = 0\n",
        "from dataclasses import dataclass, field\n\n@dataclass\nclass A:\n"
        "    password: str = field(repr=False)\n    size: int = 0\n",
    ),
    "dataclass with a default": (
        "from dataclasses import dataclass\n\n@dataclass\nclass A:\n    password: str = ''\n",
        "from dataclasses import dataclass, field\n\n@dataclass\nclass A:\n"
        "    password: str = field(default='', repr=False)\n",
    ),
    "pydantic": (
        "from pydantic import BaseModel, Field\n\nclass A(BaseModel):\n"
        "    password: str = Field(min_length=9)\n",
        "from pydantic import BaseModel, Field\n\nclass A(BaseModel):\n"
        "    password: str = Field(min_length=9, repr=False)\n",
    ),
    "dump": (
        "from pydantic import BaseModel\n\nclass A(BaseModel):\n    id: int\n    email: str\n\n"
        "def f(a: A):\n    print(a.model_dump())\n",
        "from pydantic import BaseModel\n\nclass A(BaseModel):\n    id: int\n    email: str\n\n"
        'def f(a: A):\n    print(a.model_dump(exclude={"email"}))\n',
    ),
    "a file handler": (
        "import logging\n\nh = logging.FileHandler('shop.log')\n",
        "import logging\nfrom logging.handlers import TimedRotatingFileHandler\n\n"
        "h = TimedRotatingFileHandler('shop.log', when=\"midnight\", backupCount=364)\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), UNSAFE.values(), ids=UNSAFE.keys())
def test_unsafe_fix(bare: Path, before: str, after: str) -> None:
    assert fixed(bare, before, "--unsafe-fixes") == after


# what is reported only where doubtful findings count
DOUBTFUL = {
    "URL of a client's request": (
        "import httpx\n\ndef f(request: httpx.Request):\n"
        "    raise ValueError(f'no: {request.url}')\n",
        "import httpx\n\ndef f(request: httpx.Request):\n"
        "    raise ValueError(f'no: {request.url.path}')\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_doubtful_findings_are_fixed_where_they_count(bare: Path, before: str, after: str) -> None:
    assert fixed(bare, before, "--unsafe-fixes") == before
    assert fixed(bare, before, "--unsafe-fixes", "--min-confidence", "possible") == after


def test_the_key_stands_in_for_a_field_without_a_wrapper(bare: Path) -> None:
    text = textwrap.dedent(
        """\
        from django.db import models


        class User(models.Model):
            email = models.EmailField()

            def __str__(self):
                return self.email


        def f(user: User):
            print(user.{field})
            print({user})
        """
    )
    before = text.replace("{field}", "email").replace("{user}", "user")
    after = text.replace("{field}", "pk").replace("{user}", "user.pk")
    assert fixed(bare, before, "--unsafe-fixes") == after


def test_an_address_is_truncated(project: Path) -> None:
    text = "def f(user):\n    print(user.ip_address, user.email)\n"
    assert fixed(project, text, "--unsafe-fixes") == (
        "from app.privacy import pseudonymise, truncate_ip\n\n"
        "def f(user):\n    print(truncate_ip(user.ip_address), pseudonymise(user.email))\n"
    )


HANDED_ON = {
    "in a text that grows": LOGGER + "def f(user):\n    text = 'users: '\n"
    "    text += user.email\n    logger.info(text)\n",
    "to whoever asked for a credential": "def f(password):\n    print(password)\n",
    "to whoever started a script": "import argparse\n\ndef f(user):\n    print(user.email)\n\n"
    "if __name__ == '__main__':\n    f(argparse.ArgumentParser().parse_args())\n",
    "to whoever started a command": "import click\n\n@click.command()\n"
    "def f(user):\n    print(user.email)\n",
    "to a service that is called with it": "import requests\n\n"
    "def f(user):\n    requests.post('https://crm.example.com/', json={'to': user.email})\n",
    "to the person who typed it": "from odoo.exceptions import UserError\n\n"
    "def f(email):\n    raise UserError(f'no such address: {email}')\n",
    "to a function of the project": "def store(to):\n    print(to)\n\n"
    "def f(user):\n    store(user.email)\n",
    "as a text, to a function of the project": "def send(subject):\n    print(subject)\n\n"
    "def f(user):\n    send(f'to {user.email}')\n",
    "as an object, to a function of the project": "from dataclasses import dataclass\n\n"
    "@dataclass\nclass User:\n    id: int\n    email: str\n\n"
    "def enter(person):\n    print(person)\n\ndef f(user: User):\n    enter(user)\n",
    "to an exception of the project": "class Unknown(Exception):\n    pass\n\n"
    "def f(email):\n    raise Unknown(email)\n",
    "in a mapping that has to stay one": LOGGER
    + "def f(user):\n    extra = {'email': user.email}\n    logger.info('x', extra=extra)\n",
    "as the digest a service asks for": "import hashlib\n\n"
    "def f(email):\n    key = hashlib.md5(email.encode()).hexdigest()\n    members.remove(key)\n",
    "in a text that is used elsewhere": LOGGER
    + "def f(user):\n    url = f'/{user.email}'\n    fetch(url)\n    logger.info(url)\n",
}


@pytest.mark.parametrize("text", HANDED_ON.values(), ids=HANDED_ON.keys())
def test_code_that_needs_the_value_keeps_it(project: Path, text: str) -> None:
    assert fixed(project, text, "--unsafe-fixes") == text


def test_a_text_that_is_only_logged_loses_the_value(project: Path) -> None:
    body = "def f(user):\n    text = f'to {{}}'\n    logger.info(text)\n"
    before = LOGGER + body.replace("{}", "user.email")
    after = IMPORTED.format(names="pseudonymise") + body.replace("{}", "pseudonymise(user.email)")
    assert fixed(project, before.replace("{{", "{").replace("}}", "}"), "--unsafe-fixes") == (
        after.replace("{{", "{").replace("}}", "}")
    )


def test_a_digest_gets_a_key(project: Path) -> None:
    body = "\n\ndef f(email):\n    return {}\n"
    before = "import hashlib" + body.format("hashlib.sha256(email.encode()).hexdigest()")
    after = "import hashlib\n\nfrom app.privacy import pseudonymise" + body.format(
        "pseudonymise(email)"
    )
    assert fixed(project, before, "--unsafe-fixes") == after


def test_a_fix_that_does_not_help_is_dropped_and_told(tmp_path: Path) -> None:
    file = make_project(tmp_path) / "example.py"
    text = LOGGER + (
        "def f(user, short):\n    if short:\n        text = f'to {user.email}'\n    else:\n"
        "        text = f'for {user.email}'\n    logger.info(text)\n"
    )
    file.write_text(text, encoding="utf-8")

    outcome = run("--fix", "--unsafe-fixes", file)

    assert outcome.status == 1
    assert file.read_text(encoding="utf-8") == text
    assert "the fix of GDL101 was dropped: it does not remove the finding" in outcome.err


def test_what_is_left_decides_the_status(project: Path) -> None:
    file = project / "example.py"
    file.write_text("from loguru import logger\nlogger.add(print)\n", encoding="utf-8")
    assert run("--fix", file).status == 0
    file.write_text("def f(user):\n    print(user.email)\n", encoding="utf-8")
    assert run("--fix", file).status == 1


def test_a_diff_writes_nothing(project: Path) -> None:
    file = project / "example.py"
    text = "from loguru import logger\nlogger.add(print)\n"
    file.write_text(text, encoding="utf-8")

    outcome = run("--diff", file)

    assert outcome.status == 1
    assert outcome.out == (
        "--- a/example.py\n+++ b/example.py\n@@ -1,2 +1,2 @@\n from loguru import logger\n"
        "-logger.add(print)\n+logger.add(print, diagnose=False, backtrace=False)\n"
    )
    assert file.read_text(encoding="utf-8") == text


def test_a_diff_shows_what_a_fix_in_one_file_does_to_another(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    mail = project / "app" / "mail.py"
    mail.write_text(
        LOGGER + "def send(user):\n    logger.info('%s', user.email)\n    return user.email\n",
        encoding="utf-8",
    )
    file = project / "example.py"
    file.write_text("from loguru import logger\nlogger.add(print)\n", encoding="utf-8")

    shown = run("--diff", "--unsafe-fixes", project).out
    run("--fix-only", "--unsafe-fixes", project)

    written = {
        line[1:]
        for line in shown.splitlines()
        if line.startswith("+") and not line.startswith("+++")
    }
    lines = {*mail.read_text("utf-8").splitlines(), *file.read_text("utf-8").splitlines()}
    assert written <= lines
    assert "    logger.info('%s', pseudonymise(user.email))" in written
    assert run("--diff", "--unsafe-fixes", project).out == ""


def test_tests_keep_what_they_compare(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "tests").mkdir()
    file = project / "tests" / "test_mail.py"
    text = LOGGER + "def test_mail(user):\n    logger.info('%s', user.email)\n"
    file.write_text(text, encoding="utf-8")

    run("--fix-only", "--unsafe-fixes", file)

    assert file.read_text(encoding="utf-8") == text
