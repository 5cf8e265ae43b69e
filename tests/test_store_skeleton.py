"""Whether a page that lost its entries is the same page, emptied, or another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.skeleton import is_rebuilt, skeleton

ITEMS = '<ul><li><a href="/a.pdf">Child A</a></li></ul>'
LISTED = f"""<header><a href="/">Home</a></header><nav><ul><li>x</li></ul></nav>
<main><h1>Reviews</h1><p>What we publish.</p>{ITEMS}</main><footer><p>x</p></footer>"""
HEADED = "<main><h1>Reviews</h1><p>Here.</p><h3>Child A</h3><p><a href='/a.pdf'>Report</a></p></main>"
SHELL = "<div id=app></div><script src=/app.js></script><noscript>Needs JavaScript.</noscript>"


def test_the_frame_leaves_out_what_holds_entries() -> None:
    assert skeleton("<main><h1>a</h1><ul><li><a>b</a></li></ul><script>c</script></main>") == {
        "body",
        "body/main",
        "body/main/h1",
        "body/main/ul",
    }


@pytest.mark.parametrize(
    ("before", "after", "rebuilt"),
    [
        (LISTED, LISTED.replace(ITEMS, ""), False),
        (LISTED, LISTED.replace("</ul></main>", "<li>one more</li></ul></main>"), False),
        (HEADED, "<body><main><h1>Reviews</h1><p>Here.</p></main></body>", False),
        (LISTED, SHELL, True),
        (LISTED, "<body><div><div><section><h2>Welcome</h2></section></div></div></body>", True),
        ("", LISTED, False),
    ],
)
def test_an_emptied_page_keeps_its_frame_and_a_rebuilt_one_does_not(before: str, after: str, rebuilt: bool) -> None:
    assert is_rebuilt(before, after) is rebuilt


@given(st.text())
def test_any_text_has_a_frame_and_is_like_itself(text: str) -> None:
    assert not is_rebuilt(text, text)
