"""Each house rule with a bad and a good example, so that none of them is asleep."""

import pytest

from tests.lint import lock_files, template


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        "<style>p { color: red }</style>",
        '<p style="color: red"></p>',
        '<a onclick="go()"></a>',
        '<a hx-on:click="go()"></a>',
        """<a hx-vals='js:{a: 1}'></a>""",
        '<a hx-trigger="click[ctrlKey]"></a>',
        '<a href="javascript:go()"></a>',
        "<p>Good morning</p>",
        "\n" * 150,
    ],
)
def test_a_bad_template_is_found(bad):
    assert list(template(bad))


@pytest.mark.parametrize(
    "good",
    [
        '<script src="{% static "a.js" %}" type="module"></script>',
        "<p>{% translate 'Good morning' %}</p>",
        "{% blocktranslate %}Good <b>morning</b> to you{% endblocktranslate %}",
        "<p>{{ person.name }}</p><kbd>Enter</kbd>",
        "<td><code>If-Match</code></td>",
        '<a hx-trigger="live-deal-7 from:body"></a>',
        "{# Good morning #}<!-- Good morning -->",
    ],
)
def test_a_good_template_passes(good):
    assert list(template(good)) == []


@pytest.mark.parametrize(
    "line",
    [
        "--extra-index-url https://pypi.example/simple",
        '"resolved": "https://registry.example/a.tgz"',
        "--find-links /wheels",
    ],
)
def test_a_lock_file_that_names_a_registry_is_found(tmp_path, line):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2 --hash=sha256:00\n")
    assert lock_files(tmp_path) == []
    (tmp_path / "package-lock.json").write_text(line)
    assert len(lock_files(tmp_path)) == 1
