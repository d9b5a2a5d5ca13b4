// See vocabulary.hpp. The ten nouns are the same in all languages: rain, iron, night, sea, letters, gardens, winter,
// light, roads, glass.
#include "demo/vocabulary.hpp"

namespace demo {

namespace {

constexpr std::array<Language, 13> all_languages{{
    {"IE",
     " and ",
     {"Rain", "Iron", "Night", "Sea", "Letters", "Gardens", "Winter", "Light", "Roads", "Glass"},
     {"Aoife", "Niamh", "Declan", "Róisín", "Cormac"},
     {"Byrne", "O'Neill", "Kavanagh", "Ní Bhriain", "Walsh"}},
    {"FR",
     " et ",
     {"Pluie", "Fer", "Nuit", "Mer", "Lettres", "Jardins", "Hiver", "Lumière", "Routes", "Verre"},
     {"Élodie", "Benoît", "Maëlle", "François", "Zoé"},
     {"Lefèvre", "Garçon", "Noël", "d'Arc-Rémy", "Hervé"}},
    {"PL",
     " i ",
     {"Deszcz", "Żelazo", "Noc", "Morze", "Listy", "Ogrody", "Zima", "Światło", "Drogi", "Szkło"},
     {"Łukasz", "Zofia", "Święta", "Grażyna", "Stanisław"},
     {"Wójcik", "Dąbrowska", "Źrebak", "Pączek", "Kołodziej"}},
    {"IS",
     " og ",
     {"Regn", "Járn", "Nótt", "Haf", "Bréf", "Garðar", "Vetur", "Ljós", "Vegir", "Gler"},
     {"Þórdís", "Ásgeir", "Sigríður", "Örn", "Guðrún"},
     {"Þorsteinsdóttir", "Ægisson", "Björnsdóttir", "Óðinsson", "Hallgrímsson"}},
    {"GR",
     " και ",
     {"Βροχή", "Σίδερο", "Νύχτα", "Θάλασσα", "Γράμματα", "Κήποι", "Χειμώνας", "Φως", "Δρόμοι", "Γυαλί"},
     {"Ελένη", "Γιώργος", "Δανάη", "Οδυσσέας", "Ξένια"},
     {"Παπαδάκη", "Σταύρου", "Ψαρρά", "Ωραιόπουλος", "Ζαχαρίου"}},
    {"UA",
     " і ",
     {"Дощ", "Залізо", "Ніч", "Море", "Листи", "Сади", "Зима", "Світло", "Дороги", "Скло"},
     {"Соломія", "Тарас", "Їлана", "Євген", "Ґвідо"},
     {"Шевчук", "Кравець", "Біленька", "Ющенко", "Їжакевич"}},
    {"IL",
     " ו",
     {"גשם", "ברזל", "לילה", "ים", "מכתבים", "גנים", "חורף", "אור", "דרכים", "זכוכית"},
     {"נועה", "איתן", "יעל", "דוד", "שירה"},
     {"לוי", "כהן", "מזרחי", "ברק", "שלום"}},
    {"EG",
     " و",
     {"مطر", "حديد", "ليل", "بحر", "رسائل", "حدائق", "شتاء", "ضوء", "طرق", "زجاج"},
     {"ليلى", "يوسف", "مريم", "كريم", "نور"},
     {"حسن", "المصري", "عبد الله", "فاروق", "سليم"}},
    {"IN",
     " और ",
     {"बारिश", "लोहा", "रात", "समुद्र", "चिट्ठियाँ", "बाग़", "सर्दी", "रोशनी", "रास्ते", "काँच"},
     {"अनन्या", "विक्रम", "मीरा", "अर्जुन", "ज़ोया"},
     {"शर्मा", "वर्मा", "सिंह", "ख़ान", "मिश्रा"}},
    {"VN",
     " và ",
     {"Mưa", "Sắt", "Đêm", "Biển", "Thư", "Vườn", "Mùa đông", "Ánh sáng", "Đường", "Thủy tinh"},
     {"Thảo", "Hữu", "Quỳnh", "Đức", "Ngọc"},
     {"Nguyễn", "Trần", "Phạm", "Đặng", "Vũ"}},
    {"JP",
     "と",
     {"雨", "鉄", "夜", "海", "手紙", "庭", "冬", "光", "道", "硝子"},
     {"葵", "蓮", "さくら", "陽翔", "凛"},
     {"久保田", "髙橋", "渡邉", "小鳥遊", "東海林"},
     true},
    {"TW",
     "與",
     {"雨", "鐵", "夜", "海", "信", "花園", "冬", "光", "路", "玻璃"},
     {"怡君", "志明", "淑芬", "冠宇", "雅婷"},
     {"陳", "林", "歐陽", "張簡", "吳"},
     true},
    {"KR",
     " 그리고 ",
     {"비", "철", "밤", "바다", "편지", "정원", "겨울", "빛", "길", "유리"},
     {"서연", "민준", "하윤", "도윤", "지우"},
     {"김", "이", "남궁", "황보", "박"},
     true},
}};

constexpr std::array<std::string_view, 12> all_genres{"ambient", "choral", "dub",   "folk",  "gamelan", "hip hop",
                                                      "jazz",    "noise",  "opera", "polka", "techno",  "waltz"};

constexpr std::array<std::string_view, 8> all_cities{"Łódź", "Reykjavík", "Αθήνα",  "Київ",
                                                     "台北", "大阪",      "Hà Nội", "Cork"};

}  // namespace

std::span<const Language> languages() noexcept { return all_languages; }
std::span<const std::string_view> genres() noexcept { return all_genres; }
std::span<const std::string_view> cities() noexcept { return all_cities; }

}  // namespace demo
