"""Small files of our own making in the shapes of the platforms, all of one invented class.

Four students: Ada has no grade yet, Ben has 4, Cem's cell is closed to us where the platform can
close one, Dora is on the roster and has no answer. Every column is worth 8.
"""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

from assessor.writers.base import PlatformGrade

MOODLE = """\
\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade",\
"Grade can be changed","Last modified (submission)","Online text","Last modified (grade)",\
"Feedback comments"
"Participant 11","Ada Ames",0011,Ada@example.edu,"Submitted for grading -  - ",,8.00,Yes,\
"Monday, 2 March 2026, 9:00 AM","<p>It is ""only"" a proxy,
not the thing.</p>",-,
"Participant 12","Ben Byrd",0012,ben@example.edu,"Submitted for grading - Graded - ",4.00,8.00,Yes,\
"Monday, 2 March 2026, 9:05 AM","<p>More data.</p>","Tuesday, 3 March 2026, 8:00 AM","<p>Why?</p>"
"Participant 13","Cem Can",0013,cem@example.edu,"Submitted for grading -  - ",,8.00,No,\
"Monday, 2 March 2026, 9:07 AM",<p>Nothing</p>,-,
"Participant 14","Dora Dorn",0014,dora@example.edu,"No submission -  - ",,8.00,Yes,-,,-,
"""
GERMAN = """\
ID;"Vollständiger Name";E-Mail-Adresse;Status;Bewertung;Bestwertung;\
"Bewertung kann geändert werden";"Zuletzt geändert (Abgabe)";"Texteingabe online";\
"Zuletzt geändert (Bewertung)";"Feedback als Kommentar"
Teilnehmer/in11;"Ada Ames";ada@example.edu;"Zur Bewertung abgegeben -  - ";;8,00;Ja;-;Text;-;
Teilnehmer/in12;"Ben Byrd";ben@example.edu;"Zur Bewertung abgegeben -  - ";4,00;8,00;Ja;-;Text;-;
Teilnehmer/in13;"Cem Can";cem@example.edu;"Zur Bewertung abgegeben -  - ";;8,00;Nein;-;Text;-;
Teilnehmer/in14;"Dora Dorn";dora@example.edu;"Keine Abgabe -  - ";;8,00;Ja;-;;-;
"""
MOODLE_GRADEBOOK = """\
"First name","Last name","ID number",Institution,Department,"Email address",\
"Assignment: Essay (Real)","Assignment: Essay (Feedback)","Course total (Real)",\
"Last downloaded from this course"
Ada,Ames,0011,,,Ada@example.edu,-,,-,1772000000
Ben,Byrd,0012,,,ben@example.edu,4.00,"Was read",4.00,1772000000
Cem,Can,0013,,,cem@example.edu,-,,-,1772000000
Dora,Dorn,0014,,,dora@example.edu,-,,-,1772000000
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (501),Reading (502),Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,8.00,5.00,(read only)
"Ames, Ada",11,0011,aames,A,,4.00,80.00
"Byrd, Ben",12,0012,bbyrd,A,4.00,,50.00
"Can, Cem",13,0013,ccan,B,EX,,
"Dorn, Dora",14,0014,ddorn,B,,,
"Student, Test",99,,x1,A,,,
"""
BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,"
    "Essay Points Grade <Numeric MaxPoints:8 Weight:5>,"
    "Quiz Points Grade <Numeric MaxPoints:5>,End-of-Line Indicator\r\n"
    "#0011,#aames,Ames,Ada,,,#\r\n#0012,#bbyrd,Byrd,Ben,4,2,#\r\n"
    "#0013,#ccan,Can,Cem,,,#\r\n#0014,#ddorn,Dorn,Dora,,,#\r\n"
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t'
    '"Essay [Total Pts: 8 Score] |664617"\t"Total [Total Pts: up to 13 Score] |664000"\r\n'
    '"Ames"\t"Ada"\t"aames"\t"0011"\t"Needs Grading"\t""\r\n'
    '"Byrd"\t"Ben"\t"bbyrd"\t"0012"\t"4.00"\t"4.00"\r\n'
    '"Can"\t"Cem"\t"ccan"\t"0013"\t"In Progress"\t""\r\n'
    '"Dorn"\t"Dora"\t"ddorn"\t"0014"\t""\t""\r\n'
)
SAKAI = """\
"Essay","SCORE_GRADE_TYPE"
""
"Display ID","ID","Last Name","First Name","grade","Submission date","Late submission"
"aames","0011","Ames","Ada","","2026-03-02T09:00:00Z","On time"
"bbyrd","0012","Byrd","Ben","4.00","2026-03-02T09:05:00Z","On time"
"ccan","0013","Can","Cem","","2026-03-02T09:07:00Z","Late"
"ddorn","0014","Dorn","Dora","","",""
"""
SAKAI_GRADEBOOK = """\
Student ID,Student Name,Essay [8],* Essay,Quiz [5]
aames,"Ames, Ada",,,3
bbyrd,"Byrd, Ben",4,Was read,
ccan,"Can, Cem",,,
ddorn,"Dorn, Dora",,,
"""
PRAIRIELEARN = """\
uid,uin,qid,old_score_perc,old_feedback,old_auto_points,old_manual_points,submission_id,params,\
true_answer,submitted_answer,old_partial_scores,partial_scores,score_perc,feedback
aames@example.edu,0011,essay,0,,0,0,501,{},{},"{""ans"": ""a proxy""}",,,,
bbyrd@example.edu,0012,essay,50,Was read,0,4,502,{},{},"{""ans"": ""more data""}",,,,
ccan@example.edu,0013,essay,0,,0,0,,{},{},,,,,
bbyrd@example.edu,0012,other,100,,10,0,503,{},{},"{""ans"": ""x""}",,,,
"""


def sakai_zip() -> bytes:
    """The assignment's download: a folder per student, comments where the tool made a file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("Essay/grades.csv", SAKAI),
            ("Essay/Ames, Ada(aames)/Ames, Ada(aames)_submissionText.html", "<p>a proxy</p>"),
            ("Essay/Ames, Ada(aames)/comments.txt", ""),
            ("Essay/Byrd, Ben(bbyrd)/comments.txt", "Was read"),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 5, 6, 8)), text)
    return out.getvalue()


# The template of each platform as it is downloaded, with the keys of Ada, Ben, Cem and Dora in it.
TEMPLATES: dict[str, bytes] = {
    "moodle": MOODLE.encode(),
    "moodle-german": GERMAN.encode(),
    "moodle-gradebook": MOODLE_GRADEBOOK.encode(),
    "canvas": CANVAS.encode(),
    "brightspace": BRIGHTSPACE.encode(),
    "blackboard": b"\xff\xfe" + BLACKBOARD.encode("utf-16-le"),
    "sakai": SAKAI.encode(),
    "sakai-zip": sakai_zip(),
    "sakai-gradebook": SAKAI_GRADEBOOK.encode(),
    "prairielearn": PRAIRIELEARN.encode(),
}
TARGET = {name: name for name in TEMPLATES} | {
    "moodle-german": "moodle",
    "sakai-zip": "sakai",
    "sakai-gradebook": "sakai",
}
COLUMN = {
    "canvas": "501",
    "brightspace": "Essay",
    "sakai-gradebook": "Essay",
    "prairielearn": "essay",
}
KEYS = {
    "moodle": ("Participant 11", "Participant 12", "Participant 13", "Participant 14"),
    "moodle-german": ("Teilnehmer/in11", "Teilnehmer/in12", "Teilnehmer/in13", "Teilnehmer/in14"),
    "moodle-gradebook": (
        "ada@example.edu",
        "ben@example.edu",
        "cem@example.edu",
        "dora@example.edu",
    ),
    "canvas": ("11", "12", "13", "14"),
    "brightspace": ("0011", "0012", "0013", "0014"),
    "prairielearn": (
        "aames@example.edu",
        "bbyrd@example.edu",
        "ccan@example.edu",
        "ddorn@example.edu",
    ),
}
LOGINS = ("aames", "bbyrd", "ccan", "ddorn")


def keys(name: str) -> tuple[str, ...]:
    """The four students' keys in this template."""
    return KEYS.get(name, LOGINS)


def grade(key: str, score: str | Decimal, feedback: str = "") -> PlatformGrade:
    return PlatformGrade(student_key=key, score=Decimal(score), feedback=feedback)
