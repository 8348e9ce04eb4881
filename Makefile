# Two commands are all a fresh machine needs: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := .venv-extras

.PHONY: demo review test extras fuzz check mutants docs pictures catalogues clean

demo: $(VENV)/.installed
	@rm -rf demo && mkdir demo && cp examples/critique/answers.csv demo/answers.csv
	$(BIN)/assessor grade demo/answers.csv \
		--rubric critique-of-an-ai-alignment-strategy --judge recorded
	@echo
	@echo "From this folder: make review (or open demo/graded/answers/report.html)"

# The page to review the class of the demo on, until Ctrl-C.
review: demo/graded
	cd demo && ../$(BIN)/assessor review

demo/graded:
	$(MAKE) demo

# On every core up to four, a file's tests together.
test: $(VENV)/.developer
	$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile

# Ray and Parquet themselves, which are too large for everybody: in an environment of their own,
# on top of the other one.
extras: $(EXTRAS)/.installed
	$(EXTRAS)/bin/python -m pytest tests_extras

# Bounded by its time: it can stand in every build.
SECONDS ?= 60
fuzz: $(VENV)/.developer
	$(BIN)/python -m tests.readers.fuzz --seconds $(SECONDS)

check: $(VENV)/.developer
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Faults put into the heart of grading, one by one: the tests must see every one.
mutants: $(VENV)/.developer
	$(BIN)/python -m tests.mutants

# The documentation as a site: build/site/index.html. What leads nowhere is an error.
docs: $(VENV)/.docs
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --jobs 2 -b html -c docs . build/site
	@echo "Open build/site/index.html"

# The pictures of README and docs, from the demo's class.
pictures: $(VENV)/.developer
	$(BIN)/python -m benchmarks.screenshots

# The words of the pages for students, from what people edit to what is read.
catalogues: $(VENV)/.developer
	$(BIN)/pybabel --quiet compile --directory assessor/locale --domain feedback

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A dot for each step of the installer, which says nothing for a minute otherwise; what went wrong is printed.
$(VENV)/.installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "Installing into $(VENV), once; it takes a minute or two:"
	@rm -f $@.failed; { $(BIN)/python -m pip install --require-hashes -r requirements.lock \
		&& $(BIN)/python -m pip install --no-deps --no-build-isolation -e . \
		|| touch $@.failed; } 2>&1 | tee $@.log \
		| awk '/^ *(Collecting|Downloading|Using cached|Installing|Building|Preparing)/ {printf "."; fflush()} END {print ""}'
	@[ ! -e $@.failed ] || { tail -n 20 $@.log; exit 1; }
	@touch $@

$(VENV)/.developer: $(VENV)/.installed
	@touch $@

$(VENV)/.docs: docs/requirements.lock | $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --require-hashes -r docs/requirements.lock
	@touch $@

$(EXTRAS)/.installed: tests_extras/requirements.lock | $(VENV)/.developer
	$(BIN)/python -m venv $(EXTRAS)
	@$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
		> "$$($(EXTRAS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/below.pth"
	$(EXTRAS)/bin/python -m pip install --quiet --require-hashes -r tests_extras/requirements.lock
	@touch $@

clean:
	rm -rf $(VENV) $(EXTRAS) demo dist build
