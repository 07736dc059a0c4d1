# Every target does its own set-up. Only Python >= 3.11, git and make are needed beforehand.
PYTHON ?= python3

.PHONY: help run test lint bench bench-ecg fuzz web docs gallery release-dump clean
help:
	@echo "make run      the whole platform with the demo county (PORT=8000 HOST=127.0.0.1 RESIDENTS=2000 SEED=7)"
	@echo "make test     every test: Python, web, browser (ARGS=... goes to pytest)"
	@echo "make lint     style, types, floors and edges, catalogues"
	@echo "make bench    the marks (ONLY=name runs one)"
	@echo "make bench-ecg  the marks of the ECG engine beside the free packages"
	@echo "make fuzz     long random tests"
	@echo "make web      check, test and build the web"
	@echo "make docs     check the documents"
	@echo "make gallery  every component of the web with its states"
	@echo "make release-dump  save this release's demo data for the upgrade tests of later ones"
	@echo "make clean    remove what set-up made; data in .tianmu stays"

run test lint bench bench-ecg fuzz web docs gallery release-dump clean:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "tianmu: $(PYTHON) was not found. Install Python 3.11 or newer (Debian, Ubuntu: apt-get install python3 python3-venv)."; exit 1; }
	@exec "$(PYTHON)" setup $@
