from assessor.api import grade_class as grade_class
from assessor.api import grade_many as grade_many
from assessor.api import grade_one as grade_one
from assessor.api import load_rubric as load_rubric
from assessor.api import make_submission as make_submission
from assessor.api import openai_judge as openai_judge
from assessor.api import read_submissions as read_submissions
from assessor.api import recorded_judge as recorded_judge
from assessor.config import Config as Config
from assessor.config import load_config as load_config
from assessor.errors import AssessorError as AssessorError
from assessor.errors import InputError as InputError
from assessor.errors import JudgeError as JudgeError
from assessor.errors import StoreError as StoreError
from assessor.grade import Grade as Grade
from assessor.grade import GradedCell as GradedCell
from assessor.judges.base import Identity as Identity
from assessor.judges.base import Judge as Judge
from assessor.judges.base import JudgeReply as JudgeReply
from assessor.judges.scripted import ScriptedJudge as ScriptedJudge
from assessor.judges.scripted import fill as fill
from assessor.prompt import Ask as Ask
from assessor.rubric import Rubric as Rubric
from assessor.submission import Submission as Submission
from assessor.verdict import State as State

__all__: list[str]
