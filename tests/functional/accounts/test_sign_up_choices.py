"""What goes by a choice at the sign-up is chosen by whoever signs up; a link from a mail signs in the browser that signed up."""

import re

import pytest

from marketplace.accounts.models import User
from tests.functional.accounts.test_accounts import (
    BRAND,
    INFLUENCER,
    browser,
    last_mail,
    link_of,
    rows,
    sign_up,
)

__all__ = ["browser"]

LISTS = [("brand", "country"), ("brand", "category"), ("influencer", "country")]


@pytest.mark.parametrize(("side", "name"), LISTS)
def test_nothing_is_chosen_beforehand(browser, side, name):
    select = browser.get(f"/sign-up/{side}").text.split(f'id="{name}"')[1].split("</select>")[0]
    values = re.findall(r'<option (?:selected )?value="([^"]*)"', select)
    assert values[0] == ""
    assert re.findall(r'<option selected value="([^"]+)"', select) == []


@pytest.mark.parametrize(("side", "name"), LISTS)
def test_says_what_to_do_where_nothing_is_chosen(browser, services, side, name):
    typed = BRAND if side == "brand" else INFLUENCER
    answer = browser.post(f"/sign-up/{side}", typed | {name: ""})
    assert answer.status_code == 422
    said = "Choose what you sell." if name == "category" else "Choose your country."
    assert said in answer.text.split(f'id="{name}-error"')[1].split("</p>")[0]
    assert "not served" not in answer.text
    assert rows(services, User) == []


def test_a_link_leads_on_who_is_signed_in(app, services):
    here = sign_up(app, services, is_verified=False)
    assert here.post(link_of(last_mail(services))).location == "/home"
