"""How layouts are called in the languages of PowerPoint, without accents and in small letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from slidegen.exports.pptx.writing.arranging import LayoutName

NAMES: Final[Mapping[LayoutName, re.Pattern[str]]] = {
    "title": re.compile(
        r"title slide|titelfolie|startfolie|cover|diapositive de titre|diapositiva de titulo|diapositiva titolo|"
        r"titeldia|slide de titulo|diapositivo de titulo|slajd tytulowy|rubrikbild|tittellysbilde|titelslide|"
        r"otsikkodia|titulni|титульный|タイトル スライド|标题幻灯片"
    ),
    "section": re.compile(
        r"section|abschnitt|kapitel|zwischentitel|chapter|seccion|sezione|sectie|secao|seccao|sekcji|avsnitt|afsnit|"
        r"раздел|セクション|节标题"
    ),
    "two": re.compile(
        r"two content|two column|2 content|zwei inhalte|zweispaltig|zwei spalten|deux contenus|deux colonnes|"
        r"dos objetos|dos contenidos|due contenuti|inhoud van twee|twee|"
        r"duas partes|dois conteudos|dwa elementy|tva|to innhold|"
        r"to indhold|два объекта|2 つのコンテンツ|两栏内容"
    ),
    "title-only": re.compile(
        r"title only|only title|nur titel|titre seul|solo el titulo|solo titolo|alleen titel|somente titulo|"
        r"so titulo|tylko tytul|endast rubrik|kun titel|bare tittel|"
        r"vain otsikko|pouze nadpis|только заголовок|タイトルのみ|仅标题"
    ),
    "content": re.compile(
        r"content|inhalt|text|bullet|contenu|objeto|contenido|"
        r"contenut|inhoud|object|conteudo|zawartosc|innehall|innhold|"
        r"indhold|sisalto|obsah|объект|コンテンツ|内容"
    ),
    "blank": re.compile(
        r"blank|empty|leer|vide|en blanco|vuot|leeg|em branco|pusty|tom\b|tyhja|prazdny|пустой|白紙|空白"
    ),
}


def called(name: str, layout: LayoutName) -> bool:
    """Whether a layout's name says that it is this one."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(sign))
    return bool(NAMES[layout].search(plain))
