"""The order of elements in what is written, against the sequences of the schema (ECMA-376 part 1, transitional)."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from pptx import Presentation

from tests.exports.conftest import Exporter

pytestmark = pytest.mark.browser

FILLS = "noFill solidFill gradFill blipFill pattFill grpFill"
TEXT = (
    f"ln {FILLS} effectLst effectDag highlight uLnTx uLn uFillTx uFill latin ea cs sym hlinkClick hlinkMouseOver rtl "
    "extLst"
)
PARAGRAPH = (
    "lnSpc spcBef spcAft buClrTx buClr buSzTx buSzPct buSzPts buFontTx buFont buNone buAutoNum buChar buBlip tabLst "
    "defRPr extLst"
)
LABEL = (
    "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator "
    "showLeaderLines leaderLines extLst"
)
AXIS = (
    "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr "
    "txPr crossAx crosses crossesAt"
)
SEQUENCES = {
    "a:pPr": PARAGRAPH,
    **{f"a:lvl{level}pPr": PARAGRAPH for level in range(1, 10)},
    "a:rPr": TEXT,
    "a:defRPr": TEXT,
    "a:endParaRPr": TEXT,
    "a:bodyPr": "prstTxWarp noAutofit normAutofit spAutoFit scene3d sp3d flatTx extLst",
    "a:blip": "alphaBiLevel alphaModFix biLevel clrChange lum tint extLst",
    "a:tbl": "tblPr tblGrid tr",
    "a:tc": "txBody tcPr extLst",
    "a:tcPr": f"lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D {FILLS} headers extLst",
    "a:gradFill": "gsLst lin path tileRect",
    "a:fld": "rPr pPr t",
    "a:r": "rPr t",
    "p:sld": "cSld clrMapOvr transition timing extLst",
    "p:cSld": "bg spTree custDataLst controls extLst",
    "p:bgPr": f"{FILLS} effectLst effectDag extLst",
    "p:sp": "nvSpPr spPr style txBody extLst",
    "p:pic": "nvPicPr blipFill spPr style extLst",
    "p:graphicFrame": "nvGraphicFramePr xfrm graphic extLst",
    "p:spPr": f"xfrm custGeom prstGeom {FILLS} ln effectLst effectDag scene3d sp3d extLst",
    "p:txBody": "bodyPr lstStyle p",
    "p:blipFill": "blip srcRect tile stretch",
    "p:cNvPr": "hlinkClick hlinkHover extLst",
    "p:nvPr": "ph audioCd wavAudioFile audioFile videoFile quickTimeFile custDataLst extLst",
    "p:timing": "tnLst bldLst extLst",
    "p:cTn": "stCondLst endCondLst endSync iterate childTnLst subTnLst",
    "p:seq": "cTn prevCondLst nextCondLst",
    "p:cBhvr": "cTn tgtEl attrNameLst",
    "p:set": "cBhvr to",
    "p:presentation": (
        "sldMasterIdLst notesMasterIdLst handoutMasterIdLst sldIdLst sldSz notesSz smartTags embeddedFontLst "
        "custShowLst photoAlbum custDataLst kinsoku defaultTextStyle modifyVerifier extLst"
    ),
    "p:sldMaster": "cSld clrMap sldLayoutIdLst transition timing hf txStyles extLst",
    "p:sldLayout": "cSld clrMapOvr transition timing hf extLst",
    "p:txStyles": "titleStyle bodyStyle otherStyle extLst",
    "c:chartSpace": (
        "date1904 lang roundedCorners style clrMapOvr pivotSource protection chart spPr txPr externalData "
        "printSettings userShapes extLst"
    ),
    "c:chart": "title autoTitleDeleted pivotFmts view3D plotArea legend plotVisOnly dispBlanksAs extLst",
    "c:plotArea": "layout barChart scatterChart catAx valAx dTable spPr extLst",
    "c:barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    "c:scatterChart": "scatterStyle varyColors ser dLbls axId extLst",
    "c:ser": (
        "idx order tx spPr invertIfNegative marker dPt dLbls trendline errBars cat val xVal yVal smooth shape extLst"
    ),
    "c:dPt": "idx invertIfNegative marker bubble3D explosion spPr pictureOptions extLst",
    "c:marker": "symbol size spPr extLst",
    "c:dLbls": f"dLbl delete {LABEL}",
    "c:dLbl": f"idx delete layout tx {LABEL}",
    "c:catAx": f"{AXIS} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl extLst",
    "c:valAx": f"{AXIS} crossBetween majorUnit minorUnit dispUnits extLst",
    "c:scaling": "logBase orientation max min extLst",
    "c:legend": "legendPos legendEntry layout overlay spPr txPr extLst",
    "c:manualLayout": "layoutTarget xMode yMode wMode hMode x y w h extLst",
    "cdr:relSizeAnchor": "from to sp grpSp graphicFrame cxnSp pic",
    "cdr:sp": "nvSpPr spPr style txBody",
    "cdr:cxnSp": "nvCxnSpPr spPr style",
    "cdr:spPr": f"xfrm custGeom prstGeom {FILLS} ln effectLst effectDag scene3d sp3d extLst",
    "cdr:txBody": "bodyPr lstStyle p",
    "a:ln": f"{FILLS} prstDash custDash round bevel miter headEnd tailEnd extLst",
    "m:nary": "naryPr sub sup e",
    "m:f": "fPr num den",
    "m:rad": "radPr deg e",
    "m:sSub": "sSubPr e sub",
    "m:sSup": "sSupPr e sup",
    "m:r": "rPr rPr t",
}
"""The children that an element may have, in their order."""
PREFIXES = {
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing": "cdr",
}


def disorder(tree: etree._Element) -> list[str]:
    """The elements whose children stand in another order than the schema's, or are none of it."""
    found = []
    for node in tree.iter(etree.Element):
        name = etree.QName(node)
        allowed = SEQUENCES.get(f"{PREFIXES.get(name.namespace or '')}:{name.localname}")
        if allowed is None:
            continue
        names = [etree.QName(child).localname for child in node.iterchildren(etree.Element)]
        places = [allowed.split().index(one) if one in allowed.split() else -1 for one in names]
        if -1 in places or places != sorted(places):
            found.append(f"{name.localname}: {', '.join(names)}")
    return found


def test_elements_stand_in_the_order_of_the_schema(presentation: Path) -> None:
    """In all parts that are written. PowerPoint repairs, or refuses, a file in which they do not."""
    with ZipFile(presentation) as file:
        names = [name for name in file.namelist() if name.startswith("ppt/") and name.endswith(".xml")]
        found = {name: disorder(etree.fromstring(file.read(name))) for name in names}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(names) > 20


def test_disorder_is_found() -> None:
    """By the test itself."""
    wrong = '<a:rPr xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:latin/><a:solidFill/></a:rPr>'
    assert disorder(etree.fromstring(wrong)) == ["rPr: latin, solidFill"]


def test_ids_of_shapes_are_unique(presentation: Path) -> None:
    """On each slide; the two forms of a text with formulas share theirs."""
    with ZipFile(presentation) as file:
        for name in file.namelist():
            if not name.startswith("ppt/slides/slide"):
                continue
            tree = etree.fromstring(file.read(name))
            for fallback in tree.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"):
                fallback.getparent().remove(fallback)
            ids = [
                one.get("id") for one in tree.iter("{http://schemas.openxmlformats.org/presentationml/2006/main}cNvPr")
            ]
            assert len(ids) == len(set(ids))


def test_every_relationship_leads_somewhere(presentation: Path) -> None:
    """To a part that is in the file, with a type of content."""
    with ZipFile(presentation) as file:
        names = set(file.namelist())
        for name in [name for name in names if name.endswith(".rels")]:
            folder = Path(name).parent.parent
            for relation in etree.fromstring(file.read(name)):
                if relation.get("TargetMode") == "External":
                    continue
                target = relation.get("Target")
                path = (
                    Path(target[1:]) if target.startswith("/") else Path("/", folder, target).resolve().relative_to("/")
                )
                assert str(path) in names, (name, target)


def test_no_placeholder_is_taken_twice(exporter: Exporter) -> None:
    """A footer of two paragraphs fills one, and the rest is text."""
    text = 'title: T\nfooter: "one\\n\\ntwo"\nslides: ["# A", "## B\\n\\ntext\\n\\n# C"]\n'
    (made,) = exporter.export(exporter.deck(text=text), "pptx")
    for slide in Presentation(str(made)).slides:
        taken = [one.placeholder_format.idx for one in slide.placeholders]
        assert len(taken) == len(set(taken))
        assert "two" in " ".join(one.text_frame.text for one in slide.shapes if one.has_text_frame)
