"""The one text chain for queries, documents and every engine: text to standard words, words to tokens.

Engines store and search exactly these tokens, so what one finds the other finds.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from matching.arabizi import is_arabizi, transliterate
from matching.folding import WORDS_KEPT, fold, fold_word, is_arabic, without_marks
from matching.hashtags import open_hashtags
from matching.persian import arabicise, is_persian
from matching.spelling_arabic import spell
from matching.stemming_arabic import stem_arabic
from matching.stemming_english import stem_english
from matching.vocabularies import Vocabulary, vocabulary

_EMOJI = "\u2600-\u27bf\U0001f300-\U0001faff"
_WORD = re.compile(rf"[^\W_{_EMOJI}]+(?:['’+#][^\W_{_EMOJI}]+|\+\+|#)?|[{_EMOJI}]")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_CLITICS = ("وبال", "وال", "بال", "كال", "فال", "ولل", "لل", "ال", "و", "ب", "ل", "ف")
_PLURAL = "ات"
LONGEST_TOKEN = 40
_SHOUTED_LEAST, _SHOUTED = 20, 0.7
"""Letters from which on a text may be one in capitals, and their share: "SEO and PPC" is none."""
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_NO_CAPITALS = bytes(code for code in range(128) if not chr(code).isupper())
#: a document's texts are read for words, for vectors and for the lexicon, one after the other
TEXTS_KEPT = 4_096


def split_words(text: str) -> list[str]:
    """Return words and emoji in their order and case; addresses of pages are dropped, hashtags opened."""
    return _WORD.findall(without_marks(open_hashtags(_URL.sub(" ", text))))


@lru_cache(maxsize=TEXTS_KEPT)
def standardise(text: str) -> str:
    """Return `text` with loan words, dialect words, Arabizi and Persian in standard words, known words of haste as they are spelt.

    Vowel marks are dropped, and a text in capitals is in small letters; all else stays as written.

    This is what the encoder reads: punctuation between replaced words is lost, which it does not mind.
    """
    opened = _quietly(without_marks(open_hashtags(_URL.sub(" ", text))))
    if not is_arabic(opened) and is_arabizi(opened):
        return transliterate(opened)
    if is_persian(opened):
        return arabicise(opened)
    words, lists = spell(opened).split(), vocabulary()
    if not is_arabic(opened) and lists.latin_loanwords.isdisjoint(map(_bare, words)):
        return " ".join(words)
    return " ".join(_replace_loanwords(words, lists))


def _quietly(text: str) -> str:
    """Return a text that is written in capitals in small letters: the encoder tells them apart, and knows few of the former."""
    read = text.encode("ascii", "ignore")
    letters, capitals = (len(read.translate(None, others)) for others in (_NO_LETTERS, _NO_CAPITALS))
    is_shouted = letters >= _SHOUTED_LEAST and capitals > _SHOUTED * letters
    return text.lower() if is_shouted else text


@lru_cache(maxsize=WORDS_KEPT)
def _bare(word: str) -> str:
    """Fold a word as written and drop the punctuation around it."""
    return fold(word.strip("،.؛:!؟?\"'()«»…,"))


def _replace_loanwords(words: list[str], lists: Vocabulary) -> Iterable[str]:
    folded = [_bare(word) for word in words]
    goes_on = [_is_later_part(word) for word in folded[1:]]
    goes_on.append(False)
    at = 0
    while at < len(words):
        if not goes_on[at]:  # nearly always: the word can only be a loan word by itself
            yield _find_loanword(folded[at]) or words[at]
            at += 1
            continue
        most = at + min(lists.longest_key, goes_on.index(False, at) - at + 1)
        length, replacement = _longest_match(folded[at:most])
        yield replacement if length else words[at]
        at += max(length, 1)


def _longest_match(folded: list[str]) -> tuple[int, str]:
    """Return how many of the first words are one loan word, and its standard form; (0, "") when none is."""
    for length in range(len(folded), 0, -1):
        standard = _find_loanword(" ".join(folded[:length]))
        if standard:
            return length, standard
    return 0, ""


@lru_cache(maxsize=WORDS_KEPT)
def _is_later_part(word: str) -> bool:
    """Tell whether a word may be the second or a later one of a loan word of several."""
    parts = vocabulary().loanword_parts
    return word in parts or word.removesuffix(_PLURAL) in parts


@lru_cache(maxsize=WORDS_KEPT)
def _find_loanword(key: str) -> str | None:
    """Look a loan word up without its conjunction, preposition or article, and without the regular plural ending."""
    loanwords = vocabulary().loanwords
    bare = [key.removeprefix(clitic) for clitic in _CLITICS if key.startswith(clitic)]
    for word in (key, *bare):
        for form in (word, word.removesuffix(_PLURAL)):
            standard = loanwords.get(form) if len(form) > 2 else None
            if standard:
                return standard
    return None


def tokenise(text: str) -> tuple[str, ...]:
    """Return the stemmed tokens of `text` (stop words dropped), the unit of the text index."""
    return tuple(stem for _, stem in stemmed_words(text))


def stemmed_words(text: str) -> list[tuple[str, str]]:
    """Return (folded word, stem) of every word that counts; the word is what a person reads, the stem is searched."""
    stopwords = vocabulary().stopwords
    pairs = []
    for word in split_words(standardise(text)):
        folded = fold_word(word)
        if folded in stopwords or len(folded) > LONGEST_TOKEN:
            continue
        pairs.append((folded, stem_word(folded)))
    return pairs


@lru_cache(maxsize=WORDS_KEPT)
def stem_word(folded: str) -> str:
    """Stem one folded word by the rules of its script."""
    return stem_arabic(folded) if is_arabic(folded) else stem_english(folded)


def strip_boilerplate(text: str) -> str:
    """Return the standardised text without the words of asking (we want creators who ...); whole text if none is left."""
    lists = vocabulary()
    whole = standardise(text)
    kept = [word for word in split_words(whole) if not _is_boilerplate(fold(word), lists)]
    return " ".join(kept) or whole


def _is_boilerplate(folded: str, lists: Vocabulary) -> bool:
    if folded in lists.boilerplate:
        return True
    return not lists.boilerplate.isdisjoint(without_clitic(folded))


def without_clitic(folded: str) -> tuple[str, ...]:
    """Return what is left of a folded Arabic word without each article, preposition or conjunction it may begin with."""
    if not is_arabic(folded):
        return ()
    return tuple(folded.removeprefix(clitic) for clitic in _CLITICS if folded.startswith(clitic))


def spellings(text: str) -> dict[str, str]:
    """Return the words of a text as their writer spelt them, by their folded form."""
    return {fold_word(word): word for word in reversed(split_words(text))}
