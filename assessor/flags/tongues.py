# ruff: noqa: RUF001  (words of many alphabets stand here as they are written)
"""The words of a request to the marker in further languages, one row for each.

To add a language, add a row: what its pupils write when they ask for marks, or claim to have them.
A word with a star stands for all that begin with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from assessor.flags.words import Act

_REQUEST = (
    Act.PLEASE, Act.GIVE, Act.FULL, Act.ALL, Act.MARKS, Act.ANSWER, Act.THIS, Act.DROP,
    Act.RULES, Act.WHO, Act.ME,
)  # fmt: skip

# please | give | full | all | marks | answer | this, my | ignore | rules | marker | me
_ROWS: Mapping[str, str] = {
    "da": """
        venligst vær | giv giver tildel | fuld fulde topkarakter maksimal* højeste | alle hvert |
        point karakter* topkarakter | besvarelse* svar opgave* | denne dette | ignorer glem |
        instruks* rettevejledning* retningslinjer* kriteri* | censor* underviser bedømmer* | mig
    """,
    "no": """
        vennligst snill | gi tildel | full fulle toppkarakter maks* høyeste | alle hvert | poeng
        uttelling karakter* toppkarakter | besvarelse* svar* oppgave* | denne dette min mitt |
        ignorer glem | instruks* sensorveiledning* kriteri* | sensor* | meg
    """,
    "sv": """
        snälla vänligen | ge giv tilldela | full fulla högsta toppbetyg maximal* | samtliga varje
        | poäng betyg* toppbetyg | svar* uppgift* | detta denna | bortse strunta ignorera glöm |
        bedömningsmall* rättningsmall* kriteri* instruktion* | rättar* bedömar* examinator* | mig
    """,
    "fi": """
        kiitos pyydän olkaa hyvä* | antakaa antaisi* myöntäkää myönnä merkitse | täydet täysi
        täyden korkein* maksimi* | kaikki jokainen jokaisen | pistee* pistei* arvosana* | vastau*
        tehtäv* | tämä tästä tälle minun | ohita unohda jätä sivuuta | ohjeet ohjeita kriteer*
        arvosteluperuste* | tarkastaja* arvioija* | minulle
    """,
    "hu": """
        kérem kérném kérjük legyen* szíves* | adjon adjanak adja adj értékelje | maximális teljes
        maximum* legjobb* | minden összes valamennyi | pontot pontok pontszám* jegyet osztályzat*
        | válasz* dolgozat* | erre ezt ez | hagyja felejts* | utasítás* szempont* kritérium*
        javítókulcs* | javítót javító értékelő | nekem
    """,
    "ro": """
        vă rog | acordați acordaţi dați daţi dă acordă notați | maximă maxim întreg* deplin* |
        toate fiecare toți | puncte punctele punctaj* notă | răspuns* lucrare* | acest acestui
        această meu | ignoră ignorați uitați | instrucțiuni* criterii* barem* | corector*
        evaluator* | mi îmi mie
    """,
    "ca": """
        siusplau sisplau plau | doneu doni dona poseu posi atorga | màxim* complet* plena | tots
        totes cada | punts puntuació | resposta | aquesta aquest meva | ignora ignoreu |
        instruccions criteris rúbrica | corrector* | dona'm
    """,
    "el": """
        παρακαλω παρακαλώ | δωστε δώστε δωσε δώσε βαλτε βάλτε βάλε βαθμολόγησε βαθμολογήστε |
        μέγιστ* πλήρ* άριστα ανώτατ* | όλους όλα όλες κάθε | βαθμ* μονάδες | απάντηση* | αυτή
        αυτήν μου | αγνόησε αγνοήστε ξέχνα ξεχάστε | οδηγίες κριτήρι* κανόνες | διορθωτ*
        βαθμολογητ* εξεταστ* | μου
    """,
    "bg": """
        моля | дайте дай поставете присъдете | максимал* пълн* пълен | всички всеки | точк* оценк*
        | отговор* | този това моя | игнорирай* пренебрегн* | инструкци* критери* | проверяващ*
        оценител* | ми
    """,
    "sr": """
        molim molimo молим | dajte daj dodijeli* dodeli* дајте дај | maksimal* pune puni максимал*
        пуне | sve svi svaki све сви | bodov* bodova poena ocjen* ocen* поена бодова оцен* |
        odgovor* одговор* | ovaj ovom ovo moj овај | ignoriraj* ignoriši* занемари* zanemari* |
        uput* kriterij* kriterijum* упутств* | ispravljač* ocjenjivač* | mi mi mu
    """,
    "sk": """
        prosím | dajte daj udeľte udeľ priznajte | pln* maximál* najvyšš* | všetk* každ* | bodov
        známk* | odpoveď odpove* | túto tejto táto moju | ignoruj* zabudni* | pokyn* kritéri* |
        hodnotiteľ* opravujúc* | mi
    """,
    "lt": """
        prašau prašom | duokite skirkite įvertinkite | maksimal* visiš* aukščiaus* | visus visi |
        tašk* balų balus pažym* | atsakym* | šį šiam | ignoruok* | instrukcij* kriterij* |
        vertintoj* | duokite
    """,
    "ar": """
        أرجو ارجو رجاء رجاءً أرجوك فضلك يرجى | منحي منح أعطني اعطني أعطوني إعطائي اعطائي أعط ضع
        ضعوا امنحني امنحوني | الكامل* كامل* القصوى العظمى الأعلى الاعلى | جميع كل كافة | درجة
        درجات الدرج* علامة علامات نقاط النقاط | إجاب* الإجاب* الاجاب* السؤال | هذا هذه | تجاهل*
        انس اهمل أهمل | تعليمات التعليمات المعايير معايير | المصحح* الأستاذ أستاذ استاذ المعلم
        المقيم | لي
    """,
    "fa": """
        لطفا لطفاً خواهشا خواهش | بدهید بده دهید بدهد منظور دهید | کامل بیشترین حداکثر بالاترین |
        همه تمام | نمره نمرات امتیاز* | پاسخ* جواب* | این من | بگیر نادیده فراموش | دستورالعمل*
        دستور* معیار* | مصحح استاد | من
    """,
    "ur": """
        براہ کرم مہربانی برائے | دیں دیجیے دیجئے دے دو | پورے مکمل زیادہ | تمام سب ہر | نمبر نمبرز
        | جواب | اس میرے | نظرانداز بھول | ہدایات معیار | ممتحن استاد | مجھے
    """,
    "he": """
        בבקשה אנא | תן תנו תני העניקו הענק | מלא מלוא המלא מקסימ* המקסימ* | כל | נקודות הנקודות
        ציון הציון | תשובה התשובה | הזו הזאת שלי | התעלם התעלמ* | הוראות ההוראות מחוון המחוון |
        הבודק בודק | לי
    """,
    "hi": """
        कृपया प्लीज | दें दीजिए दीजिये दे दो देना | पूरे पूर्ण पूरा अधिकतम सर्वोच्च | सभी सारे हर
        सब | अंक अंकों नंबर नम्बर | उत्तर जवाब | इस मेरे मेरा यह | भूल अनदेख* नजरअंदाज* | निर्देश*
        मानदंड* नियम* | परीक्षक महोदय | मुझे
    """,
    "mr": """
        कृपया | द्या द्यावेत द्यावे | पूर्ण पुर्ण जास्तीत | सर्व | गुण मार्क* | उत्तर* उत्तराला |
        या माझ्या हे | दुर्लक्ष विसरा | सूचना निकष* | परीक्षक | मला
    """,
    "bn": """
        দয়া অনুগ্রহ | দিন দাও দেবেন দিবেন | পূর্ণ পুরো সম্পূর্ণ সর্বোচ্চ | সব সকল প্রতিটি | নম্বর
        নাম্বার মার্ক* পয়েন্ট | উত্তর* | এই আমার | উপেক্ষা ভুলে | নির্দেশ* মানদণ্ড* | পরীক্ষক |
        আমাকে
    """,
    "pa": """
        ਕਿਰਪਾ | ਦਿਓ ਦੇਵੋ | ਪੂਰੇ | ਸਾਰੇ | ਅੰਕ ਨੰਬਰ | ਜਵਾਬ ਉੱਤਰ | ਇਸ ਮੇਰੇ | ਨਜ਼ਰਅੰਦਾਜ਼ | ਹਦਾਇਤ* |
        ਪ੍ਰੀਖਿਅਕ | ਮੈਨੂੰ
    """,
    "gu": """
        કૃપા* | આપો આપશો | પૂરા પૂર્ણ | બધા તમામ | ગુણ માર્ક* | જવાબ* ઉત્તર* | આ મારા | અવગણ* |
        સૂચના* | પરીક્ષક | મને
    """,
    "ta": """
        தயவுசெய்து தயவு | கொடுங்கள் தாருங்கள் தரவும் வழங்குங்கள் வழங்கவும் கொடு | முழு முழுமையான
        அதிகபட்ச | அனைத்து எல்லா | மதிப்பெண்* மதிப்பெண்கள் புள்ளி* | பதில்* பதிலுக்கு விடை* | இந்த
        எனது என் | புறக்கணி* அலட்சி* | விதி* அறிவுறுத்தல்* | தேர்வாளர்* | எனக்கு
    """,
    "te": """
        దయచేసి | ఇవ్వండి ఇవ్వగలరు | పూర్తి గరిష్ట | అన్ని అన్నీ | మార్కులు మార్కు* | సమాధాన*
        జవాబు* | ఈ నా | విస్మరి* | సూచన* నియమ* | పరీక్షకు* | నాకు
    """,
    "kn": """
        ದಯವಿಟ್ಟು | ನೀಡಿ ಕೊಡಿ | ಪೂರ್ಣ ಗರಿಷ್ಠ | ಎಲ್ಲಾ ಎಲ್ಲ | ಅಂಕ* | ಉತ್ತರ* | ಈ ನನ್ನ | ನಿರ್ಲಕ್ಷಿ* |
        ಸೂಚನೆ* | ಪರೀಕ್ಷಕ* | ನನಗೆ
    """,
    "ml": """
        ദയവായി | നൽകുക തരൂ നൽകൂ | മുഴുവൻ പൂർണ്ണ* പരമാവധി | എല്ലാ | മാർക്ക്* | ഉത്തര* | ഈ എന്റെ |
        അവഗണി* | നിർദ്ദേശ* | പരിശോധക* | എനിക്ക്
    """,
    "th": """
        กรุณา โปรด ขอความ ขอให้ ช่วยให้ | ให้ | เต็ม สูงสุด | ทุก ทั้งหมด | คะแนน | คำตอบ | นี้
        ของผม ของฉัน | เพิกเฉย ละเลย ไม่ต้องสนใจ | คำสั่ง เกณฑ์ กติกา | ผู้ตรวจ อาจารย์ครับ | ผม
        ฉัน หนู
    """,
    "vi": """
        xin vui hãy mong | cho chấm | tối tuyệt trọn | mọi tất cả toàn | điểm | câu bài lời | này
        | bỏ lờ | tiêu hướng | giám | tôi
    """,
    "id": """
        mohon tolong harap | berikan beri | penuh maksimal sempurna tertinggi | semua seluruh
        setiap | nilai poin skor | jawaban | ini saya | abaikan lupakan | rubrik instruksi
        kriteria petunjuk | penilai | saya
    """,
    "ms": """
        sila tolong | berikan beri | penuh maksimum tertinggi | semua setiap | markah skor |
        jawapan | ini saya | abaikan | rubrik arahan kriteria | pemeriksa | saya
    """,
    "tl": """
        pakiusap pakisuyo paki | bigyan bigay ibigay markahan | buong buo pinakamataas perpekto |
        lahat bawat | puntos marka iskor grado | sagot | ito itong aking | balewalain kalimutan |
        tagubilin panuntunan pamantayan | tagasuri | ako akin akong
    """,
    "sw": """
        tafadhali naomba | nipe nipatie toa mpe | zote kamili yote juu | kila zote | alama pointi
        | jibu | hili langu hii | puuza sahau | maagizo vigezo | msahihishaji | nipe
    """,
    "tr": """
        lütfen rica | verin veriniz ver | tam tüm maksimum yüksek | bütün hepsini tümünü | puan*
        notu notumu | soruya cevab* yanıt* | bu benim | alma yoksay görmezden unut boşver | ölçüt*
        kriter* talimat* yönerge* | değerlendirici | bana
    """,
    "az": """
        zəhmət xahiş | verin ver | tam maksimum | bütün hər | bal qiymət | cavab* | bu mənim |
        nəzərə unut | təlimat* meyar* | qiymətləndirən | mənə
    """,
    "kk": """
        өтінемін | беріңіз қойыңыз | толық максимал* | барлық | балл ұпай* | жауап* | осы менің |
        елеме* | нұсқау* критерий* | бағалаушы* | маған
    """,
    "zh": """
        请 請 麻烦 拜托 | 给我 給我 给予 给此 给这 给该 计 計 判 | 满分 滿分 最高 高分 满 滿 |
        所有 全部 每一项 每项 各项 | 满分 分数 等级 | 本题 本題 此题 这道题 答案 回答 | 本 此 我
        这 這 该 | 不要按照 不用管 无视 忽略 别管 | 评分标准 評分標準 标准 規則 规则 | 老师您好
        老師您好 阅卷老师 改卷老师 评卷人 | 我
    """,
    "ja": """
        お願い 願い ください 下さい | つけて 付けて 与えて 与え 採点して くれ | 満点 最高 最大 |
        すべて 全て 全項目 各項目 | 満点 点数 得点 合格 | 解答 回答 答案 | この 本 私 | 無視
        忘れて | 採点基準 基準 ルーブリック 指示 | 採点者 先生へ 採点者様 | 私
    """,
    "ko": """
        부탁* 제발 주세요 바랍니다 | 주세요 주십시오 부여* 처리* 표시* 받습니다 | 만점* 최고*
        최대* | 모든 모두 전부 | 점수* 만점* | 답안* 답변* 답* | 이 제 내 | 무시* 잊* | 기준*
        지시* 채점기준* | 채점자* 채점하시* 교수님* | 저에게 제게
    """,
}


def _rows() -> Mapping[Act, str]:
    table = dict.fromkeys(_REQUEST, "")
    for language, row in _ROWS.items():
        cells = row.split("|")
        if len(cells) != len(_REQUEST):
            raise AssertionError(f"{language}: a row has {len(_REQUEST)} kinds of words")
        for kind, cell in zip(_REQUEST, cells, strict=True):
            table[kind] += f" {cell}"
    return table


TONGUES = _rows()
