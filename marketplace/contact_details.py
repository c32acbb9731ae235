"""Contact details in a text: what leads off the platform before the money is held, in both scripts and all digits.

Pure. What is refused is what can be copied and dialled, and a number or an address dictated in plain words.
The time grows with the length alone: runs are bounded or never given back (`++`), and long gaps are shortened first.
"""

import re
import unicodedata
from enum import StrEnum


class ContactKind(StrEnum):
    """What was found, in the order of looking."""

    MAIL = "mail"
    MESSENGER = "messenger"
    PHONE = "phone"
    HANDLE = "handle"


#: joiners, direction marks and the Arabic tatweel, which split a number or an address without being seen
_UNSEEN = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
#: no pattern looks at more than three blanks, and two runs of them side by side would be tried in every division
_LONG_GAP = re.compile(r"\s{9,}")
_SHORT_GAP = " " * 8
_AT = r"(?:@\s*|\s+@\s+|\s*[\[(]\s*(?:at|آت|ات)\s*[\])]\s*)"
_SET_AT = r"\s*[\[(]\s*(?:at|آت|ات)\s*[\])]\s*"
_SAID_DOT = r"(?:\s*[\[(]\s*(?:dot|دوت|نقطة)\s*[\])]\s*|\s+(?:dot|دوت|نقطة)\s+)"
_DOT = rf"(?:\.|{_SAID_DOT})"
#: of a mail host; of what stands before the "@" 64 signs are the most there can be, too
_LABEL = r"[\w-]{1,63}+"
#: after a blank "at" also leads to shops ("order at shop.example") and "@" begins a handle ("tag @shop.example"): there
#: only a dot in words or a known mail host makes it an address
_TOP = r"(?:[a-z]{2,}|كوم|نت|أورج|اورج)"
_SAID_HOST = rf"(?:{_LABEL}(?:{_SAID_DOT}{_LABEL}){{0,9}}{_SAID_DOT}|(?:gmail|hotmail|outlook|yahoo|icloud|live|proton\w{{0,20}}){_DOT})"
_MAIL = re.compile(
    rf"[\w.+-]{{1,64}}+(?:{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,9}}{_DOT}|\s+(?:(?:at|آت)\s+|@){_SAID_HOST}|{_SET_AT}{_LABEL}\s{{0,3}}\.\s{{0,3}}){_TOP}",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"\b(?:wa\.me|whatsapp\.com|t\.me|telegram\.(?:me|dog)|m\.me|ig\.me|line\.me|signal\.(?:me|group)"
    r"|discord\.(?:gg|com/invite)|snapchat\.com/add|join\.skype\.com|imo\.im|botim\.me)\b"
    r"|\b(?:tg|viber|skype|whatsapp|tel|sms|mailto):\S",
    re.IGNORECASE,
)
#: the name of a messenger followed by something that looks like an address in it
_NAMED = re.compile(
    r"(?:whats\s?app|telegram|snap(?:chat)?|signal|viber|واتس\s?(?:اب|آب)|وتس\s?اب|تيليجرام|تلي?[غج]رام|سناب(?:\s?شات)?)"
    r"\s*(?:[:=]\s*@?|@)\s*[a-z0-9_.]{3,}",
    re.IGNORECASE,
)
#: numbers without "+" or "00" as the Arab countries have them, with Egypt's mobiles only ("202611270001" is an order's code)
#: and the other lengths of Iraq and Lebanon. Other long numbers are registrations, barcodes, orders ("CR 1010123456").
_ABROAD = r"(?:(?=96[1-8]|97[0-4]|21[1-8]|222|249|201[0125])\d{11,12}|9647\d{9}|9613\d{6})"
_GAP = r"[\s().\-/]{0,3}"
#: eight figures in words one after the other are a number that is dictated
_FIGURE = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|صفر|واحد|اثنين|إثنين|اثنان|اتنين|ثلاثة|ثلاثه|تلاتة|أربعة|اربعة|اربعه"
    r"|خمسة|خمسه|ستة|سته|سبعة|سبعه|ثمانية|ثمانيه|تمانية|تسعة|تسعه)"
)
_PHONES = (
    re.compile(rf"\b{_FIGURE}(?:[\s,،\-]{{1,3}}{_FIGURE}){{7,14}}\b", re.IGNORECASE),
    re.compile(rf"(?:\+|(?<!\d)00){_GAP}[1-9](?:{_GAP}\d){{7,13}}(?!\d)"),
    re.compile(r"(?<![\d.,])0[1-9](?:[\s.\-]?\d){7,9}(?![\d])"),
    re.compile(rf"(?<![\d.,/-]){_ABROAD}(?![\d,])"),
)
_HANDLE = re.compile(r"(?<![\w.@/])@[a-z0-9_][a-z0-9_.]{2,29}", re.IGNORECASE)


_PATTERNS = (
    (ContactKind.MAIL, (_MAIL,)),
    (ContactKind.MESSENGER, (_LINKS, _NAMED)),
    (ContactKind.PHONE, _PHONES),
    (ContactKind.HANDLE, (_HANDLE,)),
)
#: stands where something was found, so that it is not found again as another kind and nothing around it grows together
_TAKEN = " | "


def find_contacts(text: str) -> tuple[ContactKind, ...]:
    """Return the kinds of contact details that a text holds, each once, in the order of ContactKind."""
    plain, found = _plain(text), []
    for kind, patterns in _PATTERNS:
        for pattern in patterns:
            plain, count = pattern.subn(_TAKEN, plain)
            if count and kind not in found:
                found.append(kind)
    return tuple(found)


def _plain(text: str) -> str:
    """Return the text with one form for each letter and Western digits."""
    folded = _LONG_GAP.sub(_SHORT_GAP, unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in folded)
