"""Going through a page's elements: what bs4's `find_all` gives, without its matching, which costs most of a reading."""

from collections.abc import Collection, Iterator

from bs4 import Tag


def tags(part: Tag) -> Iterator[Tag]:
    """All elements of a part, in the page's order. Make a list of them before the tree is changed."""
    return (node for node in part.descendants if isinstance(node, Tag))


def links(part: Tag, names: Collection[str] = ("a",)) -> Iterator[Tag]:
    """The elements of these names that lead somewhere, in the page's order."""
    return (node for node in tags(part) if node.name in names and node.get("href") is not None)


def holds(part: Tag, names: Collection[str]) -> bool:
    """Whether an element of one of these names stands within the part."""
    return any(node.name in names for node in tags(part))
