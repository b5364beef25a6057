"""Messages between requests that are under way at once: each is shown, and once; too many and too long ones do no harm."""

from http.cookies import SimpleCookie

import pytest
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage import default_storage
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.html import format_html

from rapport.platform.ui import message_cookies
from rapport.platform.ui.message_cookies import ALL, LONGEST, MOST, MessageCookies


class Browser:
    """What a browser keeps: cookies by name, changed by each answer as it comes."""

    def __init__(self, storage=default_storage):
        self.cookies, self.storage = {}, storage

    def begin(self):
        """Sends a request with what is kept now."""
        request = RequestFactory().get("/")
        request.COOKIES = dict(self.cookies)
        request._messages = self.storage(request)
        return request

    def end(self, request):
        """Takes the answer's cookies up."""
        response = MessageMiddleware(lambda _request: None).process_response(request, HttpResponse())
        for name, morsel in response.cookies.items():
            if morsel["max-age"] == 0:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
        return response

    def say(self, *texts, **more):
        request = self.begin()
        for text in texts:
            messages.success(request, text, **more)
        return self.end(request)

    def shown(self):
        request = self.begin()
        found = [str(one) for one in messages.get_messages(request)]
        self.end(request)
        return found


def said_while_a_page_loads(browser):
    """A page reads what waits while another request says something; the page's answer comes last."""
    browser.say("first")
    page, post = browser.begin(), browser.begin()
    seen = [str(one) for one in messages.get_messages(page)]
    messages.success(post, "second")
    browser.end(post)
    browser.end(page)
    return seen + browser.shown()


def said_by_two(browser, *, page_first):
    """Two requests say something, a third shows; whichever answer comes first."""
    browser.say("first")
    page, post = browser.begin(), browser.begin()
    seen = [str(one) for one in messages.get_messages(page)]
    messages.success(post, "second")
    for one in (page, post) if page_first else (post, page):
        browser.end(one)
    return seen + browser.shown()


def test_what_is_said_while_a_page_loads_is_not_lost():
    assert said_while_a_page_loads(Browser()) == ["first", "second"]


def test_what_a_page_has_shown_does_not_come_back_with_the_next():
    assert said_by_two(Browser(), page_first=True) == ["first", "second"]


def test_two_who_say_something_at_once_are_both_heard():
    browser = Browser()
    one, two = browser.begin(), browser.begin()
    messages.success(one, "one")
    messages.success(two, "two")
    browser.end(two)
    browser.end(one)
    assert sorted(browser.shown()) == ["one", "two"] and browser.shown() == []


def test_in_one_cookie_they_would_be_lost_or_shown_twice():
    assert said_while_a_page_loads(Browser(CookieStorage)) == ["first"]
    assert said_by_two(Browser(CookieStorage), page_first=True) == ["first", "first", "second"]


def test_messages_come_in_their_order_with_all_that_belongs_to_them():
    browser = Browser()
    browser.say("a", "b")
    browser.say(format_html("<b>{}</b>", "<c>"), extra_tags="undo:/undo/7 once:x")
    request = browser.begin()
    found = list(messages.get_messages(request))
    assert [str(one) for one in found] == ["a", "b", "<b>&lt;c&gt;</b>"]
    assert (found[2].extra_tags, found[2].level_tag) == ("undo:/undo/7 once:x", "success")
    # What is said after they were read waits for the next page.
    messages.error(request, "late")
    browser.end(request)
    assert browser.shown() == ["late"]


def test_who_reads_nothing_takes_nothing_away():
    browser = Browser()
    browser.say("a")
    assert browser.end(browser.begin()).cookies == {}
    assert browser.shown() == ["a"] and browser.cookies == {}


@pytest.mark.parametrize("at_once", [True, False])
def test_of_too_many_the_oldest_go(at_once):
    browser, texts = Browser(), [str(n) for n in range(MOST + 5)]
    for some in [texts] if at_once else [[one] for one in texts]:
        browser.say(*some)
    assert len(browser.cookies) == MOST
    assert browser.shown() == texts[-MOST:]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "ق" * 10_000,
        "".join(map(chr, range(0x4E00, 0x6E00))),
        format_html("<a href='/x'>{}</a>", "<y>" * 9000),
    ],
)
def test_what_is_too_long_is_cut(text):
    browser = Browser()
    browser.say(text, extra_tags="undo:/undo/7")
    (value,) = browser.cookies.values()
    assert len(value) <= LONGEST
    (found,) = list(messages.get_messages(browser.begin()))
    plain = "<y>" * 9000 if "href" in text else text
    assert found.extra_tags == "undo:/undo/7"
    assert len(found.message) > 100 and plain.startswith(str(found.message).removesuffix("…"))


def test_even_tags_that_are_too_long_are_no_error():
    browser = Browser()
    wild = "".join(map(chr, range(0x4E00, 0x6E00, 7)))
    browser.say("x" * 5000, extra_tags=wild)
    browser.say(wild, extra_tags=wild[:249])
    first, second = browser.shown()
    assert first.startswith("xxx") and wild.startswith(second.removesuffix("…"))


def test_all_together_they_leave_room_for_other_headers():
    browser = Browser()
    for n in range(MOST):
        browser.say("".join(chr(0x4E00 + 37 * n + 11 * i) for i in range(150)))
    assert 1 < len(browser.cookies) < MOST
    assert sum(map(len, browser.cookies.values())) <= ALL


def test_what_we_have_not_signed_is_not_shown_and_goes():
    browser = Browser()
    browser.say("a")
    (name,) = browser.cookies
    browser.cookies |= {
        "notice-1": "[]",
        "notice-2": browser.cookies[name][:-1] + "_",
        "notice-3": "",
        "noticed": "mine",
    }
    assert browser.shown() == ["a"] and browser.cookies == {"noticed": "mine"}


def test_a_browser_that_brings_thousands_costs_little():
    browser = Browser()
    browser.cookies = {f"notice-000{n:05}": "x" * 50 for n in range(3000)}
    request = browser.begin()
    assert list(messages.get_messages(request)) == []
    assert len(browser.end(request).cookies) == message_cookies.SWEPT
    browser.say("a")
    assert browser.shown() == ["a"]


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookies_are_kept_as_the_session_is(settings, secure):
    settings.SESSION_COOKIE_SECURE = secure
    (cookie,) = Browser().say("a").cookies.values()
    assert (bool(cookie["secure"]), cookie["httponly"], cookie["samesite"]) == (secure, True, "Lax")
    assert cookie["path"] == "/" and not cookie["max-age"]
    assert isinstance(Browser().begin()._messages, MessageCookies) and SimpleCookie(cookie.OutputString())
