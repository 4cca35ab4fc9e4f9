"""The keys of a house style, which decks of all dialects have alike: accent, fonts, logo, brand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from slidegen.house_keys import FontKeys, House, LogoKeys
from slidegen.sources.strict import Strict, kind_of

Path = Annotated[str, Field(min_length=1)]
Paths = Annotated[
    Annotated[Path, Tag("text")] | Annotated[list[Path], Tag("list"), Field(max_length=20)],
    Discriminator(kind_of, custom_error_type="paths", custom_error_message="fonts are a file or a list of files"),
]


class FontsModel(Strict):
    """Font files."""

    text: Paths | None = None
    heading: Paths | None = None
    code: Paths | None = None
    also: Paths | None = Field(None, description="For characters that no other font has")
    emoji: Literal["color", "mono"] = "color"

    @property
    def keys(self) -> FontKeys:
        """The files by what they are for."""
        given = {key: _paths(getattr(self, key)) for key in ("text", "heading", "code", "also")}
        return FontKeys(**given, emoji=self.emoji)


class LogoModel(Strict):
    """A logo."""

    light: Path
    dark: Path | None = None
    alt: str | None = None


LogoEntry = Annotated[
    Annotated[Path, Tag("text")] | Annotated[LogoModel, Tag("mapping")],
    Discriminator(kind_of, custom_error_type="background", custom_error_message="a logo is text or a mapping"),
]


BrandEntry = Annotated[
    Annotated[Literal[False], Tag("none")] | Annotated[Path, Tag("text")] | Annotated[dict[str, Any], Tag("mapping")],
    Discriminator(
        lambda value: "none" if value is False else kind_of(value),
        custom_error_type="brand",
        custom_error_message="a brand is a file, a mapping, or false",
    ),
]


class HouseModel(Strict):
    """The keys of a house style."""

    accent: str | None = Field(None, description="The one colour of links, lines and charts, in both schemes")
    fonts: FontsModel | None = None
    logo: LogoEntry | None = None
    brand: BrandEntry | None = Field(None, description="A file in Quarto's format or its content; else _brand.yml")


def house_of(model: HouseModel) -> House:
    """Returns the house style of a deck's keys."""
    logo = LogoModel(light=model.logo) if isinstance(model.logo, str) else model.logo
    return House(
        model.accent,
        FontKeys() if model.fonts is None else model.fonts.keys,
        None if logo is None else LogoKeys(logo.light, logo.dark, logo.alt),
        "" if model.brand is False else model.brand,
    )


def _paths(given: str | list[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())
