"""The smallest valid Word and PowerPoint files, written by hand; the same bytes every time."""

from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OOXML = "http://schemas.openxmlformats.org"
_PART = "application/vnd.openxmlformats-officedocument"
_REL = f"{_OOXML}/officeDocument/2006/relationships"
_DRAWING = f'xmlns:a="{_OOXML}/drawingml/2006/main" xmlns:r="{_REL}" xmlns:p="{_OOXML}/presentationml/2006/main"'


def make_docx(title: str, paragraphs: tuple[str, ...]) -> bytes:
    """A Word document: the title, then one paragraph each."""
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in (title, *paragraphs)
    )
    document = f'<w:document xmlns:w="{_OOXML}/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    types = {"/word/document.xml": f"{_PART}.wordprocessingml.document.main+xml"}
    return _package(
        types, {"_rels/.rels": _relations(("officeDocument", "word/document.xml")), "word/document.xml": document}
    )


def make_pptx(title: str, slides: tuple[str, ...]) -> bytes:
    """A PowerPoint file: a title slide, then one slide per text."""
    texts = (title, *slides)
    names = [f"slides/slide{number}.xml" for number in range(1, len(texts) + 1)]
    ids = "".join(f'<p:sldId id="{256 + i}" r:id="rId{i + 1}"/>' for i in range(len(texts)))
    listed = f'<p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/>'
    presentation = f"<p:presentation {_DRAWING}>{listed}</p:presentation>"
    types = {"/ppt/presentation.xml": f"{_PART}.presentationml.presentation.main+xml"}
    types |= {f"/ppt/{name}": f"{_PART}.presentationml.slide+xml" for name in names}
    parts = {
        "_rels/.rels": _relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": presentation,
        "ppt/_rels/presentation.xml.rels": _relations(*(("slide", name) for name in names)),
    }
    return _package(types, parts | {f"ppt/{name}": _slide(text) for name, text in zip(names, texts, strict=True)})


def _slide(text: str) -> str:
    shape = '<p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
    group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    run = f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody>"
    return f"<p:sld {_DRAWING}><p:cSld><p:spTree>{group}<p:sp>{shape}{run}</p:sp></p:spTree></p:cSld></p:sld>"


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_OOXML}/package/2006/relationships">{rows}</Relationships>'


def _package(types: dict[str, str], parts: dict[str, str]) -> bytes:
    rows = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    content_types = f'<Types xmlns="{_OOXML}/package/2006/content-types">{rels}{rows}</Types>'
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        for name, text in {"[Content_Types].xml": content_types, **parts}.items():
            package.writestr(ZipInfo(name), _XML + text)  # ZipInfo's fixed time keeps the bytes equal
    return buffer.getvalue()
