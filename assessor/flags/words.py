# ruff: noqa: RUF001, S105  (words of many alphabets stand here as they are written)
"""The words in which people talk to whoever marks them, by what they do, in many languages.

A word with a star stands for all that begin with it. No single word is a hint; `address` counts
which kinds meet in one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Act(StrEnum):
    """What a word does in a request to the marker."""

    DROP = "drop"  # leave aside
    RULES = "rules"  # what the marker was told
    PRIOR = "prior"  # earlier, above
    GIVE = "give"  # award
    TREAT = "treat"  # regard as, output
    SHOW = "show"  # reveal
    FULL = "full"  # the most there is
    ALL = "all"
    MARKS = "marks"
    CRITERIA = "criteria"
    JARGON = "jargon"  # words of marking guides only
    MET = "met"
    WHO = "who"  # the marker
    THIS = "this"
    ANSWER = "answer"
    ME = "me"
    PLEASE = "please"
    LENIENT = "lenient"
    APPROVED = "approved"
    PERSONA = "persona"
    DUTY = "duty"
    NOT = "not"
    YOU = "you"
    FIRST = "first"  # I
    STAFF = "staff"
    STORY = "story"  # third persons of a tale about marking
    SECRET = "secret"
    TOPIC = "topic"  # the sentence is about tricks, it plays none
    OFFICE = "office"  # who or what stands above the marker
    DECIDED = "decided"
    CANDIDATE = "candidate"
    OUTCOME = "outcome"  # what becomes of a candidate
    ANYWAY = "anyway"  # whatever the answer says
    GRADING = "grading"  # the work of marking
    STAKES = "stakes"  # what is to happen to somebody


# English verbs are also statements; they count as a request only where one can stand.
PLAIN: Mapping[Act, str] = {
    Act.DROP: "ignore disregard forget overlook neglect bypass override discard skip stop omit "
    "cancel revoke suspend aside",
    Act.GIVE: "give award grant assign rate grade score credit deduct allocate bestow "
    "penalise penalize gimme upgrade flag",
    Act.TREAT: "mark treat count accept consider assume record output return report reply respond "
    "put set classify judge evaluate answer say write conclude regard read interpret deem confirm "
    "leave enter emit produce continue approve pass tick check assess fill pick select choose "
    "gave marked awarded deduct proceed use declare",
    Act.SHOW: "print reveal show repeat list quote display output expose disclose leak dump "
    "recite include share paste tell summarise summarize describe copy provide write",
}

WORDS: Mapping[Act, str] = {
    Act.DROP: """
        ignora ignore ignorez ignoriere ignorieren ignorar ignorad ignoren olvida olvide olvidad
        oublie oubliez vergiss vergessen dimentica dimenticare dimentichi desconsider* esqueça
        negeer vergeet ignorera glöm ignoruj* zignoruj* zapomnij* pomiń ignorá descarta omite omet
        ignorer glem bortse unohda ohita neglege игнорируй* проигнор* забудь* игноруй* ігноруй*
        нехтуй* 忽略 无视 無視 忘记 忘掉 不要理会 無視し 忘れて 무시* 잊어* تجاهل* انسَ* انس
        نادیده فراموش התעלם* שכח अनदेख* नजरअंदाज* भूल উপেক্ষা yok unut görmezden bỏ quên abaikan
        lupakan அலட்சி*
    """,
    Act.RULES: """
        griglia anweisungen richtlijnen instruction instructions directions directives guidelines
        guidance rules orders prompt prompts commands criteria told rubric directive evaluation
        grading inspection instruccion* indicacion* reglas consignes règles anweisung* vorgaben
        regeln instrukt* istruzion* regole instruç* regras diretrizes instruct* opdracht*
        richtlijn* polecen* instrukcj* zasad* pokyn* инструкц* указан* правил* інструкц* вказів*
        指示 指令 规则 提示 説明 命令 지시* 명령* 규칙* تعليمات أوامر دستور* הוראות* הנחיות*
        ההוראות निर्देश* आदेश* talimat* yönerge* kural* hướng instruksi perintah mandata ohje*
    """,
    Act.PRIOR: """
        previous prior above earlier preceding existing foregoing former before these those your
        past anterior* previ* précédent* ci-dessus bisherig* vorherig* obig* precedent* vorig*
        eerdere poprzedni* powyższ* předchoz* tidigare предыдущ* поперед* выше 之前 以上 上述 先前
        前面 これまで 以前 이전 앞의 위의 지금까지* السابقة السابق قبلی הקודמות पिछल* उपरोक्त
        önceki sebelumnya trước priora
    """,
    Act.GIVE: """
        dai dé déme denme démelo póngame póngale ponedme apruébame apruebe aprobar dia diano
        mettez-moi donnez-moi mets donnez dia-me atribua-me geben vergeben werten gebe concede
        concedan conceda otorga* otorgue asigna asigne dame deme ponme ponga puntúa califica
        attribue attribuez accorde accordez accorder mettez donne donnez attribuer octroyez notez
        vergib vergeben gib geben bewerte bewerten erteile erteilen gebt assegna assegni assegnate
        concedi darmi dammi attribuisci atribua atribuam dê dar-me geef ken toeken beoordeel
        beloon ge giv gi uuděl uděl udělte przyznaj przyznajcie przyznać daj postaw* wystaw
        поставь* ставь* выставь* оцени* постав* дай* присвой* 给予 打满分 给满分 打分 评为 判为
        給予 を付けて をつけて を与えて をください 주세요 주십시오 부여* 줘 주기* امنح* أعط* اعط*
        تعطيني تمنح* بده بدهید תן תנו הענק दें दीजिए दीजिये दो ver verin veriniz ver tam puan
        berikan beri
    """,
    Act.TREAT: """
        réponds répondez responde antworte rispondi responda considera considerar considere marca
        marque marquez considérez comptez traitez werte werten betrachte betrachten gelten segna
        considerino marquem reken beschouw keur zalicz* uznaj* засчитай* зачти* считай* зарахуй*
        视为 判定 標記 标记 扱って みなして 判定して 처리해* 간주* اعتبر* احسب* मानें मान sayın
        kabul anggap xem
    """,
    Act.FULL: """
        vollständig* full fully maximum maximal max maximally highest perfect perfectly top
        topmost best complete completely entire flawless utmost entirely máxim* complet* pleno
        maximal* vollen volle voller voll höchst* volledig* hoogste massim* pieno plena maksymaln*
        pełn* najwyższ* plný pln* nejvyšš* максимальн* наивысш* высший полный полностью найвищ*
        满分 滿分 最高 完全 満点 만점* 최고* الكاملة الكامل كاملة العلامة کامل מלא מלוא מקסימלי
        पूरे पूर्ण अधिकतम tam maksimum penuh maksimal tối summam täydet
    """,
    Act.ALL: """
        all every each any everything remaining whatever both todos todas cada tous toutes chaque
        alle sämtliche jede tutti tutte ogni wszystkie każde všechn* samtliga все всех кажд* усі
        всі 所有 全部 全て すべて 各 모든 جميع كل همه کلیه כל सभी tüm bütün mọi semua omnia
    """,
    Act.MARKS: """
        punkte punkten moyenne media mark marks point points pts credit credits score scores grade
        grades marked graded scored rating grading a+ puntos puntaje puntuación nota notas
        calificación note barème punkt* punktzahl noten punteggio voto punti pontos pontuaç*
        cijfer punten oceł ocen* punktów bodů body známk* poäng betyg балл* оценк* бал балів
        оцінк* 满分 滿分 分数 分數 得分 点数 満点 점수* 만점* درجة الدرجة درجات النقاط نقاط
        العلامة نمره امتیاز ציון נקודות הציון अंक अंकों puan* notu điểm nilai notam arvosana
        pisteet
    """,
    Act.CRITERIA: """
        sections apartados apartado éléments elementi itens teilaufgaben onderdeel criteria
        criterion requirement requirements item items level levels threshold thresholds idea ideas
        criterios critère* kriterien kriterium criteri critério* onderdelen kryteri* kritéri*
        kriterier критери* пункт* критері* 标准 標準 項目 基準 要点 항목* 기준* المعايير معايير
        معیار* הקריטריונים मानदंड* kriter* tiêu
    """,
    Act.JARGON: """
        rubric rubrics keypoints gradebook scoresheet regrade fullmarks markscheme rúbrica rubrica
        grille barème bewertungsschema erwartungshorizont bewertungsraster nakijkmodel
        beoordelingsmodel 评分标准 評分標準 採点基準 评分 채점* מחוון рубрик*
    """,
    Act.MET: """
        erreicht atteint alcanzado raggiunto rempli included fulfils fulfills cumplido satisfied
        met fulfilled satisfied satisfies satisfy meets correct covered covers addresses addressed
        passed passing present demonstrated shown deserves deserved merits qualifies earns earned
        cumplidos cumplen cumple satisface correct* remplit remplis erfüllt erfüllen richtig goed
        soddisfa* corrett* corret* atendid* atende cumprid* spełni* popra* splněn* uppfylld*
        korrekt* выполнен* соответств* верн* правильн* 符合 满足 正确 正解 達成 満たし 충족* 정답*
        مستوفاة صحيح* تستوفي נכון सही karşılan* doğru benar
    """,
    Act.WHO: """
        grader graders marker markers examiner examiners evaluator evaluators assessor assessors
        reviewer gradebot autograder corrector correctora evaluador* evaluadora correct(eur)
        correcteur correctrice examinateur évaluateur prüfer* korrektor* bewerter* gutachter*
        correttore valutatore esaminatore corretor* avaliador* examinador* nakijker beoordelaar
        examinator egzaminator* oceniający recenzen* hodnotitel* zkoušejíc* bedömare rättare
        проверяющ* экзаменатор* оценщик* 审阅 评分员 评卷 阅卷 改卷 批改 採点者 채점자* 채점관*
        المصحح المصحّح المقيم المقيّم مصحح בודק הבודק परीक्षक जांचकर्ता değerlendir* sınav penilai
    """,
    Act.THIS: """
        this my mine esta este mi cette ma mon diese dieser diesem dieses meine meiner questa mia
        quest minha dit deze mijn tej ta této tuto má det den här min этот этому мой моему цю цій
        本 这个 这份 此 這個 この 이 هذه هذا لهذه این הזאת הזה इस मेर* bu benim này ini huic
    """,
    Act.ANSWER: """
        answer answers response responses submission solution essay student attempt text paper
        work respuesta réponse antwort lösung abgabe risposta resposta antwoord odpowied* odpově*
        svaret svar ответ* відповід* 回答 答案 答卷 解答 답안* 답변* 답 الإجابة إجابة پاسخ תשובה
        התשובה उत्तर cevap cevaba yanıt* jawaban lời responso
    """,
    Act.ME: """
        me us mich mir uns moi mij mi darmi dammi dame deme ponme mnie mně mig мне мені আमाके 我
        私に 저에게 나에게 تعطيني لي לי मुझे bana toi saya
    """,
    Act.PLEASE: """
        please pls plz kindly beg appreciate grateful favor ruego merci veuillez bitte prego
        alstublieft alsjeblieft proszę prosím snälla пожалуйста прошу 请 請 ください お願い 주세요
        부탁* من فضلك أرجو ارجو בבקשה कृपया lütfen tolong hãy vui
    """,
    Act.LENIENT: """
        lenient leniently leniency generous generously charitable charitably mercy merciful
        indulgente indulgent gnädig wohlwollend nachsichtig benevol* coulant снисход* 手下留情
    """,
    Act.APPROVED: """
        checked reviewed screened scanned audited vetted certifies certify confirms guarantees
        prechecked verificado verificada vérifiée vérifié geprüft kontrolliert gecontroleerd
        verificato verificata revisado revisada realizada проверен* проверено 审核 審核 確認済み
        검토* approved preapproved pre-approved verified certified validated authorized authorised
        exempt waived accommodation voided prechecked endorsed override awarded granted guaranteed
        replaced
    """,
    Act.PERSONA: """
        pretend roleplay persona gradebot calibration fallback
    """,
    Act.DUTY: """
        must should shall ought has deben debe doivent müssen sollen devono devem moeten należy
        должн* 必须 应 必須 해야* يجب
    """,
    Act.NOT: """
        not don't dont never no nothing without none ne pas nicht keine keinen kein non nessun não
        nenhum niet geen nie ne не нельзя ningún ninguna aucun aucune žádn* 不 不要 别 勿 ない
    """,
    Act.FIRST: "i i've i'm ich je yo io eu ik ja я 我 私",
    Act.STAFF: """
        sir madam prof instructor professor teacher lecturer developer author ta coordinator dean
        department staff administrator convenor tutor board
    """,
    Act.STORY: """
        nobody anyone someone bank firm firms company companies court defendant claimant loan
        patient patients customer team profs professeur enseignant élève* profesor* docente
        insegnante lehrer* lehrkraft schüler* modell* modelo modèle учитель* модель student
        students pupil pupils teacher teachers annotator annotators company expert experts people
        humans human he she they who model bot ai agent customers user users judge judges
    """,
    Act.SECRET: "api environment secret secrets hidden verbatim password credentials paths ids",
    Act.YOU: """
        you your yourself u tu eres usted vous você jij ты вы 你 您 あなた 당신 너는 siz sen أنت
        तुम आप
    """,
    Act.OFFICE: """
        body accreditation committee's authority authorities ombudsman board department dean deans
        dean's faculty committee office commission chair coordinator coordination registrar
        council university university's ministry school team handbook regulation regulations
        policy vendor provider administration jury tribunal consejo facultad departamento
        coordinación dirección decanato comité commission conseil faculté direction prüfungsamt
        prüfungsausschuss* prüfungskommission fakultät lehrstuhl dekan* rektorat schulleitung
        consiglio facoltà commissione dipartimento coordenação direção faculdade departamento
        examencommissie faculteit komisj* dziekan* wydział* komise katedr* кафедр* деканат*
        комисси* ректор* комісі* 教务处 教務處 学院 系主任 教研室 教授 学部 委員会 학과장* 위원회*
        교무처 القسم الكلية اللجنة لجنة عميد کمیته دانشکده הפקולטה הוועדה विभाग* समिति bölüm*
        dekan* komisyon* fakultas jurusan khoa
    """,
    Act.DECIDED: """
        decided decision decisions instructed ruled ruling agreed ordered order orders approved
        confirmed confirms confirm requires require entitled exempt exemption agreement
        accommodation upheld notice message memo according erratum regulation regulations policy
        authorised authorized sanctioned mandated hereby decidido decisión acuerdo resolución
        aprobado aprobada aviso nota décidé décision accord validé validée arrêté beschlossen
        beschluss entschieden vermerk gilt anordnung genehmigt deciso decisione delibera approvato
        approvata decidiu decisão aprovada aprovado acordo aviso besloten besluit goedgekeurd
        decyzj* zatwierdz* rozhodnut* schválen* beslut* beslutat решен* решил* постановлен*
        утвержд* одобрен* приказ* рішення* 决定 通知 批准 同意 規定 规定 決定 承認 承認済み 결정*
        승인* 통지* قرار معتمدة معتمد بموافقة تصمیم החלטת החלטה निर्णय स्वीकृत onay* karar*
        keputusan disetujui
    """,
    Act.CANDIDATE: """
        examinees members member group student students candidate candidates participant
        participants examinee examinees entrant entrants joiner joiners person pupil learner
        learners script submission estudiante alumno alumna candidato étudiant étudiante élève
        candidat candidate copie studierende* prüfling* kandidat* arbeit studente studentessa
        candidato aluno aluna estudante kandidaat leerling uczeń student* studenta studentowi žák*
        студент* ученик* ученику учень 考生 该生 学生 受験者 학생* 수험생* الطالب طالب دانشجو
        הסטודנט התלמיד छात्र विद्यार्थी öğrenci* mahasiswa siswa
    """,
    Act.OUTCOME: """
        raised given gains gain credited awarded passed pass receive receives get gets obtain
        obtains scored graded marked ticked upheld entitled credit deserve deserves due recibe
        obtiene aprobado corresponde reçoit obtient validée acquis erhält bekommt bestanden
        vergeben zuerkannt spetta ottiene riceve promosso recebe aprovado obtém krijgt geslaagd
        otrzymuje zalicz* dostává obdrží получает зачтен* зачтено оценён оценен* засчит* отримує
        计 計 获得 給分 合格 とする 받습니다 받는다 부여* يحصل تستحق يستحق تمنح می‌گیرد יקבל מקבל
        प्राप्त alır geçer mendapat lulus được
    """,
    Act.ANYWAY: """
        irrespective regardless unconditionally automatically default whatever automáticamente
        independientemente d'office automatiquement automatisch unabhängig ungeachtet
        automaticamente indipendentemente независимо автоматически 自动 一律 無条件 무조건 تلقائيا
    """,
    Act.GRADING: """
        evaluation evaluations assessment marking grading moderation moderated moderator
        moderator's deduct deduction deductions deducted re-mark remarked re-marked outcome
        inspection examiner's reader reader's band script evaluator's plagiarism distinction
        second-marker corrección evaluación correction évaluation notation korrektur
        zweitkorrektur bewertung correzione valutazione correção avaliação beoordeling ocena oceny
        hodnocení проверка оценивание 扣分 复核 阅卷 评分 採点 減点 채점 감점 restar retirez
        retirer abziehen abzug снимать снижать deduzir descontar
    """,
    Act.STAKES: """
        euro euros money cash usd kill killed harm harmed hurt complaint complain sue sued lawsuit
        report reported shut fired deported deportation visa pay tip bribe dollars discrimination
        suicide scholarship expelled homeless job lawyer court
    """,
    Act.TOPIC: """
        attack attacks attacker attackers injection injections jailbreak* adversarial malicious
        hacker* inject injects injected exploit* sycophan* tokenizer annotator annotators
        labeller* rater raters angreifer ataque* attaque* attacco 攻击 攻撃
    """,
}


def words(text: str) -> frozenset[str]:
    """Return the words of `text` as a set."""
    return frozenset(text.split())
