"""The texts that the fixtures' text towers answer, and a small text to train vocabularies on."""

TEXTS = [
    "a photo of a castle above the river",
    "Zwei Äpfel und ein süßes Törtchen, Größe XL",
    "ÉTÉ à la plage — déjà vu",
    "don't they're I've we'll",
    "red   green\tblue\n 2024 12:30",
    "🌄 sunrise 👩‍👩‍👧 日本語の写真",
    "",
    "   ",
    "<|endoftext|> photo <|startoftext|>",
    "mountain lake forest " * 60,
]

# Special tokens of CLIP mean nothing here; punctuation, case and spaces are what matters.
SIGLIP_TEXTS = [text for text in TEXTS if "<|" not in text] + [
    "Hello, World! (really?) #1 & co. [50%] a_b-c/d\\e {x} ~ ^ ` | \"q\" = <b> $5 @home;",
    "A PHOTO of MiXeD CaSe",
    "“quoted” … – ½ ﬁne Ａ Ｗide ①",
    "İstanbul ΟΔΟΣ ẞ ǅ",
    "e\u0301te\u0301 non\u00a0breaking\u2003space\u200bzero\u3000wide",
    "!?.,",
    "🏳️‍🌈🏳️‍🌈",
    "dog",
    "unwritable: ᚠᛇᚻ ꙮ",
    "a dog on the beach at sunset, " * 12,
]

CORPUS = """
a photo of a castle above the river
a photo of a dog on the beach at sunset
two dogs running through the green grass near a lake
a red car parked on the street in front of a house
the mountain and the forest above the blue lake
people sitting at a table with food and drinks
a close up of a flower in the garden
a black and white photo of an old bridge
snow on the mountains in winter 2024
a cat sleeping on the sofa in the living room
children playing football in the park on a sunny day
a bird flying over the sea at sunrise
zwei äpfel und ein süßes törtchen auf dem tisch
ein foto von einem schloss über dem fluss
une photo de la plage en été avec des enfants
déjà vu à la montagne
una foto de un perro en la playa
a wide view of the city at night with lights
a man wearing a hat is riding a bicycle
a woman holding a camera and smiling at the birthday party
a boat on the water under a cloudy sky
fine art in the museum half past ten 10 12 30 15 99
istanbul street market with fruit and fish
a close view of green leaves after the rain
they are happy and we will go home again don't worry it's quite all right
ο δρόμος και οι οδοσ της πόλης σας
quick brown foxes jump over the lazy dogs while zebras watch
""".strip().split("\n")
