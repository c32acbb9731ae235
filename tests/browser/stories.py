"""The words of the journeys: one in English, one in Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """The words of one journey, all in one language."""

    language: str
    brand: str
    title: str
    text: str
    topic: str
    product: str
    criteria: tuple[str, str]
    pitch: str
    work: str
    disclosure: str
    price: str


STORIES = (
    Story(
        language="en",
        brand="brand2.owner@demo.athar.example",
        title="Cold brew at home with our kit",
        text="Show how you make cold brew coffee at home with our kit, from grinding to the first sip.",
        topic="coffee",
        product="Cold brew kit",
        criteria=("Named as advertising in the first line", "The kit is shown in real use"),
        pitch="I brew coffee every morning and film every step of it.",
        work="The first cut of the reel, with the grinder in frame.",
        disclosure="Advertisement",
        price="1,115",
    ),
    Story(
        language="ar",
        brand="brand9.owner@demo.athar.example",
        title="روتين عناية بالبشرة لصيف الخليج",
        text="أظهر روتينك الصباحي للعناية بالبشرة مع واقي الشمس الخفيف، من الغسول إلى آخر خطوة.",
        topic="skincare",
        product="واقي شمس خفيف",
        criteria=("الإفصاح عن الإعلان في أول السطر", "يظهر المنتج وهو يُستخدم فعلًا"),
        pitch="أتحدث عن العناية بالبشرة كل أسبوع، وجمهوري يسألني عنها دائمًا.",
        work="النسخة الأولى من المقطع، والمنتج ظاهر من البداية.",
        disclosure="إعلان",
        price="1,115",
    ),
)
